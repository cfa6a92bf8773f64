// Writes the pages that are generated, or those of the generators that are named; `--check` writes nothing and fails when a
// page is not what it would be.
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { optionsPage } from '../src/config/options.ts';
import { schemas } from '../src/finding/json-schema.ts';
import { blindSpotPages } from './docs/blind-spots.ts';
import { calibrationPages } from './docs/calibration.ts';
import { campaignPages } from './docs/campaigns.ts';
import { coveragePages } from './docs/coverage.ts';
import { malformedPages } from './docs/malformed.ts';
import type { Page } from './docs/page.ts';
import { FOLDERS, SUBFOLDERS } from './folders.ts';
import { ROOT } from './tree.ts';

/** Add a generator: one line here. */
const GENERATORS: Readonly<Record<string, () => Page[] | Promise<Page[]>>> = {
  architecture,
  options: () => [['docs/options.md', optionsPage()]],
  schema: jsonSchemas,
  'blind-spots': blindSpotPages,
  coverage: coveragePages,
  calibration: calibrationPages,
  campaigns: campaignPages,
  malformed: malformedPages,
};

const textOf = (path: string): string => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '');

/** Replaces what stands between `<!-- NAME: generated -->` and `<!-- NAME: end -->`. */
export function between(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`The page has no place "${name}": ${open} … ${close}`);
  return `${page.slice(0, start + open.length)}\n${text.trimEnd()}\n${page.slice(end)}`;
}

/** Sources of one folder, on lines of at most 120 columns under its sentence. */
function files(folder: string): string[] {
  const names = readdirSync(join(ROOT, 'src', folder)).filter((name) => name.endsWith('.ts'));
  const lines: string[] = [];
  for (const name of names.toSorted()) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 112) lines[lines.length - 1] = `${last}  ${name}`;
    else lines.push(name);
  }
  return lines;
}

const SOURCES = globSync('src/**/*.ts', { cwd: ROOT });
/** A folder without a source is not there: git does not keep it. */
const exists = (folder: string): boolean => SOURCES.some((file) => file.startsWith(join('src', folder, '/')));

/** The folders in the order the data meets them; a folder that is only planned is left out. */
function picture(): string {
  const lines = ['```', 'src/'];
  const show = (folder: string, about: string): void => {
    const inside = '  '.repeat(folder.split('/').length);
    lines.push(`${(inside + folder.split('/').at(-1)).padEnd(13)} ${about}`);
    lines.push(...files(folder).map((line) => `${inside}    ${line}`));
  };
  for (const [folder, { about }] of Object.entries(FOLDERS)) {
    if (!exists(folder)) continue;
    show(folder, about);
    for (const [below, sentence] of Object.entries(SUBFOLDERS))
      if (below.startsWith(`${folder}/`) && exists(below)) show(below, sentence);
  }
  return [...lines, '```'].join('\n');
}

function importTable(): string {
  const rows = Object.entries(FOLDERS).filter(([folder]) => exists(folder));
  const row = ([folder, { imports, pure }]: (typeof rows)[number]): string =>
    `| ${folder} | ${imports.join(', ') || '–'} | ${pure ? 'pure' : ''} |`;
  return ['| folder | may import | |', '|---|---|---|', ...rows.map(row)].join('\n');
}

function architecture(): Page[] {
  const page = between(textOf('ARCHITECTURE.md'), 'folders', picture());
  return [['ARCHITECTURE.md', between(page, 'imports', importTable())]];
}

function jsonSchemas(): Page[] {
  return Object.entries(schemas()).map(([name, schema]) => [
    `docs/schema/${name}`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]);
}

async function main(names: readonly string[], check: boolean): Promise<void> {
  const strange = names.find((name) => !Object.hasOwn(GENERATORS, name));
  if (strange !== undefined)
    throw new Error(`There is no generator "${strange}"; there are ${Object.keys(GENERATORS).join(', ')}.`);
  const pages: Page[] = [];
  for (const [name, generate] of Object.entries(GENERATORS))
    if (names.length === 0 || names.includes(name)) pages.push(...(await generate()));
  const stale = pages.filter(([path, text]) => textOf(path) !== text);
  for (const [path, text] of stale) {
    console.log(check ? `${path} is not what \`npm run docs\` would write` : `wrote ${path}`);
    if (check) continue;
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  if (check && stale.length > 0) process.exitCode = 1;
}

if (import.meta.main) {
  const said = process.argv.slice(2);
  await main(
    said.filter((name) => name !== '--check'),
    said.includes('--check'),
  );
}
