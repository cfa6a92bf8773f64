import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FOLDERS, SUBFOLDERS } from '../../scripts/folders.ts';
import { ROOT } from '../../scripts/tree.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What a source does: its text without comments and without quoted words, but for the modules that it names. */
const code = (file: string): string =>
  read(file)
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(/(?<!\b(?:from|import\(?) ?)'(?:[^'\\\n]|\\.)*'/g, "''");

const forbids = (file: string, pattern: RegExp): void =>
  assert.equal(pattern.exec(code(file))?.[0], undefined, `${file} names what it must not`);

/** Sources of the folders that compute on what they are given. */
function pureSources(): string[] {
  const pure = Object.keys(FOLDERS).filter((folder) => FOLDERS[folder].pure);
  return pure.flatMap((folder) => globSync(`src/${folder}/**/*.ts`, { cwd: ROOT }));
}

test('the pure core reaches for nothing outside: no Node module, no clock, no chance, no environment', () => {
  const outside =
    /\bnode:|\bprocess\.|\bBuffer\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bsetTimeout\b/;
  assert.ok(pureSources().length > 0);
  for (const file of pureSources()) forbids(file, outside);
});

test('no source sends by what every Node has built in', () => {
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) forbids(file, /\b(?:fetch|WebSocket|EventSource)\s*\(/);
});

test('every folder of sources has its sentence and its line in the import table', () => {
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    const [, folder] = file.split('/');
    assert.ok(folder in FOLDERS, `${file}: add src/${folder} to scripts/folders.ts`);
    const below = file.split('/').slice(1, -1).join('/');
    assert.ok(below === folder || below in SUBFOLDERS, `${file}: add src/${below} to scripts/folders.ts`);
  }
});

test('the import table names folders that it describes', () => {
  const known = new Set([...Object.keys(FOLDERS), ...Object.keys(SUBFOLDERS)]);
  for (const [folder, { imports }] of Object.entries(FOLDERS))
    for (const target of imports) assert.ok(known.has(target) && target !== folder, `${folder} → ${target}`);
});

test('tests stand at the path of a source folder, or in a kind of their own', () => {
  const kinds = new Set(['contract', 'memory', 'fuzz', 'speed', 'house', 'cases', 'bench']);
  for (const file of globSync('test/**/*.test.ts', { cwd: ROOT })) {
    const folder = file.split('/').slice(1, -1).join('/');
    const mirrored = existsSync(join(ROOT, 'src', folder));
    assert.ok(mirrored || kinds.has(folder.split('/')[0]), `${file}: there is no src/${folder}`);
  }
});

test('links between the documents lead somewhere', () => {
  for (const page of globSync('*.md', { cwd: ROOT }))
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#]+)/g))
      assert.ok(existsSync(join(ROOT, target)), `${page} → ${target}`);
});
