import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { unpackLz4, unpackLzo } from '../../../src/input/flow/unpack.ts';

const letters = Array.from({ length: 90 }, (_, at) => String.fromCharCode(97 + ((at * 7 + Math.floor(at / 13)) % 26)));
const FOX = 'the quick brown fox; ';
const TEXT = `${'scan '.repeat(6)}${FOX}${'scan '.repeat(40)}${letters.join('')}${FOX}${'x'.repeat(700)}scan scan`;
/** The text as the two compressors pack it. */
const LZO =
  '027363616e20371000000374686520717569636b2062726f776e20666f783b2037b400208e60000a61686f76636a7178656c737a67292a006e' +
  '75275400016e756269c0046a0170778c05a80102646b737a67ea0172792929006633d904782000009500000d787878787878787363616e20' +
  '7363616e110000';
const LZ4 =
  '5f7363616e20050006ff0574686520717569636b2062726f776e20666f783b2e00070f4700060f190083d761686f76636a7178656c737a670b' +
  '00256e751600436e7562692100000b002170772c00020b0027646b0b0025727916003f7279663701021f780100ffffaa907363616e207363616e';

const KINDS = [
  ['LZO', unpackLzo, LZO],
  ['LZ4', unpackLz4, LZ4],
] as const;

for (const [name, unpack, hex] of KINDS)
  describe(name, () => {
    const packed = Uint8Array.from(Buffer.from(hex, 'hex'));

    test('literals, near and far matches, long and overlapping ones', () => {
      const out = new Uint8Array(4096);
      const size = unpack(packed, 0, packed.length, out);
      assert.equal(Buffer.from(out.subarray(0, size)).toString(), TEXT);
    });

    test('stands anywhere in its buffer', () => {
      const out = new Uint8Array(4096);
      const room = new Uint8Array(packed.length + 20).fill(0x55);
      room.set(packed, 9);
      assert.equal(unpack(room, 9, 9 + packed.length, out), TEXT.length);
    });

    test('what does not fit is refused', () => {
      assert.equal(unpack(packed, 0, packed.length, new Uint8Array(TEXT.length - 1)), -1);
      assert.equal(unpack(packed, 0, packed.length, new Uint8Array(TEXT.length)), TEXT.length);
    });

    test('cut short anywhere it is damaged, or shorter', () => {
      const out = new Uint8Array(4096);
      for (let end = 0; end < packed.length; end += 1) assert.ok(unpack(packed, 0, end, out) < TEXT.length);
    });

    test('any bytes are unpacked or refused, within the room', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
          const out = new Uint8Array(300);
          const size = unpack(any, 0, any.length, out);
          assert.ok(size >= -1 && size <= 300);
        }),
      );
    });
  });
