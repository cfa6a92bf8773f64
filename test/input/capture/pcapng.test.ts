import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pcapng } from '../../../src/input/capture/pcapng.ts';
import {
  block,
  bytesOf,
  filler,
  halves,
  interfaceBlock,
  isConserved,
  join,
  option,
  packetBlock,
  pcapngFile,
  readAll,
  section,
  someFrames,
  sourceOf,
  words,
} from '../captures.ts';

const DATA = bytesOf(1, 2, 3, 4, 5);
const read = (...blocks: readonly Uint8Array[]) => readAll(pcapng, sourceOf(join(...blocks)));
const resolution = (little: boolean, value: number) => option(little, 9, bytesOf(value));
const START = 1_700_000_000n;

for (const little of [true, false]) {
  const order = little ? 'little' : 'big';

  test(`reads a section in ${order}-endian order`, async () => {
    const outcome = await read(
      section(little),
      interfaceBlock(little, 113),
      packetBlock(little, 0, START * 1_000_000n + 7n, DATA, 1500),
    );
    assert.deepEqual(outcome.rows, [
      { number: 1, time: 1_700_000_000e6 + 7, captured: 5, length: 1500, linkType: 113, data: '0102030405' },
    ]);
    assert.deepEqual([outcome.records, outcome.weird], [1, {}]);
  });

  test(`reads an obsolete packet block in ${order}-endian order`, async () => {
    const body = [words(little, 0, 5, 5, 60), DATA, filler(5)];
    const { rows } = await read(
      section(little),
      interfaceBlock(little),
      interfaceBlock(little, 101),
      block(little, 2, halves(little, 1, 0xffff), ...body),
    );
    assert.deepEqual(rows, [{ number: 1, time: 5, captured: 5, length: 60, linkType: 101, data: '0102030405' }]);
  });
}

test('knows the resolutions that interfaces may have', async () => {
  const cases: [resolution: number, ticks: bigint, time: number][] = [
    [0, START, 1_700_000_000e6],
    [3, START * 1000n + 5n, 1_700_000_000_005e3],
    [6, START * 1_000_000n + 5n, 1_700_000_000e6 + 5],
    [9, START * 1_000_000_000n + 123_456_750n, 1_700_000_000e6 + 123_456.75],
    [0x80 | 0, START, 1_700_000_000e6],
    [0x80 | 10, START * 1024n + 512n, 1_700_000_000e6 + 500_000],
    [0x80 | 32, (START << 32n) + (1n << 31n), 1_700_000_000e6 + 500_000],
  ];
  for (const [value, ticks, time] of cases) {
    const { rows } = await read(
      section(true),
      interfaceBlock(true, 1, 0, resolution(true, value)),
      packetBlock(true, 0, ticks, DATA),
    );
    assert.equal(rows[0].time, time, `if_tsresol ${value}`);
  }
});

test('agrees to a quarter µs with exact arithmetic for every time in ns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 4_000_000_000n * 1_000_000_000n }), async (ticks) => {
      const on = interfaceBlock(true, 1, 0, resolution(true, 9));
      const { rows } = await read(section(true), on, packetBlock(true, 0, ticks, DATA));
      const exact = Number(ticks / 1000n) + Number(ticks % 1000n) / 1000;
      assert.ok(Math.abs(rows[0].time - exact) <= 0.5);
    }),
    { numRuns: 50 },
  );
});

test('adds the seconds that an interface says are missing', async () => {
  for (const little of [true, false]) {
    const seconds = new DataView(new ArrayBuffer(8));
    seconds.setBigInt64(0, -3600n, little);
    const offset = option(little, 14, new Uint8Array(seconds.buffer));
    const { rows } = await read(
      section(little),
      interfaceBlock(little, 1, 0, offset),
      packetBlock(little, 0, 7_200_000_001n, DATA),
    );
    assert.equal(rows[0].time, 3_600_000_001);
  }
});

test('keeps absurd times within 1970 to 9999', async () => {
  const offset = option(true, 14, new Uint8Array(8).fill(0x80));
  const { rows } = await read(
    section(true),
    interfaceBlock(true, 1, 0, resolution(true, 0)),
    interfaceBlock(true, 1, 0, offset),
    packetBlock(true, 0, 0xffff_ffff_ffff_ffffn, DATA),
    packetBlock(true, 1, 0n, DATA),
  );
  assert.deepEqual(
    rows.map(({ time }) => time),
    [253_402_300_799e6, 0],
  );
});

test('a simple packet takes its length from wire, interface and block, and its time from the one before', async () => {
  const simple = (wire: number, bytes: number) => block(true, 3, words(true, wire), new Uint8Array(bytes).fill(8));
  const { rows, weird } = await read(
    section(true),
    interfaceBlock(true, 1, 8),
    packetBlock(true, 0, 99n, DATA),
    simple(6, 8),
    simple(100, 8),
    section(true),
    interfaceBlock(true, 1, 0),
    simple(6, 8),
    simple(100, 12),
  );
  assert.deepEqual(
    rows.map(({ captured, length, time }) => [captured, length, time]),
    [
      [5, 5, 99],
      [6, 6, 99],
      [8, 100, 99],
      [6, 6, 99],
      [12, 100, 99],
    ],
  );
  assert.deepEqual(weird, {});
});

test('a section has its own byte order and interfaces', async () => {
  const outcome = await read(
    section(true),
    interfaceBlock(true, 1),
    interfaceBlock(true, 101),
    packetBlock(true, 1, 1n, DATA),
    section(false),
    interfaceBlock(false, 113, 0, resolution(false, 3)),
    packetBlock(false, 0, 2n, DATA),
    packetBlock(false, 1, 3n, DATA),
  );
  assert.deepEqual(
    outcome.rows.map(({ linkType, time }) => [linkType, time]),
    [
      [101, 1],
      [113, 2000],
    ],
  );
  assert.deepEqual(outcome.weird, { 'interface-unknown': 1 });
  assert.ok(isConserved(outcome));
});

test('skips blocks and options it does not read', async () => {
  const comment = option(true, 1, Buffer.from('a comment'));
  const end = option(true, 0, bytesOf());
  const others = [4, 5, 10, 0xbad, 0x4000_0bad, 0x8000_0001].map((type) => block(true, type, new Uint8Array(20)));
  const { rows, weird } = await read(
    section(true),
    ...others,
    interfaceBlock(true, 1, 0, comment, resolution(true, 0), end, resolution(true, 9)),
    block(true, 6, words(true, 0, 0, 3, 5, 5), DATA, filler(5), comment, end),
    ...others,
    packetBlock(true, 0, 4n, DATA),
  );
  assert.deepEqual(
    rows.map(({ time, data }) => [time, data]),
    [
      [3e6, '0102030405'],
      [4e6, '0102030405'],
    ],
  );
  assert.deepEqual(weird, {});
});

test('skips a block longer than what is held at once', async () => {
  const huge = block(true, 10, new Uint8Array(100_000));
  const file = join(
    section(true),
    interfaceBlock(true),
    huge,
    packetBlock(true, 0, 1n, DATA),
    huge,
    packetBlock(true, 0, 2n, DATA),
  );
  const outcome = await readAll(pcapng, sourceOf(file, [999]), { rows: 8, block: 4096 });
  assert.deepEqual([outcome.rows.length, outcome.weird], [2, {}]);
});

test('a skipped block that the file does not hold to its end is counted as cut', async () => {
  const huge = block(true, 10, new Uint8Array(100_000)).subarray(0, 50_000);
  const outcome = await readAll(pcapng, sourceOf(join(section(true), huge)), { rows: 8, block: 4096 });
  assert.deepEqual(outcome.weird, { 'record-cut': 1 });
  assert.ok(isConserved(outcome));
});

test('a skipped block whose two lengths differ is counted, and the next whole block read', async () => {
  const huge = block(true, 10, new Uint8Array(100_000));
  huge[huge.length - 3] ^= 1;
  const packet = packetBlock(true, 0, 2n, DATA);
  for (const size of [300, 301, 302, 303, 4096]) {
    const file = sourceOf(join(section(true), interfaceBlock(true), huge, packet, packet));
    const outcome = await readAll(pcapng, file, { rows: 8, block: size });
    assert.deepEqual([outcome.rows.length, outcome.weird], [2, { 'block-length-impossible': 1 }]);
    assert.ok(isConserved(outcome));
  }
});

test('a cut last block is counted wherever it was cut', async () => {
  const whole = join(
    section(true),
    interfaceBlock(true),
    packetBlock(true, 0, 1n, DATA),
    packetBlock(true, 0, 2n, DATA),
  );
  for (let end = whole.length - 39; end < whole.length; end += 1) {
    const outcome = await read(whole.subarray(0, end));
    assert.deepEqual([outcome.rows.length, outcome.weird], [1, { 'record-cut': 1 }], `cut at ${end}`);
    assert.ok(isConserved(outcome));
  }
});

test('a frame longer than its block is counted, and the next block read', async () => {
  for (const [captured, type] of [
    [6, 6],
    [0xffff_ffff, 6],
    [400, 2],
  ]) {
    const broken = block(true, type, words(true, 0, 0, 0, captured, captured), new Uint8Array(4));
    const outcome = await read(section(true), interfaceBlock(true), broken, packetBlock(true, 0, 2n, DATA));
    assert.deepEqual([outcome.rows.length, outcome.weird], [1, { 'record-length-impossible': 1 }]);
    assert.ok(isConserved(outcome));
  }
});

test('goes on at the next whole block after one of impossible length', async () => {
  const packet = packetBlock(true, 0, 1n, DATA);
  const otherEnd = packet.slice();
  otherEnd[otherEnd.length - 4] ^= 8;
  const tooShort = join(words(true, 6, 8), packet.subarray(8));
  const tooLong = join(words(true, 6, 0xffff_fff0), packet.subarray(8));
  const badOrder = section(true);
  badOrder[8] ^= 1;
  const garbage = new Uint8Array(1001).fill(6);
  for (const broken of [otherEnd, tooShort, tooLong, badOrder, garbage]) {
    const outcome = await read(section(true), interfaceBlock(true), packet, broken, packet, packet);
    assert.deepEqual([outcome.rows.length, outcome.weird], [3, { 'block-length-impossible': 1 }]);
    assert.ok(isConserved(outcome));
  }
});

test('gives a file up when nothing whole follows', async () => {
  const outcome = await read(pcapngFile(someFrames(3)), new Uint8Array(2 << 20).fill(6), pcapngFile(someFrames(3)));
  assert.deepEqual([outcome.rows.length, outcome.weird], [3, { 'block-length-impossible': 1 }]);
});

test('recognises section headers of either order and nothing else', () => {
  assert.equal(pcapng.recognise(section(true), 'x'), 1);
  assert.equal(pcapng.recognise(section(false), 'x'), 1);
  assert.equal(pcapng.recognise(section(true).subarray(0, 11), 'x'), 0);
  assert.equal(pcapng.recognise(join(words(true, 0x0a0d0d0a), new Uint8Array(30)), 'x'), 0);
});

test('law: pieces, waiting, block and batch do not change the rows', async () => {
  const huge = block(true, 10, new Uint8Array(9000));
  const junk = new Uint8Array(15).fill(255);
  const file = join(pcapngFile(someFrames(100, 200)), huge, junk, pcapngFile(someFrames(100, 200), false));
  const expected = await readAll(pcapng, sourceOf(file));
  assert.equal(expected.rows.length, 200);
  const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });
  const size = fc.integer({ min: 300, max: 5000 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), size, fc.integer({ min: 1, max: 70 }), async (sizes, later, held, rows) => {
      const got = await readAll(pcapng, sourceOf(file, sizes, later), { rows, block: held });
      assert.deepEqual([got.rows, got.weird], [expected.rows, expected.weird]);
      const same = await readAll(pcapng, sourceOf(file), { rows, block: held });
      assert.deepEqual(got.batches, same.batches);
    }),
    { numRuns: 60 },
  );
});
