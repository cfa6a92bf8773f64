import assert from 'node:assert/strict';
import type { PacketInput, ReaderContext, RecordInput } from '../../src/input/input.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocatePackets, BLOCK_BYTES, type PacketBatch } from '../../src/record/packet.ts';
import { allocateSheaf, type Sheaf } from '../../src/record/sheaf.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { sourceOf } from '../input/captures.ts';
import { bytesInUse, generator, mutated, ROUNDS } from './mutate.ts';

const SLOW_MS = 50;
const GROWTH_BYTES = 10 << 20;

/** Reads one input to its end; every row must lie within its block, every record must be accounted for. */
async function readOnce(input: PacketInput, bytes: Uint8Array, batch: PacketBatch): Promise<void> {
  const weird = new WeirdCounts();
  const reader = input.open(sourceOf(bytes), { ...trialContext(), weird });
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

/** Damaged files between two looks at the clock, which takes as long as reading one. */
const FILES_AT_ONCE = 16;

/** Damages samples and reads what comes of it, in blocks of the real size and in tiny ones. */
export async function fuzzReader(input: PacketInput, samples: readonly Uint8Array[], seed: number): Promise<void> {
  const random = generator(seed);
  const batches = [allocatePackets(undefined, 0, 512, BLOCK_BYTES), allocatePackets(undefined, 0, 4, 600)];
  let before = 0;
  for (let round = 0; round < ROUNDS; round += FILES_AT_ONCE) {
    const files = Array.from({ length: FILES_AT_ONCE }, (_, place) => ({
      bytes: mutated(samples[(round + place) % samples.length], random),
      batch: batches[random(4) === 0 ? 1 : 0],
    }));
    await inTime(async () => {
      for (const { bytes, batch } of files) await readOnce(input, bytes, batch);
    }, `rounds from ${round} of seed ${seed}`);
    if (before === 0 && round >= ROUNDS >> 2) before = await bytesInUse();
  }
  assert.ok((await bytesInUse()) - before < GROWTH_BYTES);
}

/** Damaged lines that are read at one go: opening a reader costs more than reading a line. */
const LINES_AT_ONCE = 400;
/** There are many formats of lines: a short run damages fewer of each. */
const LINES = ROUNDS / (process.env.VEDETTE_FUZZ === undefined ? 40 : 20);

/** What a run over records came to. */
export interface Records {
  readonly records: number;
  /** numbers of the records that became rows */
  readonly told: ReadonlySet<number>;
  readonly rows: number;
  readonly weird: WeirdCounts;
}

/** Reads records to their end; every row must be sound, and every record accounted for. */
export async function readRecords(
  input: RecordInput,
  bytes: Uint8Array,
  sheaf: Sheaf,
  context: ReaderContext = trialContext(),
  piece = 1 << 16,
): Promise<Records> {
  const weird = new WeirdCounts();
  const reader = input.open(sourceOf(bytes, [piece]), { ...context, weird });
  const told = new Set<number>();
  let rows = 0;
  while (await reader.fill(sheaf)) {
    for (const batch of [sheaf.contacts, sheaf.answers, sheaf.requests, sheaf.executions]) {
      for (let row = 0; row < batch.count; row += 1) {
        assert.ok(batch.time[row] >= 0 && Number.isFinite(batch.time[row]), `time ${batch.time[row]}`);
        assert.ok(batch.record[row] >= 1 && batch.record[row] <= reader.records, `record ${batch.record[row]}`);
        told.add(batch.record[row]);
      }
      rows += batch.count;
    }
    textsLieWithin(sheaf);
  }
  reader.close();
  const { records } = reader;
  const lost = weird.total('malformed') + weird.total('unsupported');
  assert.ok(told.size + lost <= records, `${told.size} told and ${lost} lost of ${records}`);
  return { records, told, rows, weird };
}

function textsLieWithin({ requests, answers }: Sheaf): void {
  for (let row = 0; row < requests.count; row += 1)
    for (const column of ['name', 'site', 'agent', 'referer'] as const)
      assert.ok(
        requests[`${column}Length`][row] === 0 ||
          requests[column][row] + requests[`${column}Length`][row] <= requests.text.length,
      );
  for (let row = 0; row < answers.count; row += 1)
    assert.ok(answers.start[row] + answers.length[row] <= answers.text.length);
}

/** Damages a sample of lines and reads what comes of it, many at one go. */
export async function fuzzRecords(
  input: RecordInput,
  sample: Uint8Array,
  seed: number,
  context: ReaderContext,
): Promise<void> {
  const random = generator(seed);
  const sheaf = allocateSheaf();
  const growth: number[] = [];
  const times = Math.ceil(LINES / LINES_AT_ONCE);
  for (let round = 0; round < times; round += 1) {
    const lines = Array.from({ length: LINES_AT_ONCE }, () => [mutated(sample, random), Uint8Array.of(10)]);
    const bytes = new Uint8Array(Buffer.concat(lines.flat()));
    await inTime(() => readRecords(input, bytes, sheaf, context), `round ${round} of seed ${seed}`);
    if (round === times >> 1) growth.push(await bytesInUse());
  }
  assert.ok((await bytesInUse()) - growth[0] < GROWTH_BYTES);
}

/** An input that took long is read again before it counts: the machine may have been busy. */
async function inTime(act: () => Promise<unknown>, name: string): Promise<void> {
  let ms = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && ms > SLOW_MS; times += 1) ms = await timed(act, name);
  assert.ok(ms <= SLOW_MS, `${ms} ms in ${name}`);
}

/** Milliseconds of processor that this thread spent. */
async function timed(act: () => Promise<unknown>, name: string): Promise<number> {
  const before = process.threadCpuUsage();
  await act().catch((error) => {
    throw new Error(name, { cause: error });
  });
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
