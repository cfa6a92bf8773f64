// Runs the program over the peers' own test suites beside the project and writes docs/peers.md: `npm run peers`.
// `--check` writes nothing, and fails when a figure is worse than the one recorded in docs/peers.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted, type Counted, type Figures, peersPage } from './peers/page.ts';
import { tryAll } from './peers/tried.ts';
import { ROOT } from './tree.ts';

const PAGE = join(ROOT, 'docs', 'peers.md');
const RECORD = join(ROOT, 'docs', 'peers.json');

const NOTHING: Figures = { cases: 0, same: 0, explained: 0, unexplained: 0 };

/** What is worse than it was: fewer cases, fewer answers like the peer's, more differences without a reason. */
export function worse(was: Counted, now: Counted): string[] {
  return Object.entries(was).flatMap(([suite, before]) => {
    const after = now[suite] ?? NOTHING;
    const told = (name: keyof Figures): string => `${suite}: ${name} ${before[name]} → ${after[name]}`;
    return [
      ...(after.cases < before.cases ? [told('cases')] : []),
      ...(after.same < before.same ? [told('same')] : []),
      ...(after.unexplained > before.unexplained ? [told('unexplained')] : []),
    ];
  });
}

async function main(check: boolean): Promise<number> {
  const all = await tryAll();
  const now = counted(all);
  for (const [suite, { cases, same, explained, unexplained }] of Object.entries(now))
    console.log(`${suite.padEnd(22)}${cases} cases: ${same} same, ${explained} explained, ${unexplained} unexplained`);
  if (!check) {
    writeFileSync(PAGE, peersPage(all));
    writeFileSync(RECORD, `${JSON.stringify(now, null, 2)}\n`);
    return 0;
  }
  const was = existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as Counted) : {};
  const lines = worse(was, now);
  for (const line of lines) console.error(`worse: ${line}`);
  return lines.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.includes('--check'));
