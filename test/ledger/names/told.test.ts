import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSearched, isSystemName, isToken } from '../../../src/ledger/names/told.ts';
import { zoneOf } from '../../../src/record/name.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('names that a search list made of another name are told by its end', () => {
  const searched = (name: string): boolean => {
    const bytes = bytesOf(name);
    return isSearched(bytes, 0, zoneOf(bytes, 0, bytes.length));
  };
  for (const name of ['www.example.com.our.test', 'a.b.NET.our.test', 'shop.de.our.test', 'printer.local.our.test'])
    assert.ok(searched(name), name);
  for (const name of ['www.our.test', 'com.our.test', 'de.our.test', 'api.dev.our.test', 'a.x1.our.test', 'our.test'])
    assert.ok(!searched(name), name);
});

test('names that programs ask for of themselves are told by their first label', () => {
  const isOne = (name: string): boolean => isSystemName(bytesOf(name), 0, name.length);
  for (const name of [
    'wpad.our.test',
    'WPAD.our.test',
    '_ldap._tcp.dc._msdcs.our.test',
    'autodiscover.our.test',
    'k1._domainkey.our.test',
    'sip',
  ])
    assert.ok(isOne(name), name);
  for (const name of ['www.our.test', 'wpad2.our.test', 'sipserver.our.test', 'a.wpad.our.test', 'a_b.our.test', ''])
    assert.ok(!isOne(name), name);
});

test('identifiers in paths are no guesses', () => {
  const isOne = (path: string): boolean => isToken(bytesOf(path), 0, bytesOf(path).length);
  for (const path of [
    '/o/9f86d081884c7d65',
    '/js/app.3f2a9c1d.js',
    '/v/0b7f41ee-1c2d-4e5f-8a9b-0c1d2e3f4a5b',
    '/o;v=1/9f86d081884c7d65',
  ])
    assert.ok(isOne(path), path);
  for (const path of [
    '/backup2024',
    '/20241231backup.zip',
    '/deadbeef',
    '/admin?x=9f86d081884c7d65',
    '/12345678',
    '/admin;x=9f86d081884c7d65',
    '/;9f86d081884c7d65/admin',
  ])
    assert.ok(!isOne(path), path);
});
