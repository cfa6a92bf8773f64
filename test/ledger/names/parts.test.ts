import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPart, segmentsAgain, withinLength } from '../../../src/ledger/names/parts.ts';

const again = (path: string): number => {
  const bytes = new TextEncoder().encode(path);
  return segmentsAgain(bytes, 0, bytes.length);
};

test('folders that a path leads through again are counted', () => {
  assert.equal(again('/news/team/news/team/index.html'), 2);
  assert.equal(again('/news/news/a.html?x=/news/news'), 1);
  assert.equal(again('/news/new/newest/team'), 0, 'parts of a name are none');
  assert.equal(again('/2/2/2/de/de'), 0, 'numbers and languages stand again and again');
  assert.equal(again('/'), 0);
});

test('what stands behind the first folder of a path, unless it is the folder itself', () => {
  const within = (path: string): string => {
    const bytes = new TextEncoder().encode(path);
    return path.slice(path.length - withinLength(bytes, 0, bytes.length));
  };
  assert.equal(within('/de/about.html'), '/about.html');
  assert.equal(within('/de/news/1?x=/y'), '/news/1?x=/y');
  for (const path of ['/', '/about.html', '/de/', '/de/?x=1', '/de/index.html', '/de/index.php?x'])
    assert.equal(within(path), '', path);
});

test('parts of pages are told by their endings', () => {
  const isOne = (path: string): boolean => isPart(new TextEncoder().encode(path), 0, path.length);
  for (const path of ['/logo.PNG', '/a.b/chunk-X7.js?v=1', '/fonts/a.woff2']) assert.ok(isOne(path), path);
  for (const path of ['/', '', '/png', '/a.png/b', '/a.html', '/a?b.png', '/a.']) assert.ok(!isOne(path), path);
});
