import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/engine/run.ts';
import { benign } from './benign.ts';

/** One point of the calibration plot. */
export interface Point {
  readonly bits: number;
  /** benign sources that were blamed with the bar at so many bits, of all */
  readonly share: number;
  /** 2^-bits: what the share may not exceed */
  readonly bound: number;
}

const LOWEST = 4;
const HIGHEST = 16;

/**
 * The share of benign sources whose account ever reaches 2^b, for b = 4 … 16, beside 2^-b.
 * Made by raising the bar: a finding opens exactly where an account reaches it. Where nobody is blamed any more, nobody
 * is at a higher bar.
 */
export async function calibration(sources: number, seed: number): Promise<Point[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-calibration-'));
  const path = join(folder, 'benign.pcap');
  try {
    const { home } = benign(path, sources, seed, 1);
    const points: Point[] = [];
    for (let bits = LOWEST; bits <= HIGHEST; bits++) {
      if (points.at(-1)?.share === 0) {
        points.push({ bits, share: 0, bound: 2 ** -bits });
        continue;
      }
      const { findings } = await run({ paths: [path], workers: 1, home, falsePerDay: 1, bar: bits });
      const blamed = new Set(findings.flatMap(({ source }) => (source ? [source.address] : [])));
      points.push({ bits, share: blamed.size / sources, bound: 2 ** -bits });
    }
    return points;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
