import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latinBytes, latinText } from '../../src/record/latin.ts';

test('every byte is one letter, there and back', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(latinBytes(latinText(all, 0, 256)), all);
  assert.equal(latinText(latinBytes('abcdef'), 2, 4), 'cd');
});

test('of letters beyond, the low byte', () => assert.deepEqual([...latinBytes('\u0141')], [0x41]));
