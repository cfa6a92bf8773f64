import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Routers } from '../../src/ledger/routers.ts';

const host = (n: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, n);

test('a link address before several network addresses is a router’s', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 3; n += 1) routers.observe(77, host(1 + n), 0, false);
  assert.ok(!routers.isRouter(77));
  routers.observe(77, host(4), 0, false);
  assert.ok(routers.isRouter(77));
  assert.ok(!routers.isRouter(78));
});

test('one host that talks all day is none', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 100; n += 1) routers.observe(77, host(5), 0, false);
  assert.ok(!routers.isRouter(77));
});

test('a link without addresses has no routers; in a full table new ones are none', () => {
  const routers = new Routers(2, 1);
  for (let n = 0; n < 9; n += 1) routers.observe(0, host(1 + n), 0, false);
  assert.ok(!routers.isRouter(0));
  for (let link = 1; link < 4; link += 1) for (let n = 0; n < 9; n += 1) routers.observe(link, host(1 + n), 0, false);
  assert.deepEqual(
    [1, 2, 3].map((link) => routers.isRouter(link)),
    [true, true, false],
  );
});

test('a host that talks by two addresses in turn is no router', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 100; n += 1) routers.observe(77, host(1 + (n % 2)), 0, false);
  assert.ok(!routers.isRouter(77));
});

test('a link address before one of ours and one of the outside is a router’s; a private one may be ours untold', () => {
  const [outside, hidden] = [host(0x50000001), host(0x0a000001)];
  const routers = new Routers(4, 1);
  for (const link of [77, 78]) routers.observe(link, host(0xc0000201), 0, false);
  routers.observe(77, outside, 0, true);
  routers.observe(78, hidden, 0, true);
  assert.deepEqual([routers.isRouter(77), routers.isRouter(78)], [true, false]);
});

test('who has no address yet stands before nobody', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 3; n += 1) routers.observe(77, host(n + 1), 0, false);
  routers.observe(77, host(0), 0, false);
  assert.ok(!routers.isRouter(77));
});
