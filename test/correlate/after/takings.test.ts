import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Taking } from '../../../src/correlate/after/takings.ts';
import { range } from '../../support/contacts.ts';
import { asked, type AskedSpec } from './asked.ts';

const FINDER = '203.0.113.9';
const TAKER = '198.18.4.4';

const takings = (specs: readonly AskedSpec[]): readonly Taking[] => asked(specs).after().takings;
const get = (from: string, at: number, path: string, more: Partial<AskedSpec> = {}): AskedSpec => ({
  from,
  at,
  path,
  ...more,
});

test('who comes for what another was told first, how directly, and who else did', () => {
  const [taking, ...others] = takings([
    get(FINDER, 0, '/nothing', { status: 404 }),
    get(FINDER, 1, '/dump.sql', { bytes: 4000 }),
    get(TAKER, 9, '/dump.sql', { bytes: 4000 }),
  ]);
  assert.equal(others.length, 0);
  const { name, finder, taker, bytes, isDirect, sameAgent, takers, agentSources, sources } = taking;
  assert.deepEqual(
    { name, finder, taker, bytes, isDirect, sameAgent, takers, agentSources, sources },
    {
      name: '/dump.sql',
      finder: FINDER,
      taker: TAKER,
      bytes: 4000,
      isDirect: true,
      sameAgent: true,
      takers: 1,
      agentSources: 2,
      sources: 2,
    },
  );
  assert.equal(taking.taken.time - taking.found.time, 8e6);
});

test('what is not there, what the root is, and what the finder asks again is not taken', () => {
  assert.deepEqual(takings([get(FINDER, 0, '/x', { status: 404 }), get(TAKER, 1, '/x', { status: 404 })]), []);
  assert.deepEqual(takings([get(FINDER, 0, '/'), get(TAKER, 1, '/')]), []);
  assert.deepEqual(takings([get(FINDER, 0, '/x'), get(FINDER, 1, '/x')]), []);
});

test('what many ask for is popular, and nobody took it', () => {
  const visitors = [...range(4)].map((n) => get(`198.18.4.${n}`, 10 + n, '/page'));
  assert.deepEqual(takings([get(FINDER, 0, '/page'), ...visitors]), []);
  assert.equal(takings([get(FINDER, 0, '/page'), ...visitors.slice(1)]).length, 3);
});

test('a name that was forgotten is not noted anew', () => {
  const crowd = [...range(20_000)].map((n) => get(FINDER, n, `/page-${n}`));
  assert.deepEqual(takings([...crowd, get(TAKER, 30_000, '/page-1'), get('198.18.9.9', 30_001, '/page-1')]), []);
});
