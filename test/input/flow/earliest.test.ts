import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Earliest } from '../../../src/input/flow/earliest.ts';

test('rows come out by their time, equal ones as they came, and those set earlier where they then belong', () => {
  const times = fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(20))), { maxLength: 60 });
  fc.assert(
    fc.property(times, (rows) => {
      const waiting = new Earliest(64);
      rows.forEach(([time], row) => {
        waiting.add(row, time);
      });
      rows.forEach(([, sooner], row) => {
        if (sooner !== null) waiting.advance(row, sooner);
      });
      const last = rows.map(([time, sooner]) => Math.min(time, sooner ?? time));
      const expected = [...last.keys()].sort((one, other) => last[one] - last[other] || one - other);
      const got = Array.from(expected, () => {
        const { first } = waiting;
        assert.equal(waiting.take(), first);
        return first;
      });
      assert.deepEqual(got, expected);
      assert.equal(waiting.first, -1);
    }),
  );
});
