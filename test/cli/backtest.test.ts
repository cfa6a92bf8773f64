import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch, SCANNER } from './capture.ts';
import { runReal } from './run.ts';

const linesOf = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a bar that is too high loses the finding, and says why', async (t) => {
  const { file } = scratch(t);
  const { code, out } = await runReal(['backtest', file, '--try-bar', '1000']);
  assert.equal(code, 0);
  assert.match(out, /before {4}1 finding; bar 20\.0 bits/);
  assert.match(out, /after {5}0 findings; bar 1,000\.0 bits/);
  assert.match(
    out,
    /Lost \(1\)\n- scan scan-[0-9a-f]+ {2}198\.51\.100\.66\n.*\n {2}because {3}.*under the bar of 1000\.0/,
  );
});

test('an allowed source is lost as such, in both forms of output', async (t) => {
  const { file } = scratch(t);
  const words = ['backtest', file, '--try-allow', '198.51.100.0/24', '--try-allow', '192.0.2.1'];
  assert.match((await runReal(words)).out, /explained: allowed by the operator: 198\.51\.100\.0\/24/);
  const [lost, sum] = linesOf((await runReal([...words, '--json'])).out);
  assert.deepEqual([lost.kind, lost.who, lost.after], ['lost', SCANNER, null]);
  assert.deepEqual([sum.kind, sum.gained, sum.lost, sum.changed, sum.same], ['backtest', 0, 1, 0, 0]);
  assert.deepEqual(sum.tried, { allow: ['198.51.100.0/24', '192.0.2.1'] });
});

test('what the present settings leave out is gained', async (t) => {
  const { file } = scratch(t);
  const { out } = await runReal([
    'backtest',
    file,
    '--json',
    '--allow',
    SCANNER,
    '--bar',
    '25',
    '--try-allow',
    '192.0.2.1',
    '--try-false-per-day',
    '2',
  ]);
  const [gained, sum] = linesOf(out);
  assert.deepEqual([gained.kind, gained.what], ['gained', [`explained: allowed by the operator: ${SCANNER}`]]);
  // A rate of false findings that is tried takes the place of the bar that was given.
  assert.deepEqual([(sum.before as { bar: number }).bar, (sum.after as { bar: number }).bar], [25, 20]);
});

test('an allowance says its reason and its day, and is refused with a day that is none', async (t) => {
  const { file } = scratch(t);
  const { out } = await runReal([file, '--allow', `${SCANNER} 2199-12-31 our auditors`]);
  assert.match(out, /allowed by the operator: 198\.51\.100\.66, our auditors\s+\(until 2199-12-31\)/);
  assert.match(out, /Policy \(1\)\s+used\s+allow \S+: our auditors; until 2199-12-31; 1 source/);
  const old = await runReal([file, '--allow', `${SCANNER} 1999-12-31 our auditors`]);
  assert.match(old.out, /expired\s+allow \S+: our auditors; expired 1999-12-31; 1 source/);
  assert.match(old.out, /Its entry "our auditors"\s+in\s+--allow\s+expired/);
  assert.notEqual((await runReal([file, '--allow', `${SCANNER} 1999-99-31 our auditors`])).code, 0);
});

test('another home network changes what the finding says, not which it is', async (t) => {
  const { file } = scratch(t);
  const { out } = await runReal(['backtest', file, '--try-home', '198.51.100.0/24']);
  assert.match(out, /Changed \(1\)[\s\S]*techniques T1595\.001 → T1046/);
});

test('the same settings change nothing', async (t) => {
  const { file } = scratch(t);
  assert.match(
    (await runReal(['backtest', file, '--bar', '20', '--try-bar', '20'])).out,
    /nothing changes: 1 the same/,
  );
});

test('mistakes', async (t) => {
  const { file } = scratch(t);
  const mistakes: [string[], RegExp][] = [
    [[file], /TRIAL_MISSING/],
    [[file, '--try-bar', '0'], /--try-bar/],
    [[file, '--try-home', 'here'], /address prefix/],
    [['--try-bar', '30'], /FILE/],
  ];
  for (const [words, expected] of mistakes) {
    const { code, err } = await runReal(['backtest', ...words]);
    assert.equal(code, 2, err);
    assert.match(err, expected);
  }
  assert.equal((await runReal(['backtest', '-', '--try-bar', '30'])).code, 74);
});
