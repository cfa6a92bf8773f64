import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../../src/engine/run.ts';
import { wordsOf } from '../../../src/engine/lists/wordlist-file.ts';
import type { Finding } from '../../../src/finding/finding.ts';
import { scratch } from '../../input/scratch.ts';
import { range } from '../../support/contacts.ts';

const SOURCES = ['203.0.113.10', '198.51.100.44', '192.0.2.9'];
/** A list that nobody else has: 300 words without an order. */
const WORDS = [...range(300)].map((n) => `w${((n * 7919) % 10_007).toString(36)}${n.toString(36)}`);

/** Each source asks for its words in turn, a second apart; nothing is there. */
async function findings(context: TestContext, parts: readonly (readonly string[])[]): Promise<Finding[]> {
  const lines = [...range(parts[0].length)].flatMap((n) =>
    parts.map((words, source) => {
      const second = `${Math.trunc(n / 60)}`.padStart(2, '0');
      const at = `[21/Nov/2026:10:${second}:${`${n % 60}`.padStart(2, '0')} +0000]`;
      return `${SOURCES[source]} - - ${at} "GET /${words[n]} HTTP/1.1" 404 300 "-" "Browser"`;
    }),
  );
  const path = join(scratch(context), 'access.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const list = { ...wordsOf(Buffer.from(WORDS.join('\n'))), name: 'mine', source: 'own', licence: 'own' };
  const result = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1, wordlists: () => [list] });
  return result.findings.filter(({ kind }) => kind !== 'anomaly');
}

test('three who share the words of one list out, each over the bar, are one campaign', async (context) => {
  const [campaign, ...others] = await findings(
    context,
    [0, 1, 2].map((n) => WORDS.slice(100 * n, 100 * n + 100)),
  );
  assert.equal(others.length, 0);
  assert.equal(campaign.kind, 'campaign');
  assert.deepEqual(campaign.members?.map(({ address }) => address).sort(), SOURCES.toSorted());
  assert.deepEqual([campaign.wordlist?.name, campaign.targets.paths], ['mine', 300]);
  assert.deepEqual([campaign.progress?.what, campaign.progress?.done], ['words', 300]);
  assert.deepEqual(
    campaign.caveats.filter((caveat) => caveat.includes('forged')),
    [],
  );
});

test('three who read the same words of a list have nothing to do with each other', async (context) => {
  const found = await findings(
    context,
    [0, 1, 2].map((n) => WORDS.slice(10 * n, 10 * n + 100)),
  );
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['scan', 'scan', 'scan'],
  );
});
