// Runs the checks, all or those named: `npm run check`, `npm run check -- types lint`. Exit status 1 when one fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Check, CHECKS } from './checks.ts';
import { ROOT } from './tree.ts';

/** Seconds for all of them together. */
const BUDGET = 19 * 60;

type Result = 'passed' | 'failed' | 'skipped';

/** Why a check failed, in a word; undefined when it passed. What it started is ended together with it. */
function failure({ command, environment }: Check, seconds: number): Promise<string | undefined> {
  const [program, ...args] = command.split(' ');
  const PATH = [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // a process group of its own
  });
  const end = (): unknown => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(end, seconds * 1000);
  const stop = (): never => process.exit(end() ? 130 : 1);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return new Promise<string | undefined>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (status, signal) => {
      if (status === 0) resolve(undefined);
      else resolve(signal === 'SIGKILL' ? `still running after ${Math.round(seconds)} s` : `exit status ${status}`);
    });
  }).finally(() => {
    clearTimeout(timer);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  });
}

async function run(check: Check): Promise<Result> {
  console.log(`\n── ${check.name}: ${check.holds} (${check.command})`);
  if (check.needs !== undefined && !existsSync(join(ROOT, check.needs))) {
    console.log(`skipped: ${check.needs} is not there`);
    return 'skipped';
  }
  const started = performance.now();
  const reason = await failure(check, Math.min(check.limit, BUDGET - started / 1000));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(reason === undefined ? `passed in ${seconds} s` : `FAILED in ${seconds} s: ${reason}`);
  return reason === undefined ? 'passed' : 'failed';
}

/** Runs them all, whatever fails, and closes with the count. Returns the exit status. */
export async function runAll(checks: readonly Check[]): Promise<number> {
  const results: [Check, Result][] = [];
  for (const check of checks) results.push([check, await run(check)]);
  const those = (result: Result): Check[] => results.filter(([, got]) => got === result).map(([check]) => check);
  console.log('');
  for (const { name, needs } of those('skipped')) console.log(`skipped  ${name}: ${needs} is not there`);
  for (const { name, holds } of those('failed')) console.log(`FAILED   ${name}: it does not hold that ${holds}`);
  console.log(`${those('passed').length} passed, ${those('failed').length} failed`);
  return those('failed').length === 0 ? 0 : 1;
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !CHECKS.some((check) => check.name === name));
  if (unknown === undefined) return runAll(CHECKS.filter(({ name }) => names.length === 0 || names.includes(name)));
  console.error(`There is no check "${unknown}"; there are ${CHECKS.map(({ name }) => name).join(', ')}.`);
  return 2;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
