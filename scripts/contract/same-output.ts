import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packets } from '../../bench/generate.ts';
import { cases } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { cut, type Ended, inside, linesOf, vedette } from './child.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/** The same bytes, however many workers read them and however they arrive: the same findings to the byte. */

const WORKERS = [1, 2, 4];
const CUTS = [777, 4096, 65_537, 1 << 20];

/** What is read at one go, and the ways in which it is read besides by one worker from a file. */
interface Given {
  readonly name: string;
  readonly paths: readonly string[];
  /** workers that read the files */
  readonly files: readonly number[];
  /** workers that read it from a pipe, and the bytes that come at a time */
  readonly pipes: readonly (readonly [workers: number, bytes: number])[];
}

const FORMAT = ['analyze', '--format', 'ndjson', '--quiet', '--workers'];

/** The lines without the time that the run took and without the name under which the input was given. */
function findingsOf(ended: Ended, name: string): string {
  if (ended.status !== 0) return `exit status ${ended.status}: ${ended.stderr}`;
  const lines = linesOf<{ seconds?: number }>(ended).map((line) => JSON.stringify({ ...line, seconds: 0 }));
  return lines.join('\n').replaceAll(`"${name}"`, '"input"');
}

/** The ways of reading it that give anything else. Pipes are real ones, into a process of its own. */
export async function differing({ name, paths, files, pipes }: Given): Promise<string[]> {
  return inScratch(async (state) => {
    const [path] = paths;
    const reference = findingsOf(await inside([...FORMAT, '1', ...paths], state), path);
    const differing: string[] = reference.startsWith('exit') ? [`${name}: ${reference}`] : [];
    for (const workers of files) {
      const got = findingsOf(await inside([...FORMAT, String(workers), ...paths], state), path);
      if (got !== reference) differing.push(`${name} with ${workers} workers`);
    }
    const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
    for (const [workers, size] of pipes) {
      const got = findingsOf(await vedette([...FORMAT, String(workers), '-'], cut(bytes, size), state), '-');
      if (got !== reference) differing.push(`${name} through a pipe, ${size} bytes at a time, ${workers} workers`);
    }
    return differing;
  });
}

const every = CUTS.map((size, nth) => [WORKERS[nth % WORKERS.length], size] as const);

/** Ways for the nth case alone: threads take longer to start than a case to read, so each has its turn. */
function ways(nth: number, full: boolean): Pick<Given, 'files' | 'pipes'> {
  if (full) return { files: [2, 4], pipes: every };
  return {
    files: nth % 16 === 0 ? [nth % 32 === 0 ? 2 : 4] : [],
    pipes: nth % 10 === 0 ? [[1, CUTS[(nth / 10) % CUTS.length]]] : [],
  };
}

/** A large capture every way; all cases at one go by every number of workers; and the cases alone. */
function given(large: string, full: boolean): Given[] {
  const all = cases().map(({ input }) => input);
  const alone = cases().map(({ name, input }, nth): Given => ({ name, paths: [input], ...ways(nth, full) }));
  return [
    { name: 'a busy border', paths: [large], files: [2, 4], pipes: every },
    { name: 'all cases', paths: all, files: [2, 4], pipes: [] },
    ...alone.filter(({ files, pipes }) => files.length + pipes.length > 0),
  ];
}

export const sameOutput: Promised = {
  id: 6,
  promised: 'byte-identical findings for 1, 2 and 4 workers, file or pipe, cut anyhow',
  keep: (full) =>
    inScratch(async (folder) => {
      const large = join(folder, 'packets.pcap');
      const count = full ? 3_000_000 : 200_000;
      packets(large, count, 1);
      const all = given(large, full);
      const differ = (await inParallel(import.meta.url, differing, all)).flat();
      return {
        got: `a capture of ${grouped(count)} packets, all cases at one go, ${all.length - 2} of them alone: ${differ.length} differ${few(differ)}`,
        pass: differ.length === 0,
      };
    }),
};
