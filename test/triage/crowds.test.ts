import assert from 'node:assert/strict';
import { test } from 'node:test';
import { every, NOBODY, served } from '../support/habits.ts';
import { holding } from '../support/suspects.ts';

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

test('many clients behind one address use services again and again and miss little', () => {
  const many = { exchanged: 50, probes: 300, answered: 300 };
  assert.deepEqual(holding(many), ['many clients behind one address (NAT)']);
  assert.deepEqual(holding({ ...many, exchanged: 49 }), [], 'used fewer than half of them');
  assert.deepEqual(holding({ ...many, services: 101 }), [], 'the same of services');
  assert.deepEqual(holding({ ...many, probes: 299 }), [], 'once or twice each');
  assert.deepEqual(holding({ ...many, exchanged: 0 }), [], 'never used one');
  assert.deepEqual(holding({ ...many, missed: 30 }), [], 'a tenth missed');
});
