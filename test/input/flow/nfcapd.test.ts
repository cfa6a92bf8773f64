import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { nfcapd } from '../../../src/input/flow/nfcapd.ts';
import { recognise } from '../../../src/input/index.ts';
import { Proof } from '../../../src/record/contact.ts';
import { parseAddress } from '../../../src/record/address.ts';
import { read } from './rows.ts';

/** Writes numbers in one byte order. */
class Writer {
  readonly #parts: Buffer[] = [];
  readonly little: boolean;

  constructor(little: boolean) {
    this.little = little;
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  put(size: number, ...values: readonly (number | bigint)[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt(value));
      const part = bytes.subarray(8 - size);
      this.#parts.push(this.little ? part.reverse() : part);
    }
    return this;
  }

  bytes(...parts: readonly Uint8Array[]): this {
    this.#parts.push(...parts.map((part) => Buffer.from(part)));
    return this;
  }

  get done(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [number, number];
  readonly flags: number;
  readonly packets?: number;
  readonly sampled?: boolean;
  readonly event?: number;
  /** bytes back, of one packet */
  readonly back?: number;
  /** the exporter told no time */
  readonly timeless?: boolean;
}

const SECONDS = 1_795_300_476;
const MS = 236;
const A = '192.0.2.7';
const B = '203.0.113.10';
const PROBE: Flow = { from: A, to: B, ports: [44298, 23], flags: 2 };
const RESET: Flow = { from: B, to: A, ports: [23, 44298], flags: 0x14 };
const SIX: Flow = { ...PROBE, from: '2001:db8::7', to: '2001:db8:50::1' };
const FLOWS = [PROBE, SIX, RESET];
const CONTACTS = [
  `${A}:44298 > ${B}:23/6 tcp-syn refused`,
  '2001:db8::7:44298 > 2001:db8:50::1:23/6 tcp-syn unanswered',
];

/** An address as nfdump has it: a number of 4 bytes, or two of 8. */
function ends(flow: Flow, little: boolean): Buffer {
  const writer = new Writer(little);
  for (const name of [flow.from, flow.to]) {
    const words = parseAddress(name) as Uint32Array;
    if (!name.includes(':')) writer.put(4, words[3]);
    else for (const at of [0, 2]) writer.put(8, (BigInt(words[at]) << 32n) | BigInt(words[at + 1]));
  }
  return writer.done;
}

function record(type: number, little: boolean, body: Buffer): Buffer {
  return new Writer(little).put(2, type, body.length + 4).bytes(body).done;
}

/** A record of nfdump 1.6. */
function common(flow: Flow, little: boolean, type = 10, wide = false): Buffer {
  const flags = (flow.from.includes(':') ? 1 : 0) | (wide ? 6 : 0) | (flow.sampled ? 128 : 0);
  const writer = new Writer(little).put(1, flags, 5).put(2, 0, MS, MS).put(4, SECONDS, SECONDS);
  writer.put(1, 0, flow.flags, 6, 0).put(2, ...flow.ports);
  if (type === 10) writer.put(4, 0);
  return record(type, little, writer.bytes(ends(flow, little)).put(wide ? 8 : 4, flow.packets ?? 1, 44).done);
}

/** A record of nfdump 1.7. */
function v3(flow: Flow, little: boolean): Buffer {
  const element = (type: number, body: Buffer): Buffer => record(type, little, body);
  const time = SECONDS * 1000 + MS;
  const told = flow.timeless ? 0 : time;
  const generic = new Writer(little).put(8, told, told, time + 5000, flow.packets ?? 1, 44).put(2, ...flow.ports);
  const parts = [
    element(1, generic.put(1, 6, flow.flags, 0, 0).done),
    element(flow.from.includes(':') ? 3 : 2, ends(flow, little)),
    element(77, Buffer.alloc(5)),
  ];
  if (flow.back !== undefined) {
    parts.push(element(5, new Writer(little).put(8, 1, 1, flow.back).done));
    parts.push(element(4, new Writer(little).put(4, 1, 2).put(1, 0, 0, 0, 0, 1, 0).put(2, 0).done));
  }
  if (flow.event !== undefined)
    parts.push(element(19, new Writer(little).put(8, time).put(4, 1).put(2, 0).put(1, flow.event, 0).done));
  const head = new Writer(little)
    .put(2, parts.length)
    .put(1, 0, 0)
    .put(2, 0)
    .put(1, flow.sampled ? 2 : 0, 9);
  return record(11, little, head.bytes(...parts).done);
}

const block = (little: boolean, type: number, body: Uint8Array): Buffer =>
  new Writer(little).put(4, 1, body.length).put(2, type, 0).bytes(body).done;

const file1 = (little: boolean, flags: number, ...blocks: readonly Uint8Array[]): Buffer =>
  new Writer(little)
    .put(2, 0xa50c, 1)
    .put(4, flags, blocks.length)
    .bytes(Buffer.alloc(264), ...blocks).done;

const file2 = (little: boolean, compression: number, ...blocks: readonly Uint8Array[]): Buffer => {
  const head = new Writer(little).put(2, 0xa50c, 2).put(4, 0x01070500).put(8, SECONDS).put(1, compression, 0);
  return head
    .put(2, 0)
    .put(4, 1)
    .put(8, 0)
    .put(4, 1 << 20, blocks.length)
    .bytes(...blocks).done;
};

const OTHER = (little: boolean): Buffer => record(7, little, Buffer.alloc(20));
const IDENT = (little: boolean): Buffer => block(little, 3, record(0x8001, little, Buffer.from('all\0')));

/** Literals only: what LZ4 and LZO make of bytes that do not repeat. */
const lz4 = (body: Uint8Array): Buffer => {
  const more = body.length - 15;
  const bytes = [...Array<number>(Math.floor(more / 255)).fill(255), more % 255];
  return Buffer.concat([Uint8Array.of(0xf0, ...bytes), body]);
};
const lzo = (body: Uint8Array): Buffer => {
  const more = body.length - 18;
  const zeros = Array<number>(Math.floor((more - 1) / 255)).fill(0);
  return Buffer.concat([Uint8Array.of(0, ...zeros, more - 255 * zeros.length), body, Uint8Array.of(17, 0, 0)]);
};

describe('nfcapd', () => {
  for (const little of [true, false]) {
    const order = little ? 'little' : 'big';
    const old = Buffer.concat([OTHER(little), ...FLOWS.map((flow) => common(flow, little))]);
    const now = Buffer.concat([OTHER(little), ...FLOWS.map((flow) => v3(flow, little))]);

    test(`layout 1 and 2, ${order}-endian, in pieces of any size`, async () => {
      const narrow = Buffer.concat(FLOWS.map((flow) => common(flow, little, 1)));
      const wide = Buffer.concat(FLOWS.map((flow) => common(flow, little, 10, true)));
      const files = [
        file1(little, 0, block(little, 2, old)),
        file1(little, 0, block(little, 2, narrow)),
        file1(little, 0, block(little, 2, wide)),
        file2(little, 0, block(little, 3, now), block(little, 4, Buffer.alloc(9)), IDENT(little)),
      ];
      for (const file of files)
        for (const piece of [3, 100, file.length]) {
          const told = await read(nfcapd, file, piece);
          assert.deepEqual(told.contacts, CONTACTS);
          assert.deepEqual(told.times, [SECONDS * 1e6 + MS * 1000, SECONDS * 1e6 + MS * 1000]);
          assert.deepEqual([told.records, told.weird], [3, {}]);
          assert.equal(recognise(file, 'x')?.name, 'nfcapd');
        }
    });

    test(`packed, ${order}-endian`, async () => {
      const packed = [
        file1(little, 1, block(little, 2, lzo(old))),
        file1(little, 16, block(little, 2, lz4(old))),
        file2(little, 1, block(little, 3, lzo(now))),
        file2(little, 3, block(little, 3, lz4(now))),
        file2(little, 4, block(little, 3, zstdCompressSync(now))),
      ];
      for (const file of packed) assert.deepEqual((await read(nfcapd, file)).contacts, CONTACTS);
    });
  }

  const now = v3(PROBE, true);
  const of = async (...flows: readonly Flow[]) =>
    read(nfcapd, file2(true, 0, block(true, 3, Buffer.concat(flows.map((flow) => v3(flow, true))))));

  test('sampled, denied, both directions in one record', async () => {
    assert.deepEqual((await of({ ...PROBE, sampled: true })).contacts, [`${A}:44298 > ${B}:23/6 tcp-syn unknown`]);
    const denied = await of({ ...PROBE, event: 3 });
    assert.deepEqual([denied.contacts, denied.proofs], [[CONTACTS[0]], [Proof.filtered]]);
    const both = await of({ ...PROBE, back: 44 });
    assert.deepEqual(both.contacts, [`${A}:44298 > ${B}:23/6 tcp-syn answered`]);
    // a bare header is a reset, whichever side's flags the record has
    for (const flags of [2, 0x14]) assert.deepEqual((await of({ ...PROBE, flags, back: 40 })).contacts, [CONTACTS[0]]);
  });

  test('a flow without a time was when its record came', async () => {
    const told = await of({ ...PROBE, timeless: true });
    assert.deepEqual([told.weird, told.times], [{}, [SECONDS * 1e6 + MS * 1000 + 5e6]]);
  });

  test('what cannot be unpacked is counted by block', async () => {
    const weirdOf = async (file: Uint8Array) => (await read(nfcapd, file)).weird;
    const bz2 = block(true, 3, Buffer.from('BZh9'));
    assert.deepEqual(await weirdOf(file2(true, 2, bz2, bz2)), { 'flow-block-compression-unsupported': 2 });
    for (const compression of [1, 3, 4]) {
      const damaged = file2(true, compression, block(true, 3, Buffer.from([0xff, 1, 2])));
      assert.deepEqual(await weirdOf(damaged), { 'flow-block-malformed': 1 });
    }
  });

  test('damage', async () => {
    const weirdOf = async (file: Uint8Array) => (await read(nfcapd, file)).weird;
    const whole = file2(true, 0, block(true, 3, now));
    assert.deepEqual(await weirdOf(whole.subarray(0, 30)), { 'file-header-cut': 1 });
    assert.deepEqual(await weirdOf(whole.subarray(0, whole.length - 1)), { 'record-cut': 1 });
    const huge = new Writer(true).put(4, 1, 0x7fffffff).put(2, 3, 0).done;
    assert.deepEqual(await weirdOf(file2(true, 0, huge)), { 'flow-block-malformed': 1 });
    const endless = file2(true, 0, block(true, 3, Buffer.from([11, 0, 0, 0])));
    assert.deepEqual(await weirdOf(endless), { 'flow-block-malformed': 1 });
    for (let at = 40; at < whole.length; at += 1) {
      const damaged = Uint8Array.from(whole);
      damaged[at] ^= 0xff;
      assert.ok((await read(nfcapd, damaged)).records <= 1);
    }
  });
});
