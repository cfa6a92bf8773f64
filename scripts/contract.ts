// Keeps the promises of the contract and writes what they come to into docs/contract.md: `npm run contract`.
//
//     node scripts/contract.ts [--full] [--check] [ID…]      --full: as much as is promised, however long it takes
//                                                            --check: writes nothing; fails when the page says otherwise
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chosenKeys } from './contract/chosen-keys.ts';
import { explainIsTrue } from './contract/explain.ts';
import { fuzz } from './contract/fuzz.ts';
import { oddPackets } from './contract/odd-packets.ts';
import type { Outcome, Promised } from './contract/promise.ts';
import { sameOutput } from './contract/same-output.ts';
import { storms } from './contract/storm.ts';
import { terminal } from './contract/terminal.ts';
import { table } from './docs/page.ts';
import { between } from './docs.ts';
import { ROOT } from './tree.ts';

/** Add a promise: one line here, in the order of their numbers. */
const PROMISES: readonly Promised[] = [chosenKeys, sameOutput, fuzz, oddPackets, storms, explainIsTrue, terminal];

const PAGE = join(ROOT, 'docs', 'contract.md');

interface Kept extends Outcome {
  readonly id: number;
  readonly promised: string;
}

async function kept({ id, promised, keep }: Promised, full: boolean): Promise<Kept> {
  try {
    return { id, promised, ...(await keep(full)) };
  } catch (error) {
    return {
      id,
      promised,
      got: `it could not be tried: ${error instanceof Error ? error.message : String(error)}`,
      pass: false,
    };
  }
}

const tableOf = (outcomes: readonly Kept[]): string =>
  table(
    ['', 'promised', 'got', 'kept'],
    outcomes.map(({ id, promised, got, pass }) => [id, promised, got, pass ? 'yes' : 'NO']),
  );

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { full: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
  });
  const wanted = PROMISES.filter(({ id }) => positionals.length === 0 || positionals.includes(String(id)));
  const outcomes: Kept[] = [];
  for (const promise of wanted) {
    const outcome = await kept(promise, values.full);
    console.log(JSON.stringify(outcome));
    outcomes.push(outcome);
  }
  const broken = outcomes.some(({ pass }) => !pass);
  if (wanted.length < PROMISES.length) return broken ? 1 : 0;
  const was = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const now = between(was, values.full ? 'full' : 'usual', tableOf(outcomes));
  if (!values.check) writeFileSync(PAGE, now);
  else if (now !== was) console.error('docs/contract.md is not what `npm run contract` would write');
  return broken || (values.check && now !== was) ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
