// Replays the lab corpus beside the project and compares each figure with the one recorded in docs/score.json.
// A figure that falls fails; one that rises is recorded with `node scripts/ratchet.ts --record`.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './tree.ts';

const RECORD = join(ROOT, 'docs', 'score.json');
/** What a defender may have → the families of scenarios that can be seen in it. */
const VIAS = {
  capture: ['network', 'distributed', 'web', 'mixed', 'followup', 'backscatter', 'benign'],
  logs: ['network', 'distributed', 'web', 'mixed', 'followup', 'benign'],
  flows: ['network', 'distributed', 'backscatter', 'benign'],
  all: ['mixed', 'followup'],
} as const;
const REPLAYS = Object.entries(VIAS).flatMap(([via, families]) => families.map((family) => `${via} ${family}`));
/** Replays at a time: each is a process of its own and keeps a core busy. */
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
  pathRecall: 'more',
  pathPrecision: 'more',
  followed: 'more',
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

async function replay(name: string): Promise<Figures> {
  const [via, family] = name.split(' ');
  const command = 'node_modules/.bin/node bin/vedette.mjs'; // what `npm start` runs, without npm's own second
  const args = ['../shared/tools/score.mjs', '--json', '--family', family, '--via', via, '--command', command];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 1 << 28 });
  const { summary } = JSON.parse(stdout) as { summary: Record<Figure, number | string | null> };
  return Object.fromEntries(names.map((figure) => [figure, numeric(summary[figure])])) as Figures;
}

async function replayAll(): Promise<Scores> {
  const waiting = [...REPLAYS];
  const scores: Scores = Object.fromEntries(REPLAYS.map((name) => [name, {} as Figures]));
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) scores[name] = await replay(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return scores;
}

/** True when the figure is worse than it was. What could once be measured must stay measurable. */
export function fell(name: Figure, was: number | null, now: number | null): boolean {
  if (was === null || now === null) return was !== null;
  return FIGURES[name] === 'more' ? now < was : now > was;
}

/** A replay a line, a figure a column; `was → now` where they differ. Says how many fell. */
export function table(recorded: Scores, scores: Scores): { lines: string[]; fallen: number } {
  let fallen = 0;
  const cell = (replayed: string, name: Figure): string => {
    const now = scores[replayed][name];
    const was = recorded[replayed]?.[name] ?? null;
    if (!fell(name, was, now)) return was === now ? `${now ?? '–'}` : `${was ?? '–'} → ${now}`;
    fallen += 1;
    return `${was} → ${now ?? '–'} FELL`;
  };
  const lines = Object.keys(scores).map((replayed) => [replayed, ...names.map((name) => cell(replayed, name))]);
  return { lines: [['', ...names], ...lines].map((cells) => cells.map(padded).join('')), fallen };
}

const padded = (text: string, place: number): string => text.padEnd(place === 0 ? 22 : 15);

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
