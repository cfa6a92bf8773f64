import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tree.ts';

/** Path from the root, and the text that must stand there. */
export type Page = readonly [path: string, text: string];

const STORE = join(ROOT, '.cache', 'docs');
/** What every replay depends on. */
const ALWAYS = ['package-lock.json', 'src/**/*.ts', 'scripts/docs/*.ts'];

/**
 * Pages that take long to make, kept under the hash of everything they are made from: sources, cases, generators.
 * A clean copy keeps none and makes them, so nothing goes stale unnoticed; nothing is made twice from the same.
 *
 * @param depends further files, as patterns from the root
 */
export async function kept(name: string, depends: readonly string[], make: () => Promise<Page[]>): Promise<Page[]> {
  const path = join(STORE, `${name}.${fingerprint([...ALWAYS, ...depends])}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Page[];
  const pages = await make();
  mkdirSync(STORE, { recursive: true });
  for (const file of readdirSync(STORE)) if (file.startsWith(`${name}.`)) rmSync(join(STORE, file), { force: true });
  writeFileSync(path, JSON.stringify(pages));
  return pages;
}

function fingerprint(patterns: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).toSorted()))
    hash.update(`\n${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 32);
}

/** A table; cells are text that means nothing to Markdown but what it says. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A page: paragraphs, lists and tables with an empty line between them. */
export const page = (...blocks: readonly string[]): string => `${blocks.join('\n\n')}\n`;

export const GENERATED = '<!-- Written by `npm run docs`; changes made by hand are lost. -->';
