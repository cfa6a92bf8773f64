import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { run } from '../../../src/engine/run.ts';
import { scratch } from '../../input/scratch.ts';
import { type Hit, logOf, START, visitors } from '../../support/weblog.ts';

const GUESSER = '192.0.2.66';
const WORDS = Array.from(
  { length: 60 },
  (_, at) =>
    `${'qwertzuiop'[at % 10]}${'aeiou'[at % 5]}${'sdfghjk'[at % 7]}${'mnb'[at % 3]}word${at % 2 ? '.txt' : ''}`,
);

async function findings(context: TestContext, hits: readonly Hit[]): Promise<Finding[]> {
  const path = join(scratch(context), 'access.log');
  writeFileSync(path, logOf([...visitors(40), ...hits]));
  const result = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  return result.findings;
}

/** One request after the other, each with another value. */
const guesses = (values: readonly string[], more: (at: number) => Partial<Hit> = () => ({}), source = GUESSER): Hit[] =>
  values.map((value, at) => ({ at: START + at, source, target: `/view.php?file=${value}`, bytes: 3300, ...more(at) }));

test('words tried as the value of one parameter, each with one and the same answer, are a wordlist scan', async (context) => {
  const [scan, ...others] = await findings(context, guesses(WORDS));
  assert.deepEqual([scan.source?.address, scan.techniques[0], others], [GUESSER, 'T1595.003', []]);
  assert.ok(
    scan.account.some(({ reason }) => reason.startsWith('asked for yet another word as the value of a parameter')),
  );
});

const typed = Array.from({ length: 60 }, (_, at) => 'wordsthatgrowwithtyping'.slice(0, 3 + (at % 20)));
const INNOCENT: Readonly<Record<string, readonly Hit[]>> = {
  'answers that differ': guesses(WORDS, (at) => ({ bytes: 3300 + at })),
  'requests that a page of ours sent': guesses(WORDS, () => ({ referer: 'http://www.example.org/' })),
  'a program that says so': guesses(WORDS, () => ({ agent: 'python-requests/2.32.3' })),
  'a slow program': guesses(WORDS, (at) => ({ at: START + 5 * at })),
  'somebody who types': guesses(typed),
  numbers: guesses(WORDS.map((_, at) => String(1000 + 7 * at))),
  'few words again and again': guesses(WORDS.map((_, at) => WORDS[at % 6])),
  'requests that are turned away': guesses(WORDS, () => ({ status: 403 })),
};
for (const [name, hits] of Object.entries(INNOCENT))
  test(`no scan: ${name}`, async (context) => assert.deepEqual(await findings(context, hits), []));

test('what several sources do with a parameter is what it is for', async (context) => {
  const sources = [1, 2, 3, 4, 5].map((n) => `203.0.113.${n}`);
  const hits = sources.flatMap((source, n) => guesses(WORDS, (at) => ({ at: START + 100 * n + at }), source));
  const blamed = (await findings(context, hits)).flatMap((finding) => finding.source?.address ?? []);
  assert.deepEqual(
    blamed.filter((source) => sources.slice(2).includes(source)),
    [],
  );
});
