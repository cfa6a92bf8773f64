// Replays the lab corpus beside the project and compares each figure with the one recorded in docs/score.json.
// A figure that falls fails; one that rises is recorded with `node scripts/ratchet.ts --record`.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './tree.ts';

const RECORD = join(ROOT, 'docs', 'score.json');
const FAMILIES = ['network', 'distributed', 'backscatter', 'benign'] as const;
/** Families replayed at a time: each replay is a process of its own and keeps a core busy. */
const AT_ONCE = 2;

/** A figure of the summary → whether more or less of it is better. `scenarios` tells a corpus that shrank. */
const FIGURES = {
  scenarios: 'more',
  errors: 'less',
  detected: 'more',
  techniqueRight: 'more',
  toolsNamed: 'more',
  benignSilent: 'more',
  falseFindings: 'less',
  portRecall: 'more',
  portPrecision: 'more',
} as const;

type Figure = keyof typeof FIGURES;
/** null: there was nothing to measure. */
type Figures = Record<Figure, number | null>;
type Scores = Record<string, Figures>;

const names = Object.keys(FIGURES) as Figure[];
const run = promisify(execFile);

/** The tool writes ratios as "part/whole"; the part is what must not fall. */
function numeric(value: number | string | null): number | null {
  return typeof value === 'string' ? Number.parseInt(value, 10) : value;
}

async function replay(family: string): Promise<Figures> {
  const command = 'node_modules/.bin/node bin/vedette.mjs'; // what `npm start` runs, without npm's own second
  const args = ['../shared/tools/score.mjs', '--json', '--family', family, '--via', 'capture', '--command', command];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 1 << 28 });
  const { summary } = JSON.parse(stdout) as { summary: Record<Figure, number | string | null> };
  return Object.fromEntries(names.map((name) => [name, numeric(summary[name])])) as Figures;
}

async function replayAll(): Promise<Scores> {
  const waiting: string[] = [...FAMILIES];
  const scores: Scores = Object.fromEntries(FAMILIES.map((family) => [family, {} as Figures]));
  const worker = async (): Promise<void> => {
    for (let family = waiting.shift(); family !== undefined; family = waiting.shift())
      scores[family] = await replay(family);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return scores;
}

/** True when the figure is worse than it was. What could once be measured must stay measurable. */
export function fell(name: Figure, was: number | null, now: number | null): boolean {
  if (was === null || now === null) return was !== null;
  return FIGURES[name] === 'more' ? now < was : now > was;
}

/** Figures side by side, one family a column; `was → now` where they differ. Says how many fell. */
export function table(recorded: Scores, scores: Scores): { lines: string[]; fallen: number } {
  let fallen = 0;
  const cell = (name: Figure, family: string): string => {
    const now = scores[family][name];
    const was = recorded[family]?.[name] ?? null;
    if (!fell(name, was, now)) return was === now ? `${now ?? '–'}` : `${was ?? '–'} → ${now}`;
    fallen += 1;
    return `${was} → ${now ?? '–'} FELL`;
  };
  const row = (name: Figure): string => [name, ...FAMILIES.map((family) => cell(name, family))].map(padded).join('');
  return { lines: [['', ...FAMILIES].map(padded).join(''), ...names.map(row)], fallen };
}

const padded = (text: string): string => text.padEnd(22);

async function main(): Promise<void> {
  const record = process.argv.includes('--record');
  if (!record && !existsSync(RECORD)) throw new Error('Nothing is recorded yet: node scripts/ratchet.ts --record');
  const recorded = existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as Scores) : {};
  const scores = await replayAll();
  const { lines, fallen } = table(recorded, scores);
  console.log(lines.join('\n'));
  if (record) writeFileSync(RECORD, `${JSON.stringify(scores, null, 2)}\n`);
  else if (fallen > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
