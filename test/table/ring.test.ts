import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Rings } from '../../src/table/ring.ts';

test('a ring holds the last numbers of its row, the newest first', () => {
  const push = fc.record({ row: fc.nat({ max: 2 }), value: fc.double({ noNaN: true }) });
  fc.assert(
    fc.property(fc.array(push, { maxLength: 50 }), fc.integer({ min: 1, max: 7 }), (pushes, length) => {
      const rings = new Rings(3, length);
      const beside = new Float64Array(3 * length);
      for (const { row, value } of pushes) beside[rings.push(row, Float64Array.of(value), 0)] = value;
      for (let row = 0; row < 3; row += 1) {
        const values = pushes.filter((push) => push.row === row).map((push) => push.value);
        const last = values.slice(-length).toReversed();
        const backs = Array.from({ length: rings.size(row) }, (_, back) => back);
        assert.equal(rings.pushed[row], values.length);
        assert.deepEqual(
          backs.map((back) => rings.at(row, back)),
          last,
        );
        assert.deepEqual(
          backs.map((back) => beside[rings.place(row, back)]),
          last,
        );
      }
    }),
  );
});

test('a cleared ring is empty and its neighbours are not', () => {
  const rings = new Rings(2, 2);
  rings.push(0, Float64Array.of(1, 2), 0);
  rings.push(1, Float64Array.of(1, 2), 1);
  rings.clear(0);
  assert.deepEqual([rings.size(0), rings.size(1), rings.at(1, 0)], [0, 1, 2]);
});
