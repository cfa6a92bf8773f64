import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upperLimit } from '../../scripts/docs/calibration.ts';
import { table } from '../../scripts/docs/page.ts';
import { plot } from '../../scripts/docs/plot.ts';

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
