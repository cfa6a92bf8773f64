import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Use, type Habit } from '../../src/record/habit.ts';
import type { Suspect } from '../../src/triage/suspect.ts';
import { NOBODY, served, uses } from '../support/habits.ts';
import { holding } from '../support/suspects.ts';

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
