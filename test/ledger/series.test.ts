import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Series } from '../../src/ledger/series.ts';
import { Asked, Reply } from '../../src/record/request.ts';
import { type RequestSpec, requestsOf } from '../support/quest.ts';

/** How many of these names, a second apart, follow in a series. */
function followed(names: readonly string[], more: Partial<RequestSpec> = {}, seconds = 1): number {
  const series = new Series(1);
  const batch = requestsOf(
    names.map((name, at) => ({ asked: Asked.path, reply: Reply.missed, name, time: at * seconds * 1e6, ...more })),
  );
  return names.filter((_, row) => series.follows(batch, row, 0)).length;
}

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];

test('a number that goes on by the step of the one before it follows, in a path or in a query', () => {
  assert.equal(followed(numbers.map((at) => `/item/${at}`)), 6);
  assert.equal(followed(numbers.map((at) => `/v2/report-${2000 + at}.pdf`)), 6);
  assert.equal(followed(numbers.map((at) => `/show?id=${at}&lang=de`)), 6);
  assert.equal(followed(numbers.map((at) => `/item/${100 - 10 * at}`)), 6);
});

test('numbers in another order, repeated, of other names or of moments do not', () => {
  for (const names of [
    [5, 1, 4, 2, 8, 3, 7, 6].map((at) => `/item/${at}`),
    numbers.map(() => '/item/7'),
    numbers.map((at) => `/item/${at * at}`),
    numbers.map((at) => `/${'ab'[at % 2]}/${at}`),
    numbers.map((at) => `/poll?_=${1_795_303_621_000 + at}`),
    numbers.map((at) => `/${'abcdefghi'[at]}`),
  ])
    assert.equal(followed(names), 0, names[1]);
});

test('who goes the same few numbers over and over follows no further than the last of them', () => {
  const rounds = Array.from({ length: 10 }, () => [1, 2, 3, 4]).flat();
  assert.equal(followed(rounds.map((at) => `/js/part.${at}.js`)), 2);
  const back = Array.from({ length: 10 }, () => [1, 2, 3, 4, 3, 2]).flat();
  assert.equal(followed(back.map((at) => `/js/part.${at}.js`)), 2);
});

test('nor do those that a page leads to, or that come at the pace of a poll', () => {
  const names = numbers.map((at) => `/item/${at}`);
  assert.equal(followed(names, { referer: 'http://www.example.org/' }), 0);
  assert.equal(followed(names, {}, 5), 0);
});

test('the same numbers under another one are a grid, unless they begin at the beginning', () => {
  const grids = (least: number): number => {
    const series = new Series(1);
    const names = [7, 8, 9].flatMap((column) => numbers.map((at) => `/tiles/${column}/${least + at - 1}.png`));
    const batch = requestsOf(
      names.map((name, at) => ({ asked: Asked.path, reply: Reply.missed, name, time: at * 1e6 })),
    );
    return names.filter((_, row) => {
      series.follows(batch, row, 0);
      return series.isGrid;
    }).length;
  };
  assert.equal(grids(341), 2);
  assert.equal(grids(1), 0);
});
