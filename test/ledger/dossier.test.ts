import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dossier } from '../../src/ledger/dossier.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { type ContactSpec, exchange, range, START } from '../support/contacts.ts';
import { Asked, Reply } from '../../src/record/request.ts';
import { Stand } from '../support/judge.ts';
import { requestsOf } from '../support/quest.ts';

const SCANNER = '203.0.113.9';
const HERE = 0xc0000200;

function dossierOf(specs: readonly ContactSpec[], stand = new Stand()): Dossier | undefined {
  stand.each(specs);
  return stand.ledger.dossiers.of(stand.account(SCANNER));
}

const sweep = (count: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: SCANNER, to: HERE + n, record: 10 + n }));

test('a dossier is opened when an account begins to fill, and knows what came before', () => {
  assert.equal(dossierOf(sweep(1)), undefined);
  const dossier = dossierOf(sweep(5));
  assert.ok(dossier);
  assert.equal(dossier.probes, 5);
  assert.equal(dossier.addresses.size, 5);
  assert.equal(dossier.services.size, 1);
  assert.equal(dossier.methods[Method.tcpSyn], 5);
  assert.equal(dossier.outcomes[Outcome.unanswered], 5);
  assert.deepEqual([dossier.first, dossier.last], [START, START + 4e6]);
  assert.deepEqual([dossier.firstInput, dossier.firstRecord], [0, 10]);
  assert.deepEqual(
    dossier.visits.address,
    [0, 1, 2, 3, 4].map((n) => HERE + n),
  );
});

test('probes, addresses and services are those of all contacts, visits those of first ones', () => {
  const again = [...range(40)].map((n) => ({
    from: SCANNER,
    to: HERE + (n % 5),
    port: 80 + (n % 4),
    protocol: n % 2 === 0 ? 6 : 17,
  }));
  const dossier = dossierOf([...sweep(3), ...again, ...again]);
  assert.ok(dossier);
  assert.equal(dossier.probes, 83);
  assert.equal(dossier.addresses.size, 5);
  assert.deepEqual(
    dossier.services
      .sorted()
      .map(([key]) => key)
      .sort((a, b) => a - b),
    [(6 << 16) | 80, (6 << 16) | 82, (17 << 16) | 81, (17 << 16) | 83],
  );
  // Twenty pairs of host and port, of which the sweep had tried three.
  assert.equal(dossier.visits.time.length, 20);
});

test('the earliest contact is the first, in whatever order contacts are told', () => {
  const dossier = dossierOf([50, 20, 90, 10, 70, 30].map((at, n) => ({ from: SCANNER, to: HERE + n, at, record: at })));
  assert.ok(dossier);
  assert.deepEqual([dossier.first, dossier.last, dossier.firstRecord], [START + 10e6, START + 90e6, 10]);
});

test('what answered is learned, once', () => {
  const answered = { from: SCANNER, to: HERE + 1, port: 22, outcome: Outcome.answered };
  const dossier = dossierOf([...sweep(4), answered, answered]);
  assert.deepEqual(
    dossier?.learned.map(({ target, port, protocol }) => [target[3], port, protocol]),
    [[HERE + 1, 22, 6]],
  );
});

test('connections are counted, and those that are broken off at once', () => {
  const connect = (n: number): ContactSpec[] => {
    const one = { from: SCANNER, to: HERE + 1, port: n, method: Method.tcpConnect, proof: Proof.handshake };
    return [
      { ...one, outcome: Outcome.answered },
      { ...one, outcome: Outcome.brokenOff },
    ];
  };
  const dossier = dossierOf([...sweep(4), ...connect(1), ...connect(2)]);
  assert.deepEqual([dossier?.connected, dossier?.brokenOff, dossier?.probes], [2, 2, 6]);
});

test('visits are bounded', () => {
  const many = [...range(3000)].map((n) => ({ from: SCANNER, to: HERE + (n % 256), port: 1 + n }));
  const dossier = dossierOf(many);
  assert.ok(dossier && dossier.visits.time.length <= 256);
  assert.equal(dossier.probes, 3000);
});

test('of too many visits the earliest are kept, for silence is told late', () => {
  const late = [...range(300)].map((n) => ({ from: SCANNER, to: HERE + n, at: 1000 + n, record: n }));
  const silent = [...range(100)].map((n) => ({ from: SCANNER, to: HERE + 300 + n, at: n, record: 300 + n }));
  const dossier = dossierOf([...late, ...silent]);
  assert.ok(dossier);
  const kept = dossier.visits.record.toSorted((a, b) => a - b);
  assert.deepEqual(kept, [...range(156), ...[...range(100)].map((n) => 300 + n)]);
});

test('of who is served and misses nothing no dossier is kept; what came before is told when something turns up', () => {
  const served = [...range(30)].flatMap((n) => exchange({ from: SCANNER, to: HERE + (n % 3), port: 443, at: n }));
  assert.equal(dossierOf(served), undefined);
  const dossier = dossierOf([
    ...served,
    ...[...range(6)].map((n) => ({ from: SCANNER, to: HERE + 100 + n, at: 40 + n })),
  ]);
  assert.ok(dossier);
  assert.deepEqual([dossier.probes, dossier.exchanged], [36, 30]);
  assert.equal(dossier.visits.time[0], START);
});

test('all steps of a trace are counted, those before the dossier too', () => {
  const steps = [...range(30)].map((n) => ({ from: SCANNER, to: HERE + 1, protocol: 17, port: 33434 + n, ttl: 1 }));
  assert.equal(dossierOf(steps)?.traced, 30);
});

test('with every dossier taken by a finding, a new scan still gets one', () => {
  const stand = new Stand();
  const forged = [...range(4096)].flatMap((n) => [...range(6)].map((k) => ({ from: 0x50000000 + n, to: HERE + k })));
  stand.each(forged);
  for (const dossier of stand.ledger.dossiers.all) if (dossier) dossier.opened = START;
  assert.ok(
    dossierOf(
      [...range(50)].map((n) => ({ from: SCANNER, to: HERE + n, at: 86_400 + n })),
      stand,
    ),
  );
});

test('dossiers of the poor make room for others', () => {
  const stand = new Stand();
  stand.each([...range(4200)].flatMap((n) => [...range(9)].map((k) => ({ from: 0x50000000 + n, to: HERE + k }))));
  assert.ok(stand.ledger.dossiers.dropped > 0);
  assert.ok(dossierOf(sweep(12), stand));
  assert.equal(stand.ledger.dossiers.all.length, 4096);
});

test('an IPv6 address that has ffff where mapped addresses have it is told from others by all of its words', () => {
  const from = '2001:db8:9::1';
  const stand = new Stand();
  stand.each([...range(12)].map((n) => ({ from, to: `2001:db8:1:${n + 16}:0:ffff:0:7`, traits: 1 })));
  const dossier = stand.ledger.dossiers.of(stand.account(from)) ?? assert.fail('it has none');
  assert.equal(dossier.addresses.size, 12);
  assert.equal(dossier.visits.upper.length, 3 * dossier.visits.time.length);
});

test('files of TFTP are asked for by UDP, paths of other ports by HTTP', () => {
  const batch = requestsOf([69, 69, 80].map((_, n) => ({ asked: Asked.path, reply: Reply.missed, name: `/${n}` })));
  batch.port.set([69, 69, 80]);
  const dossier = new Dossier(0, new Uint32Array(4), 7);
  for (let row = 0; row < batch.count; row += 1) dossier.ask(batch, row, true, 1);
  assert.deepEqual([dossier.methods[Method.udp], dossier.methods[Method.http]], [2, 1]);
});
