import assert from 'node:assert/strict';
import type { Input } from '../../src/input/input.ts';
import { allocatePackets, BLOCK_BYTES, type PacketBatch } from '../../src/record/packet.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { sourceOf } from '../input/captures.ts';
import { bytesInUse, generator, mutated, ROUNDS } from './mutate.ts';

const SLOW_MS = 50;
const GROWTH_BYTES = 10 << 20;

/** Reads one input to its end; every row must lie within its block, every record must be accounted for. */
async function readOnce(input: Input, bytes: Uint8Array, batch: PacketBatch): Promise<void> {
  const weird = new WeirdCounts();
  const reader = input.open(sourceOf(bytes), { input: 0, weird });
  let rows = 0;
  while (await reader.fill(batch)) {
    assert.ok(batch.count > 0 && batch.firstRecord === rows + 1);
    for (let row = 0; row < batch.count; row += 1) {
      assert.ok(batch.offset[row] + batch.captured[row] <= batch.bytes.length);
      assert.ok(batch.time[row] >= 0 && batch.time[row] < 1e18);
    }
    rows += batch.count;
  }
  reader.close();
  assert.equal(reader.records, rows + weird.total('malformed'));
  assert.ok(rows <= bytes.length / 12);
}

/**
 * Damages samples and reads what comes of it, in blocks of the real size and in tiny ones. An input that took long is
 * read again before it counts: the machine may have been busy.
 */
export async function fuzzReader(input: Input, samples: readonly Uint8Array[], seed: number): Promise<void> {
  const random = generator(seed);
  const batches = [allocatePackets(undefined, 0, 512, BLOCK_BYTES), allocatePackets(undefined, 0, 4, 600)];
  let before = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = mutated(samples[round % samples.length], random);
    const batch = batches[random(4) === 0 ? 1 : 0];
    const name = `round ${round} of seed ${seed}: ${Buffer.from(bytes.subarray(0, 64)).toString('hex')}`;
    let ms = Number.POSITIVE_INFINITY;
    for (let times = 0; times < 3 && ms > SLOW_MS; times += 1)
      ms = await timed(() => readOnce(input, bytes, batch), name);
    assert.ok(ms <= SLOW_MS, `${ms} ms in ${name}`);
    if (round === ROUNDS >> 2) before = await bytesInUse();
  }
  assert.ok((await bytesInUse()) - before < GROWTH_BYTES);
}

async function timed(act: () => Promise<void>, name: string): Promise<number> {
  const start = performance.now();
  await act().catch((error) => {
    throw new Error(name, { cause: error });
  });
  return performance.now() - start;
}
