import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../../scripts/tree.ts';
import { detectors } from '../../../src/detect/index.ts';
import { type ContactBatch, Method, METHODS, Outcome, Proof } from '../../../src/record/contact.ts';
import { IKE_PORT, SNMP_PORT, tellsKinds } from '../../../src/record/kinds.ts';
import { contacts, type ContactSpec, exchange, randomOf, range, START } from '../../support/contacts.ts';
import { Stand } from '../../support/judge.ts';

/*
 * What holds of every detector. A new one is tested here by being in the list.
 */

const HERE = 0xc0000200;

/** Contacts of many kinds by few sources; most in order of time, as flows tell them. */
function mixture(count: number, seed: number): ContactSpec[] {
  const random = randomOf(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  return [...range(count)].map((n) => {
    const protocol = [6, 6, 6, 17, 1][pick(5)];
    const outcome = [Outcome.unknown, Outcome.answered, Outcome.refused, Outcome.unanswered, Outcome.exchanged][
      pick(5)
    ];
    return {
      from: pick(9) === 0 ? HERE + pick(20) : 0x50000000 + pick(12),
      to: HERE + pick(200),
      port: pick(8) === 0 ? [SNMP_PORT, IKE_PORT][pick(2)] : pick(40),
      at: n + pick(5),
      protocol,
      outcome,
      method: protocol === 6 ? pick(METHODS.length) : protocol === 17 ? Method.udp : Method.icmpEcho,
      proof: [0, Proof.handshake, Proof.closed, Proof.byRouter][pick(4)],
      ipId: [0, 54321, pick(65536)][pick(3)],
      options: pick(3) === 0 ? 0 : 77,
      ttl: 40 + pick(20),
      hint: pick(12) === 0 ? 1 + pick(15) : 0,
    };
  });
}

interface Books {
  readonly bits: number[];
  readonly rows: number[];
  readonly counts: number[];
}

function booksAfter(batch: ContactBatch, cut: number): Books {
  const stand = new Stand();
  for (let from = 0; from < batch.count; from += cut) stand.take(batch, from, Math.min(batch.count, from + cut));
  const { bits, rowBits, rowCount, keys, streams, reasonCount } = stand.ledger.accounts;
  return {
    bits: [...bits.subarray(0, keys.extent * streams.length)],
    rows: [...rowBits.subarray(0, keys.extent * reasonCount)],
    counts: [...rowCount.subarray(0, keys.extent * reasonCount)],
  };
}

test('the list is what it seems: names and reasons are told apart, each has components', () => {
  assert.equal(new Set(detectors.map(({ name }) => name)).size, detectors.length);
  for (const { name, about, components, reasons } of detectors) {
    assert.ok(components >= 1 && Number.isInteger(components), name);
    assert.ok(reasons.length >= 1 && reasons.length < 256, name);
    assert.ok(about.length > 0);
  }
});

test('every charge is one of a known reason to the account of that row, for a first contact, the rest of one or another try', () => {
  const stand = new Stand();
  const { accounts, admission } = stand.ledger;
  const batch = contacts(mixture(4000, 1));
  const charge = accounts.charge.bind(accounts);
  let charges = 0;
  accounts.charge = (row, stream, factors, reason, of, at) => {
    charges += 1;
    const { name, components, reasons } = detectors[stream];
    assert.equal(row, admission.account[at], name);
    assert.ok(row >= 0, name);
    const isRest = batch.outcome[at] >= Outcome.exchanged || tellsKinds(batch, at);
    assert.ok(admission.first[at] === 1 || isRest, name);
    assert.ok(reason >= 0 && reason < reasons.length, `${name}: reason ${reason}`);
    assert.equal(factors.length, components, name);
    for (const factor of factors) assert.ok(factor >= 0 && Number.isFinite(factor), `${name}: ${factor}`);
    charge(row, stream, factors, reason, of, at);
  };
  for (let row = 0; row < batch.count; row += 1) stand.take(batch, row, row + 1);
  assert.ok(charges > 1000);
});

test('after any contacts rows add up to their streams, and every figure is a number', () => {
  const stand = new Stand();
  const batch = contacts(mixture(4000, 2));
  for (let row = 0; row < batch.count; row += 1) stand.take(batch, row, row + 1);
  const { accounts } = stand.ledger;
  for (let row = 0; row < accounts.keys.extent; row += 1)
    for (const [stream, { firstReason }] of accounts.seats.entries()) {
      const from = row * accounts.reasonCount + firstReason;
      const rows = accounts.rowBits.subarray(from, from + detectors[stream].reasons.length);
      const bits = accounts.bits[row * detectors.length + stream];
      assert.ok(Number.isFinite(bits), detectors[stream].name);
      assert.ok(Math.abs(rows.reduce((sum, value) => sum + value, 0) - bits) < 1e-6, detectors[stream].name);
    }
});

test('the same contacts make the same books', () => {
  const batch = contacts(mixture(3000, 3));
  assert.deepEqual(booksAfter(batch, 128), booksAfter(batch, 128));
});

test('how contacts are cut into ranges makes no difference', () => {
  const batch = contacts(mixture(3000, 4));
  const one = booksAfter(batch, 1);
  for (const cut of [2, 7, 64, 3000]) {
    const other = booksAfter(batch, cut);
    assert.deepEqual(other.counts, one.counts, `${cut}`);
    for (const [at, bits] of other.bits.entries())
      assert.ok(Math.abs(bits - one.bits[at]) < 1e-9, `${cut}: ${bits} ${one.bits[at]}`);
  }
});

test('whoever comes to what everybody visits and then to something else has numbers in its account', () => {
  const stand = new Stand();
  const popular = { to: HERE + 5, port: 443 };
  stand.each([...range(3)].flatMap((n) => exchange({ from: 0x50000010 + n, ...popular })));
  const from = 0x50000001;
  stand.each([
    { from, ...popular, outcome: Outcome.answered },
    { from, to: HERE + 6 },
  ]);
  const { accounts } = stand.ledger;
  for (const bits of accounts.rowBits.subarray(0, accounts.keys.extent * accounts.reasonCount))
    assert.ok(Number.isFinite(bits));
});

test('a row that was let go and taken anew starts with nothing of the one before', () => {
  const { ledger, observers } = new Stand();
  const fresh = new Stand();
  const run = (stand: { ledger: typeof ledger; observers: typeof observers }, batch: ContactBatch): void => {
    stand.ledger.admit(batch, 0, batch.count);
    for (const observer of stand.observers) observer.observe(batch, 0, batch.count, stand.ledger);
  };
  const later = START + 3600e6;
  const first = contacts([...range(200)].map((n) => ({ from: 5, to: HERE + n, ipId: 7 })));
  const second = contacts([...range(12)].map((n) => ({ from: 6, to: HERE + n, ipId: 7 })));
  for (let row = 0; row < second.count; row += 1) second.time[row] = later + row * 1e6;
  run({ ledger, observers }, first);
  const row = ledger.accounts.keys.findAt(first.address, 0);
  const dossier = ledger.dossiers.of(row);
  if (dossier) ledger.dossiers.close(dossier);
  ledger.accounts.keys.remove(row);
  run({ ledger, observers }, second);
  run(fresh, second);
  const marks = detectors.findIndex(({ name }) => name === 'marks');
  const of = (stand: { ledger: typeof ledger }): number => {
    const mine = stand.ledger.accounts.keys.findAt(second.address, 0);
    return stand.ledger.accounts.bits[mine * detectors.length + marks];
  };
  assert.equal(of({ ledger }), of(fresh));
});

test('rows without an account are left alone', () => {
  const stand = new Stand();
  const batch = contacts(mixture(500, 5));
  stand.ledger.admit(batch, 0, batch.count);
  stand.ledger.admission.account.fill(-1);
  stand.ledger.accounts.charge = () => assert.fail('charged');
  for (const observer of stand.observers) observer.observe(batch, 0, batch.count, stand.ledger);
});

test('contacts are not changed by being looked at', () => {
  const batch = contacts(mixture(500, 6));
  const before = JSON.stringify(batch.address) + JSON.stringify(batch.time) + JSON.stringify(batch.outcome);
  new Stand().take(batch);
  assert.equal(JSON.stringify(batch.address) + JSON.stringify(batch.time) + JSON.stringify(batch.outcome), before);
});

test('no detector knows another', () => {
  const names = detectors.map(({ name }) => name);
  for (const name of names) {
    const source = readFileSync(join(ROOT, `src/detect/${name}.ts`), 'utf8');
    for (const other of names) assert.ok(!source.includes(`from './${other}.ts'`), `${name} imports ${other}`);
  }
});
