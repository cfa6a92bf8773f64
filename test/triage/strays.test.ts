import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/record/address.ts';
import { explainStray, type Sight, type Stray } from '../../src/triage/strays.ts';

const BOTH: Sight = { oneSided: false, bothWays: true };
const STRAY: Stray = {
  source: parseAddress('198.19.7.7') as Uint32Array,
  own: false,
  answers: 4446,
  targets: 381,
  dark: 381,
  protocol: 6,
  port: 443,
};
const what = (over: Partial<Stray>, sight = BOTH): string =>
  explainStray({ ...STRAY, ...over }, sight)?.what ?? 'nothing';

test('backscatter, in words and figures', () => {
  assert.deepEqual(explainStray(STRAY, BOTH), {
    source: '198.19.7.7',
    what: 'backscatter of an attack on its tcp/443 with forged sources',
    because: '4,446 answers (repeats not counted) to 381 addresses, none known to be in use',
    probes: 4446,
  });
});

test('the readings are told apart', () => {
  assert.match(what({ targets: 2, dark: 2 }), /forged in the name of unused addresses/);
  assert.match(what({ targets: 2, dark: 0 }), /begun before/);
  assert.match(what({ targets: 40, dark: 0 }, { oneSided: true, bothWays: true }), /asymmetric/);
  assert.match(what({ own: true }), /asymmetric/);
  assert.match(what({ protocol: 17, port: 53 }, { oneSided: false, bothWays: false }), /were not seen/);
  assert.match(what({ protocol: 1, port: 0 }), /attack on its ICMP/);
});

test('a few answers, and what hosts tell of themselves, need no explanation', () => {
  assert.equal(what({ answers: 5 }), 'nothing');
  assert.equal(what({ own: true, protocol: 0 }), 'nothing');
  assert.equal(what({ own: true, protocol: 58 }), 'nothing');
});
