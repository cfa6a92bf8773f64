import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytes, ethernet, type Frame, fragment6, ip4, ip6, SYN, type Segment, tcp, udp } from '../support/packets.ts';
import { IP4, IP6, observe, START } from './observed.ts';

const MORE = 0x2000;
const OPTIONS = bytes('020405b4');

/** The segment cut into pieces of `size` bytes. */
function pieces(segment: Segment, size: number, length: number, id = 7): Frame[] {
  const starts = Array.from({ length: Math.ceil(length / size) }, (_, n) => n * size);
  return starts.map((from) => {
    const part = (from >>> 3) | (from + size < length ? MORE : 0);
    return { bytes: ethernet(ip4(segment, { id, part, from, to: Math.min(length, from + size) })), time: START };
  });
}

/** What does not depend on which of the pieces completes it. */
const essence = (frames: readonly Frame[]) =>
  observe(frames).contacts.map(({ record: _, seconds: __, ttl: ___, ...rest }) => rest);

const syn = tcp({ flags: SYN, seq: 77, window: 1024, options: OPTIONS });
const SYN_BYTES = 24;
const datagram = udp({ to: 161, payload: new Uint8Array(300).fill(9) });

describe('fragments', () => {
  test('a SYN in tiny pieces is the same contact as a whole one, in any order', () => {
    const whole = essence([IP4.out(0, syn)]);
    const tiny = pieces(syn, 8, SYN_BYTES);
    assert.equal(tiny.length, 3);
    assert.deepEqual(essence(tiny), whole);
    assert.deepEqual(essence([...tiny].reverse()), whole);
    assert.deepEqual(essence([tiny[1], tiny[0], tiny[2]]), whole);
  });

  test('over IPv6', () => {
    const cut = (from: number, to: number): Frame => ({
      bytes: ethernet(ip6(syn, { extensions: [fragment6(from, to < SYN_BYTES)], from, to })),
      time: START,
    });
    assert.deepEqual(essence([cut(0, 16), cut(16, 24)]), essence([IP6.out(0, syn)]));
  });

  test('a datagram is known by its first pieces; later ones are no contact of their own', () => {
    const all = pieces(datagram, 104, 308);
    const { contacts } = observe(all);
    assert.equal(contacts.length, 1);
    assert.deepEqual([contacts[0].record, contacts[0].targetPort, contacts[0].method], [1, 161, 'udp']);
  });

  test('of bytes that come twice the first stay, and it is counted', () => {
    const [first, second, third] = pieces(syn, 8, SYN_BYTES);
    const [forged] = pieces(tcp({ flags: SYN, to: 443, seq: 77, window: 1024, options: OPTIONS }), 8, SYN_BYTES);
    const { contacts, weird } = observe([first, forged, second, third]);
    assert.deepEqual(
      contacts.map(({ targetPort }) => targetPort),
      [80],
    );
    assert.equal(weird['fragment-overlap'], 1);
  });

  test('what is never completed is counted, and is no contact', () => {
    const some = pieces(syn, 8, SYN_BYTES).slice(0, 2);
    for (const clocks of [[11], []]) {
      const { contacts, weird } = observe(some, { clocks });
      assert.equal(contacts.length, 0);
      assert.equal(weird['fragment-incomplete'], 1);
    }
  });

  test('pieces of another datagram do not mix in', () => {
    const one = pieces(syn, 8, SYN_BYTES, 1);
    const other = pieces(tcp({ to: 443, options: OPTIONS }), 8, SYN_BYTES, 2);
    const { contacts } = observe([one[0], other[0], one[1], other[1], one[2], other[2]]);
    assert.deepEqual(
      contacts.map(({ targetPort }) => targetPort).toSorted((a, b) => a - b),
      [80, 443],
    );
  });

  test('when too many are open, the oldest is given up', () => {
    const many = Array.from({ length: 80 }, (_, id) => pieces(syn, 8, SYN_BYTES, id)[0]);
    const { weird } = observe(many);
    assert.equal(weird['fragment-dropped'], 80 - 64);
    assert.equal(weird['fragment-incomplete'], 64);
  });
});
