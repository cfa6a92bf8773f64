import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timeOf, timeText } from '../../src/finding/time.ts';

test('microseconds to RFC 3339 and back', () => {
  assert.equal(timeText(1795300472694069), '2026-11-21T22:34:32.694069Z');
  assert.equal(timeText(0), '1970-01-01T00:00:00.000000Z');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e15 }), (time) => {
      assert.equal(timeOf(timeText(time)), time);
    }),
  );
});

test('offsets and any number of decimals are read', () => {
  assert.equal(timeOf('2026-11-21T23:34:32.5+01:00'), timeOf('2026-11-21T22:34:32.500000Z'));
  assert.equal(timeOf('2026-11-21 22:34:32z'), timeOf('2026-11-21T22:34:32.000000Z'));
});

test('what is no time is NaN', () => {
  for (const text of ['', 'now', '2026-11-21', '2026-11-21T22:34:32', '2026-13-21T22:34:32Z'])
    assert.ok(Number.isNaN(timeOf(text)), text);
});
