import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivate, maskTo } from '../../src/record/address.ts';
import { TextTable } from '../../src/record/text.ts';
import { AddressTable } from '../../src/table/addresses.ts';
import { RotatingBloom } from '../../src/table/bloom.ts';
import { mix, mixSigned } from '../../src/table/hash.ts';
import { HyperLogLogs } from '../../src/table/hyperloglog.ts';
import { KeyTable } from '../../src/table/keys.ts';
import { PrefixMatch } from '../../src/table/prefix.ts';
import { Rings } from '../../src/table/ring.ts';
import { garbage } from '../support/garbage.ts';

const ROWS = 10_000;

/** Addresses and times as they stand in a batch; half of the words do not fit a small integer. */
const addresses = Uint32Array.from({ length: 4 * ROWS }, (_, at) =>
  at % 8 === 2 ? 0xffff : at % 8 < 2 ? 0 : mix(5, at),
);
const times = Float64Array.from({ length: ROWS }, (_, row) => 1.7e15 + 13 * row);

/** Half a byte a row; the measure itself takes some. */
const BOUND = ROWS / 2;

const keys = new KeyTable(1 << 13, 1);
const ids = new AddressTable(1 << 12, 1, () => {});
const bloom = new RotatingBloom(16, 6000);
const sketches = new HyperLogLogs(256, 6);
const rings = new Rings(256, 4);
const prefixes = new PrefixMatch();
const texts = new TextTable(1000, 10_000, 1);
const bytes = new Uint8Array(addresses.buffer);
const masked = new Uint32Array(4);
for (let at = 0; at < 800; at += 4) prefixes.add(addresses, at, 40 + (at % 80), at);

const passes: Record<string, () => void> = {
  'KeyTable find, insert and remove': () => {
    for (let row = 0; row < ROWS; row += 1) {
      const found = keys.findAt(addresses, 4 * row);
      if (found >= 0 && row % 3 === 0) keys.remove(found);
      else keys.insertAt(addresses, 4 * row);
    }
  },
  'AddressTable with retirement': () => {
    for (let row = 0; row < ROWS; row += 1) ids.touch(ids.intern(addresses, 4 * row, times, row), times, row);
  },
  'RotatingBloom with rotation': () => {
    for (let row = 0; row < ROWS; row += 1) bloom.testAndSet(mixSigned(1, row), mixSigned(2, row));
  },
  HyperLogLogs: () => {
    for (let row = 0; row < ROWS; row += 1) sketches.add(row & 255, mixSigned(1, row), mixSigned(2, row));
  },
  Rings: () => {
    for (let row = 0; row < ROWS; row += 1) rings.push(row & 255, times, row);
  },
  PrefixMatch: () => {
    let matched = 0;
    for (let row = 0; row < ROWS; row += 1) if (prefixes.contains(addresses, 4 * row)) matched += 1;
    assert.ok(matched > 0);
  },
  'address tests': () => {
    for (let row = 0; row < ROWS; row += 1)
      if (isPrivate(addresses, 4 * row)) maskTo(addresses, 4 * row, 120, masked, 0);
  },
  TextTable: () => {
    for (let row = 0; row < ROWS; row += 1) texts.intern(bytes, row, 12);
  },
};

for (const [name, pass] of Object.entries(passes))
  test(`${name}: no garbage`, () => {
    const taken = garbage(pass, BOUND);
    assert.ok(taken < BOUND, `${taken} bytes for ${ROWS} rows`);
  });

test('the measure sees sixteen bytes a row', () => {
  let last: object = {};
  const taken = garbage(() => {
    for (let row = 0; row < ROWS; row += 1) last = { row };
  }, BOUND);
  assert.ok(last !== null && taken > 10 * ROWS, `${taken}`);
});
