import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Accounts, CAP, seatsOf, type StreamSpec } from '../../src/ledger/account.ts';
import { SAMPLES } from '../../src/ledger/samples.ts';
import { contacts } from '../support/contacts.ts';

const STREAMS: readonly StreamSpec[] = [
  { name: 'one', components: 1, reasons: ['a', 'b'] },
  { name: 'three', components: 3, reasons: ['c', 'd', 'e'] },
];
const [ONE, THREE] = [0, 1];

const BATCH = contacts(Array.from({ length: 64 }, (_, n) => ({ from: 1, to: n, record: n + 1, input: n % 3 })));

function opened(capacity = 4, streams = STREAMS): { accounts: Accounts; row: number } {
  const accounts = new Accounts(capacity, 9, streams);
  return { accounts, row: accounts.open(Uint32Array.of(0, 0, 0xffff, 5), 0, Float64Array.of(1), 0) };
}

const key = (n: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, n);

function rowsOf(accounts: Accounts, row: number, stream: number): number {
  const { firstReason } = accounts.seats[stream];
  const from = row * accounts.reasonCount + firstReason;
  return accounts.rowBits
    .slice(from, from + accounts.streams[stream].reasons.length)
    .reduce((sum, bits) => sum + bits, 0);
}

const factor = fc.double({ min: 0.001, max: 60, noNaN: true });
const charge = fc.oneof(
  fc.record({ stream: fc.constant(ONE), factors: fc.tuple(factor), reason: fc.nat(1) }),
  fc.record({ stream: fc.constant(THREE), factors: fc.tuple(factor, factor, factor), reason: fc.nat(2) }),
);

test('the rows of a stream add up to its bits after any charges', () => {
  fc.assert(
    fc.property(fc.array(charge, { maxLength: 120 }), (charges) => {
      const { accounts, row } = opened();
      for (const [at, { stream, factors, reason }] of charges.entries()) {
        accounts.charge(row, stream, Float64Array.from(factors), reason, BATCH, at % 64);
        for (const each of [ONE, THREE]) {
          const bits = accounts.bits[row * 2 + each];
          assert.ok(Math.abs(rowsOf(accounts, row, each) - bits) < 1e-6, `stream ${each}: ${bits}`);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('a stream is the logarithm of the average of its components, each kept at 1 or more', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(factor, factor, factor), { minLength: 1, maxLength: 30 }), (steps) => {
      const { accounts, row } = opened();
      let values = [1, 1, 1];
      for (const factors of steps) {
        accounts.charge(row, THREE, Float64Array.from(factors), 0, BATCH, 0);
        values = values.map((value, j) => Math.max(1, value) * factors[j]);
        const bits = Math.log2((values[0] + values[1] + values[2]) / 3);
        if (bits >= CAP) return;
        assert.ok(Math.abs(accounts.bits[row * 2 + THREE] - bits) < 1e-9);
      }
    }),
  );
});

test('no amnesty: after any good behaviour a run of misses is as long as without it, or a step shorter', () => {
  const good = fc.array(fc.tuple(fc.double({ min: 0.05, max: 1, noNaN: true }), factor), { maxLength: 200 });
  const steps = (history: readonly number[]): number => {
    const { accounts, row } = opened();
    for (const value of history) accounts.charge(row, ONE, Float64Array.of(value), 0, BATCH, 0);
    for (let count = 1; ; count += 1) {
      accounts.charge(row, ONE, Float64Array.of(19), 1, BATCH, 0);
      if (accounts.bits[row * 2] >= 20) return count;
    }
  };
  const fresh = steps([]);
  fc.assert(
    fc.property(good, (history) => {
      const hits = history.map(([value]) => value);
      assert.ok(Math.abs(steps(hits) - fresh) <= 1);
    }),
  );
});

test('a full stream is charged no more: neither bits nor contacts', () => {
  const { accounts, row } = opened();
  for (let n = 0; n < 60; n += 1) {
    assert.equal(accounts.isFull(row, ONE), n >= 16);
    accounts.charge(row, ONE, Float64Array.of(2 ** 16), 0, BATCH, 0);
  }
  assert.equal(accounts.bits[row * 2], CAP);
  assert.equal(accounts.rowCount[row * accounts.reasonCount], 16);
  accounts.charge(row, ONE, Float64Array.of(0.001), 1, BATCH, 0);
  assert.equal(accounts.bits[row * 2], CAP);
  assert.ok(!accounts.isFull(row, THREE));
});

test('the account is its best stream less log2 of the number of streams', () => {
  const { accounts, row } = opened();
  accounts.charge(row, ONE, Float64Array.of(8), 0, BATCH, 0);
  accounts.charge(row, THREE, Float64Array.of(64, 64, 64), 0, BATCH, 0);
  assert.equal(accounts.best(row), THREE);
  assert.equal(accounts.balance(row), 6 - 1);
  assert.equal(accounts.price, 1);
});

test('samples are bounded in all and by reason, and name the contacts that were charged', () => {
  const { accounts, row } = opened();
  for (let at = 0; at < 64; at += 1) accounts.charge(row, THREE, Float64Array.of(1.1, 1.1, 1.1), at % 3, BATCH, at);
  const samples = accounts.samples.of(row);
  assert.deepEqual(
    samples.map(({ reason, record, input }) => [reason, record, input]),
    Array.from({ length: 12 }, (_, at) => [2 + (at % 3), at + 1, at % 3]),
  );
  const many = [{ name: 'm', components: 1, reasons: Array.from({ length: 9 }, (_, n) => `${n}`) }];
  const other = opened(1, many);
  for (let at = 0; at < 64; at += 1) other.accounts.charge(other.row, 0, Float64Array.of(1.1), at % 9, BATCH, at);
  assert.equal(other.accounts.samples.of(other.row).length, SAMPLES);
});

test('samples of rows that were forgiven are given up with them', () => {
  const { accounts, row } = opened();
  for (let at = 0; at < 40; at += 1)
    accounts.charge(row, ONE, Float64Array.of(at % 2 === 0 ? 1.5 : 0.1), at % 2, BATCH, at);
  for (let at = 40; at < 44; at += 1) accounts.charge(row, ONE, Float64Array.of(16), 0, BATCH, at);
  const records = accounts.samples.of(row).map(({ record }) => record);
  assert.deepEqual(records, [41, 42, 43, 44]);
});

test('an account starts with nothing, also in a row that another had', () => {
  const accounts = new Accounts(1, 3, STREAMS);
  const row = accounts.open(key(1), 0, Float64Array.of(5), 0);
  accounts.charge(row, THREE, Float64Array.of(9, 9, 9), 1, BATCH, 3);
  accounts.contacts[row] = 4;
  accounts.flags[row] = 7;
  accounts.range = 1;
  assert.equal(accounts.open(key(2), 0, Float64Array.of(6), 0), row);
  assert.equal(accounts.evicted, 1);
  assert.equal(accounts.keys.findAt(key(1), 0), -1);
  assert.equal(accounts.balance(row), -1);
  assert.equal(rowsOf(accounts, row, THREE), 0);
  assert.deepEqual([accounts.contacts[row], accounts.flags[row], accounts.samples.of(row).length], [0, 0, 0]);
  accounts.charge(row, THREE, Float64Array.of(2, 2, 2), 1, BATCH, 3);
  assert.equal(accounts.bits[row * 2 + THREE], 1, 'components start at 1 again');
});

test('the poorest account makes room; one with a dossier never does', () => {
  const accounts = new Accounts(8, 3, STREAMS);
  for (let n = 0; n < 8; n += 1) {
    const row = accounts.open(key(n), 0, Float64Array.of(n), 0);
    accounts.targets[row] = 2;
    accounts.charge(row, ONE, Float64Array.of(2 + ((n + 5) % 8)), 0, BATCH, 0);
    if (n === 3) accounts.dossier[row] = 0;
  }
  accounts.range = 1;
  // Factors from the least: source 3 (kept for its dossier), 4, 5 …
  for (const poorest of [4, 5, 6]) {
    const row = accounts.open(key(100 + poorest), 0, Float64Array.of(9), 0);
    accounts.targets[row] = 2;
    accounts.charge(row, ONE, Float64Array.of(1000), 0, BATCH, 0);
    assert.equal(accounts.keys.findAt(key(poorest), 0), -1, `${poorest}`);
  }
  assert.ok(accounts.keys.findAt(key(3), 0) >= 0);
});

test('sources with one target go first, the oldest of them before the others, however wicked they look', () => {
  const accounts = new Accounts(8, 3, STREAMS);
  for (let n = 0; n < 8; n += 1) {
    const row = accounts.open(key(n), 0, Float64Array.of(100 - n), 0);
    accounts.targets[row] = n % 2 === 0 ? 1 : 2;
    if (n % 2 === 0) accounts.charge(row, ONE, Float64Array.of(2 ** 40), 0, BATCH, 0);
  }
  accounts.range = 1;
  for (const oldest of [6, 4, 2, 0]) {
    accounts.targets[accounts.open(key(100 + oldest), 0, Float64Array.of(200), 0)] = 2;
    assert.equal(accounts.keys.findAt(key(oldest), 0), -1, `${oldest}`);
  }
  for (let n = 1; n < 8; n += 2) assert.ok(accounts.keys.findAt(key(n), 0) >= 0, `${n}`);
});

test('where every account has a dossier there is no room, and none is let go', () => {
  const accounts = new Accounts(3, 3, STREAMS);
  for (let n = 0; n < 3; n += 1) accounts.dossier[accounts.open(key(n), 0, Float64Array.of(0), 0)] = n;
  accounts.range = 1;
  assert.equal(accounts.open(key(9), 0, Float64Array.of(0), 0), -1);
  assert.equal(accounts.evicted, 0);
});

test('an account that a row of this range has is not let go', () => {
  const accounts = new Accounts(2, 3, STREAMS);
  for (let n = 0; n < 2; n += 1) accounts.usedIn[accounts.open(key(n), 0, Float64Array.of(n), 0)] = 1;
  accounts.range = 1;
  assert.equal(accounts.open(key(8), 0, Float64Array.of(9), 0), -1);
  accounts.range = 2;
  assert.ok(accounts.open(key(9), 0, Float64Array.of(9), 0) >= 0);
  assert.equal(accounts.evicted, 1);
});

test('seats stand one behind the other', () => {
  assert.deepEqual(seatsOf(STREAMS), [
    { stream: 0, firstReason: 0 },
    { stream: 1, firstReason: 2 },
  ]);
});
