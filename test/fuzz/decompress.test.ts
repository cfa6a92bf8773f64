import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decompress } from '../../src/input/carry/decompress.ts';
import { join, pcapFile, someFrames, sourceOf } from '../input/captures.ts';
import { bytesInUse, generator, mutated, ROUNDS } from './mutate.ts';

/** Milliseconds of processor, of all threads: zlib has its own. */
const SLOW_MS = 50;
const GROWTH_BYTES = 10 << 20;
/** Making an engine costs far more than reading: a tenth of the inputs that the readers get. */
const TIMES = Math.ceil(ROUNDS / 10);

/** Bytes that come out of a damaged file; nothing may be thrown. */
async function drained(bytes: Uint8Array, into: Uint8Array): Promise<number> {
  const source = decompress(sourceOf(bytes), bytes, {});
  if (source === undefined) return 0;
  let total = 0;
  for (let got = await source.read(into); got > 0; got = await source.read(into)) total += got;
  source.close();
  return total;
}

for (const [name, pack] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`damaged ${name} files: nothing is thrown, slow or kept, and no more comes out than can`, async () => {
    const random = generator(20_260_803);
    const file = pcapFile(someFrames(200));
    const samples = [
      pack(file),
      join(pack(file), pack(file.subarray(0, 99)), pack(new Uint8Array(0))),
      pack(new Uint8Array(1 << 18)),
    ];
    const into = new Uint8Array(1 << 19);
    let inUse = 0;
    for (let round = 0; round < TIMES; round += 1) {
      const bytes = mutated(samples[round % samples.length], random);
      let ms = Number.POSITIVE_INFINITY;
      for (let times = 0; times < 3 && ms > SLOW_MS; times += 1) {
        const before = process.cpuUsage();
        const total = await drained(bytes, into);
        const { user, system } = process.cpuUsage(before);
        ms = (user + system) / 1000;
        assert.ok(total <= 1 << 24, `round ${round}`);
      }
      assert.ok(ms <= SLOW_MS, `${ms} ms in round ${round}`);
      if (round === TIMES >> 1) inUse = await bytesInUse();
    }
    assert.ok((await bytesInUse()) - inUse < GROWTH_BYTES);
  });
}
