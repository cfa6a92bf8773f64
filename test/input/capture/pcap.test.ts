import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pcap } from '../../../src/input/capture/pcap.ts';
import {
  bytesOf,
  isConserved,
  join,
  pcapFile,
  pcapHeader,
  pcapRecord,
  readAll,
  someFrames,
  sourceOf,
  words,
} from '../captures.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const one = { seconds: 1_700_000_000, fraction: 123_456, data: bytesOf(1, 2, 3, 4, 5), length: 1500 };

for (const magic of [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34]) {
  for (const little of [true, false]) {
    test(`reads magic ${magic.toString(16)} in ${little ? 'little' : 'big'}-endian order`, async () => {
      const frames = [one, { ...one, seconds: one.seconds + 1, data: bytesOf(9) }];
      const { rows, records, weird } = await readAll(pcap, sourceOf(pcapFile(frames, { magic, little, link: 113 })));
      const fraction = magic === 0xa1b23c4d ? 123.456 : 123_456;
      assert.deepEqual(rows, [
        { number: 1, time: 1_700_000_000e6 + fraction, captured: 5, length: 1500, linkType: 113, data: '0102030405' },
        { number: 2, time: 1_700_000_001e6 + fraction, captured: 1, length: 1500, linkType: 113, data: '09' },
      ]);
      assert.equal(records, 2);
      assert.deepEqual(weird, {});
    });
  }
}

test('leaves the frame check sequence bits out of the link type', async () => {
  const { rows } = await readAll(pcap, sourceOf(pcapFile([one], { link: 0x2400_0001 })));
  assert.equal(rows[0].linkType, 1);
});

test('recognises its magic and nothing else', () => {
  assert.equal(pcap.recognise(pcapHeader(), 'x'), 1);
  assert.equal(pcap.recognise(pcapHeader({ little: false }), 'x'), 1);
  assert.equal(pcap.recognise(bytesOf(0xa1, 0xb2), 'x'), 0);
  assert.equal(pcap.recognise(Buffer.from('a1b2c3d4 as text'), 'x'), 0);
  assert.equal(pcap.recognise(bytesOf(), 'x'), 0);
});

test('an empty capture has no records and no complaint', async () => {
  const { rows, records, weird } = await readAll(pcap, sourceOf(pcapHeader()));
  assert.deepEqual([rows.length, records, weird], [0, 0, {}]);
});

test('a file header cut short is counted', async () => {
  const outcome = await readAll(pcap, sourceOf(pcapHeader().subarray(0, 20)));
  assert.deepEqual(outcome.weird, { 'file-header-cut': 1 });
  assert.ok(isConserved(outcome));
});

test('a frame of no bytes is a row', async () => {
  const { rows } = await readAll(pcap, sourceOf(pcapFile([{ ...one, data: bytesOf() }, one])));
  assert.deepEqual(
    rows.map(({ captured }) => captured),
    [0, 5],
  );
});

test('a cut last record is counted wherever it was cut, the ones before it are rows', async () => {
  const whole = pcapFile([one, one]);
  const second = whole.length - 21;
  for (let end = second + 1; end < whole.length; end += 1) {
    const outcome = await readAll(pcap, sourceOf(whole.subarray(0, end)));
    assert.deepEqual([outcome.rows.length, outcome.weird], [1, { 'record-cut': 1 }], `cut at ${end}`);
    assert.ok(isConserved(outcome));
  }
});

test('goes on after a record of impossible length', async () => {
  const frames = someFrames(12);
  const broken = join(words(true, 1_700_000_000, 0, 0x7fff_ffff, 60), new Uint8Array(60));
  const records = frames.map((frame) => pcapRecord(frame));
  const outcome = await readAll(
    pcap,
    sourceOf(join(pcapHeader(), ...records.slice(0, 5), broken, ...records.slice(5))),
  );
  assert.deepEqual(
    outcome.rows.map(({ data }) => data),
    frames.map(({ data }) => hex(data)),
  );
  assert.deepEqual(outcome.weird, { 'record-length-impossible': 1 });
  assert.equal(outcome.counts.firstRecord[outcome.counts.counts.findIndex((count) => count > 0)], 6);
  assert.ok(isConserved(outcome));
});

test('goes on when the whole record after the broken one is the last of the file', async () => {
  const broken = join(words(true, one.seconds, 0, 0x7fff_ffff, 60), new Uint8Array(60));
  const outcome = await readAll(pcap, sourceOf(join(pcapFile([one]), broken, pcapRecord(one))));
  assert.equal(outcome.rows.length, 2);
});

test('gives a file up when nothing whole follows a broken record', async () => {
  const broken = words(true, 1_700_000_000, 0, 0x7fff_ffff, 60);
  const late = pcapRecord({ ...one, seconds: one.seconds + 1_000_000 });
  for (const rest of [new Uint8Array(50_000).fill(7), new Uint8Array(3 << 20).fill(7), join(late, late)]) {
    const outcome = await readAll(pcap, sourceOf(join(pcapFile([one]), broken, rest)));
    assert.deepEqual([outcome.rows.length, outcome.weird], [1, { 'record-length-impossible': 1 }]);
    assert.ok(isConserved(outcome));
  }
});

test('the longest frame is read, one byte more is impossible', async () => {
  const long = { ...one, data: new Uint8Array(262_144), length: 262_144 };
  const kept = await readAll(pcap, sourceOf(pcapFile([one, long, one])));
  assert.deepEqual([kept.rows.length, kept.weird], [3, {}]);
  const over = { ...one, data: new Uint8Array(262_145), length: 262_145 };
  const lost = await readAll(pcap, sourceOf(pcapFile([one, over, one, one])));
  assert.deepEqual([lost.rows.length, lost.weird], [3, { 'record-length-impossible': 1 }]);
});

test('a batch ends where its rows are full, and the rest follows in the next ones', async () => {
  const frames = someFrames(1000);
  const { rows, batches } = await readAll(pcap, sourceOf(pcapFile(frames)), { rows: 64 });
  assert.deepEqual(batches, [...Array.from({ length: 15 }, () => 64), 40]);
  assert.deepEqual(
    rows.map(({ number, data }) => [number, data]),
    frames.map(({ data }, at) => [at + 1, hex(data)]),
  );
});

test('says which input and which frames a batch holds', async () => {
  const { allocatePackets } = await import('../../../src/record/packet.ts');
  const { trialContext } = await import('../../../src/input/trial.ts');
  const reader = pcap.open(sourceOf(pcapFile(someFrames(5))), { ...trialContext(), input: 7 });
  const batches = [allocatePackets(undefined, 0, 3), allocatePackets(undefined, 0, 3)];
  assert.ok(await reader.fill(batches[0]));
  assert.ok(await reader.fill(batches[1]));
  assert.deepEqual(
    batches.map(({ input, firstRecord, count }) => [input, firstRecord, count]),
    [
      [7, 1, 3],
      [7, 4, 2],
    ],
  );
  assert.equal(await reader.fill(batches[0]), false);
  assert.equal(batches[0].count, 0);
});

test('law: neither the pieces in which bytes come nor waiting for them changes a batch', async () => {
  const good = someFrames(300, 200);
  const broken = join(words(true, 1_700_000_001, 0, 0x7fff_ffff, 60), new Uint8Array(99));
  const file = join(pcapFile(good.slice(0, 150)), broken, ...good.slice(150).map((frame) => pcapRecord(frame)), broken);
  const shape = { rows: 40, block: 4096 };
  const expected = await readAll(pcap, sourceOf(file), shape);
  assert.equal(expected.rows.length, 300);
  const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), async (sizes, later) => {
      const got = await readAll(pcap, sourceOf(file, sizes, later), shape);
      assert.deepEqual([got.rows, got.batches, got.weird], [expected.rows, expected.batches, expected.weird]);
    }),
    { numRuns: 60 },
  );
});

test('law: the sizes of block and batch do not change the rows', async () => {
  const file = pcapFile(someFrames(200, 200));
  const expected = await readAll(pcap, sourceOf(file));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 256, max: 3000 }), fc.integer({ min: 1, max: 70 }), async (size, rows) => {
      const got = await readAll(pcap, sourceOf(file), { rows, block: size });
      assert.deepEqual([got.rows, got.weird], [expected.rows, {}]);
    }),
    { numRuns: 100 },
  );
});
