import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryInnocence } from '../../src/triage/innocent.ts';
import { suspectOfHabit } from '../../src/triage/notable.ts';
import type { Habit } from '../../src/record/habit.ts';
import type { Suspect } from '../../src/triage/suspect.ts';
import { every, NOBODY } from '../support/habits.ts';
import { CALM, GUEST, holding } from '../support/suspects.ts';

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

test('a trace goes to few hosts', () => {
  const trace = { addresses: 3, services: 9, answered: 0, traced: 100 };
  assert.deepEqual(holding(trace), ['traceroute']);
  assert.deepEqual(holding({ ...trace, addresses: 9 }), []);
  assert.deepEqual(holding({ ...trace, traced: 60 }), []);
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
