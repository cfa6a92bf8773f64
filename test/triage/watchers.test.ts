import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryInnocence } from '../../src/triage/innocent.ts';
import { Use, type Habit } from '../../src/record/habit.ts';
import { every, NOBODY, uses } from '../support/habits.ts';
import { CALM, holding } from '../support/suspects.ts';

test('a monitor asks few targets often, and most answer', () => {
  assert.deepEqual(holding({ addresses: 20 }), ['monitor']);
  assert.deepEqual(holding({ addresses: 50 }), []);
  assert.deepEqual(holding({ addresses: 20, answered: 0, missed: 100 }), [], 'none answers');
  assert.deepEqual(holding({ addresses: 20, probes: 40, answered: 40 }), [], 'twice each');
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
