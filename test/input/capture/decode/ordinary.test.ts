import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WEIRDS } from '../../../../src/record/weird.ts';
import { type Bytes, bytes, ethernet, ip4, tcp, u16, udp } from '../../../support/packets.ts';
import { decoded, type Row, rowOf } from './decoded.ts';

const port = fc.oneof(fc.constantFrom(0, 53, 80, 4789, 65535), fc.integer({ min: 0, max: 65535 }));
const payload = fc.oneof(fc.constantFrom(0, 1, 63, 64, 65, 128, 129, 1400), fc.integer({ min: 0, max: 200 }));
const given = fc.option(fc.integer({ min: 0, max: 65535 }), { nil: undefined });
const options = fc.constantFrom(
  '',
  '020405b4',
  '0101080a0000000100000002',
  '0204ffff0402080a00000001000000000103ff07',
  '09000000',
);

const segment = fc.oneof(
  fc
    .record({
      from: port,
      to: port,
      flags: fc.oneof(fc.constantFrom(2, 16, 17, 18, 20, 24), fc.integer({ min: 0, max: 511 })),
      urgent: fc.constantFrom(0, 0, 0, 5),
      reserved: fc.constantFrom(0, 0, 0, 1, 7),
      words: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined, freq: 6 }),
      checksum: given,
      options: options.map((hex) => bytes(hex)),
      payload: payload.map((length) => new Uint8Array(length).fill(7)),
    })
    .map(({ words, checksum, ...rest }) =>
      tcp({ ...rest, ...(words === undefined ? {} : { words }), ...(checksum === undefined ? {} : { checksum }) }),
    ),
  fc
    .record({ from: port, to: port, checksum: given, payload: payload.map((length) => new Uint8Array(length)) })
    .map(({ checksum, ...rest }) => udp({ ...rest, ...(checksum === undefined ? {} : { checksum }) })),
);

const packet = fc
  .record({
    segment,
    source: fc.constantFrom('192.0.2.1', '192.0.2.2', '0.0.0.0', '127.0.0.1', '224.0.0.1', '240.0.0.1'),
    target: fc.constantFrom('192.0.2.1', '203.0.113.5', '255.255.255.255', '239.0.0.1', '0.0.0.0', '127.0.0.1'),
    part: fc.constantFrom(0, 0x4000, 0x4000, 0x4000, 0x8000, 0x2000, 5),
    ttl: fc.integer({ min: 0, max: 255 }),
    id: fc.integer({ min: 0, max: 65535 }),
    total: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined, freq: 8 }),
    cut: fc.integer({ min: 0, max: 120 }),
  })
  .map(({ segment, total, cut, ...fields }) => {
    const whole = ip4(segment, { ...fields, ...(total === undefined ? {} : { total }) });
    return { whole, cut };
  });

/** The same packet behind the header of a Linux cooked capture, which only the layers read. */
const cooked = (inside: Bytes): Bytes => bytes('0000 0001 0006 020000000001 0000 0800', inside);

const COOKED = 113;
const same = ({ offset: _o, captured: _c, length: _l, linkType: _t, payload, ...rest }: Row): object => ({
  ...rest,
  payload: rest.kind === 0 ? 0 : payload - _o - (_t === COOKED ? 16 : 14),
});

test('the short way of ordinary packets and the layers tell the same', () => {
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 12 }), (packets) => {
      const frames = packets.map(({ whole, cut }) => {
        const size = cut > 100 ? whole.length : Math.min(cut, whole.length);
        return { packet: whole.slice(0, size), length: whole.length };
      });
      const short = decoded(
        frames.map((frame) => ({ bytes: ethernet(frame.packet, { type: 0x0800 }), length: frame.length + 14 })),
      );
      const long = decoded(
        frames.map((frame) => ({ bytes: cooked(frame.packet), length: frame.length + 16 })),
        COOKED,
      );
      assert.deepEqual(short.weird, long.weird);
      assert.deepEqual(short.counts.firstRecord, long.counts.firstRecord);
      for (let row = 0; row < frames.length; row += 1)
        assert.deepEqual(same(rowOf(short.batch, row)), same(rowOf(long.batch, row)));
      assert.deepEqual(short.batch.order, long.batch.order);
    }),
    { numRuns: 2000, seed: 7 },
  );
});

test('every row has one fate', () => {
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((noise) => bytes(noise)),
    packet.map(({ whole }) => ethernet(whole)),
    fc
      .tuple(fc.constantFrom(0x0800, 0x86dd, 0x0806, 0x8100, 0x8864, 0x8847, 38), fc.uint8Array({ maxLength: 90 }))
      .map(([type, noise]) => bytes('020000000002020000000001', u16(type), noise)),
  );
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 20 }),
      fc.constantFrom(1, 1, 0, 9, 101, 113, 276, 77),
      (frames, linkType) => {
        const { batch, counts } = decoded(frames, linkType);
        const lost = counts.total('malformed') + counts.total('unsupported');
        let used = 0;
        for (let row = 0; row < frames.length; row += 1) if (batch.kind[row] !== 0) used += 1;
        assert.equal(used + lost, frames.length, WEIRDS.map(([name], at) => `${name} ${counts.counts[at]}`).join('\n'));
        assert.equal(batch.shardStart[16], used);
      },
    ),
    { numRuns: 2000, seed: 11 },
  );
});
