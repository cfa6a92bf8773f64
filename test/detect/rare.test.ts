import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rare, type RareFlow } from '../../src/detect/rare.ts';
import { formatAddress } from '../../src/record/address.ts';
import { Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, contacts, range } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';

/** 192.0.2.0, our network */
const HERE = 0xc0000200;
const WEB = '203.0.113.80';
const MINUTE = 60;

/** Hosts of ours at work for `days`: each uses the web and names. */
const work = (days: number, every = 20): ContactSpec[] =>
  [...range(Math.floor((days * 86_400) / every))].map((n) => ({
    from: HERE + (n % 20),
    to: n % 3 === 0 ? '192.0.2.53' : WEB,
    port: n % 3 === 0 ? 53 : 443,
    protocol: n % 3 === 0 ? 17 : 6,
    at: n * every,
    outcome: Outcome.answered,
  }));

function found(specs: readonly ContactSpec[], cut = 1000): RareFlow[] {
  const stand = new Stand({ rows: 1 << 15 });
  const rare = new Rare(7);
  const batch = contacts(specs);
  for (let from = 0; from < batch.count; from += cut) {
    const to = Math.min(batch.count, from + cut);
    stand.take(batch, from, to);
    rare.observe(batch, from, to, stand.ledger);
  }
  return rare.found();
}

const after = (specs: readonly ContactSpec[]): number => (specs.at(-1)?.at ?? 0) + MINUTE;

test('a service that no host of the network used before is told with age and odds', () => {
  const before = work(2);
  const [flow, ...more] = found([
    ...before,
    { from: HERE + 3, to: WEB, port: 6667, at: after(before), outcome: Outcome.answered },
  ]);
  assert.deepEqual(more, []);
  assert.equal(formatAddress(flow.source, 0), '192.0.2.3');
  assert.deepEqual([flow.port, flow.protocol, flow.outward, flow.byNetwork], [6667, 6, true, true]);
  assert.ok(flow.bits >= 8 && flow.bits <= 13, String(flow.bits));
  assert.ok(flow.age >= 86_400e6 && flow.total >= 4096);
  assert.match(flow.odds, /^\d+ of the last \d+$/);
});

test('a profile that is young or small tells nothing', () => {
  for (const before of [work(0.9), work(2, 60)].map((specs) => specs.slice(0, 4000)))
    assert.deepEqual(
      found([...before, { from: HERE + 3, to: WEB, port: 6667, at: after(before), outcome: Outcome.answered }]),
      [],
    );
});

test('what a neighbour does is rarer for the host than for nobody', () => {
  const before = work(2).map((spec, n) =>
    n % 100 === 7 ? { ...spec, from: HERE + 7, port: 22, protocol: 6, to: WEB } : spec,
  );
  const [flow] = found([
    ...before,
    { from: HERE + 3, to: WEB, port: 22, at: after(before), outcome: Outcome.answered },
  ]);
  assert.equal(flow.byNetwork, false);
});

test('a scanner from outside that nobody answers teaches nothing and is not told', () => {
  const before = work(2);
  const scan = [...range(300)].map((n) => ({
    from: '198.18.0.9',
    to: HERE + (n % 20),
    port: 1000 + n,
    at: after(before) + n,
  }));
  assert.deepEqual(found([...before, ...scan]), []);
  const served = { from: '198.18.0.7', to: HERE + 5, port: 4444, at: after(before) + 400, outcome: Outcome.answered };
  const [flow] = found([...before, ...scan, served]);
  assert.deepEqual([flow.port, flow.outward], [4444, false]);
});

test('where everybody always does something new, new is not rare', () => {
  const before = work(2).map((spec, n) =>
    n % 10 === 0 ? { ...spec, protocol: 6, port: 1024 + (n % 30_000), to: WEB } : spec,
  );
  assert.deepEqual(found(before), []);
});

test('the same for any cut of the rows', () => {
  const before = work(1.5);
  const specs = [...before, { from: HERE + 3, to: WEB, port: 6667, at: after(before), outcome: Outcome.answered }];
  assert.deepEqual(found(specs, 17), found(specs, 4096));
});
