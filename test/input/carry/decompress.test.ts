import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../../src/input/carry/decompress.ts';
import type { ByteSource } from '../../../src/input/input.ts';
import { join, sourceOf } from '../captures.ts';

const packers = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const;

/** Bytes that neither shrink to nothing nor stay as they are. */
function text(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = (state >>> 24) & 0x1f;
  }
  return bytes;
}

function open(packed: Uint8Array, pieces?: readonly number[], later?: boolean, maxBytes?: number): ByteSource {
  const source = decompress(
    sourceOf(packed, pieces, later),
    packed.subarray(0, 4),
    maxBytes === undefined ? {} : { maxBytes },
  );
  assert.ok(source);
  return source;
}

async function drain(source: ByteSource, room = 50_000): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const into = new Uint8Array(room);
  for (;;) {
    const bytes = await source.read(into);
    if (bytes === 0) return join(...parts);
    parts.push(into.slice(0, bytes));
  }
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

test('bytes that announce no compression are left alone', () => {
  for (const head of [[], [0x1f], [0x1f, 0x8b, 7, 0], [0xd4, 0xc3, 0xb2, 0xa1], [0x28, 0xb5, 0x2f, 0xfc]])
    assert.equal(decompress(sourceOf(new Uint8Array(0)), Uint8Array.from(head), {}), undefined);
});

for (const [name, pack] of packers) {
  test(`${name}: gives the bytes back, and says how much of the file it has read`, async () => {
    const bytes = text(1_000_000);
    const packed = pack(bytes);
    const source = open(packed);
    assert.ok(same(await drain(source), bytes));
    assert.equal(source.trouble, undefined);
    assert.equal(source.consumed, packed.length);
    assert.equal(source.size, packed.length);
    assert.equal(await source.read(new Uint8Array(9)), 0, 'the end stays the end');
  });

  test(`${name}: one packed part after the other`, async () => {
    const parts = [text(10), text(300_000), text(0), text(5000), text(70_000)];
    const source = open(join(...parts.map((part) => pack(part))), [777]);
    assert.ok(same(await drain(source), join(...parts)));
    assert.equal(source.trouble, undefined);
  });

  test(`${name}: thousands of small packed parts`, async () => {
    const parts = Array.from({ length: 3000 }, (_, at) => text(at % 50));
    const source = open(join(...parts.map((part) => pack(part))));
    assert.ok(same(await drain(source), join(...parts)));
    assert.equal(source.trouble, undefined);
  });

  test(`${name}: takes one layer off`, async () => {
    const inner = pack(text(1000));
    assert.ok(same(await drain(open(pack(inner))), inner));
  });

  test(`${name}: law: pieces and waiting do not matter`, async () => {
    const bytes = text(200_000);
    const packed = pack(bytes);
    const pieces = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), fc.integer({ min: 500, max: 90_000 }), async (sizes, later, room) => {
        assert.ok(same(await drain(open(packed, sizes, later), room), bytes));
      }),
      { numRuns: 20 },
    );
  });

  test(`${name}: a file cut short gives what comes before the cut, and says so`, async () => {
    const bytes = text(400_000);
    const packed = pack(bytes);
    for (const end of [10, 100, packed.length >> 1, packed.length - 9, packed.length - 1]) {
      const source = open(packed.subarray(0, end));
      const got = await drain(source);
      assert.equal(source.trouble, 'compressed-data-cut', `cut at ${end}`);
      assert.ok(same(got, bytes.subarray(0, got.length)));
      if (end === packed.length - 1) assert.ok(got.length >= bytes.length - (1 << 17), `${got.length} bytes`);
    }
  });

  test(`${name}: a damaged file ends where the damage shows, and says so`, async () => {
    const bytes = text(3_000_000);
    const packed = Uint8Array.from(pack(bytes));
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 300_000);
    const source = open(packed);
    const got = await drain(source);
    assert.equal(source.trouble, 'compressed-data-damaged');
    assert.ok(got.length >= 1_000_000 && got.length < bytes.length, `${got.length} bytes`);
    const piped = await drain(open(packed, [333], true));
    assert.ok(same(piped, got), 'file and pipe end at the same byte');
  });

  test(`${name}: a reader that takes its time gets the same bytes of a damaged file`, async () => {
    const packed = Uint8Array.from(pack(text(3_000_000)));
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 300_000);
    const quick = await drain(open(packed));
    const source = open(packed);
    const parts: Uint8Array[] = [];
    const into = new Uint8Array(30_000);
    for (let bytes = await source.read(into); bytes > 0; bytes = await source.read(into)) {
      parts.push(into.slice(0, bytes));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(same(join(...parts), quick));
  });

  test(`${name}: stops at the byte cap`, async () => {
    const bytes = text(500_000);
    const source = open(pack(bytes), undefined, false, 123_456);
    assert.ok(same(await drain(source), bytes.subarray(0, 123_456)));
    assert.equal(source.trouble, 'compressed-data-bomb');
  });

  test(`${name}: a bomb stops at 200 to 1 past 16 MB, in little memory`, async () => {
    const packed = pack(new Uint8Array(64 << 20));
    const before = process.memoryUsage();
    const source = open(packed);
    const into = new Uint8Array(1 << 19);
    let total = 0;
    let most = 0;
    for (let bytes = await source.read(into); bytes > 0; bytes = await source.read(into)) {
      total += bytes;
      const { external, heapUsed } = process.memoryUsage();
      most = Math.max(most, external + heapUsed - before.external - before.heapUsed);
    }
    assert.equal(source.trouble, 'compressed-data-bomb');
    assert.ok(total >= 16 << 20 && total < 32 << 20, `${total} bytes came out`);
    assert.ok(most < 64 << 20, `${most} bytes of memory`);
  });

  test(`${name}: what shrinks well but is no bomb is read to its end`, async () => {
    const bytes = new Uint8Array(24 << 20);
    for (let at = 0; at < bytes.length; at += 256) bytes.set(text(256).subarray(0, 8 + (at % 97)), at);
    const packed = pack(bytes.subarray(0, 15 << 20));
    assert.equal((await drain(open(packed), 1 << 19)).length, 15 << 20);
  });

  test(`${name}: can be closed at any point`, async () => {
    const source = open(pack(text(900_000)));
    assert.ok((await source.read(new Uint8Array(100))) > 0);
    source.close();
    assert.equal(await source.read(new Uint8Array(100)), 0);
  });
}

test('a file of just the bytes allowed is no bomb', async () => {
  const bytes = text(5000);
  const source = open(gzipSync(bytes), undefined, false, 5000);
  assert.ok(same(await drain(source), bytes));
  assert.equal(source.trouble, undefined);
});

test('zstd: a frame that wants more than 32 MB to look back in is refused', async () => {
  const frame = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 1, 0, 0]);
  const source = open(frame);
  assert.equal((await drain(source)).length, 0);
  assert.equal(source.trouble, 'compressed-data-bomb');
});

test('gzip: zeros after the end are padding', async () => {
  const bytes = text(1000);
  const source = open(join(gzipSync(bytes), new Uint8Array(5000)), [100]);
  assert.ok(same(await drain(source), bytes));
  assert.equal(source.trouble, undefined);
});

test('zstd: skippable frames are skipped, also at the start', async () => {
  const skippable = Uint8Array.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const bytes = text(1000);
  const source = open(join(skippable, zstdCompressSync(bytes), skippable, zstdCompressSync(bytes)));
  assert.ok(same(await drain(source), join(bytes, bytes)));
});
