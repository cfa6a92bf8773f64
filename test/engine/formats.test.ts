import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CodedError } from '../../src/config/errors.ts';
import type { RunResult } from '../../src/engine/options.ts';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { logAs, WRITER_NAMES } from '../support/web-writers.ts';
import { guesses, type Hit, lineOf, START, visitors } from '../support/weblog.ts';

/** Whatever wrote a log down: the same requests come to the same finding. */

const GUESSER = '192.0.2.66';
const PROBER = '192.0.2.77';
const WORDS = Array.from(
  { length: 40 },
  (_, at) => `${'qwertzuiopasdfghjkl'[at % 19]}word${'abc'[at % 3]}${'xyzuvw'[at % 6]}`,
);
const PROBES = ['/.env', '/.git/config', '/wp-login.php', '/cgi-bin/luci/;stok=/locale?form=country', '/actuator/env'];

const probes: readonly Hit[] = PROBES.map((target, at) => ({
  at: START + 900 + 3 * at,
  source: PROBER,
  target,
  status: 404,
  bytes: 150,
}));

async function runOn(context: TestContext, text: string): Promise<RunResult> {
  const path = join(scratch(context), 'access.log');
  writeFileSync(path, text);
  return run({ paths: [path], workers: 1, proxies: [], home: [], falsePerDay: 1 });
}

/** What must be the same whatever the format. */
const essence = ({ findings }: RunResult): unknown[] =>
  findings
    .map(({ source, techniques, shape, targets, probes: hits }) => [
      source?.address,
      techniques[0],
      shape,
      targets.paths,
      hits,
    ])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

const EXPECTED = [
  [GUESSER, 'T1595.003', 'wordlist', WORDS.length, WORDS.length],
  [PROBER, 'T1595.002', 'vulnerability', PROBES.length, PROBES.length],
];

for (const name of WRITER_NAMES) {
  test(`${name}: a scanner among visitors is found as in any other format, and visitors alone are not`, async (context) => {
    const crowd = visitors(60);
    const scan = logAs(name, [...crowd, ...guesses(WORDS, GUESSER), ...probes]);
    const { summary, ...found } = await runOn(context, scan);
    assert.deepEqual(summary.inputs[0].malformed, {});
    assert.deepEqual(essence({ summary, ...found }), EXPECTED);
    assert.deepEqual(essence(await runOn(context, logAs(name, crowd))), []);
  });
}

test('a file in which nothing is in the format that was said is an error with its name', async (context) => {
  const path = join(scratch(context), 'access.log');
  writeFileSync(path, 'one line\nand another\n');
  const said = run({ paths: [`combined:${path}`], workers: 1, home: [], falsePerDay: 1 });
  await assert.rejects(
    said,
    (error) => error instanceof CodedError && error.code === 'FORMAT_WRONG' && error.exit === 74,
  );
  writeFileSync(path, `one line\n${lineOf({ at: START, source: GUESSER, target: '/' })}\n`);
  const { summary } = await run({ paths: [`combined:${path}`], workers: 1, home: [], falsePerDay: 1 });
  assert.deepEqual([summary.inputs[0].records, summary.inputs[0].used], [2, 1]);
});

test('columns that nobody named are said to be assumed', async (context) => {
  const lines = Array.from({ length: 9 }, (_, at) => `2026-11-21,23:27:0${at},192.0.2.${at},GET,/a${at},404`);
  const { summary } = await runOn(context, `${lines.join('\n')}\n`);
  assert.deepEqual(
    summary.inputs.map(({ format, used, assumed }) => [format, used, assumed]),
    [['web-columns', 9, ['zone', 'columns']]],
  );
});
