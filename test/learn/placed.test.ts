import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf } from '../../src/learn/placed.ts';

interface Fact {
  readonly address: string;
  readonly port?: number;
  readonly host?: string;
  readonly path?: string | undefined;
  readonly status: number;
  readonly bytes: number;
  readonly at: string;
}

const NOW = '2026-11-21T23:27:33.000000Z';
const SOON = '2026-11-21T23:27:33.952548Z';
const LATER = '2026-11-21T23:29:33.952548Z';
const SITE = 'www.example.com';

const fact = (over: Partial<Fact>): Fact => ({ address: '', path: '/admin', status: 200, bytes: 10, at: NOW, ...over });
const places = (...facts: Fact[]): [Fact, Fact][] => [...placesOf(facts)];

test('a path without a site is the one that is told with it: as long, or at the same time', () => {
  const bare = fact({});
  for (const there of [
    fact({ address: '203.0.113.10', at: LATER }),
    fact({ address: '203.0.113.10', port: 80, bytes: 249, at: SOON }),
    fact({ address: SITE, host: SITE, at: LATER }),
  ])
    assert.deepEqual(places(bare, there), [[bare, there]]);
});

test('a path of a site is the one at the server of the site, whatever is counted as its length', () => {
  const named = fact({ address: SITE, host: SITE, bytes: 249 });
  const there = fact({ address: '203.0.113.10', port: 80, host: `${SITE}:80`, at: LATER });
  assert.deepEqual(places(named, there), [[named, there]]);
  const bare = fact({ bytes: 249 });
  assert.deepEqual(places(bare, named, there), [
    [bare, there],
    [named, there],
  ]);
});

test('another answer or another site is another thing, and what only one input tells stays', () => {
  const there = fact({ address: '203.0.113.10', port: 80, host: SITE, at: LATER });
  for (const other of [
    fact({ status: 301 }),
    fact({ bytes: 11 }),
    fact({ path: '/only' }),
    fact({ path: undefined }),
    fact({ address: 'www.example.org', host: 'www.example.org' }),
    fact({ address: '203.0.113.11', port: 80, host: SITE }),
  ])
    assert.deepEqual(places(other, there), []);
});
