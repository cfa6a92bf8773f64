import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { blindSpotPages } from '../../scripts/docs/blind-spots.ts';
import { upperLimit } from '../../scripts/docs/calibration.ts';
import { table } from '../../scripts/docs/page.ts';
import { plot } from '../../scripts/docs/plot.ts';
import { check, found, named } from '../../scripts/docs/proof.ts';
import { inParallel } from '../../scripts/parallel.ts';
import type { Row } from '../support/replay.ts';
import { doubled, THREADED } from './threaded.ts';

test('the upper limit of a share is the exact one', () => {
  assert.ok(Math.abs(upperLimit(0, 20_000, 0.95) - (1 - 0.05 ** (1 / 20_000))) < 1e-12);
  assert.ok(Math.abs(upperLimit(1, 10, 0.95) - 0.394163) < 1e-6); // beta quantile 0.95 (2, 9)
  assert.equal(upperLimit(10, 10, 0.95), 1);
});

test('a table has its head, a rule and a line each row', () => {
  assert.equal(table(['a', 'b'], [[1, 'x']]), '| a | b |\n| --- | --- |\n| 1 | x |');
});

test('the plot shows every point, open where nobody was blamed', () => {
  const svg = plot([
    { bits: 4, blamed: 3, of: 100, limit: 0.08 },
    { bits: 5, blamed: 0, of: 100, limit: 0.03 },
  ]);
  assert.equal(svg.match(/<circle[^>]*fill="#0b5cad"/g)?.length, 2); // the point and the legend
  assert.equal(svg.match(/<circle[^>]*fill="#ffffff"/g)?.length, 2);
});

test('a page of proofs fails when a case or a test is gone, or shows it no more', () => {
  const row = { case: 'sweep', expected: 'x', found: true, differs: '', technique: 'T1595.001', findings: [] };
  const rows = new Map([['sweep', row as unknown as Row]]);
  const proof = { case: 'sweep', shows: found('T1595.001') };
  check(proof, rows, 'it sweeps');
  assert.throws(() => check({ ...proof, case: 'other' }, rows, 'it sweeps'), /"it sweeps" rests on the case other/);
  assert.throws(() => check({ ...proof, shows: found('T1046') }, rows, 'it sweeps'), /does not show it/);
  const test = { test: 'house/docs.test.ts', named: 'a page of proofs fails' };
  check(test, rows, 'it says so');
  assert.throws(() => check({ ...test, named: ['no', 'such', 'test'].join(' ') }, rows, 'it says so'), /not there/);
  assert.equal(named([proof, proof]), 'sweep');
});

test('blind spots name formats that there are, each once', () => {
  const [[path, text]] = blindSpotPages();
  assert.equal(path, 'docs/blind-spots.md');
  assert.match(text, /web-columns/);
});

test('work spread over threads comes back in order, and an error reaches who waits', async () => {
  assert.deepEqual(await inParallel(THREADED, doubled, [1, 2, 3, 4, 5]), [2, 4, 6, 8, 10]);
  await assert.rejects(inParallel(THREADED, doubled, [1, 99]), /not this one/);
});

test('what the README shows of the sample is what the program prints', (context) => {
  const state = mkdtempSync(join(tmpdir(), 'vedette-readme-'));
  context.after(() => rmSync(state, { recursive: true }));
  const root = new URL('../../', import.meta.url);
  const env = { ...process.env, XDG_STATE_HOME: state, npm_lifecycle_event: 'start', COLUMNS: '80', NO_COLOR: '1' };
  const printed = execFileSync(process.execPath, ['bin/vedette.mjs', '--quiet'], { cwd: root, env, encoding: 'utf8' });
  const [, shown = ''] = /```text\n(Vedette\n[\s\S]*?)```/.exec(readFileSync(new URL('README.md', root), 'utf8')) ?? [];
  assert.equal(shown, printed);
});
