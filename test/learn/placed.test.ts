import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placedOnly } from '../../src/learn/placed.ts';

const fact = (address: string, path: string | undefined, status = 200, bytes = 10, host?: string) => ({
  address,
  path,
  status,
  bytes,
  host,
});

test('a path without a site is the one that another log tells with its site', () => {
  const there = fact('203.0.113.10', '/admin');
  assert.deepEqual(placedOnly([fact('', '/admin'), there]), [there]);
  const named = fact('', '/admin', 200, 10, 'www.example.com');
  assert.deepEqual(placedOnly([named, fact('', '/admin')]), [named]);
});

test('another answer is another thing, and what only one log tells stays', () => {
  const facts = [
    fact('', '/admin', 301),
    fact('', '/admin', 200, 11),
    fact('', '/only'),
    fact('203.0.113.10', '/admin'),
    fact('', undefined),
  ];
  assert.deepEqual(placedOnly(facts), facts);
});
