import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outcome } from '../../src/record/contact.ts';
import { rejectedOf, tryInnocence } from '../../src/triage/innocent.ts';
import { isNotable, suspectOfHabit } from '../../src/triage/notable.ts';
import { AGENT, Use, type Habit } from '../../src/record/habit.ts';
import { rhythmOf } from '../../src/triage/suspect.ts';
import { exchange, range } from '../support/contacts.ts';
import { agents, asked, every, NOBODY, out, served, uses } from '../support/habits.ts';
import { judged } from '../support/judge.ts';
import { CALM } from '../support/suspects.ts';

const HERE = 0xc0000200;

test('what failed says what it would have taken, and what there was nothing to try on is one line', () => {
  const quiet = { ...NOBODY, contacts: 30, missed: 30, pairs: 30, addresses: 30, services: 1 };
  const lines = rejectedOf(tryInnocence(suspectOfHabit(quiet)));
  assert.match(lines[0], /^outage: 0 of its 30 misses .* \(it would take 3 or more of them, and half; .*\)$/);
  assert.equal(lines.filter((line) => line.startsWith('no request of it is visible, so not: ')).length, 1);
  assert.deepEqual(
    lines.slice(-3).map((line) => line.split(';')[0]),
    [
      'none of its contacts leaves our network, so not: mail delivery',
      'no login of it is visible, so not: administrator or another user with an account',
      'no mail of it is visible, so not: sender of mail',
    ],
  );
});

test('every explanation says what it looked at', () => {
  const trials = tryInnocence(CALM);
  assert.equal(new Set(trials.map(({ name }) => name)).size, trials.length);
  for (const { because } of trials) assert.match(because, /\d|not known|^no request|^none of/);
});

test('a scanner of living hosts that takes a banner here and there is not excused', () => {
  const specs = [...range(200)].flatMap((n) => {
    const one = { from: '203.0.113.9', to: HERE + n, port: 2222, at: n * 2 };
    return n % 10 === 0 ? exchange(one) : [{ ...one, outcome: Outcome.answered }];
  });
  const { findings } = judged(specs);
  assert.deepEqual(
    findings.map(({ triage }) => triage.class === 'innocent'),
    [false],
  );
});

test('a scan of all ports that arrives with a low TTL is still a scan', () => {
  const specs = [...range(1000)].map((n) => ({
    from: '203.0.113.9',
    to: HERE + (n & 3),
    port: 1 + n,
    ttl: 6,
    outcome: Outcome.refused,
  }));
  assert.ok(judged(specs).findings.some(({ triage }) => triage.class !== 'innocent'));
});

/** The first explanation that holds of a notable source. */
function readAs(habit: Partial<Habit>, alike = 1, kin = 1): string | undefined {
  const whole = { ...NOBODY, tries: habit.contacts ?? 0, ...habit };
  assert.ok(isNotable(whole), 'it would be looked at');
  return tryInnocence(suspectOfHabit(whole, alike, kin)).find(({ holds }) => holds)?.name;
}

const FAMILIES: readonly (readonly [name: string, habit: Partial<Habit>, alike?: number, kin?: number])[] = [
  ['outage', { contacts: 20, missed: 12, failing: 10, answered: 8, addresses: 3, services: 3, pairs: 3 }],
  ['asymmetric capture', { contacts: 60, missed: 60, continued: 59, addresses: 2, services: 6, pairs: 6 }],
  ['retrying client', { contacts: 80, missed: 80, addresses: 4, services: 2, pairs: 5, pairsMissed: 5 }],
  ['stale name or dead service', { contacts: 14, missed: 14, addresses: 1, services: 1, pairs: 9, pairsMissed: 9 }],
  ['traceroute', { contacts: 33, traced: 16, answered: 17, missed: 16, addresses: 1, services: 3, pairs: 4 }],
  ['time service (NTP)', { ...served(4), uses: uses(Use.time, 4), addresses: 1, pairs: 1, visits: every(64, 4) }],
  [
    'DNS resolver',
    { ...out(44), answered: 36, missed: 8, uses: uses(Use.dns, 44), addresses: 16, pairs: 16, pairsMissed: 4 },
  ],
  ['DNS resolver', { ...asked(400, 400), lookups: 400 }],
  [
    'mail delivery',
    { ...out(20), answered: 8, missed: 12, uses: uses(Use.mail, 20), addresses: 20, pairs: 20, pairsMissed: 12 },
  ],
  [
    'peer-to-peer (P2P)',
    {
      ...out(600),
      answered: 200,
      missed: 400,
      pairs: 600,
      pairsMissed: 400,
      highPorts: 600,
      addresses: 300,
      services: 598,
    },
  ],
  ['load test', { ...asked(5000, 4), last: 2e6, agents: agents(AGENT.library) }],
  ['broken client', { requests: 14_000, requestsMissed: 14_000, names: 1, namesMissed: 1 }],
  ['feed reader (RSS)', { ...asked(12, 1), feeds: 1, visits: every(300, 12), agents: agents(AGENT.service) }],
  ['administrator (remote sessions)', { ...served(4), uses: uses(Use.shell, 4), addresses: 2, pairs: 2 }],
  ['administrator or another user with an account', { ...asked(3, 1), admitted: 2, refused: 1 }],
  ['health check (load balancer or CDN)', { ...asked(6, 1), visits: every(10, 6), agents: agents(AGENT.service) }, 30],
  [
    'monitor',
    {
      ...served(300),
      exchanged: 0,
      uses: uses(Use.ping, 300),
      addresses: 5,
      services: 1,
      pairs: 5,
      visits: every(10, 24),
    },
  ],
  ['monitor', { ...asked(30, 1), heads: 30, visits: every(30, 24) }],
  ['crawler', { ...asked(104, 24), agents: agents(AGENT.crawler), agent: 'a crawler' }],
  ['visitor', { ...asked(40, 20), referred: 30, agents: agents(AGENT.headless) }],
  ['many clients behind one address (NAT)', { ...asked(1000, 40), referred: 900, agents: agents(AGENT.browser, 7) }],
];

/** Pairs of `count` targets on one service, each come to `times` times. */
const polls = (count: number, times: number): Partial<Habit> => ({
  contacts: count * times,
  answered: count * times,
  pairs: count,
  addresses: count,
  services: 1,
  visits: every(15, 20),
});

const RARER: readonly (readonly [what: string, name: string, habit: Partial<Habit>, alike?: number, kin?: number])[] = [
  [
    'a resolver whose network keeps asking for names of its own',
    'DNS resolver',
    { requests: 200, requestsMissed: 200, names: 30, namesMissed: 30, lookups: 200, last: 3600e6 },
  ],
  [
    'a mail server whose port is shut on the way out',
    'mail delivery',
    { ...out(300), missed: 300, uses: uses(Use.mail, 300), addresses: 60, pairs: 60, pairsMissed: 60 },
  ],
  ['a mail server in the log of a resolver', 'mail delivery', { ...asked(500, 200), lookups: 500, mailLookups: 100 }],
  [
    'a resolver with a bad uplink',
    'DNS resolver',
    { ...out(600), answered: 120, missed: 480, uses: uses(Use.dns, 600), addresses: 600, pairs: 600, pairsMissed: 480 },
  ],
  [
    'a list of game servers',
    'peer-to-peer (P2P)',
    {
      ...out(250),
      answered: 120,
      missed: 130,
      pairs: 250,
      pairsMissed: 130,
      highPorts: 250,
      addresses: 250,
      services: 20,
    },
  ],
  [
    'a proxy of ours',
    'outbound use (proxy, gateway or crawler of ours)',
    {
      ...out(800),
      exchanged: 700,
      answered: 700,
      missed: 100,
      pairs: 800,
      pairsMissed: 100,
      addresses: 800,
      services: 2,
    },
  ],
  [
    'one of a pair of load balancers, a few backends down',
    'health check (load balancer or CDN)',
    { ...polls(20, 150), own: true, answered: 2700, missed: 300 },
    1,
    2,
  ],
  [
    'a poller of metrics, some targets down',
    'monitor',
    {
      ...polls(50, 40),
      own: true,
      answered: 1600,
      missed: 400,
      requests: 1600,
      requestsAnswered: 1600,
      names: 1,
      paths: 1,
      checkups: 1,
      agents: agents(AGENT.other),
    },
  ],
  [
    'the same from outside',
    'monitor, feed reader or another regular client',
    { ...polls(50, 40), exchanged: 1600, answered: 1600, missed: 400 },
  ],
  [
    'an application that asks for its own',
    'polling application',
    { ...asked(60, 1), visits: every(10, 24), agents: agents(AGENT.library) },
  ],
  [
    'an application that asks for what went away',
    'broken client',
    { requests: 10, requestsMissed: 10, names: 1, namesMissed: 1, visits: every(60, 10), agents: agents(AGENT.other) },
  ],
  [
    'a crawler of numbered pages, one in five gone',
    'crawler',
    {
      requests: 120,
      requestsAnswered: 96,
      requestsMissed: 24,
      names: 1,
      namesMissed: 1,
      paths: 120,
      visits: every(2, 24),
      agents: agents(AGENT.bot),
      agent: 'a bot',
    },
  ],
  [
    'a traceroute in flow records',
    'traceroute',
    { contacts: 33, tracePorts: 26, answered: 17, missed: 16, addresses: 1, services: 28, pairs: 28, pairsMissed: 16 },
  ],
  [
    'hundreds behind one address, encrypted',
    'many clients behind one address (NAT), a crawler or a load test',
    { ...served(1500), addresses: 3, services: 2, pairs: 4, last: 300e6 },
  ],
  [
    'a household, encrypted',
    'many clients behind one address (NAT)',
    { ...served(120), stacks: 2, addresses: 2, services: 1, pairs: 2 },
  ],
  ['one person, encrypted', 'visitor or another busy client', { ...served(120), addresses: 2, services: 1, pairs: 2 }],
];

for (const [name, habit, alike] of FAMILIES)
  test(`a habit is called by its name: ${name}`, () => assert.equal(readAs(habit, alike), name));

for (const [what, name, habit, alike, kin] of RARER)
  test(`${what} is called by its name`, () => assert.equal(readAs(habit, alike, kin), name));

test('what is only near an innocent habit is none', () => {
  const mail = { ...out(60), missed: 60, uses: uses(Use.mail, 60), addresses: 60, pairs: 60, pairsMissed: 60 };
  assert.equal(readAs(mail), undefined, 'mail servers looked for, once each');
  const names = { ...out(600), answered: 30, missed: 570, uses: uses(Use.dns, 600), addresses: 600, pairs: 600 };
  assert.equal(readAs(names), undefined, 'open resolvers looked for');
  const sweeps = { ...polls(200, 20), answered: 2400, missed: 1600 };
  assert.equal(readAs(sweeps), undefined, 'two hundred hosts from outside, again and again');
  assert.equal(readAs({ ...polls(50, 3), answered: 100, missed: 50 }), undefined, 'fifty, three times');
  assert.equal(readAs({ ...polls(50, 40), answered: 800, missed: 1200 }), undefined, 'most of them dead');
});

test('what scanners do is no habit of anybody', () => {
  const sweep = { contacts: 200, missed: 190, answered: 10, pairs: 200, pairsMissed: 190, addresses: 200, services: 1 };
  assert.equal(readAs(sweep), undefined, 'a sweep from outside');
  assert.equal(readAs({ ...sweep, outward: 200, own: true }), undefined, 'a sweep of ours, one port');
  const guessed = { requests: 900, requestsMissed: 880, requestsAnswered: 20, names: 900, namesMissed: 880 };
  assert.equal(
    readAs({ ...guessed, agents: agents(AGENT.browser) }),
    undefined,
    'a wordlist that calls itself a browser',
  );
  assert.equal(readAs({ ...guessed, agents: agents(AGENT.crawler) }), undefined, 'or a crawler');
  const lookups = { requests: 240, requestsMissed: 240, lookups: 240, last: 3600e6 };
  assert.equal(readAs({ ...lookups, names: 80, namesMissed: 80 }), undefined, 'a wordlist of DNS, three times');
  assert.equal(readAs({ ...lookups, names: 60, namesMissed: 60, last: 60e6 }), undefined, 'in haste');
  const logins = {
    ...served(30),
    uses: uses(Use.shell, 30),
    addresses: 1,
    services: 1,
    pairs: 1,
    visits: every(2, 24),
  };
  assert.equal(readAs(logins), undefined, 'guesses at one shell, in a rhythm');
  assert.equal(readAs({ ...asked(20, 1), admitted: 1, refused: 19 }), undefined, 'guesses, one of them right');
});

test('who calls himself a scanner is not excused', () => {
  for (const kind of [AGENT.tool, AGENT.research])
    assert.equal(readAs({ ...asked(5000, 1), last: 2e6, visits: every(3, 8), agents: agents(kind) }, 9), undefined);
});

test('a few contacts are not notable, nor is a page that loads', () => {
  assert.equal(isNotable(NOBODY), false);
  const page = { ...NOBODY, requests: 12, names: 12, visits: every(3, 6), agents: agents(AGENT.browser) };
  assert.equal(isNotable(page), false);
});

test('a rhythm has four rounds, however many visits each has, and no rhythm is that of a burst', () => {
  const rounds = [0, 30, 60, 90, 120].flatMap((start) => [start * 1e6, (start + 2) * 1e6]);
  assert.deepEqual(rhythmOf({ ...NOBODY, visits: rounds })?.every, 28);
  assert.equal(rhythmOf({ ...NOBODY, visits: every(30, 3) }), undefined);
  assert.equal(rhythmOf({ ...NOBODY, visits: every(0.01, 24) }), undefined);
  assert.equal(rhythmOf({ ...NOBODY, visits: [0, 1, 9, 12, 31, 60].map((at) => at * 1e6) }), undefined);
});

test('of who is seen by its requests alone, what goes by contacts or hidden content is one line', () => {
  const reader = { ...NOBODY, requests: 70, requestsMissed: 70, names: 70, namesMissed: 70, path: 1 };
  const lines = rejectedOf(tryInnocence(suspectOfHabit(reader)));
  const one = lines.filter((line) => line.startsWith('only requests of it are visible, so not: '));
  assert.equal(one.length, 1);
  assert.match(one[0], /backscatter.*retrying client.*busy client/);
  assert.ok(!lines.some((line) => line.startsWith('backscatter')), 'not by itself as well');
});
