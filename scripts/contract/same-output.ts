import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packets } from '../../bench/generate.ts';
import { cases } from '../../test/support/replay.ts';
import { cut, linesOf, vedette } from './child.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/** The same bytes, however many workers read them and however they arrive: the same findings to the byte. */

const WORKERS = [1, 2, 4];
const CUTS = [777, 4096, 65_537, 1 << 20];

interface Given {
  readonly name: string;
  readonly path: string;
}

const FORMAT = ['analyze', '--format', 'ndjson', '--quiet', '--workers'];

/** The lines without the time that the run took and without the name under which the input was given. */
function findingsOf(ended: Awaited<ReturnType<typeof vedette>>, name: string): string {
  if (ended.status !== 0) return `exit status ${ended.status}: ${ended.stderr}`;
  const lines = linesOf<{ seconds?: number }>(ended).map((line) => JSON.stringify({ ...line, seconds: 0 }));
  return lines.join('\n').replaceAll(`"${name}"`, '"input"');
}

/** How many lines there are, and the ways that differ from the first. */
async function compared({ name, path }: Given, cuts: readonly number[], state: string): Promise<string[]> {
  const reference = findingsOf(await vedette([...FORMAT, '1', path], [], state), path);
  const differing: string[] = reference.startsWith('exit') ? [`${name}: ${reference}`] : [];
  for (const workers of WORKERS.slice(1)) {
    const got = findingsOf(await vedette([...FORMAT, String(workers), path], [], state), path);
    if (got !== reference) differing.push(`${name} with ${workers} workers`);
  }
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
  for (const [nth, size] of cuts.entries()) {
    const workers = String(WORKERS[nth % WORKERS.length]);
    const got = findingsOf(await vedette([...FORMAT, workers, '-'], cut(bytes, size), state), '-');
    if (got !== reference) differing.push(`${name} through a pipe, ${size} bytes at a time`);
  }
  return differing;
}

export const sameOutput: Promised = {
  id: 6,
  promised: 'byte-identical findings for 1, 2 and 4 workers, file or pipe, cut anyhow',
  keep: (full) =>
    inScratch(async (folder) => {
      const large = join(folder, 'packets.pcap');
      const count = full ? 3_000_000 : 200_000;
      packets(large, count, 1);
      const small = cases().map(({ name, input }) => ({ name, path: input }));
      const differing = await compared({ name: 'a busy border', path: large }, CUTS, folder);
      for (const [nth, one] of small.entries())
        differing.push(...(await compared(one, full ? CUTS : [CUTS[nth % CUTS.length]], folder)));
      return {
        got:
          `${small.length} cases and a capture of ${grouped(count)} packets: ${differing.length} differ` +
          few(differing),
        pass: differing.length === 0,
      };
    }),
};
