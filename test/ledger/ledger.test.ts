import assert from 'node:assert/strict';
import { test } from 'node:test';
import { State } from '../../src/ledger/knowledge.ts';
import { Flag } from '../../src/ledger/account.ts';
import { Way } from '../../src/ledger/rates.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { contacts, type ContactSpec, exchange, range } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';

const SCANNER = '203.0.113.9';
const CLIENT = '203.0.113.50';
const HERE = 0xc0000200;
const UDP = 17;

/** One column of the admission over these contacts, taken one by one. */
function admitted(
  column: 'first' | 'way' | 'state' | 'p0' | 'missed' | 'trace',
  specs: readonly ContactSpec[],
  stand = new Stand(),
): number[] {
  stand.each(specs);
  return Array.from(stand.ledger.admission[column].subarray(0, specs.length));
}

test('a target that is tried again is one contact; a connection after a SYN is the same manner, a FIN probe is not', () => {
  const one = { from: SCANNER, to: HERE + 1 };
  const specs = [
    one,
    one,
    { ...one, method: Method.tcpConnect },
    { ...one, method: Method.tcpFin },
    { ...one, port: 81 },
  ];
  assert.deepEqual(admitted('first', specs), [1, 0, 0, 1, 1]);
});

test('steps of a traceroute to one host are one contact, whatever their ports', () => {
  const steps = [...range(30)].map((n) => ({ from: CLIENT, to: HERE + 1, protocol: UDP, port: 33434 + n, ttl: 1 + n }));
  const low = [...range(5)].map((n) => ({ from: CLIENT, to: HERE + 2, port: 1000 + n, ttl: 3 }));
  const first = admitted('first', [...steps, ...low]);
  assert.equal(
    first.reduce((sum, one) => sum + one, 0),
    2,
  );
  const other = [...range(5)].map((n) => ({ from: CLIENT, to: HERE + 3, protocol: UDP, port: 33000 + n }));
  assert.equal(
    admitted('trace', other).some((one) => one === 1),
    false,
  );
});

test('the way tells who is at home', () => {
  const specs = [
    { from: SCANNER, to: HERE },
    { from: HERE, to: SCANNER },
    { from: HERE, to: '198.51.100.7' },
    { from: '2001:db8:1::5', to: '2001:db8:2::5' },
  ];
  assert.deepEqual(admitted('way', specs), [Way.inward, Way.outward, Way.within, Way.outward]);
});

test('state is what was known before the contact', () => {
  const specs: ContactSpec[] = [
    { from: SCANNER, to: HERE + 1 },
    { from: SCANNER, to: HERE + 1, port: 81, outcome: Outcome.refused },
    { from: SCANNER, to: HERE + 1, port: 81, outcome: Outcome.refused },
    { from: CLIENT, to: HERE + 1, port: 82, outcome: Outcome.answered },
    { from: CLIENT, to: HERE + 1, port: 82 },
    { from: CLIENT, to: HERE + 1, port: 83 },
  ];
  const { unknown, dark, closed, alive, open } = State;
  assert.deepEqual(admitted('state', specs), [unknown, dark, closed, alive, open, alive]);
});

test('a host that answers strangers with data of its own is alive before anybody asked it', () => {
  const stray = { from: HERE + 9, to: CLIENT, method: Method.strayAnswer, outcome: Outcome.unknown };
  const stand = new Stand();
  assert.equal(admitted('state', [stray, { from: SCANNER, to: HERE + 9 }], stand)[1], State.alive);
  assert.equal(stand.ledger.contacts, 1, 'an answer that nobody asked for is no contact');
  assert.equal(stand.account(HERE + 9), -1);
});

test('refusals and silence miss, answers hit, what cannot be seen tells nothing', () => {
  const outcomes = [Outcome.refused, Outcome.unanswered, Outcome.answered, Outcome.unknown];
  const specs = outcomes.map((outcome, n) => ({ from: SCANNER, to: HERE + n, outcome }));
  assert.deepEqual(admitted('missed', specs), [1, 1, 0, 2]);
  const udp = [{ from: SCANNER, to: HERE, protocol: UDP }];
  assert.deepEqual(admitted('missed', udp), [1]);
  const blind = new Stand({ visibility: { tcp: false, udp: false, icmp: false } });
  assert.deepEqual(admitted('missed', [...udp, { from: SCANNER, to: HERE }], blind), [2, 1]);
  assert.equal(blind.ledger.admission.p0[0], 1, 'proves nothing');
});

test('a source that goes on without a visible answer was answered only where answers are invisible', () => {
  const pretends = [{ from: SCANNER, to: HERE, outcome: Outcome.answered, proof: Proof.continued }];
  assert.deepEqual(admitted('missed', pretends), [1]);
  const blind = new Stand({ visibility: { tcp: false, udp: true, icmp: true } });
  assert.deepEqual(admitted('missed', pretends, blind), [0]);
});

test('that a host is dead is found out once: further ports of it prove much less', () => {
  const ports = [1, 2, 3].map((port) => ({ from: SCANNER, to: HERE + 1, port }));
  const [first, second, third] = admitted('p0', ports);
  assert.ok(first <= 0.15);
  assert.deepEqual([second, third], [0.3, 0.3]);
  assert.equal(admitted('p0', [...ports, { from: CLIENT, to: HERE + 1 }])[3], 0.02, 'another source finds it out anew');
});

test('host unreachable, told by a router, is silence by another name', () => {
  const proof = Proof.byRouter;
  const ports = [1, 2, 3].map((port) => ({ from: CLIENT, to: HERE + 1, port, outcome: Outcome.refused, proof }));
  const [, second, third] = admitted('p0', ports);
  assert.deepEqual([second, third], [0.3, 0.3]);
});

test('a client that retries a dead service for a month is one contact', () => {
  const stand = new Stand();
  stand.each([...range(700)].map((n) => ({ from: CLIENT, to: HERE + 1, at: n * 3600 })));
  assert.ok(stand.bits(CLIENT, 'misses') < 4);
  assert.equal(stand.ledger.accounts.targets[stand.account(CLIENT)], 1);
});

test('proof of an address and exchanges are noted, own sources are marked', () => {
  const stand = new Stand();
  stand.each([
    ...exchange({ from: CLIENT, to: HERE + 1 }),
    { from: HERE + 4, to: CLIENT },
    { from: SCANNER, to: HERE },
  ]);
  const flags = [CLIENT, HERE + 4, SCANNER].map((source) => stand.ledger.accounts.flags[stand.account(source)]);
  assert.deepEqual(flags, [Flag.engaged | Flag.proven, Flag.own, 0]);
});

test('an outage charges nobody: once two known clients failed, the service proves nothing', () => {
  const service = { to: HERE + 1, port: 443 };
  const stand = new Stand();
  const known = ['203.0.113.50', '203.0.113.51', '203.0.113.52'];
  stand.each(known.flatMap((from) => exchange({ from, ...service })));
  stand.each(known.map((from) => ({ from, ...service })));
  const specs = [...range(50)].map((n) => ({ from: 0x50000000 + n, ...service }));
  assert.ok(admitted('p0', specs, stand).every((p0) => p0 === 1));
});

test('strangers who fail make no outage', () => {
  const service = { to: HERE + 1, port: 443 };
  const stand = new Stand();
  stand.each([...exchange({ from: CLIENT, ...service }), ...exchange({ from: '203.0.113.51', ...service })]);
  const p0 = admitted(
    'p0',
    [...range(50)].map((n) => ({ from: 0x50000000 + n, ...service })),
    stand,
  );
  assert.ok(p0.every((bound) => bound === 0.3));
});

// ── nobody teaches the ledger that missing is usual ──

const dark = (stand: Stand): number => stand.ledger.rates.p0(Way.inward, State.dark);

test('a source without an exchange teaches nothing, however much it misses', () => {
  const stand = new Stand();
  stand.each([...range(500)].map((n) => ({ from: SCANNER, to: HERE + (n % 250), port: n })));
  assert.deepEqual(
    Object.values(State).map((state) => stand.ledger.rates.p0(Way.inward, state)),
    Object.values(State).map((state) => new Stand().ledger.rates.p0(Way.inward, state)),
  );
});

test('a scanner that completes exchanges teaches with its first four targets only', () => {
  const probes = (count: number): ContactSpec[] => [
    { from: CLIENT, to: HERE + 200 },
    ...exchange({ from: SCANNER, to: HERE + 1 }),
    ...[...range(count)].map((n) => ({ from: SCANNER, to: HERE + 200, port: 1 + n })),
  ];
  const [few, many] = [new Stand(), new Stand()];
  few.each(probes(3));
  many.each(probes(2000));
  assert.equal(dark(many), dark(few));
});

test('a hundred sources with one exchange each cannot make misses weightless', () => {
  const stand = new Stand();
  stand.each([{ from: CLIENT, to: HERE + 200 }]);
  for (const n of range(100)) {
    const from = 0x50000000 + n;
    stand.each([...exchange({ from, to: HERE + 1 }), ...[...range(3)].map((port) => ({ from, to: HERE + 200, port }))]);
  }
  assert.ok(dark(stand) < 0.1, `${dark(stand)}`);
});

test('strangers’ answers do not fill the memory of our hosts', () => {
  const stand = new Stand();
  const stray = { to: HERE, method: Method.strayAnswer, outcome: Outcome.unknown };
  const batch = contacts([...range(4096)].map((n) => ({ ...stray, from: 0x50000000 + n })));
  for (let round = 0; round < 20; round += 1) {
    for (let row = 0; row < batch.count; row += 1) batch.address[row * 8 + 3] += 4096;
    stand.take(batch);
  }
  assert.equal(stand.ledger.knowledge.refused, 0);
  assert.deepEqual(
    admitted(
      'state',
      [
        { from: SCANNER, to: HERE + 1 },
        { from: CLIENT, to: HERE + 1 },
      ],
      stand,
    ),
    [State.unknown, State.dark],
  );
});

// ── room ──

test('once half of the accounts are taken, a source gets one at its second target', () => {
  const stand = new Stand();
  const half = stand.ledger.accounts.keys.capacity / 2;
  const flood = contacts([...range(4096)].map((n) => ({ from: 0x50000000 + n, to: HERE })));
  for (let taken = 0; taken < half + 4096; taken += 4096) {
    for (let row = 0; row < 4096; row += 1) flood.address[row * 8 + 3] = 0x50000000 + taken + row;
    stand.take(flood);
  }
  assert.equal(stand.ledger.accounts.keys.size, half);
  assert.equal(stand.ledger.episodes.heldBack, 4096);
  stand.each([{ from: SCANNER, to: HERE + 1 }]);
  assert.equal(stand.account(SCANNER), -1);
  stand.each([{ from: SCANNER, to: HERE + 1 }]);
  assert.equal(stand.account(SCANNER), -1, 'the same target is not a second one');
  stand.each([{ from: SCANNER, to: HERE + 2 }]);
  assert.ok(stand.account(SCANNER) >= 0);
});

test('what is no contact has no account and is no first contact, whatever stood in its place before', () => {
  const stand = new Stand();
  stand.take(contacts([...range(8)].map((n) => ({ from: SCANNER, to: HERE + n }))));
  stand.take(
    contacts(
      [...range(8)].map((n) => ({ from: 7 + n, to: HERE + n, method: Method.strayAnswer, outcome: Outcome.unknown })),
    ),
  );
  const { account, first } = stand.ledger.admission;
  assert.deepEqual([...account.subarray(0, 8)], new Array(8).fill(-1));
  assert.deepEqual([...first.subarray(0, 8)], new Array(8).fill(0));
});

test('to a group of hosts, or by a protocol of routers, nothing is asked of a host', () => {
  const stand = new Stand();
  stand.each([
    { from: SCANNER, to: '224.0.0.5', protocol: UDP },
    { from: SCANNER, to: '255.255.255.255', protocol: UDP },
    { from: SCANNER, to: HERE, protocol: 47, method: Method.ipProtocol },
    { from: SCANNER, to: HERE, method: Method.midstream },
  ]);
  assert.equal(stand.ledger.contacts, 0);
  stand.each([{ from: SCANNER, to: HERE, protocol: 99, method: Method.ipProtocol }]);
  assert.equal(stand.ledger.contacts, 1);
});

test('a router that asks the link for whom others want to reach is not blamed; a host that asks is', () => {
  const arp = (link: number): ContactSpec[] =>
    [...range(60)].map((n) => ({ from: HERE + 1, to: HERE + 2 + n, protocol: 0, method: Method.arp, link }));
  const passes = [...range(9)].map((n) => ({
    from: 0x50000000 + n,
    to: HERE + 5,
    link: 42,
    outcome: Outcome.answered,
  }));
  const [router, host] = [new Stand(), new Stand()];
  router.each([...passes, ...arp(42)]);
  host.each([...passes, ...arp(43)]);
  assert.ok(router.bits(HERE + 1, 'misses') <= 0);
  assert.ok(host.bits(HERE + 1, 'misses') > 20);
});

test('sources are estimated', () => {
  const stand = new Stand();
  stand.each([...range(1000)].map((n) => ({ from: 0x50000000 + (n % 500), to: HERE + (n % 256) })));
  assert.ok(Math.abs(stand.ledger.sources.estimate(0) - 500) < 30);
});

test('what other hosts of ours have sought in vain is charged less to the next one; a port of its own server, too', () => {
  const stand = new Stand();
  const p0 = (specs: readonly ContactSpec[]): number => admitted('p0', specs, stand)[specs.length - 1];
  const miss = (n: number): ContactSpec => ({ from: HERE + n, to: HERE + 7 });
  const use = (n: number): ContactSpec[] => exchange({ from: HERE + n, to: HERE + 9 });
  assert.equal(p0([miss(20)]), 0.15, 'of which nothing is known');
  assert.equal(p0([...use(22), miss(22)]), 0.5);
  assert.equal(p0([miss(23)]), 0.7);
  const other = (n: number): ContactSpec => ({ ...miss(n), port: 81 });
  stand.ledger.accounts.flags[stand.account(HERE + 20)] |= Flag.found;
  assert.equal(p0([other(20)]), 0.3, 'a dead host again');
  assert.ok(p0([other(21)]) < 0.1, 'who scans is not believed');
  assert.equal(p0([{ from: SCANNER, to: HERE + 7 }]), 0.02, 'from outside');
  const closed = { to: HERE + 9, port: 81, outcome: Outcome.refused, proof: Proof.closed };
  assert.equal(p0([{ ...closed, from: HERE + 30 }]), 0.1, 'of a host that it does not use');
  assert.equal(p0([{ ...closed, from: HERE + 22, port: 82 }]), 0.3);
});
