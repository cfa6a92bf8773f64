import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNumberCarriedOn } from '../../../src/detect/web/values.ts';

const carriedOn = (target: string): boolean => {
  const bytes = new TextEncoder().encode(`${target}'`);
  return isNumberCarriedOn(bytes, 0, bytes.length - 1);
};

test('a number that goes on as something else', () => {
  for (const target of [
    '/?id=1%27',
    "/?a=b&id=1'",
    '/?id=-1%20UNION',
    '/?id=1+AND+1=1',
    '/?id=12)',
    '/?id=3;ls',
    '/?ip=127.0.0.1%3Bid',
  ])
    assert.ok(carriedOn(target), target);
});

test('numbers, words, dates and statements are whole', () => {
  for (const target of [
    '/?id=1',
    '/?id=1&b=2',
    '/?q=select+1',
    '/?d=2026-01-02',
    '/?v=1.5',
    '/?ip=127.0.0.1',
    '/1%27',
    '/?q=1st',
    '/',
  ])
    assert.ok(!carriedOn(target), target);
});
