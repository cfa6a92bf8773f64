import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { run } from '../../src/engine/run.ts';
import { randomOf, range } from '../support/contacts.ts';
import { scratch } from '../input/scratch.ts';

const ASKER = '198.51.100.9';
const NETWORK = '20010db800010002';
const HOSTS = [1, 0x25, 0x26, 0x53, 0x1a2b3c].map((host) => NETWORK + host.toString(16).padStart(16, '0'));
const DIGITS = Array.from('0123456789abcdef');

/** The name of an IPv6 address or block by its nibbles. */
const nameOf = (nibbles: string): string => `${Array.from(nibbles).reverse().join('.')}.ip6.arpa.`;
/** Digits by lot. */
const some = (random: () => number, count: number): string =>
  [...range(count)].map(() => DIGITS[Math.floor(random() * 16)]).join('');

interface Question {
  readonly name: string;
  readonly isThere?: boolean;
}

/** What comes of questions, two a second, in the log of a name server that tells what it answered. */
async function findings(context: TestContext, questions: readonly Question[]): Promise<Finding[]> {
  const lines = questions.map(({ name, isThere = false }, at) => {
    const time = new Date(Date.UTC(2026, 10, 21, 8) + 500 * at).toISOString().slice(11, 19);
    const rcode = isThere ? 'NOERROR' : 'NXDOMAIN';
    return `Nov 21 ${time} ns1 unbound: [501:0] info: ${ASKER} ${name} PTR IN ${rcode} 0.000000 1 55`;
  });
  const path = join(scratch(context), 'unbound.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const result = await run({ paths: [path], workers: 1, home: ['192.0.2.0/24'], falsePerDay: 1 });
  return result.findings;
}

/** Goes down from a block into those in which something is. */
function walk(block: string): Question[] {
  return DIGITS.flatMap((digit) => {
    const within = block + digit;
    const isThere = HOSTS.some((host) => host.startsWith(within));
    return [{ name: nameOf(within), isThere }, ...(isThere && within.length < 32 ? walk(within) : [])];
  });
}

const SCANS: Readonly<Record<string, readonly Question[]>> = {
  'blocks of IPv6, from the widest down': walk(NETWORK).slice(0, 120),
  'IPv6 addresses side by side': [...range(60)].map((at) => ({
    name: nameOf(NETWORK + (at + 1).toString(16).padStart(16, '0')),
  })),
  'IPv4 addresses side by side': [...range(60)].map((at) => ({ name: `${at + 1}.2.0.192.in-addr.arpa.` })),
};
for (const [name, questions] of Object.entries(SCANS))
  test(`a sweep: ${name}`, async (context) => {
    const [finding, ...others] = await findings(context, questions);
    assert.deepEqual([finding.source?.address, finding.techniques, others], [ASKER, ['T1595.003'], []]);
    assert.equal(finding.decidedBy, 'order');
  });

test('reverse names of addresses that came to somebody are no guesses, whether they are there or not', async (context) => {
  const random = randomOf(3);
  const names = [...range(200)].map(() => ({ name: nameOf(NETWORK + some(random, 16)) }));
  assert.deepEqual(await findings(context, names), []);
});

test('a resolver that tells no more than it must asks for blocks within blocks', async (context) => {
  const random = randomOf(4);
  const names = [...range(60)].flatMap(() => {
    const host = NETWORK + some(random, 16);
    return [17, 18, 19, 20, 24, 28, 32].map((length) => ({ name: nameOf(host.slice(0, length)) }));
  });
  assert.deepEqual(await findings(context, names), []);
});
