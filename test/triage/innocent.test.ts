import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outcome } from '../../src/record/contact.ts';
import { rejectedOf, tryInnocence } from '../../src/triage/innocent.ts';
import { isNotable, suspectOfHabit } from '../../src/triage/notable.ts';
import { AGENT, Use, type Habit } from '../../src/record/habit.ts';
import { rhythmOf, type Suspect } from '../../src/triage/suspect.ts';
import { exchange, range } from '../support/contacts.ts';
import { agents, asked, every, NOBODY, out, served, uses } from '../support/habits.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;

const CALM: Suspect = {
  addresses: 100,
  services: 1,
  probes: 100,
  answered: 100,
  missed: 0,
  traced: 0,
  exchanged: 0,
  cameBack: false,
  names: 0,
  namesMissed: 0,
  pointed: 0,
  crawler: '',
  lasted: 3600e6,
};

/** Names of the explanations that hold. */
const holding = (over: Partial<Suspect>): string[] =>
  tryInnocence({ ...CALM, ...over })
    .filter(({ holds }) => holds)
    .map(({ name }) => name);

test('a monitor asks few targets often, and most answer', () => {
  assert.deepEqual(holding({ addresses: 20 }), ['monitor']);
  assert.deepEqual(holding({ addresses: 50 }), []);
  assert.deepEqual(holding({ addresses: 20, answered: 0, missed: 100 }), [], 'none answers');
  assert.deepEqual(holding({ addresses: 20, probes: 40, answered: 40 }), [], 'twice each');
});

test('a load test asks for the same over and over; who guesses parameters goes through his list once', () => {
  const habit = { ...NOBODY, ...asked(1250, 1), last: 2e6, agents: agents(AGENT.browser) };
  const fast = { probes: 1250, answered: 1250, names: 1, habit };
  const isLoad = (namesMissed: number): boolean => holding({ ...fast, namesMissed }).includes('load test');
  assert.deepEqual([0, 16, 156, 157, 1250].map(isLoad), [true, true, true, false, false]);
});

test('who is turned away at nearly each login is no monitor, and no crowd behind one address', () => {
  const habit = { ...NOBODY, ...served(600), logins: 600, pairs: 6, addresses: 6, services: 1, visits: every(8, 20) };
  const suspect = { addresses: 6, probes: 600, answered: 600, exchanged: 600 };
  assert.deepEqual(holding({ ...suspect, habit }), [
    'monitor, feed reader or another regular client',
    'many clients behind one address (NAT), or one busy client',
    'visitor or another busy client',
  ]);
  assert.deepEqual(holding({ ...suspect, habit: { ...habit, turnedAway: 360 } }), []);
  assert.notDeepEqual(holding({ ...suspect, habit: { ...habit, turnedAway: 359 } }), [], 'two in five are let in');
  const few = {
    ...habit,
    contacts: 11,
    answered: 11,
    exchanged: 11,
    logins: 11,
    turnedAway: 11,
    pairs: 1,
    addresses: 1,
  };
  assert.notDeepEqual(holding({ addresses: 1, probes: 11, answered: 11, exchanged: 11, habit: few }), [], 'mistyped');
});

test('whom the filter lets through, and nobody else, is a partner', () => {
  const habit = { ...NOBODY, ...served(20), pairs: 20, addresses: 20, services: 1 };
  const by = (granted: Suspect['granted'], over: Partial<Habit> = {}): boolean =>
    holding({ addresses: 20, probes: 20, answered: 20, exchanged: 20, granted, habit: { ...habit, ...over } }).includes(
      'partner whom the filter lets through, and nobody else',
    );
  assert.equal(by({ targets: 20, alone: 18, denied: 10 }), true);
  assert.equal(by({ targets: 20, alone: 17, denied: 10 }), false, 'others are answered, too');
  assert.equal(by({ targets: 20, alone: 20, denied: 9 }), false, 'few let others go unanswered');
  assert.equal(by({ targets: 6, alone: 6, denied: 3 }), false, 'few at all');
  assert.equal(by({ targets: 20, alone: 20, denied: 20 }, { pairsMissed: 7 }), false, 'it looks for them');
  assert.equal(by({ targets: 20, alone: 20, denied: 20 }, { refused: 5 }), false, 'it guesses');
  assert.equal(by({ targets: 20, alone: 20, denied: 20 }, { services: 3 }), false, 'several services');
});

test('where no outcome is told a monitor keeps its pace for eight rounds where it is a quick one', () => {
  const untold = { answered: 0, addresses: 10, probes: 80 };
  const habit = { ...NOBODY, contacts: 80, tries: 80, pairs: 10, addresses: 10 };
  assert.deepEqual(holding({ ...untold, habit: { ...habit, visits: every(20, 8) } }), ['monitor']);
  assert.deepEqual(holding({ ...untold, habit: { ...habit, visits: every(20, 7) } }), [], 'seven rounds');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, pairs: 20, visits: every(20, 8) } }), [], 'four times each');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, missed: 80, visits: every(20, 8) } }), [], 'none answers');
});

test('where no outcome is told, few targets that are asked eight times from the beginning to the end are watched', () => {
  const untold = { answered: 0, addresses: 10, probes: 144 };
  const visits = [0, 104, 215, 400, 410, 415, 417, 521].map((second) => second * 1e6);
  const habit = { ...NOBODY, contacts: 144, tries: 144, pairs: 18, addresses: 10, visits, last: 521e6 };
  const by = (over: Partial<Habit>): string[] => holding({ ...untold, habit: { ...habit, ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ visits: visits.slice(1) }), [], 'seven times');
  assert.deepEqual(by({ contacts: 143 }), [], 'not each of them');
  assert.deepEqual(by({ last: 1100e6 }), [], 'and went on to others');
  assert.deepEqual(by({ uses: uses(Use.shell, 72) }), [], 'shells');
});

test('datagrams to ports of one host that programs choose are calls where a fifth of them answers', () => {
  const calls = { contacts: 80, pairs: 80, pairsMissed: 60, missed: 60, answered: 20, highPorts: 80, addresses: 1 };
  const by = (over: Partial<Habit>, datagrams = 80): string[] =>
    holding({
      addresses: 1,
      services: 80,
      probes: 80,
      datagrams,
      answered: 20,
      missed: 60,
      habit: { ...NOBODY, ...calls, ...over },
    });
  assert.deepEqual(by({}), ['file transfers, calls or streams']);
  assert.deepEqual(by({ answered: 15 }), [], 'fewer');
  assert.deepEqual(by({ answered: 0, missed: 0, pairsMissed: 0 }), [], 'it is not told');
  assert.deepEqual(by({ highPorts: 79 }), [], 'a port of services');
  assert.deepEqual(by({ addresses: 2 }), [], 'another host');
  assert.deepEqual(by({}, 79), [], 'a connection');
});

test('data ports follow a control channel, where no outcome is told', () => {
  const untold = { answered: 0, addresses: 1, services: 61, probes: 61 };
  const first = { begins: Use.control, uses: uses(Use.control, 1) };
  const habit = { ...NOBODY, ...first, contacts: 61, tries: 61, pairs: 61, highPorts: 60, addresses: 1 };
  assert.deepEqual(holding({ ...untold, habit }), ['file transfers, calls or streams']);
  assert.deepEqual(holding({ ...untold, habit: { ...habit, begins: Use.other } }), [], 'it began with another port');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, highPorts: 59 } }), [], 'another port of services');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, missed: 1 } }), [], 'one is told, and in vain');
});

test('many clients behind one address use services again and again and miss little', () => {
  const many = { exchanged: 50, probes: 300, answered: 300 };
  assert.deepEqual(holding(many), ['many clients behind one address (NAT)']);
  assert.deepEqual(holding({ ...many, exchanged: 49 }), [], 'used fewer than half of them');
  assert.deepEqual(holding({ ...many, services: 101 }), [], 'the same of services');
  assert.deepEqual(holding({ ...many, probes: 299 }), [], 'once or twice each');
  assert.deepEqual(holding({ ...many, exchanged: 0 }), [], 'never used one');
  assert.deepEqual(holding({ ...many, missed: 30 }), [], 'a tenth missed');
});

test('a stale name is one address and hardly more than one service', () => {
  assert.deepEqual(holding({ addresses: 1, services: 2, answered: 0, missed: 100 }), ['stale name or dead service']);
  assert.deepEqual(holding({ addresses: 1, services: 3, answered: 0, missed: 100 }), []);
  assert.deepEqual(holding({ addresses: 1, services: 2, answered: 1, missed: 99 }), [], 'it is not gone');
  const tried = tryInnocence({ ...CALM, answered: 1, missed: 99 });
  const { because = '' } = tried.find(({ name }) => name === 'stale name or dead service') ?? {};
  assert.match(because, / 1 time with an answer$/);
});

test('backscatter goes to the ports that were forged, and to none of services', () => {
  const answers: Partial<Habit> = { contacts: 60, missed: 60, pairs: 60, pairsMissed: 60, highPorts: 60 };
  const victim = { addresses: 50, services: 58, probes: 60, datagrams: 60, answered: 0, missed: 60 };
  const read = (over: Partial<Suspect>, habit: Partial<Habit> = {}): string[] =>
    holding({ ...victim, habit: { ...NOBODY, ...answers, ...habit }, ...over });
  assert.deepEqual(read({}), ['backscatter (answers to forged questions)']);
  assert.deepEqual(read({ datagrams: 59 }), [], 'other packets too');
  assert.deepEqual(read({ services: 53 }), [], 'ports are tried again');
  assert.deepEqual(read({ addresses: 7 }), [], 'few hosts');
  assert.deepEqual(read({}, { highPorts: 59 }), [], 'a port of services');
  assert.deepEqual(read({}, { answered: 1 }), [], 'somebody answers');
  assert.deepEqual(read({}, { pairs: 19, highPorts: 19 }), [], 'too few to tell');
});

test('what it missed is what others use: an outage, or it is kept out', () => {
  const read = (targets: number, used: number, dead = targets - used): string[] =>
    holding({ services: 200, answered: 1, missed: 99, habit: GUEST, inVain: { targets, used, dead } });
  assert.deepEqual(read(10, 8), ['outage']);
  assert.deepEqual(read(10, 7), [], 'three were not there');
  assert.deepEqual(read(2, 2), [], 'two may be chance');
  assert.deepEqual(read(99, 90, 4), ['outage'], 'five have one user or two');
  assert.deepEqual(read(99, 90), [], 'it went through a network where nearly all are used');
});

test('who insists long enough on what is gone is no scanner, even of thirty-two targets', () => {
  const read = (pairs: number, each: number): string[] => {
    const contacts = pairs * each;
    const habit = { ...NOBODY, contacts, missed: contacts, pairs, pairsMissed: pairs, addresses: pairs, services: 1 };
    return holding({ addresses: pairs, probes: contacts, answered: 0, missed: contacts, habit });
  };
  assert.deepEqual(read(8, 4), ['retrying client']);
  assert.deepEqual(read(9, 4), []);
  assert.deepEqual(read(32, 16), ['retrying client']);
  assert.deepEqual(read(32, 15), []);
  assert.deepEqual(read(33, 16), []);
});

test('a mail program tries the ports of mail on a few hosts, and uses one', () => {
  const setup = { addresses: 2, services: 9, probes: 11, mailServices: 7, exchanged: 3, answered: 5, missed: 6 };
  const read = (over: Partial<Suspect>): string[] => holding({ ...setup, habit: GUEST, ...over });
  assert.deepEqual(read({}), ['mail program that looks for its settings']);
  assert.deepEqual(read({ mailServices: 0 }), [], 'something else, too');
  assert.deepEqual(read({ mailServices: 2 }), [], 'two ports are no search');
  assert.deepEqual(read({ exchanged: 0 }), [], 'it uses none');
  assert.deepEqual(read({ addresses: 5 }), [], 'many hosts');
  assert.deepEqual(read({ probes: 37 }), [], 'again and again');
});

test('a trace goes to few hosts', () => {
  const trace = { addresses: 3, services: 9, answered: 0, traced: 100 };
  assert.deepEqual(holding(trace), ['traceroute']);
  assert.deepEqual(holding({ ...trace, addresses: 9 }), []);
  assert.deepEqual(holding({ ...trace, traced: 60 }), []);
});

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

/** Whose figures no explanation fits by itself. */
const GUEST: Habit = { ...NOBODY, contacts: 100, missed: 50, pairs: 100, addresses: 100, services: 9 };

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

test('a package manager asks for the packages of its kind, and for nothing that is weak', () => {
  const habit = { ...NOBODY, requests: 60, requestsMissed: 60, names: 60, namesMissed: 60 };
  const asks = {
    ...CALM,
    habit,
    addresses: 0,
    services: 0,
    probes: 60,
    answered: 0,
    missed: 60,
    names: 60,
    namesMissed: 60,
  };
  const holds = (over: Partial<Suspect>): boolean =>
    tryInnocence({ ...asks, ...over }).some(({ name, holds: does }) => does && name === 'package manager');
  assert.ok(holds({ packages: 'Maven' }));
  assert.ok(!holds({}));
  assert.ok(!holds({ packages: 'Maven', pointed: 1 }));
});

/** A source that missed nearly all of sixty paths. */
const missing = (kind: number, over: Partial<Suspect>, seconds = 600): string[] => {
  const figures = { names: 60, namesMissed: 55, requests: 60, requestsMissed: 55, requestsAnswered: 5 };
  const habit = { ...NOBODY, ...figures, agents: agents(kind), agent: 'x', last: seconds * 1e6 };
  const nothing = { addresses: 0, services: 0, probes: 60, answered: 5, missed: 55, names: 60, namesMissed: 55 };
  return holding({ ...nothing, habit, listed: false, forms: { few: 1, served: 0, bare: 0 }, ...over });
};

test('a crawler may go at leisure through old addresses of a site, if they are no words of a list', () => {
  assert.deepEqual(missing(AGENT.bot, {}), ['crawler']);
  assert.deepEqual(missing(AGENT.browser, {}), [], 'it does not say so');
  assert.deepEqual(missing(AGENT.bot, { listed: true }), [], 'words of a list');
  assert.deepEqual(missing(AGENT.bot, { forms: { few: 0, served: 0, bare: 0.5 } }), [], 'bare words at the root');
  assert.deepEqual(missing(AGENT.bot, { pointed: 1 }), [], 'for a weakness');
  assert.deepEqual(missing(AGENT.bot, {}, 59), [], 'in haste');
});

test('a crawler of a site that answers all alike asks for no forty words of a list that nobody else asks for', () => {
  const habit = { ...NOBODY, requests: 60, requestsAnswered: 60, agents: agents(AGENT.crawler), agent: 'x' };
  const all = { habit, answered: 60, missed: 0 };
  assert.deepEqual(missing(AGENT.crawler, all), ['crawler']);
  assert.deepEqual(missing(AGENT.crawler, { ...all, listed: true }), []);
  assert.deepEqual(missing(AGENT.crawler, { ...all, listed: true, namesMissed: 39 }), ['crawler']);
});

test('an application has a name of its own, and makes its paths in a few ways', () => {
  assert.deepEqual(missing(AGENT.other, {}), ['application or device']);
  assert.deepEqual(missing(AGENT.library, {}), [], 'a library');
  assert.deepEqual(missing(AGENT.other, { listed: true }), [], 'words of a list');
  assert.deepEqual(missing(AGENT.other, { pointed: 1 }), [], 'for a weakness');
  assert.deepEqual(missing(AGENT.other, { forms: { few: 0.8, served: 0, bare: 0 } }), [], 'here and there');
  assert.deepEqual(missing(AGENT.other, {}, 2), [], 'all at once');
});

test('who brings mail finds that some have left; who looks for mailboxes brings none', () => {
  const mails = (taken: number, gone: number, over: Partial<Habit> = {}): string[] => {
    const figures = { requests: taken + gone, requestsAnswered: taken, requestsMissed: gone, names: gone };
    const habit = { ...NOBODY, ...figures, namesMissed: gone, ...over };
    const probes = taken + gone;
    return holding({ addresses: 0, services: 0, probes, answered: taken, names: gone, namesMissed: gone, habit });
  };
  assert.deepEqual(mails(40, 40), ['sender of mail']);
  assert.deepEqual(mails(40, 41), []);
  assert.deepEqual(mails(7, 5), [], 'too few');
  assert.deepEqual(mails(40, 30, { refused: 1 }), [], 'a password');
  assert.deepEqual(mails(40, 30, { agents: agents(AGENT.library), path: 1 }), [], 'a web site');
});

test('a resolver passes on names that its clients drew by lot, beside those that it is asked for every day', () => {
  const read = (random: number, again: number, lookups = 400): string[] => {
    const habit = { ...NOBODY, requests: 400, requestsMissed: 300, names: 300, namesMissed: 300, lookups };
    const nothing = { addresses: 0, services: 0, probes: 400, answered: 0, missed: 300, names: 300, namesMissed: 300 };
    return holding({ ...nothing, habit, labels: { random, again, searched: 0 } });
  };
  assert.deepEqual(read(0.5, 20), ['DNS resolver whose clients ask for random names']);
  assert.deepEqual(read(0.4, 20), [], 'words');
  assert.deepEqual(read(0.5, 19), [], 'each name once, as who maps a zone by its hashes');
  assert.deepEqual(read(0.5, 20, 0), [], 'no names of DNS');
});

test('who finds half of what it asks for in a place guesses nothing there', () => {
  const usual = { few: 0, served: 0.9, bare: 0 };
  assert.deepEqual(missing(AGENT.browser, { forms: usual, listed: true }), ['application or device']);
  assert.deepEqual(missing(AGENT.browser, { forms: { ...usual, served: 0.8 } }), []);
  assert.deepEqual(missing(AGENT.tool, { forms: usual }), [], 'it calls itself a scanner');
});

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

test('an outage excuses nobody who asked for names that are not there', () => {
  const failing = { ...NOBODY, contacts: 90, missed: 84, failing: 82, addresses: 1, services: 1, pairs: 1 };
  const outage = (over: Partial<Habit>): boolean =>
    tryInnocence(suspectOfHabit({ ...failing, ...over }, 1, 1)).some(({ name, holds }) => name === 'outage' && holds);
  assert.ok(outage({}));
  assert.ok(!outage({ requests: 3500, requestsMissed: 3300, names: 3400, namesMissed: 3300 }));
});

test('a flood gives a few hosts more than they can take, and a scan does not', () => {
  const name = 'flood (denial of service) or media without a listener';
  const loads: Partial<Habit> = { contacts: 60, missed: 60, pairs: 60, pairsMissed: 60, addresses: 1, loaded: 58 };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 1, services: 60, answered: 0, habit: { ...NOBODY, ...loads, ...over } });
  assert.deepEqual(by({}), [name]);
  assert.deepEqual(by({ loaded: 50 }), [], 'some got next to nothing');
  assert.deepEqual(by({ addresses: 5 }), [], 'many hosts');
  assert.deepEqual(by({ outward: 60 }), [], 'what ours do elsewhere');
});

test('ports that are drawn anew each time come twice as often as they have to', () => {
  const name = 'flood (denial of service) or media without a listener';
  const drawn = (pairs: number, over: Partial<Habit> = {}): string[] =>
    holding({
      addresses: 1,
      services: 4096,
      answered: 0,
      habit: { ...NOBODY, contacts: 20_000, missed: 20_000, pairs, addresses: 1, last: 10e6, ...over },
    });
  assert.deepEqual(drawn(17_237), [name]);
  assert.deepEqual(drawn(20_000), [], 'none twice');
  assert.deepEqual(drawn(10_000), [], 'each twice');
  assert.deepEqual(drawn(17_237, { last: 1000e6 }), [], 'at leisure');
});

test('a session with a server of files leads to ports that it names', () => {
  const files: Partial<Habit> = { fileSessions: 1, contacts: 20, pairs: 20, highPorts: 19, addresses: 1, last: 60e6 };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 1, services: 20, answered: 5, habit: { ...NOBODY, ...files, ...over } });
  assert.deepEqual(by({}), ['file transfer (FTP) whose data do not come through']);
  assert.deepEqual(by({ fileSessions: 0 }), []);
  assert.deepEqual(by({ highPorts: 17 }), [], 'ports of services, too');
  assert.deepEqual(by({ addresses: 2 }), [], 'another host');
  assert.deepEqual(by({ last: 1e6 }), [], 'all at once');
});

test('who watches hosts of ours that were taken away comes back all the same', () => {
  const tried = { contacts: 1200, tries: 1200, missed: 1200, pairs: 120, pairsMissed: 120 };
  const rounds = { own: true, ...tried, visits: every(10, 10) };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 120, services: 1, answered: 0, habit: { ...NOBODY, ...rounds, ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ own: false }), [], 'a stranger');
  assert.deepEqual(by({ visits: every(10, 5) }), [], 'a few times');
  assert.deepEqual(by({ contacts: 600, tries: 600 }), [], 'not to all');
});

test('who is let in by nearly all hosts that answer him takes care of them', () => {
  const list: Partial<Habit> = { contacts: 180, pairs: 60, pairsMissed: 9, missed: 24, exchanged: 156, addresses: 60 };
  const by = (over: Partial<Habit>): string[] =>
    holding({
      addresses: 60,
      probes: 180,
      missed: 24,
      habit: { ...NOBODY, ...list, uses: uses(Use.shell, 180), letIn: 51, ...over },
    });
  assert.deepEqual(by({}), ['administrator (remote sessions)']);
  assert.deepEqual(by({ letIn: 45 }), [], 'some do not let him in');
  assert.deepEqual(by({ pairsMissed: 19, letIn: 41 }), [], 'a third is not there');
  assert.deepEqual(by({ uses: uses(Use.shell, 140) }), [], 'and other services');
});

test('who works with nearly all hosts that are there, at one port that programs choose, takes care of them', () => {
  const pass: Partial<Habit> = { contacts: 60, pairs: 60, pairsMissed: 3, missed: 3, highPorts: 60, exchanged: 57 };
  const by = (over: Partial<Habit>, services = 1): string[] =>
    holding({
      addresses: 60,
      services,
      probes: 60,
      missed: 3,
      habit: { ...NOBODY, ...pass, services, worked: 52, ...over },
    });
  assert.deepEqual(by({}), ['administrator, backup or replication (work with each host)']);
  assert.deepEqual(by({ worked: 51 }), [], 'some have no work for it');
  assert.deepEqual(by({ pairsMissed: 19, worked: 41 }), [], 'a third is not there');
  assert.deepEqual(by({ highPorts: 59 }, 2), [], 'a port of another kind');
  assert.equal(by({ highPorts: 0 }).length, 1, 'nothing but terminals');
  assert.deepEqual(by({}, 3), [], 'three services');
  assert.deepEqual(by({ requests: 60 }), [], 'what it asks for is told');
  const managed = { logins: 60, requests: 600, requestsAnswered: 540 };
  assert.equal(by(managed).length, 1, 'management from afar is by requests');
  assert.deepEqual(by({ ...managed, requestsAnswered: 60 }), [], 'which are not answered');
});

test('a host of ours that finds a third of what it watches comes back to all of it half as often', () => {
  const rounds = { own: true, pairs: 120, pairsMissed: 80, contacts: 480, tries: 480, missed: 320, answered: 160 };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 40, services: 3, habit: { ...NOBODY, ...rounds, visits: every(150, 4), ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ own: false }), [], 'a stranger');
  assert.deepEqual(by({ pairsMissed: 81 }), [], 'finds less');
  assert.deepEqual(by({ contacts: 470 }), [], 'not all of it');
});

test('whoever came back to all of his targets eight times goes through a list, whatever its order', () => {
  const rounds = { own: true, pairs: 40, contacts: 320, tries: 320, missed: 320, visits: every(60, 8) };
  const monitor = (over: Partial<Habit>): true | undefined =>
    tryInnocence({ ...CALM, addresses: 40, services: 1, habit: { ...NOBODY, ...rounds, ...over } }).find(
      ({ name }) => name === 'monitor',
    )?.inAnyOrder;
  assert.equal(monitor({}), true);
  assert.equal(monitor({ visits: every(60, 7) }), undefined);
  assert.equal(monitor({ contacts: 319 }), undefined, 'not all of them');
});

test('where no flags are told, answers from the port of a service are known by where they go', () => {
  const answers: Partial<Habit> = { contacts: 60, missed: 60, pairs: 60, pairsMissed: 60, highPorts: 60 };
  const by = (over: Partial<Habit>): string[] =>
    holding({
      addresses: 40,
      services: 58,
      probes: 60,
      answered: 0,
      missed: 60,
      habit: { ...NOBODY, ...answers, ...over },
    });
  assert.deepEqual(by({ fromServices: 60 }), ['backscatter (answers to forged questions)']);
  assert.deepEqual(by({ fromServices: 20 }), [], 'most come from ports of clients');
  assert.deepEqual(by({ fromServices: 60, highPorts: 50 }), [], 'to ports of services');
});

test('datagrams from the port of a service, to ports where mostly none is, are answers', () => {
  const answers: Partial<Habit> = { contacts: 14, pairs: 14, highPorts: 8, fromServices: 14 };
  const by = (over: Partial<Habit>): string[] =>
    holding({
      addresses: 2,
      services: 12,
      probes: 14,
      datagrams: 14,
      answered: 0,
      habit: { ...NOBODY, ...answers, ...over },
    });
  assert.deepEqual(by({}), ['backscatter (answers to forged questions)']);
  assert.deepEqual(by({ highPorts: 6 }), [], 'more go to ports of services');
  assert.deepEqual(by({ fromServices: 12 }), [], 'some come from elsewhere');
  assert.deepEqual(by({ answered: 1 }), [], 'one was answered');
});

test('where no outcome is told five even rounds are enough, at a pace that no retry has', () => {
  const rounds: Partial<Habit> = {
    pairs: 14,
    addresses: 14,
    services: 2,
    contacts: 70,
    visits: every(60, 5),
    last: 290e6,
  };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 14, services: 2, probes: 70, answered: 0, habit: { ...NOBODY, ...rounds, ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ visits: every(20, 5) }), [], 'sooner');
  assert.deepEqual(by({ contacts: 40 }), [], 'the others not as often');
  assert.deepEqual(by({ visits: every(60, 4), contacts: 56 }), [], 'four');
});

test('a device looks for its service at all the addresses that it knows, every few minutes', () => {
  const rounds: Partial<Habit> = {
    pairs: 16,
    contacts: 80,
    missed: 80,
    addresses: 16,
    services: 1,
    visits: every(50, 5),
  };
  const by = (over: Partial<Habit>): string[] =>
    holding({
      addresses: 16,
      services: 1,
      probes: 80,
      answered: 0,
      missed: 80,
      habit: { ...NOBODY, ...rounds, ...over },
    });
  assert.deepEqual(by({}), ['retrying client']);
  assert.deepEqual(by({ visits: every(2, 5) }), [], 'at once again');
  assert.deepEqual(by({ visits: every(86_400, 5) }), [], 'day after day');
  assert.deepEqual(by({ services: 2 }), [], 'two services');
});

test('who gives addresses away pings them before', () => {
  const pings: Partial<Habit> = { own: true, contacts: 40, missed: 40, pairs: 40, pinged: 40, addresses: 40 };
  const by = (givesAddresses: boolean, over: Partial<Habit> = {}): string[] =>
    holding({ addresses: 40, services: 1, answered: 0, givesAddresses, habit: { ...NOBODY, ...pings, ...over } });
  assert.deepEqual(by(true), ['server of addresses (DHCP) that looks which are free']);
  assert.deepEqual(by(false), []);
  assert.deepEqual(by(true, { own: false }), [], 'a stranger says so');
  assert.deepEqual(by(true, { pairs: 80 }), [], 'it tries ports, too');
});

test('who goes round many hosts for one service, and is served by most each time, looks after them', () => {
  const rounds = { pairs: 100, addresses: 100, services: 1, contacts: 500, answered: 400, missed: 100, exchanged: 400 };
  // Now late, now early.
  const visits = [0, 75, 190, 240, 380].map((at) => at * 1e6);
  const habit = { ...NOBODY, ...rounds, tries: 500, last: 380e6, visits };
  const by = (over: Partial<Habit>): string[] =>
    holding({ services: 1, probes: 500, answered: 400, habit: { ...habit, ...over } });
  assert.deepEqual(by({}), ['monitor, feed reader or another regular client']);
  assert.deepEqual(by({ services: 3 }), [], 'for several services');
  assert.deepEqual(by({ logins: 500 }), [], 'guesses passwords');
  assert.deepEqual(by({ exchanged: 240 }), [], 'has words with less than half');
  assert.deepEqual(
    by({ contacts: 200, answered: 180, missed: 20, exchanged: 180 }),
    [],
    'came to the first more often than to others',
  );
  assert.deepEqual(by({ last: 900e6 }), [], 'and then for something else');
  assert.deepEqual(by({ visits: every(3, 5) }), [], 'goes to one after the other');
  const thrice = { contacts: 300, answered: 240, missed: 60, exchanged: 240 };
  assert.deepEqual(by({ ...thrice, visits: [0, 75e6, 290e6] }), []);
  assert.deepEqual(by({ ...thrice, last: 200e6, visits: [0, 75e6, 150e6] }), [
    'monitor, feed reader or another regular client',
  ]);
  assert.deepEqual(by({ ...thrice, contacts: 200, visits: [0, 75e6] }), [], 'twice');
});

test('who keeps its connections, and comes back at a pace to what does not answer, looks after all of them', () => {
  const kept = { pairs: 35, pairsMissed: 5, addresses: 35, services: 1, contacts: 60, answered: 30, missed: 30 };
  const habit = { ...NOBODY, ...kept, exchanged: 30, tries: 60, visits: every(15, 6), last: 80e6 };
  const by = (over: Partial<Habit>): string[] =>
    holding({ services: 1, probes: 60, answered: 30, missed: 30, habit: { ...habit, ...over } });
  assert.deepEqual(by({}), ['monitor, feed reader or another regular client']);
  assert.deepEqual(by({ exchanged: 29 }), [], 'one of which it did not use');
  assert.deepEqual(by({ pairsMissed: 15 }), [], 'twice to each');
  assert.deepEqual(by({ visits: [0, 1, 2, 3, 40, 90].map((at) => at * 1e6), last: 900e6 }), [], 'at no pace');
});

test('whoever asks hosts that answer, again and again, looks after them, though records tell each once', () => {
  const flows = { pairs: 200, addresses: 200, services: 1, contacts: 200, answered: 190, missed: 10, tries: 2400 };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 200, probes: 200, answered: 190, missed: 10, habit: { ...NOBODY, ...flows, ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ tries: 1500 }), [], 'fewer than eight times each');
  assert.deepEqual(by({ answered: 150, missed: 50 }), [], 'a quarter does not');
});

test('a monitor of many hosts that answer may be a stranger', () => {
  const rounds = { pairs: 130, contacts: 1040, tries: 1040, answered: 1000, missed: 40, visits: every(60, 8) };
  const by = (over: Partial<Habit>): string[] =>
    holding({ addresses: 130, probes: 1040, answered: 1000, habit: { ...NOBODY, ...rounds, ...over } });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ answered: 800, missed: 240 }), [], 'of whom a quarter does not');
  assert.deepEqual(by({ logins: 1040 }), [], 'guesses passwords');
  assert.deepEqual(by({ visits: every(60, 7) }), []);
});

test('a monitor of several services of each host is known by five rounds, half a minute apart', () => {
  const rounds = { pairs: 48, addresses: 12, services: 4, contacts: 240, tries: 240, answered: 180, missed: 60 };
  const by = (over: Partial<Habit>): string[] =>
    holding({
      addresses: 12,
      services: 4,
      probes: 240,
      answered: 180,
      missed: 60,
      habit: { ...NOBODY, ...rounds, pairsMissed: 12, visits: every(30, 5), ...over },
    });
  assert.deepEqual(by({}), ['monitor']);
  assert.deepEqual(by({ visits: every(29, 5) }), [], 'sooner');
  assert.deepEqual(by({ visits: every(30, 4) }), [], 'four rounds');
  assert.deepEqual(by({ tries: 239 }), [], 'not all of them');
  assert.deepEqual(by({ answered: 110, missed: 130 }), [], 'most do not answer');
  assert.deepEqual(by({ pairs: 65, contacts: 325, tries: 325, answered: 244, missed: 81 }), [], 'too many');
});

test('of who is seen by its requests alone, what goes by contacts or hidden content is one line', () => {
  const reader = { ...NOBODY, requests: 70, requestsMissed: 70, names: 70, namesMissed: 70, path: 1 };
  const lines = rejectedOf(tryInnocence(suspectOfHabit(reader)));
  const one = lines.filter((line) => line.startsWith('only requests of it are visible, so not: '));
  assert.equal(one.length, 1);
  assert.match(one[0], /backscatter.*retrying client.*busy client/);
  assert.ok(!lines.some((line) => line.startsWith('backscatter')), 'not by itself as well');
});
