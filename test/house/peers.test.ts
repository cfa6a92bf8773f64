import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCase } from '../../scripts/peers/corpus.ts';
import { expectedOf } from '../../scripts/peers/expected.ts';
import { masked } from '../../scripts/peers/mask.ts';
import { worse } from '../../scripts/peers.ts';

test('addresses of somebody are masked, those of nobody are not', () => {
  assert.equal(masked('from 45.0.0.7, 192.0.2.7 and 10.1.2.3'), 'from 45.x.x.x, 192.0.2.7 and 10.1.2.3');
  assert.equal(masked('2a00:1450::7 2001:db8::7'), '2a00:x 2001:db8::7');
  assert.equal(masked('2a00:1450::7: said 2a00:1450::'), '2a00:x: said 2a00:x');
  assert.equal(masked('mac 02:00:5e:00:53:01 at 12:30:01'), 'mac 02:x at 12:30:01');
});

const one = (expected: PeerCase['expected'], attacker: string[] | null = null): PeerCase => ({
  suite: 'x',
  case: 'filter:7',
  input: 'x',
  expected,
  attacker,
  scan_related: true,
});

test('whom a peer blames, as each suite writes it', () => {
  const blamed = (...of: Parameters<typeof one>): unknown => expectedOf(one(...of)).blamed;
  const alert = { scenario: 'a/b', sources: ['192.0.2.7'], class: [] };
  assert.deepEqual(blamed([alert, alert]), ['192.0.2.7']);
  assert.deepEqual(blamed([]), []);
  assert.deepEqual(blamed({ positive: ['SRC\\:.*2001\\:DB8\\:\\:2'], negative: [] }, ['.*2001:DB8::2']), [
    '2001:db8::2',
  ]);
  assert.deepEqual(blamed({ positive: ['\\[NONE\\]'], negative: [] }), []);
  assert.deepEqual(blamed({ match: true, host: '192.0.2.7' }), ['192.0.2.7']);
  assert.deepEqual(blamed({ match: false, host: '192.0.2.7' }), []);
  assert.deepEqual(blamed({ match: true, rule: '1', level: '0' }), []);
  assert.equal(blamed({ match: true, rule: '1', level: '6' }), 'somebody');
  assert.equal(blamed(true), 'somebody');
});

test('fewer cases, fewer same, more unexplained are worse; the rest is not', () => {
  const was = { a: { cases: 5, same: 3, explained: 1, unexplained: 1 } };
  assert.deepEqual(worse(was, was), []);
  assert.deepEqual(worse(was, { a: { cases: 5, same: 4, explained: 0, unexplained: 1 } }), []);
  assert.deepEqual(worse(was, { a: { cases: 5, same: 2, explained: 2, unexplained: 1 } }), ['a: same 3 → 2']);
  assert.deepEqual(worse(was, { a: { cases: 5, same: 3, explained: 0, unexplained: 2 } }), ['a: unexplained 1 → 2']);
  assert.equal(worse(was, {}).length, 2);
});
