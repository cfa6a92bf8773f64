import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOfReverse } from '../../src/detect/reverse.ts';

function addressOf(name: string): number {
  const bytes = new TextEncoder().encode(`(${name})`);
  return addressOfReverse(bytes, 1, name.length);
}

test('a reverse name has four numbers, the last one first', () => {
  assert.equal(addressOf('7.2.0.192.in-addr.arpa'), 0xc0000207);
  assert.equal(addressOf('255.255.255.255.IN-ADDR.ARPA'), 0xffffffff);
  assert.equal(addressOf('0.0.0.0.in-addr.arpa'), 0);
});

test('what is not of one address is none', () => {
  for (const name of [
    '2.0.192.in-addr.arpa',
    '1.7.2.0.192.in-addr.arpa',
    '256.2.0.192.in-addr.arpa',
    '0-25.2.0.192.in-addr.arpa',
    '.2.0.192.in-addr.arpa',
    '1234.2.0.192.in-addr.arpa',
    'in-addr.arpa',
    '7.2.0.192.bl.example.org',
    'a.ip6.arpa',
    '',
  ])
    assert.equal(addressOf(name), -1, name);
});
