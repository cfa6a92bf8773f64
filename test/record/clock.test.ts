import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Clock } from '../../src/record/clock.ts';

const SECOND = 1e6;
const START = 1_700_000_000 * SECOND;
const YEAR_2038 = 2_147_483_647 * SECOND;

function after(...times: readonly number[]): number {
  return new Clock().observe(Float64Array.from(times), times.length);
}

test('follows records in order', () => {
  assert.equal(after(START, START + 1, START + 2 * SECOND), START + 2 * SECOND);
});

test('never runs back', () => {
  assert.equal(after(START, START + 5 * SECOND, START - 100 * SECOND), START + 5 * SECOND);
});

test('reads only the valid times', () => {
  assert.equal(new Clock().observe(Float64Array.of(START, START + 1, START + 2), 2), START + 1);
});

test('a capture with hours between its packets gets on, one record late', () => {
  const hour = 3600 * SECOND;
  assert.equal(after(START, START + hour, START + 2 * hour, START + 3 * hour), START + 2 * hour);
});

test('after a pause of an hour the next record confirms the new time', () => {
  const later = START + 3600 * SECOND;
  assert.equal(after(START, START, later), START);
  assert.equal(after(START, START, later, later + 5), later + 5);
  assert.equal(after(START, START, later, later - 59 * SECOND), later - 59 * SECOND);
  assert.equal(after(START, START, later, later - 61 * SECOND), START, 'disagrees, and is a claim of its own');
});

test('batches do not change the clock', () => {
  const clock = new Clock();
  const times = [START, START, YEAR_2038, START + 3, START + 7200 * SECOND, START + 7200 * SECOND];
  for (const time of times) clock.observe(Float64Array.of(time), 1);
  assert.equal(clock.now, after(...times));
});

test('law: one record dated 1970 or 2038, anywhere, moves the clock no more than 60 s', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 30 });
  const outlier = fc.constantFrom(0, 1, 86_400 * SECOND, YEAR_2038, 4e15, Number.NaN);
  fc.assert(
    fc.property(steps, fc.nat(), outlier, (seconds, place, wrong) => {
      let time = START;
      const times = seconds.map((step) => {
        time += step * SECOND;
        return time;
      });
      const at = place % times.length;
      const spoilt = [...times.slice(0, at), wrong, ...times.slice(at)];
      assert.ok(Math.abs(after(...spoilt) - after(...times)) <= 60 * SECOND);
    }),
  );
});

test('law: it never runs back, whatever the records say', () => {
  const time = fc.double({ min: 0, max: 5e15 });
  fc.assert(
    fc.property(fc.array(time), (times) => {
      const clock = new Clock();
      let last = clock.now;
      for (const one of times) {
        const now = clock.observe(Float64Array.of(one), 1);
        assert.ok(now >= last && times.some((seen) => seen >= now || now === 0));
        last = now;
      }
    }),
  );
});
