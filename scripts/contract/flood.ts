import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flood } from '../../bench/generate.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { linesOf, vedette } from './child.ts';
import { grouped, inScratch, type Outcome, type Promised } from './promise.ts';

/** Every packet from a forged source of its own, and one scanner among them that sends one packet in very many. */

const MOST_MB = 300;

interface Flood {
  readonly sources: number;
  /** one packet in so many is the scanner's */
  readonly every: number;
  readonly six: boolean;
}

/** The most memory that a process ever held, in MB; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0; // it has ended
  }
}

async function survived({ sources, every, six }: Flood, folder: string): Promise<Outcome> {
  const path = join(folder, six ? 'six.pcap' : 'four.pcap');
  const { home, scanners } = flood(path, sources, 5, every, six);
  let peak = 0;
  const watch = (pid: number | undefined): NodeJS.Timeout =>
    setInterval(() => (peak = Math.max(peak, peakOf(pid))), 20);
  const args = ['analyze', '--quiet', '--workers', '1', '--home', home[0], '--format', 'ndjson', path];
  const ended = await vedette(args, [], folder, watch);
  if (ended.status !== 0) throw new Error(ended.stderr);
  const named = linesOf<Finding>(ended).filter(({ kind }) => kind === 'scan');
  const found = named.length === 1 && named[0].source?.address === scanners[0].address;
  const name = six ? 'IPv6' : 'IPv4';
  return {
    got: `${name}: ${grouped(sources)} sources, the scanner ${found ? 'found' : 'NOT found'} by one packet in ${grouped(every)}, ${peak <= MOST_MB ? `within ${MOST_MB} MB` : 'too much memory'}`,
    pass: found && peak > 0 && peak <= MOST_MB,
    measured: `${name}: ${Math.round(peak)} MB`,
  };
}

export const floods: Promised = {
  id: 1,
  promised: `a flood of forged sources, IPv4 and IPv6, costs at most ${MOST_MB} MB in all, and the scanner hidden in it is found`,
  keep: (full) =>
    inScratch(async (folder) => {
      const [sources, every] = full ? [10_000_000, 1_000_000] : [500_000, 25_000];
      const both: Outcome[] = [];
      for (const six of [false, true]) both.push(await survived({ sources, every, six }, folder));
      return {
        got: both.map(({ got }) => got).join('; '),
        pass: both.every(({ pass }) => pass),
        measured: both.map(({ measured }) => measured).join('; '),
      };
    }),
};
