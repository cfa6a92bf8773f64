// Keeps the promises of the contract and writes what they come to into docs/contract.md: `npm run contract`.
//
//     node scripts/contract.ts [--full] [--check] [ID…]      --full: as much as is promised, however long it takes
//                                                            --check: writes nothing; fails when the page says otherwise
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chosenKeys } from './contract/chosen-keys.ts';
import { conservation } from './contract/conservation.ts';
import { explainIsTrue } from './contract/explain.ts';
import { floods } from './contract/flood.ts';
import { fuzz } from './contract/fuzz.ts';
import { json } from './contract/json.ts';
import { linearTime } from './contract/linear-time.ts';
import { oddPackets } from './contract/odd-packets.ts';
import type { Outcome, Promised } from './contract/promise.ts';
import { sameOutput } from './contract/same-output.ts';
import { storms } from './contract/storm.ts';
import { terminal } from './contract/terminal.ts';
import { tested } from './contract/tested.ts';
import { table } from './docs/page.ts';
import { between } from './docs.ts';
import { ROOT } from './tree.ts';

/** Add a promise: one line here, or an entry in contract/tested.ts. They are tried in the order of their numbers. */
const PROMISES: readonly Promised[] = [
  floods,
  conservation,
  chosenKeys,
  sameOutput,
  fuzz,
  oddPackets,
  json,
  storms,
  explainIsTrue,
  terminal,
  ...tested,
].toSorted((one, other) => one.id - other.id);

/** Tried only by `--full`: what is measured by the clock is no check on a machine that others use too. */
const BY_THE_CLOCK: readonly Promised[] = [linearTime];

/** Promises of the contract that nothing here keeps yet, and what they wait for. */
const WAITING: readonly (readonly [ids: string, about: string, why: string])[] = [
  ['4, 5, 16, 17, 35', 'kill -9, restart in mid-scan, full disk, damaged store, upgrade', 'a service with a store'],
  ['7', 'nobody innocent is blocked', 'lists to block by'],
  ['9', 'the worst 64 KB line, by the clock', 'a quiet machine: `npm run contract -- --full`'],
  ['10, 11, 33', 'authentication, Host and Origin tricks, login', 'the server'],
  ['15', 'rotation while it is read', 'following files'],
  ['18, 19, 22', 'a memory cap for every case, overload, a month of slow scans', 'a service that runs that long'],
  ['21', 'privileges', 'live capture'],
  ['30, 31, 32, 34, 36', 'exports, own logs, hooks, secrets, fleet', 'the outputs and the fleet'],
  ['38', 'start within 60 s, help within 150 ms', 'machine-dependent: `npm run check -- clone` starts a clean copy'],
];

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
  const promises = values.full ? [...PROMISES, ...BY_THE_CLOCK] : PROMISES;
  const wanted = promises.filter(({ id }) => positionals.length === 0 || positionals.includes(String(id)));
  const outcomes: Kept[] = [];
  for (const promise of wanted) {
    const outcome = await kept(promise, values.full);
    console.log(JSON.stringify(outcome));
    outcomes.push(outcome);
  }
  const broken = outcomes.some(({ pass }) => !pass);
  for (const { id, got, pass } of outcomes) if (!pass) console.error(`promise ${id} is not kept: ${got}`);
  if (wanted.length < promises.length) return broken ? 1 : 0;
  const was = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const tried = between(was, values.full ? 'full' : 'usual', tableOf(outcomes));
  const now = between(tried, 'waiting', table(['', 'promised', 'waits for'], WAITING));
  if (!values.check) writeFileSync(PAGE, now);
  else if (now !== was) console.error('docs/contract.md is not what `npm run contract` would write');
  return broken || (values.check && now !== was) ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
