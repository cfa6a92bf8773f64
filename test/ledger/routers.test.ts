import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Routers } from '../../src/ledger/routers.ts';

const host = (n: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, n);

test('a link address before several network addresses is a router’s', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 3; n += 1) routers.observe(77, host(n), 0);
  assert.ok(!routers.isRouter(77));
  routers.observe(77, host(3), 0);
  assert.ok(routers.isRouter(77));
  assert.ok(!routers.isRouter(78));
});

test('one host that talks all day is none', () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 100; n += 1) routers.observe(77, host(5), 0);
  assert.ok(!routers.isRouter(77));
});

test('a link without addresses has no routers; in a full table new ones are none', () => {
  const routers = new Routers(2, 1);
  for (let n = 0; n < 9; n += 1) routers.observe(0, host(n), 0);
  assert.ok(!routers.isRouter(0));
  for (let link = 1; link < 4; link += 1) for (let n = 0; n < 9; n += 1) routers.observe(link, host(n), 0);
  assert.deepEqual(
    [1, 2, 3].map((link) => routers.isRouter(link)),
    [true, true, false],
  );
});

const TURNS = 'routers.ts counts changes of address, not addresses: a host with two (IPv4 and IPv6) is soon a router';

test('a host that talks by two addresses in turn is no router', { todo: TURNS }, () => {
  const routers = new Routers(4, 1);
  for (let n = 0; n < 100; n += 1) routers.observe(77, host(n % 2), 0);
  assert.ok(!routers.isRouter(77));
});
