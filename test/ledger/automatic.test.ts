import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAutomatic } from '../../src/ledger/automatic.ts';

const isOne = (path: string): boolean => {
  const bytes = new TextEncoder().encode(path);
  return isAutomatic(bytes, 0, bytes.length);
};

test('what programs ask for by themselves is told by how it begins, in letters of any size', () => {
  for (const path of ['/favicon.ico', '/.well-known/caldav', '/Autodiscover/Autodiscover.xml', '/EWS/Exchange.asmx'])
    assert.ok(isOne(path), path);
  for (const path of ['/', '/admin', '/x/favicon.ico', '/favicon', '/autodiscovery']) assert.ok(!isOne(path), path);
});
