import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parent } from '../../src/detect/parent.ts';
import { Outcome } from '../../src/record/contact.ts';
import { formatPrefix } from '../../src/record/address.ts';
import { mix } from '../../src/table/hash.ts';
import { type ContactSpec, randomOf, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const THERE = 0xcb007100;

/** Targets in no order that would show, ports likewise. */
const spread = (sources: readonly (string | number)[], count: number, rest: Partial<ContactSpec> = {}): ContactSpec[] =>
  [...range(count)].map((n) => ({
    from: sources[n % sources.length],
    to: HERE + (mix(5, n) % 256),
    port: 1000 + (mix(6, n) % 5000),
    at: n * 3600,
    ...rest,
  }));

const parentsOf = (specs: readonly ContactSpec[]): readonly Parent[] => judged(specs).judge.parents.found();
const names = (parents: readonly Parent[]): string[] =>
  parents.map(({ prefix, prefixBits }) => formatPrefix(prefix, 0, prefixBits));

test('a scan by many addresses of one network, a probe or two each, is blamed on the network', () => {
  const [parent, ...others] = parentsOf(
    spread(
      [...range(30)].map((n) => THERE + n),
      40,
    ),
  );
  assert.deepEqual(names([parent, ...others]), ['203.0.113.0/24']);
  assert.ok(parent.members.length >= 25);
  assert.ok(parent.bits >= parent.bar);
});

test('IPv6: the /64, not the /48 around it', () => {
  const sources = [...range(30)].map((n) => `2a00:1:2:3::${(n + 1).toString(16)}`);
  assert.deepEqual(names(parentsOf(spread(sources, 40))), ['2a00:1:2:3::/64']);
});

test('IPv6: the /48 when every probe has a /64 of its own', () => {
  const sources = [...range(40)].map((n) => `2a00:1:2:${(n + 1).toString(16)}::1`);
  assert.deepEqual(names(parentsOf(spread(sources, 40))), ['2a00:1:2::/48']);
});

test('one scanner is blamed alone, not its network', () => {
  assert.deepEqual(parentsOf(spread([THERE + 9], 60)), []);
});

test('neighbours who visit services are no scan', () => {
  const random = randomOf(2);
  const visits = [...range(800)].map((n) => ({
    from: THERE + (n % 200),
    to: HERE + 80 + Math.floor(random() * 4),
    port: 443,
    outcome: random() < 0.98 ? Outcome.answered : Outcome.unanswered,
    at: n * 30,
  }));
  assert.deepEqual(parentsOf(visits), []);
});

test('a neighbour who only visits a service is no member', () => {
  const visitor = [...range(9)].map((n) => ({
    from: THERE + 200,
    to: HERE + 80 + n,
    port: 443,
    outcome: Outcome.answered,
    at: 20_000 + n,
  }));
  const specs = [
    ...spread(
      [...range(30)].map((n) => THERE + n),
      40,
    ),
    ...visitor,
  ].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const [parent] = parentsOf(specs);
  assert.ok(parent.members.every(({ source }) => source[3] !== THERE + 200));
});

test('visitors of two services from ten thousand networks do not hide one', () => {
  const visitors = [...range(20_000)].map((n) => ({
    from: 0x50000000 + (n >> 1) * 256,
    to: HERE + 80 + (n & 1),
    port: 443,
    outcome: Outcome.answered,
    at: -20_000 + n,
  }));
  assert.equal(
    parentsOf([
      ...visitors,
      ...spread(
        [...range(30)].map((n) => THERE + n),
        40,
      ),
    ]).length,
    1,
  );
});
