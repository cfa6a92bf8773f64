import assert from 'node:assert/strict';
import { AGENT, Use, type Habit } from '../../../src/record/habit.ts';
import { test } from 'node:test';
import { Habits } from '../../../src/detect/habits/habits.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { TLS_HELLO } from '../../../src/record/hint.ts';
import { Asked, Reply, RequestTrait } from '../../../src/record/request.ts';
import { type ContactSpec, contacts, exchange, range } from '../../support/contacts.ts';
import { Stand } from '../../support/judge.ts';
import { type RequestSpec, requestsOf } from '../../support/quest.ts';

const HERE = 0xc0000200;
const SOURCE = '203.0.113.9';

function take(specs: readonly ContactSpec[], who: string | number = SOURCE): Habit {
  const stand = new Stand();
  const habits = new Habits(stand.ledger.accounts.keys.capacity, 7);
  const batch = contacts(specs);
  for (let at = 0; at < batch.count; ) {
    const end = stand.ledger.admit(batch, at, batch.count);
    habits.observe(batch, at, end, stand.ledger);
    at = end;
  }
  return habits.of(stand.account(who), stand.ledger) as Habit;
}

function ask(specs: readonly RequestSpec[]): Habit {
  const { ledger } = new Stand();
  const habits = new Habits(ledger.accounts.keys.capacity, 7);
  const batch = requestsOf(specs.map((spec) => ({ from: 0xcb007109, ...spec })));
  for (let at = 0; at < batch.count; ) {
    const end = ledger.asking.admit(batch, at, batch.count);
    habits.ask(batch, at, end, ledger);
    at = end;
  }
  return habits.of(ledger.accounts.keys.findAt(batch.address, 0), ledger) as Habit;
}

test('contacts are counted by way, end and target', () => {
  const specs = [
    ...exchange({ from: SOURCE, to: HERE + 1, port: 443 }),
    { from: SOURCE, to: HERE + 1, port: 443, outcome: Outcome.unanswered },
    { from: SOURCE, to: HERE + 2, port: 8080, outcome: Outcome.refused, proof: Proof.closed },
    { from: SOURCE, to: HERE + 2, port: 443, outcome: Outcome.unanswered },
  ];
  const {
    contacts: all,
    answered,
    missed,
    exchanged,
    pairs,
    pairsMissed,
    addresses,
    services,
    highPorts,
    outward,
    own,
  } = take(specs);
  assert.deepEqual([all, answered, missed, exchanged], [4, 1, 3, 1]);
  assert.deepEqual([pairs, pairsMissed, addresses, services, highPorts], [3, 2, 2, 2, 1]);
  assert.deepEqual([outward, own], [0, false]);
});

test('ours on the way out are told by their uses', () => {
  const specs = [...range(4)].map((n) => ({
    from: HERE + 25,
    to: 0x50000000 + n,
    port: n < 3 ? 25 : 53,
    outcome: Outcome.answered,
  }));
  const { own, outward, uses } = take(specs, HERE + 25);
  assert.deepEqual([own, outward, uses[Use.mail], uses[Use.dns]], [true, 4, 3, 1]);
});

test('pings count hosts, and times are those of the first target', () => {
  const ping = (n: number): ContactSpec => ({
    from: SOURCE,
    to: HERE + (n % 3),
    port: 8,
    protocol: 1,
    method: Method.icmpEcho,
    outcome: Outcome.answered,
    at: n * 10,
  });
  const { pinged, uses, visits, first, last } = take([...range(9)].map(ping));
  assert.deepEqual([pinged, uses[Use.ping]], [3, 9]);
  assert.deepEqual(
    visits.slice(1).map((time, at) => time - visits[at]),
    [30e6, 30e6],
  );
  assert.equal(last - first, 80e6);
});

test('where the first target was visited once for long, the times are those of another', () => {
  const round = (n: number): ContactSpec => ({ from: SOURCE, to: HERE + (n % 20), port: 9100, at: 100 + 3 * n });
  const { visits } = take([{ from: SOURCE, to: HERE, port: 8, protocol: 1, at: 0 }, ...[...range(240)].map(round)]);
  assert.deepEqual(
    visits.slice(1).map((time, at) => time - visits[at]),
    Array.from({ length: 5 }, () => 60e6),
  );
});

test('the memory of times is bounded, that of targets too', () => {
  const { visits, addresses } = take(
    [...range(400)].map((n) => ({ from: SOURCE, to: HERE + (n & 1), port: 1 + n, at: n })),
  );
  assert.ok(visits.length <= 24);
  assert.equal(addresses, 2);
});

test('an account that went to another source begins anew', () => {
  const stand = new Stand();
  const habits = new Habits(stand.ledger.accounts.keys.capacity, 7);
  const batch = contacts([{ from: SOURCE, to: HERE, port: 1 }]);
  stand.ledger.admit(batch, 0, 1);
  habits.observe(batch, 0, 1, stand.ledger);
  const row = stand.account(SOURCE);
  stand.ledger.accounts.keys.remove(row);
  const other = contacts([{ from: '198.18.0.1', to: HERE, port: 1 }]);
  stand.ledger.admit(other, 0, 1);
  assert.equal(stand.account('198.18.0.1'), row, 'the row was given again');
  assert.equal(habits.of(row, stand.ledger), undefined);
  habits.observe(other, 0, 1, stand.ledger);
  assert.equal(habits.of(row, stand.ledger)?.contacts, 1);
});

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0';

test('requests are counted by name, end and client', () => {
  const page = { asked: Asked.path, reply: Reply.answered, agent: BROWSER };
  const habit = ask([
    { ...page, name: '/' },
    { ...page, name: '/', status: 304 },
    { ...page, name: '/news/feed.xml', verb: 2, referer: 'http://www.example.com/' },
    { ...page, name: '/gone', reply: Reply.missed, agent: 'curl/8.0' },
    { asked: Asked.dnsName, name: 'www.example.com', reply: Reply.answered },
    { asked: Asked.user, name: 'root', reply: Reply.accepted },
    { asked: Asked.user, name: 'root', reply: Reply.denied },
  ]);
  assert.deepEqual([habit.requests, habit.requestsAnswered, habit.requestsMissed], [7, 5, 1]);
  assert.deepEqual([habit.names, habit.namesMissed, habit.lookups, habit.feeds], [5, 1, 1, 1]);
  assert.deepEqual([habit.unmodified, habit.heads, habit.referred], [1, 1, 1]);
  assert.deepEqual([habit.admitted, habit.refused], [1, 1]);
  assert.deepEqual([habit.agents[AGENT.browser], habit.agents[AGENT.library]], [1, 1]);
});

test('without contacts a rhythm is that of the first name', () => {
  const specs = [...range(5)].flatMap((n) => [
    { time: n * 60e6, asked: Asked.path, reply: Reply.answered, name: '/health' },
    { time: n * 60e6 + 1, asked: Asked.path, reply: Reply.answered, name: '/' },
  ]);
  assert.deepEqual(ask(specs).visits, [0, 60e6, 120e6, 180e6, 240e6]);
});

test('the same name of another host is another name', () => {
  const specs = [...range(5)].map((n) => ({
    time: n * 60e6,
    asked: Asked.path,
    reply: Reply.answered,
    name: '/',
    site: `${'abcde'[n]}.example`,
  }));
  assert.deepEqual(ask(specs).visits, [0]);
});

test('what flow records tell: exchanges in the contact itself, and the ports that traces go to', () => {
  const told = { from: SOURCE, to: HERE + 1, ttl: 0, options: 0 };
  const flows = [...range(3)].map(() => ({ ...told, port: 443, outcome: Outcome.answered, proof: Proof.exchange }));
  const steps = [...range(5)].map((n) => ({ ...told, port: 33_434 + n, method: Method.udp, protocol: 17 }));
  const { exchanged, tracePorts } = take([...flows, ...steps]);
  assert.deepEqual([exchanged, tracePorts], [3, 5]);
  const hops = steps.map((step) => ({ ...step, ttl: 60 }));
  assert.equal(take([...flows, ...hops]).tracePorts, 0, 'where the TTL is told, that decides');
});

test('kinds of TCP stacks beside the first', () => {
  const one = { from: SOURCE, to: HERE + 1, port: 443, options: 1, ttl: 52, proof: Proof.handshake };
  const specs = [one, one, { ...one, ttl: 115 }, one, { ...one, ttl: 115 }, { ...one, options: 2 }];
  assert.equal(take(specs).stacks, 2);
  assert.equal(take([one, { ...one, ttl: 50 }]).stacks, 0, 'further away, but the same');
  const crafted = [...range(5)].map((n) => ({ ...one, options: 3 + n, proof: 0 }));
  assert.equal(take([one, ...crafted]).stacks, 0, 'no handshake: anybody can build any');
  assert.equal(take([one, { ...one, options: 0 }]).stacks, 0, 'no options: not told');
});

test('paths of robots count as they stand; feeds and health checks by what they are called; MX by their type', () => {
  const paths = ['/p/1', '/p/2', '/p/2', '/feed.xml', '/healthz', '/help/shipping'];
  const asks = (agent: string): Habit =>
    ask(paths.map((name) => ({ asked: Asked.path, name, reply: Reply.answered, agent })));
  const robot = asks('Googlebot/2.1 (+http://www.google.com/bot.html)');
  assert.deepEqual([robot.paths, robot.feeds, robot.checkups], [5, 1, 1]);
  assert.equal(asks(BROWSER).paths, 0);
  const mail = [RequestTrait.mailAsked, 0].map((traits, n) => ({
    asked: Asked.dnsName,
    name: `n${n}`,
    reply: Reply.answered,
    traits,
  }));
  const looked = ask(mail);
  assert.deepEqual([looked.lookups, looked.mailLookups], [2, 1]);
});

test('hosts count that let it in: their shells said more than to anybody else, each host once', () => {
  const session = (to: number, bytesIn: number, port = 22): ContactSpec[] => [
    ...exchange({ from: SOURCE, to, port }),
    { from: SOURCE, to, port, outcome: Outcome.ended, bytesIn },
  ];
  const { letIn } = take([
    ...session(HERE + 1, 5000),
    ...session(HERE + 1, 5000),
    ...session(HERE + 2, 3401),
    ...session(HERE + 3, 3400),
    ...session(HERE + 4, 5000, 25),
  ]);
  assert.equal(letIn, 2);
  const record = { from: SOURCE, outcome: Outcome.answered, proof: Proof.exchange, port: 22 };
  const told = take([
    { ...record, to: HERE + 1, bytesIn: 3401 },
    { ...record, to: HERE + 2, bytesIn: 3400 },
  ]);
  assert.equal(told.letIn, 1, 'of records of flows the same, for their headers are taken off');
});

test('with a terminal works who is shown much, and types a little', () => {
  const worked = (bytesOut: number, bytesIn: number, port = 23): number | undefined =>
    take([
      ...exchange({ from: SOURCE, to: HERE + 1, port }),
      { from: SOURCE, to: HERE + 1, port, outcome: Outcome.ended, bytesOut, bytesIn },
    ]).worked;
  assert.equal(worked(64, 8192), 1);
  assert.equal(worked(63, 8192), 0, 'it only spoke of options');
  assert.equal(worked(64, 8191), 0, 'it saw a banner');
  assert.equal(worked(64, 8192, 1023), 0, 'no terminal');
});

test('services count that it worked with: kilobytes both ways, each service once', () => {
  const session = (to: number, over: Partial<ContactSpec> = {}): ContactSpec[] => [
    ...exchange({ from: SOURCE, to, port: 10_000 }),
    { from: SOURCE, to, port: 10_000, outcome: Outcome.ended, bytesOut: 2048, bytesIn: 8192, ...over },
  ];
  const { worked } = take([
    ...session(HERE + 1),
    ...session(HERE + 1),
    ...session(HERE + 2, { bytesOut: 2047 }),
    ...session(HERE + 3, { bytesIn: 8191 }),
    ...session(HERE + 4, { port: 900 }),
    ...session(HERE + 5, { port: 3389 }),
    ...session(HERE + 6, { port: 1433, hint: TLS_HELLO, bytesOut: 9999, bytesIn: 99_999 }),
    ...session(HERE + 7, { port: 5986, hint: TLS_HELLO, bytesOut: 4096, bytesIn: 16_384 }),
    ...session(HERE + 8, { port: 5986, hint: TLS_HELLO, bytesOut: 4095, bytesIn: 16_384 }),
  ]);
  assert.equal(worked, 2, 'one in the clear, one where hosts are managed');
  const record = { from: SOURCE, outcome: Outcome.answered, proof: Proof.exchange, bytesOut: 4096, bytesIn: 16_384 };
  const told = take([
    { ...record, to: HERE + 1, port: 5985 },
    { ...record, to: HERE + 2, port: 5985, bytesIn: 16_383 },
    { ...record, to: HERE + 3, port: 10_000 },
  ]);
  assert.equal(told.worked, 1, 'records of flows count headers, and do not tell what was said');
});

test('contacts from the port of a service count where it is not told whether they ask or answer', () => {
  const datagram = { from: SOURCE, to: HERE, protocol: 17, outcome: Outcome.unanswered };
  const { fromServices } = take([
    { ...datagram, port: 4000, sourcePort: 389 },
    { ...datagram, port: 4001, sourcePort: 11211 },
    { ...datagram, port: 4002, sourcePort: 389, payload: 77 },
    { ...datagram, port: 123, sourcePort: 123 },
    { ...datagram, port: 4003, sourcePort: 40_000 },
  ]);
  assert.equal(fromServices, 2);
});

test('contacts with services that people log in to count', () => {
  const { logins } = take([3389, 445, 22, 443, 9100].map((port) => ({ from: SOURCE, to: HERE, port })));
  assert.equal(logins, 3);
});
