import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Suspect } from '../../src/triage/suspect.ts';
import { targetedness } from '../../src/triage/targeted.ts';

/** A sweep of a whole /24 in an hour. */
const SWEEP: Suspect = {
  addresses: 256,
  services: 1,
  probes: 256,
  answered: 0,
  missed: 256,
  traced: 0,
  exchanged: 0,
  cameBack: false,
  names: 0,
  namesMissed: 0,
  pointed: 0,
  crawler: '',
  lasted: 3600e6,
};
const judge = (over: Partial<Suspect>, home = 256): ReturnType<typeof targetedness> =>
  targetedness({ ...SWEEP, ...over }, home);

test('a whole network in a minute is here only: nobody scans the Internet at 71.6 million probes a second', () => {
  const { class: kind, reasons } = judge({ lasted: 60e6 });
  assert.equal(kind, 'localised');
  assert.match(reasons[0], /\b72 M probes/);
});

test('the same in an hour is what everybody gets', () => {
  const { class: kind, points, reasons } = judge({});
  assert.deepEqual([kind, points, reasons.length], ['background', 0, 1]);
});

test('a few addresses say nothing of pace, nor does a home of unknown size', () => {
  assert.equal(judge({ lasted: 1e6, addresses: 7 }).class, 'background');
  assert.equal(judge({ lasted: 60e6 }, 0).class, 'background');
});

test('many services of one host, and coming back to what answered, make it targeted', () => {
  const ports = { addresses: 1, services: 100 };
  assert.equal(judge(ports).points, 30);
  const deeper = judge({ ...ports, cameBack: true });
  assert.deepEqual([deeper.points, deeper.class], [50, 'targeted']);
});

test('every point has its line', () => {
  for (const over of [{ lasted: 60e6 }, {}, { cameBack: true, services: 40 }]) {
    const { points, reasons } = judge(over);
    const told = reasons.reduce((sum, reason) => sum + Number(/^\+(\d+)/.exec(reason)?.[1] ?? 0), 0);
    assert.equal(told, points);
  }
});
