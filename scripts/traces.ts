// Files of the project must mean the same on every machine: no path of this one, no registry, no one's home folder.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, treeFiles } from './tree.ts';

/** What must not stand in a file, and why. */
type Trace = readonly [pattern: RegExp, why: string];

const literal = (text: string): RegExp => new RegExp(`${text.replaceAll(/[^\\w/-]/g, '\\$&')}(?![\\w-])`);

/** The host of the package registry that is set here, where npm can tell. */
function registry(): string {
  const url = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new URL(url.trim()).host;
}

/** Roots so short that their name is a plain word elsewhere are left to the general patterns. */
function machine(): Trace[] {
  const places = [ROOT.slice(0, -1), dirname(ROOT), homedir()].filter((path) => path.split('/').length > 2);
  const named: Trace[] = places.map((path) => [literal(path), 'a path of this machine']);
  const host = hostname();
  if (host.length > 6) named.push([literal(host), 'the name of this machine']);
  return [...named, [literal(registry()), 'the package registry of this machine']];
}

/** The general ones. Homes of made-up users belong in the corpus of the tests, not in sources. */
export const ALWAYS: readonly Trace[] = [
  [/\/(?:home|Users)\/(?!user\b|USER\b)[a-z][\w.-]*\//, 'somebody’s home folder'],
  [/[A-Z]:\\Users\\/, 'somebody’s home folder'],
  [/registry\.(?:npmjs|yarnpkg|npmmirror)\b/, 'a package registry'],
  [/^\s*"resolved":/m, 'a package registry (npm wrote the lock file without .npmrc)'],
];

/** What of it stands in a text: `line: why: what`. */
export function tracesIn(text: string, traces: readonly Trace[]): string[] {
  return traces.flatMap(([pattern, why]) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    return [`${text.slice(0, match.index).split('\n').length}: ${why}: ${match[0].trim()}`];
  });
}

function main(): void {
  const traces = [...ALWAYS, ...machine()];
  const contents = treeFiles().map((file) => [file, readFileSync(join(ROOT, file))] as const);
  const texts = contents.filter(([, bytes]) => !bytes.includes(0));
  const found = texts.flatMap(([file, bytes]) =>
    tracesIn(bytes.toString('utf8'), traces).map((trace) => `${file}:${trace}`),
  );
  for (const trace of found) console.error(trace);
  console.log(`${texts.length} files read, ${found.length} traces`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
