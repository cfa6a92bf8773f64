import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AddressTable } from '../../src/table/addresses.ts';

const at = (host: number): Uint32Array => Uint32Array.of(0x20010db8, 0, 0, host);
const none = (): void => {};

test('an address keeps its id while nothing is retired', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 100 }), (hosts) => {
      const table = new AddressTable(31, 5, () => assert.fail('retired'));
      const ids = new Map<number, number>();
      hosts.forEach((host, now) => {
        if (!ids.has(host)) ids.set(host, ids.size);
        assert.equal(table.intern(at(host), 0, Float64Array.of(now), 0), ids.get(host));
        assert.equal(table.lastSeen[ids.get(host) ?? -1], now);
      });
      assert.equal(table.size, ids.size);
      for (let host = 0; host <= 30; host += 1) assert.equal(table.find(at(host), 0), ids.get(host) ?? -1);
    }),
  );
});

test('what is kept by id belongs to the address that has the id, through any retirements', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 40 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 24 }),
      (hosts, capacity) => {
        const kept = new Float64Array(capacity).fill(-1);
        let retired = 0;
        const table: AddressTable = new AddressTable(capacity, 5, (id) => {
          assert.equal(table.words[4 * id + 3], kept[id], 'the hook can still read whose the id was');
          kept[id] = -1;
          retired += 1;
        });
        hosts.forEach((host, now) => {
          const id = table.intern(at(host), 0, Float64Array.of(now), 0);
          assert.ok(kept[id] === -1 || kept[id] === host);
          kept[id] = host;
        });
        assert.equal(table.retired, retired);
        assert.equal(table.size, Math.min(capacity, new Set(hosts).size));
        for (let id = 0; id < table.size; id += 1) assert.equal(table.find(at(kept[id]), 0), id);
      },
    ),
  );
});

test('of up to 16 ids the one idle longest is retired', () => {
  const retired: number[] = [];
  const table: AddressTable = new AddressTable(16, 5, (id) => retired.push(table.words[4 * id + 3]));
  for (let host = 0; host < 16; host += 1) table.intern(at(host), 0, Float64Array.of(100 + host), 0);
  table.touch(table.find(at(0), 0), Float64Array.of(200), 0);
  table.intern(at(1), 0, Float64Array.of(201), 0);
  table.touch(table.find(at(2), 0), Float64Array.of(50), 0);
  for (const host of [100, 101, 102]) table.intern(at(host), 0, Float64Array.of(300), 0);
  assert.deepEqual(retired, [2, 3, 4]);
});

test('a flood of new addresses retires itself, not those that keep coming back', () => {
  let lost = 0;
  const table: AddressTable = new AddressTable(1024, 5, (id) => {
    if (table.words[4 * id + 3] < 100) lost += 1;
  });
  for (let step = 0; step < 100_000; step += 1) {
    table.intern(at(1000 + step), 0, Float64Array.of(step), 0);
    if (step % 5 === 0) table.intern(at((step / 5) % 100), 0, Float64Array.of(step), 0);
  }
  assert.ok(table.retired > 98_000);
  assert.equal(lost, 0);
});

test('retirement depends on the order of calls only', () => {
  const ids = [1, 2].map((seed) => {
    const table = new AddressTable(50, seed, none);
    return Array.from({ length: 2000 }, (_, step) =>
      table.intern(at((step * 7919) % 173), 0, Float64Array.of(step), 0),
    );
  });
  assert.deepEqual(ids[0], ids[1]);
});
