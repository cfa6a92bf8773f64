import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY } from '../support/habits.ts';
import { holding } from '../support/suspects.ts';

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
