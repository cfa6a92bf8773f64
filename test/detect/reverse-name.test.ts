import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Named, ReverseName } from '../../src/detect/reverse-name.ts';

const reverse = new ReverseName();
function read(name: string): number {
  const bytes = new TextEncoder().encode(`(${name})`);
  return reverse.read(bytes, 1, name.length);
}

test('a reverse name has four numbers, the last one first', () => {
  for (const [name, address] of [
    ['7.2.0.192.in-addr.arpa', 0xc0000207],
    ['255.255.255.255.IN-ADDR.ARPA', 0xffffffff],
    ['0.0.0.0.in-addr.arpa', 0],
  ] as const)
    assert.deepEqual([read(name), reverse.low, reverse.upper], [Named.address, address, 0]);
});

/** The name of an IPv6 address, or of the block that begins so. */
const nameOf = (nibbles: string): string => `${Array.from(nibbles).reverse().join('.')}.ip6.arpa`;
const HOST = '20010db8000100020000000012345678';

test('of an IPv6 address the last 32 bits are a number, and what is before them is told apart', () => {
  assert.deepEqual([read(nameOf(HOST)), reverse.low], [Named.address, 0x12345678]);
  const { upper } = reverse;
  assert.equal(read(nameOf(HOST.replace('12345678', 'FFFFffff')).toUpperCase()), Named.address);
  assert.deepEqual([reverse.low, reverse.upper], [0xffffffff, upper]);
  read(nameOf(HOST.replace('db8', 'db9')));
  assert.notEqual(reverse.upper, upper);
});

test('fewer nibbles are a block, which lies in another', () => {
  assert.equal(read(nameOf(HOST.slice(0, 12))), Named.block);
  const { upper, whole } = reverse;
  read(nameOf(`${HOST.slice(0, 11)}f`));
  assert.deepEqual([reverse.low, reverse.upper], [15, upper]);
  read(nameOf(HOST.slice(0, 13)));
  assert.equal(reverse.upper, whole);
});

test('what is not of an address or block is none', () => {
  for (const name of [
    '2.0.192.in-addr.arpa',
    '1.7.2.0.192.in-addr.arpa',
    '256.2.0.192.in-addr.arpa',
    '0-25.2.0.192.in-addr.arpa',
    '.2.0.192.in-addr.arpa',
    '1234.2.0.192.in-addr.arpa',
    'in-addr.arpa',
    '7.2.0.192.bl.example.org',
    'ip6.arpa',
    'ab.ip6.arpa',
    'g.ip6.arpa',
    `0.${nameOf(HOST)}`,
    '',
  ])
    assert.equal(read(name), Named.nothing, name);
});
