import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priorityOf, type Worth } from '../../src/triage/priority.ts';

const WORTH: Worth = { targetedness: 70, learned: 3, stage: 'reconnaissance', known: false };
const of = (over: Partial<Worth>): number => priorityOf({ ...WORTH, ...over }).priority;

test('the arithmetic is shown, and comes to the priority', () => {
  const { priority, reason } = priorityOf(WORTH);
  assert.equal(reason, `priority ${priority} = targetedness 70 × learned 0.8 (3 facts) × stage 1.0 (reconnaissance)`);
  assert.equal(priority, Math.round(70 * 0.8));
});

test('more about us, more learned and a later stage are worth more', () => {
  assert.ok(of({ targetedness: 71 }) >= of({}) && of({ targetedness: 100 }) > of({}));
  assert.ok(of({ learned: 4 }) > of({}) && of({ learned: 0 }) < of({}));
  assert.ok(of({ stage: 'followed' }) > of({}));
  assert.equal(of({ learned: 15 }), of({ learned: 15_000 }), 'past 15 facts more say nothing new');
});

test('an intrusion is worth most, whatever else there is', () => {
  const most = of({ targetedness: 100, learned: 500, stage: 'followed' });
  assert.ok(of({ targetedness: 100, learned: 5, stage: 'intrusion' }) > most);
});

test('background and known scanners are worth little', () => {
  const targeted = of({ targetedness: 50, learned: 0 });
  assert.ok(of({ targetedness: 0, learned: 500, stage: 'followed' }) < targeted);
  assert.ok(of({ targetedness: 50, learned: 500, known: true }) < targeted);
  assert.match(priorityOf({ ...WORTH, targetedness: 0 }).reason, /targetedness 10 \(the least\)/);
});
