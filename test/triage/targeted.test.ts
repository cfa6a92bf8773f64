import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Aim, targetedness } from '../../src/triage/targeted.ts';

/** A permuted sweep of a whole /24 in an hour. */
const SWEEP: Aim = {
  own: false,
  addresses: 256,
  services: 1,
  homeAddresses: 256,
  lasted: 3600e6,
  order: 'permuted',
  networks: 1,
  networksTried: 1,
  contacts: 256,
  missed: 250,
  cameBack: false,
  names: 0,
  namesFound: 0,
  pointed: 0,
  calledBy: '',
};
const judge = (over: Partial<Aim>): ReturnType<typeof targetedness> => targetedness({ ...SWEEP, ...over });

test('a whole network in a minute is here only: nobody scans the Internet at 71.6 million probes a second', () => {
  const { class: kind, reasons } = judge({ lasted: 60e6 });
  assert.equal(kind, 'localised');
  assert.match(reasons[0], /\b72 million probes/);
});

test('the same in an hour is what everybody gets', () => {
  const { class: kind, points, reasons } = judge({});
  assert.deepEqual([kind, points, reasons.length], ['background', 0, 1]);
});

test('a few addresses say nothing of pace, nor does a home of unknown size', () => {
  assert.equal(judge({ lasted: 1e6, addresses: 7 }).class, 'background');
  assert.equal(judge({ lasted: 60e6, homeAddresses: 0 }).class, 'background');
});

test('many services of one host, and coming back to what answered, make it targeted', () => {
  const ports = { addresses: 1, services: 100 };
  assert.equal(judge(ports).points, 30);
  const deeper = judge({ ...ports, cameBack: true });
  assert.deepEqual([deeper.points, deeper.class], [50, 'targeted']);
  assert.equal(judge({ addresses: 4, services: 8 }).points, 20);
  assert.equal(judge({ addresses: 5, services: 8 }).points, 0);
});

test('hundreds of names at one site are a scan of that site', () => {
  const site = { addresses: 1, contacts: 1, missed: 0 };
  const classOf = (names: number): string => judge({ ...site, names }).class;
  assert.deepEqual([10, 60, 900].map(classOf), ['background', 'localised', 'targeted']);
  assert.equal(judge({ ...site, names: 60, pointed: 8 }).class, 'targeted');
});

test('our own name, a list of what lives, our stack, the order of a walk and all networks together count', () => {
  const points = (over: Partial<Aim>): number => judge(over).points;
  assert.equal(points({ calledBy: 'www.example.com' }), 15);
  assert.equal(points({ contacts: 5, missed: 0 }), 15);
  assert.equal(points({ contacts: 4, missed: 0 }), 0);
  assert.equal(points({ contacts: 20, missed: 0, addresses: 1 }), 0, 'twenty came to one service');
  assert.equal(points({ names: 20, namesFound: 4 }) - points({ names: 20, namesFound: 3 }), 10);
  assert.equal(points({ order: 'sequential' }), 10);
  assert.equal(points({ order: 'sequential', addresses: 15 }), 0);
  const two = { lasted: 60e6, networks: 2 };
  assert.equal(points({ ...two, networksTried: 2 }) - points({ ...two, networksTried: 1 }), 10);
});

test('a host of ours that scans is about us', () => {
  assert.equal(judge({ own: true }).class, 'targeted');
});

test('every point has its line, and there are at most 100', () => {
  for (const over of [{ lasted: 60e6 }, {}, { cameBack: true, services: 40 }]) {
    const { points, reasons } = judge(over);
    const told = reasons.reduce((sum, reason) => sum + Number(/^\+(\d+)/.exec(reason)?.[1] ?? 0), 0);
    assert.equal(told, points);
  }
  assert.equal(judge({ own: true, names: 900, cameBack: true }).points, 100);
});
