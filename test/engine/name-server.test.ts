import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../src/engine/run.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { scratch } from '../input/scratch.ts';

/* What a name server's query log tells of who goes through its zones. */

const SCANNER = '198.51.100.9';

interface Question {
  readonly from?: string;
  readonly name: string;
  readonly type?: string;
  /** seconds after the question before it */
  readonly after?: number;
  readonly denied?: boolean;
}

/** Lines of BIND: questions, and what was denied. */
function logOf(questions: readonly Question[]): string {
  let at = 12 * 3600;
  return questions
    .flatMap(({ from = SCANNER, name, type = 'A', after = 1, denied = false }) => {
      at += after;
      const clock = [at / 3600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, '0'));
      const start = `21-Nov-2026 ${clock.join(':')}.000 client @0x7f1c5c0 ${from}#40000 (${name}): `;
      const line = `${start}query: ${name} ${name === 'version.bind' ? 'CH' : 'IN'} ${type} +E(0)K (192.0.2.53)`;
      return denied ? [line, `${start}zone transfer '${name}/${type}/IN' denied`] : [line];
    })
    .map((line) => `${line}\n`)
    .join('');
}

async function found(
  context: TestContext,
  questions: readonly Question[],
  home: readonly string[] = [],
): Promise<readonly Finding[]> {
  const path = join(scratch(context), 'queries.log');
  writeFileSync(path, logOf(questions));
  return (await run({ paths: [path], workers: 1, proxies: [], home, falsePerDay: 1 })).findings;
}

const blamed = async (context: TestContext, questions: readonly Question[]): Promise<string[]> =>
  (await found(context, questions)).map(({ source, techniques }) => `${source?.address} ${techniques[0]}`);

const TRANSFER: Question = { name: 'example.org', type: 'AXFR', denied: true };
const VERSION: Question = { name: 'version.bind', type: 'TXT' };

test('a stranger who is refused the zone and asks for the version of the server is found', async (context) => {
  assert.deepEqual(await blamed(context, [TRANSFER, VERSION]), [`${SCANNER} T1595.002`]);
  assert.deepEqual(await blamed(context, [VERSION, TRANSFER]), [`${SCANNER} T1595.002`]);
});

test('a secondary that is refused is none: it asks for the serial number, and not for the version', async (context) => {
  const secondary = [1, 2, 3].flatMap((): Question[] => [{ name: 'example.org', type: 'SOA', after: 900 }, TRANSFER]);
  assert.deepEqual(await blamed(context, secondary), []);
  assert.deepEqual(await blamed(context, [...secondary, VERSION]), []);
  assert.deepEqual(await blamed(context, [TRANSFER]), [], 'one transfer alone is not enough');
});

const LABELS = 'alpha beta castor delta echo fox golf hotel india kilo lima mike'.split(' ');

test('a walk along the names of a zone is found, by the record it asks for or by the names it makes', async (context) => {
  const byType = LABELS.map((label) => ({ name: `${label}.example.org`, type: 'NSEC' }));
  const byName = LABELS.map((label) => ({ name: `${label}\\000.example.org` }));
  const byHyphen = LABELS.map((label) => ({ name: `${label}-.example.org` }));
  for (const walk of [byType, byName, byHyphen])
    assert.deepEqual(await blamed(context, walk), [`${SCANNER} T1595.003`], walk[0].name);
});

test('who debugs a zone asks for a few such names', async (context) => {
  const few = LABELS.slice(0, 5).map((label) => ({ name: `${label}.example.org`, type: 'NSEC' }));
  assert.deepEqual(await blamed(context, [...few, ...few, ...few]), []);
});

const reverse = (host: number, block = 2): string => `${host}.${block}.0.192.in-addr.arpa`;
const ptr = (hosts: readonly number[], more: Partial<Question> = {}): Question[] =>
  hosts.map((host) => ({ name: reverse(host), type: 'PTR', ...more }));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
/** Numbers in an order that looks like none. */
const mixed = (count: number, by: number): number[] => upTo(count).map((at) => (at * by) % count);

test('reverse names of a block in order are found, up, down, or as threads overtake each other', async (context) => {
  const threads = upTo(48).map((at) => (at % 4 === 0 ? at + 3 : at % 4 === 3 ? at - 3 : at));
  for (const order of [upTo(40), upTo(40).reverse(), threads])
    assert.deepEqual(await blamed(context, ptr(order)), [`${SCANNER} T1595.003`]);
});

test('so is a whole network in any order, if it is gone through within an hour', async (context) => {
  assert.deepEqual(await blamed(context, ptr(mixed(256, 77))), [`${SCANNER} T1595.003`]);
  assert.deepEqual(await blamed(context, ptr(mixed(256, 77), { after: 60 })), []);
});

test('reverse names of who came by are none: in no order, with gaps, or of a few neighbours', async (context) => {
  const analyser = ptr(mixed(256, 77).slice(0, 200));
  const sorted = ptr(upTo(60).map((at) => 4 * at));
  const farm = ptr(upTo(16));
  const again = [...farm, ...farm, ...farm];
  for (const questions of [analyser, sorted, again]) assert.deepEqual(await blamed(context, questions), []);
});

test('a mail server asks for addresses of many networks', async (context) => {
  const mail = upTo(300).map((at) => ({ name: reverse((at * 37) % 256, (at * 91) % 256), type: 'PTR' }));
  assert.deepEqual(await blamed(context, mail), []);
});

test('an inventory at home may go through the own network', async (context) => {
  assert.deepEqual(await blamed(context, ptr(upTo(256), { from: '10.0.0.7' })), []);
  assert.deepEqual(await found(context, ptr(upTo(256)), ['198.51.100.0/24']), []);
});
