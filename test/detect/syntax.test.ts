import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Anomaly, Syntax } from '../../src/detect/syntax.ts';
import { formatAddress } from '../../src/record/address.ts';
import { Method, Outcome } from '../../src/record/contact.ts';
import { Trait } from '../../src/record/packet.ts';
import { binomialTail } from '../support/chance.ts';
import { contacts, type ContactSpec, randomOf, range } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';

const HERE = 0xc0000200;
const ODD = '203.0.113.9';

const odd = (count: number, traits: number, from: string | number = ODD): ContactSpec[] =>
  [...range(count)].map((n) => ({ from, to: HERE + n, port: 443, traits, outcome: Outcome.answered }));
/** Clients of a service; what they send is in order. */
const usual = (count: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: 0x50000000 + n * 977, to: HERE + 80, port: 443, outcome: Outcome.answered }));

function found(specs: readonly ContactSpec[], cut = 1): Anomaly[] {
  const stand = new Stand();
  const syntax = new Syntax(7);
  const batch = contacts(specs);
  for (let from = 0; from < batch.count; from += cut) {
    const to = Math.min(batch.count, from + cut);
    stand.take(batch, from, to);
    syntax.observe(batch, from, to, stand.ledger);
  }
  return syntax.found();
}

const NAMES: readonly (readonly [name: string, header: Partial<ContactSpec>])[] = [
  ['options', { traits: Trait.badOptions }],
  ['reserved bits', { traits: Trait.reservedBits }],
  ['an address', { traits: Trait.impossible }],
  ['checksum', { traits: Trait.badChecksum }],
  ['flags', { flags: 3, method: Method.tcpOdd }],
  ['port 0', { port: 0 }],
  ['fragments', { traits: Trait.hiding }],
];

for (const [name, header] of NAMES)
  test(`${name}: twelve hosts are an anomaly, two are none`, () => {
    const towards = (count: number): ContactSpec[] => odd(count, 0).map((spec) => ({ ...spec, ...header }));
    const [anomaly, ...more] = found([...usual(1000), ...towards(12)]);
    assert.deepEqual(more, []);
    assert.equal(formatAddress(anomaly.source, 0), ODD);
    assert.match(anomaly.rows[0].reason, new RegExp(name));
    assert.equal(anomaly.hosts, 12);
    assert.ok(anomaly.bits >= anomaly.bar);
    assert.deepEqual(found([...usual(1000), ...towards(2)]), []);
  });

test('the rows add up to the bits, and name records', () => {
  const [anomaly] = found([...usual(1000), ...odd(9, Trait.badOptions), ...odd(30, Trait.hiding)]);
  const sum = anomaly.rows.reduce((total, { bits }) => total + bits, 0);
  assert.ok(Math.abs(sum - anomaly.bits) < 1e-6);
  assert.deepEqual(anomaly.rows[0].samples[0].record, 1001);
});

test('one host may be met a thousand times in an odd way', () => {
  const one = [...range(1000)].map((n) => ({
    from: ODD,
    to: HERE + 1,
    port: n + 1,
    traits: Trait.badOptions,
    outcome: Outcome.answered,
  }));
  assert.deepEqual(found([...usual(1000), ...one]), []);
});

test('odd packets among many that are in order are none', () => {
  const mixed = odd(40, 0).map((spec, n) => ({ ...spec, traits: n % 20 === 0 ? Trait.badChecksum : 0 }));
  assert.deepEqual(found([...usual(1000), ...mixed]), []);
});

test('what everybody sends is the capture’s doing', () => {
  const all = [...range(60)].flatMap((n) => odd(20, Trait.badChecksum, 0x50000000 + n * 977));
  assert.deepEqual(found(all), []);
});

test('checksums that an own host left to its card, stray answers and ARP are no anomaly', () => {
  const own = [...range(50)].map((n) => ({
    from: HERE + 9,
    to: 0x5f000000 + n,
    traits: Trait.badChecksum,
    outcome: Outcome.answered,
  }));
  const answers = odd(50, Trait.badOptions).map((spec) => ({ ...spec, method: Method.strayAnswer }));
  const arp = odd(50, Trait.impossible).map((spec) => ({ ...spec, method: Method.arp, protocol: 0 }));
  assert.deepEqual(found([...usual(1000), ...own, ...answers, ...arp]), []);
});

test('the same however contacts were cut', () => {
  const specs = [...usual(500), ...odd(20, Trait.badOptions), ...odd(20, Trait.reservedBits, '203.0.113.8')];
  assert.deepEqual(found(specs, 540), found(specs));
  assert.equal(found(specs).length, 2);
});

test('sources that are as odd as they may reach the bar no more often than is said', () => {
  const random = randomOf(3);
  const sources = 400;
  const each = 40;
  const specs = [...range(sources)].flatMap((n) =>
    [...range(each)].map((k) => ({
      from: 0x50000000 + n * 977,
      to: HERE + k,
      traits: random() < 0.01 ? Trait.badOptions : 0,
      outcome: Outcome.answered,
    })),
  );
  const stand = new Stand({ bar: 6 });
  const syntax = new Syntax(7);
  const batch = contacts(specs);
  for (const row of range(batch.count)) {
    stand.take(batch, row, row + 1);
    syntax.observe(batch, row, row + 1, stand.ledger);
  }
  const reached = syntax.found().length;
  assert.ok(binomialTail(sources, reached, each * 2 ** -6) > 1e-6, `${reached}`);
});

test('a flood of sources with one odd packet each does not blind it', () => {
  const flood = [...range(2000)].flatMap((n) => odd(1, Trait.badOptions, 0x50000000 + n));
  const many = [...range(4000)].map((n) => ({
    from: 0x60000000 + n,
    to: HERE + 80,
    port: 443,
    outcome: Outcome.answered,
  }));
  const late = odd(40, Trait.hiding);
  const anomalies = found([...flood, ...many, ...late]);
  assert.deepEqual(
    anomalies.map(({ source }) => formatAddress(source, 0)),
    [ODD],
  );
});
