// Holds src/ against .dependency-cruiser.mjs and says, for each broken rule, what to do instead.
// `node scripts/imports.ts [FOLDER]`: the folder that holds src/ and the rules; the project when absent.
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './tree.ts';

/** What is read of the cruiser's report. */
interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { name: string } }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string; readonly comment: string }[] };
  };
}

const CRUISER = join(ROOT, 'node_modules', '.bin', 'depcruise');

function cruise(root: string): Report {
  const args = [CRUISER, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'];
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(output) as Report;
}

/** The violations as text, and the sources that the cruiser never looked at: it must not pass by being blind. */
function complaints(root: string, { modules, summary }: Report): string[] {
  const comments = new Map(summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]));
  const broken = summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}\n    ${comments.get(rule.name)}`,
  );
  const seen = new Set(modules.map(({ source }) => source));
  const missed = globSync('src/**/*.ts', { cwd: root }).filter((file) => !seen.has(file));
  return [...broken, ...missed.map((file) => `${file} was not read by dependency-cruiser`)];
}

const root = process.argv[2] ?? ROOT;
const report = cruise(root);
const own = report.modules.filter(({ source }) => source.startsWith('src/')).length;
const found = complaints(root, report);
if (own === 0) found.push('dependency-cruiser read no module at all');
for (const complaint of found) console.error(complaint);
console.log(`${own} modules read, ${found.length} complaints`);
process.exitCode = found.length === 0 ? 0 : 1;
