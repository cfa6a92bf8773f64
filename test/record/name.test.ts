import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashCaseless, hashName, isSuccessor, zoneOf } from '../../src/record/name.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function hashOf(text: string): string {
  const out = { a: 0, b: 0 };
  hashName(bytes(text), 0, bytes(text).length, out);
  return `${out.a} ${out.b}`;
}

test('a run of digits counts as one digit, and a query not at all', () => {
  assert.equal(hashOf('/item/123/show'), hashOf('/item/7/show'));
  assert.equal(hashOf('/item?id=1'), hashOf('/item?id=2'));
  assert.equal(hashOf('/item#top'), hashOf('/item'));
  assert.notEqual(hashOf('/item/1'), hashOf('/item/'));
  assert.notEqual(hashOf('/Item'), hashOf('/item'));
});

test('parameters of the segments of a path are no part of its name', () => {
  assert.equal(hashOf('/shop/list;jsessionid=A1?x=1'), hashOf('/shop/list'));
  assert.equal(hashOf('/shop;v=1.2/list;a;b'), hashOf('/shop/list'));
  assert.notEqual(hashOf('/..;/list'), hashOf('/..;/item'));
});

test('the version of an interface is no number of an item', () => {
  assert.notEqual(hashOf('/api/v1/users'), hashOf('/api/v3/users'));
  assert.equal(hashOf('/api/v1/users/17'), hashOf('/api/v1/users/4'));
  assert.equal(hashOf('/tv1/users'), hashOf('/tv3/users'));
  const out = { a: 0, b: 0 };
  hashName(bytes('/v7'), 2, 1, out);
  assert.equal(`${out.a} ${out.b}`, hashOf('5'), 'what stands before the name is none of it');
});

test('says where the name ends', () => {
  const out = { a: 0, b: 0 };
  assert.equal(hashName(bytes('xx/a?b'), 2, 4, out), 4);
  assert.equal(hashName(bytes('xx/ab'), 2, 3, out), 5);
});

test('hosts are compared without case', () => {
  assert.equal(hashCaseless(bytes('WWW.Example.ORG'), 0, 15), hashCaseless(bytes('www.example.org'), 0, 15));
});

test('the zone is the last two labels, or three below a registry', () => {
  const zone = (name: string): string => name.slice(zoneOf(bytes(name), 0, name.length));
  assert.equal(zone('a.b.example.org'), 'example.org');
  assert.equal(zone('a.example.co.uk'), 'example.co.uk');
  assert.equal(zone('example.org'), 'example.org');
  assert.equal(zone('org'), 'org');
  assert.equal(zone('www.example.org.'), 'example.org.');
  assert.equal(zone('7.2.0.192.in-addr.arpa'), '192.in-addr.arpa');
});

test('a name right after another one is told by its first label', () => {
  const follows = (name: string): boolean => isSuccessor(bytes(`x${name}`), 1, name.length);
  for (const name of ['www\\000.example.org', '\\000.example.org', 'www-.example.org']) assert.ok(follows(name), name);
  for (const name of ['www.example.org', 'a-b.example.org', '-.example.org', 'www000.example.org', 'www-', '', '.'])
    assert.ok(!follows(name), name);
});
