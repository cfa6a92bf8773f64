import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { run } from '../../src/engine/run.ts';
import type { InputCounts } from '../../src/finding/finding.ts';
import { generator, mutated } from '../../test/fuzz/mutate.ts';
import { cases } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/** Every record has one fate, in the cases as they are and in copies with damage at many places. */

/** Times that a copy is damaged. */
const PLACES = 12;
/** What a file is recognised by is left as it is. */
const HEAD = 2048;

interface Tally {
  readonly records: number;
  readonly faults: readonly string[];
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, times) => total + times, 0);

/** '' or in what the counts do not add up. */
function fault({ records, used, duplicate, late, malformed, unsupported, shed }: InputCounts): string {
  const told = used + duplicate + late + sum(malformed) + unsupported + shed;
  return told === records ? '' : `${told} of ${records} records told`;
}

/** One case as it is, and a damaged copy of it. */
export async function tallied(nth: number): Promise<Tally> {
  const { name, input } = cases()[nth];
  const random = generator(20_261_122 + nth);
  return inScratch(async (folder) => {
    const bytes = gunzipSync(readFileSync(input));
    const head = bytes.slice(0, HEAD);
    let body: Uint8Array = bytes.subarray(HEAD);
    for (let times = 0; times < PLACES; times += 1) body = mutated(body, random);
    const copy = join(folder, 'damaged');
    writeFileSync(copy, Buffer.concat([head, body]));
    const faults: string[] = [];
    let records = 0;
    for (const path of [input, copy]) {
      const { summary } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
      records += summary.inputs[0].records;
      const said = fault(summary.inputs[0]);
      if (said !== '') faults.push(`${name}${path === copy ? ', damaged' : ''}: ${said}`);
    }
    return { records, faults };
  });
}

export const conservation: Promised = {
  id: 2,
  promised: 'records in = used + duplicate + late + malformed + unsupported + shed, to the unit',
  keep: async () => {
    const tallies = await inParallel(import.meta.url, tallied, [...cases().keys()]);
    const faults = tallies.flatMap((tally) => tally.faults);
    const records = tallies.reduce((total, tally) => total + tally.records, 0);
    return {
      got: `${tallies.length} cases and a damaged copy of each, ${grouped(records)} records: ${faults.length} do not add up${few(faults)}`,
      pass: faults.length === 0 && records > 0,
    };
  },
};
