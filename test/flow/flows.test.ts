import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Flows } from '../../src/flow/flows.ts';
import { Key, Queue, TIMEOUT } from '../../src/flow/layout.ts';

const CAPACITY = 8;
const SEED = 0x5eed;

const open = (flows: Flows, key: number): number => flows.open(flows.hash(key, -key, 3, 6), key, -key, 3, 6);
const find = (flows: Flows, key: number): number => flows.find(flows.hash(key, -key, 3, 6), key, -key, 3, 6);

describe('the table of flows', () => {
  test('holds what a map holds, whatever is put in and taken out', () => {
    const steps = fc.array(fc.record({ key: fc.integer({ min: -20, max: 20 }), out: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const flows = new Flows(CAPACITY, SEED);
        const model = new Map<number, number>();
        for (const { key, out } of all) {
          const row = model.get(key);
          if (row === undefined && model.size < CAPACITY) {
            model.set(key, open(flows, key));
            flows.enqueue(find(flows, key), Queue.half);
          } else if (row !== undefined && out) {
            flows.close(row);
            model.delete(key);
          }
          for (let one = -20; one <= 20; one += 1) assert.equal(find(flows, one), model.get(one) ?? -1);
          assert.equal(flows.size, model.size);
        }
      }),
    );
  });

  test('full: no row', () => {
    const flows = new Flows(CAPACITY, SEED);
    for (let key = 1; key <= CAPACITY; key += 1) assert.notEqual(open(flows, key), -1);
    assert.equal(open(flows, 99), -1);
    assert.equal(flows.size, CAPACITY);
  });

  test('a new row is empty, whoever had it before', () => {
    const flows = new Flows(CAPACITY, SEED);
    const row = open(flows, 1);
    flows.enqueue(row, Queue.half);
    flows.line32.fill(0xffffffff, 16 * row + 4, 16 * row + 14);
    flows.head32.fill(0xffffffff, 10 * row, 10 * row + 10);
    flows.close(row);
    assert.equal(open(flows, 2), row);
    assert.ok(flows.line32.subarray(16 * row + 4, 16 * row + 16).every((word) => word === 0));
    assert.ok(flows.head32.subarray(10 * row, 10 * row + 10).every((word) => word === 0));
  });

  test('IPv6 addresses live as long as a flow refers to them', () => {
    const flows = new Flows(CAPACITY, SEED);
    const words = Uint32Array.of(0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2);
    const out = new Uint32Array(4);
    assert.equal(flows.idOf(words, 0), -1);
    const row = flows.open(0, flows.intern(words, 0), flows.intern(words, 4), 0, Key.v6);
    flows.enqueue(row, Queue.half);
    flows.addressTo(row, 1, out, 0);
    assert.deepEqual([...out], [0x20010db8, 0, 0, 2]);
    assert.notEqual(flows.idOf(words, 0), -1);
    const unused = flows.intern(Uint32Array.of(1, 2, 3, 4), 0);
    flows.forgetUnused(unused);
    assert.equal(flows.idOf(Uint32Array.of(1, 2, 3, 4), 0), -1);
  });

  test('an IPv4 address is written mapped', () => {
    const flows = new Flows(CAPACITY, SEED);
    const out = new Uint32Array(4);
    flows.addressTo(open(flows, 5), 0, out, 0);
    assert.deepEqual([...out], [0, 0, 0xffff, 5]);
  });
});

describe('the queues', () => {
  const filled = (queue: number): { flows: Flows; rows: number[] } => {
    const flows = new Flows(CAPACITY, SEED);
    const rows = [1, 2, 3].map((key) => {
      flows.now[0] = key;
      const row = open(flows, key);
      flows.enqueue(row, queue);
      return row;
    });
    return { flows, rows };
  };

  test('give the oldest first', () => {
    const { flows, rows } = filled(Queue.half);
    assert.equal(flows.oldest(Queue.half, 0), rows[0]);
    flows.close(rows[0]);
    flows.move(rows[1], Queue.half);
    assert.equal(flows.oldest(Queue.half, 0), rows[2]);
    assert.equal(flows.oldest(Queue.open, 0), -1);
  });

  test('pass over a flow that had packets since, but for the untold', () => {
    const { flows, rows } = filled(Queue.open);
    flows.touch(rows[0]);
    assert.equal(flows.oldest(Queue.open, 0), rows[0]);
    assert.equal(flows.oldest(Queue.open, 1), rows[1]);
    const half = filled(Queue.half);
    half.flows.touch(half.rows[0]);
    assert.equal(half.flows.oldest(Queue.half, 9), half.rows[0]);
  });

  test('a flow is overdue when its queue says so', () => {
    for (const queue of Object.values(Queue)) {
      const { flows, rows } = filled(queue);
      flows.now[0] = 1 + TIMEOUT[queue];
      assert.equal(flows.overdue(rows[0]), false);
      flows.now[0] += 1;
      assert.equal(flows.overdue(rows[0]), true);
    }
  });
});
