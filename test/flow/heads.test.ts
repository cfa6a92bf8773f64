import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadHash } from '../../src/flow/heads.ts';
import { PacketRows } from '../../src/flow/rows.ts';
import { decoded } from '../input/capture/decode/decoded.ts';
import { type Bytes, bytes, ethernet, ip4, text, udp } from '../support/packets.ts';

function hashOf(payload: Bytes): number {
  const rows = new PacketRows();
  rows.bind(decoded([ethernet(ip4(udp({ payload })))]).batch);
  return payloadHash(rows, 0) >>> 0;
}

test('the payload hash is 32-bit FNV-1a (vectors of its authors), of 32 bytes at most', () => {
  assert.equal(hashOf(text('a')), 0xe40c292c);
  assert.equal(hashOf(text('foobar')), 0xbf9cf968);
  assert.equal(hashOf(bytes()), 0);
  const long = text('0123456789abcdef0123456789abcdef');
  assert.equal(hashOf(bytes(long, 1)), hashOf(bytes(long, 2)));
  assert.notEqual(hashOf(long), hashOf(long.slice(0, 31)));
});
