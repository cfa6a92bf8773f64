import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Case, cases, earliest, type Row, replayed } from '../../test/support/replay.ts';
import { paced, rewritten } from '../record-rewrite.ts';
import { inParallel } from '../parallel.ts';
import { attackTables } from './attack.ts';
import { onlyHere } from './only-here.ts';
import { GENERATED, kept, type Page, page, table } from './page.ts';

/**
 * docs/coverage.md: every case of test/cases replayed, and the slow and the coordinated ones at several paces; and the
 * pages that rest on the same replays.
 */

const HOUR = 3600;

/** A recorded scan at another pace: one new flow every so many seconds. */
interface Slowed {
  readonly name: string;
  readonly seconds: number;
  readonly says: string;
}

/** Add a pace: one line here. */
const SLOWED: readonly Slowed[] = [
  { name: 'ssh-loop', seconds: HOUR, says: 'one source, ordinary stack, one connection an hour' },
  { name: 'ssh-loop', seconds: 6 * HOUR, says: 'the same, four a day' },
  { name: 'ssh-loop', seconds: 24 * HOUR, says: 'the same, one a day' },
  { name: 'hping-xmas-sweep', seconds: HOUR, says: 'one source, odd flags, one probe an hour' },
  { name: 'zmap-winbox', seconds: HOUR, says: 'one source, ZMap, one probe an hour' },
  { name: 'masscan-snmp', seconds: HOUR, says: 'one source, UDP, one probe an hour' },
  { name: 'curl-loop-dispersed', seconds: 170, says: 'one probe a source, a /24 in 12 hours' },
  { name: 'curl-loop-dispersed', seconds: HOUR, says: 'the same, one probe an hour' },
  { name: 'zmap-dispersed', seconds: 170, says: 'one probe a source, ZMap, a /24 in 12 hours' },
  { name: 'zmap-dispersed', seconds: HOUR, says: 'the same, one probe an hour' },
];

const NONE = '–';

/** One line of the table of hours. */
export async function slowedRow({ name, seconds, says }: Slowed): Promise<string[]> {
  const one = cases().find((known) => known.name === name);
  const [scan] = one?.expected.scans ?? [];
  if (!one || !scan) throw new Error(`There is no case ${name} with a scan.`);
  const folder = mkdtempSync(join(tmpdir(), 'vedette-coverage-'));
  try {
    const path = join(folder, 'slowed.pcap.gz');
    writeFileSync(path, gzipSync(rewritten(gunzipSync(readFileSync(one.input)), paced(seconds))));
    const found = await earliest(path, scan);
    if (!found) return [name, says, NONE, NONE, 'not found'];
    const hours = (Date.parse(found.lastSeen) - Date.parse(found.firstSeen)) / (HOUR * 1000);
    return [name, says, String(found.probes), hours.toFixed(1), `${found.kind}, ${found.decidedBy}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replays one case. */
export const rowOf = (one: Case): Promise<Row> => replayed(one);

const shown = (value: number | string | null): string => (value === null ? NONE : String(value));

function scanLine(row: Row): string[] {
  return [
    row.case,
    row.question,
    row.expected,
    row.found ? 'yes' : 'no',
    shown(row.technique),
    row.methods.join(', ') || NONE,
    shown(row.tool),
    row.bits === null || row.bar === null ? NONE : `${row.bits.toFixed(1)} / ${row.bar.toFixed(1)}`,
    shown(row.probesToFinding),
    row.secondsToFinding === null ? NONE : `${row.secondsToFinding.toFixed(3)} s`,
    row.differs || (row.gap ? `gap: ${row.gap}` : ''),
  ];
}

const SCAN_HEAD = 'case,what,who,found,technique,methods,tool,bits / bar,probes,time,differs';

async function make(): Promise<Page[]> {
  const rows = await inParallel(import.meta.url, rowOf, cases());
  const slowed = await inParallel(import.meta.url, slowedRow, SLOWED);
  const scans = rows.filter(({ expected }) => expected !== 'nobody');
  const silent = rows.filter(({ expected }) => expected === 'nobody');
  const quiet = silent.filter(({ differs }) => differs === '').length;
  const text = page(
    GENERATED,
    '# Coverage',
    'What is found in the cases of `test/cases`: captures recorded in a private network, changed copies of them, and ' +
      'logs. ' +
      'Nothing is told about the own network. *probes* and *time* are those of the shortest beginning of the capture ' +
      'in which the scan is found, by the clock of the packets; *bits / bar* are those at its end.',
    `**${scans.filter(({ found }) => found).length} of ${scans.length} scans found, ` +
      `${scans.filter(({ found, differs }) => found && differs === '').length} of them without a difference from the ` +
      `truth; ${quiet} of ${silent.length} captures without a scan silent.**`,
    '## What ATT&CK says, and what answers to it',
    'Sentences of MITRE ATT&CK about T1595, its sub-techniques, the data that would show them and what can be done, in ' +
      'other words. A line whose case is gone, or does not show it any more, fails the build.',
    ...attackTables(rows),
    '## Scans',
    table(SCAN_HEAD.split(','), scans.map(scanLine)),
    '## Hours to a finding',
    'Recorded scans slowed down: new connections begin so far apart on average.',
    table(['case', 'pace', 'probes', 'hours', 'found as'], slowed),
    '## Silent',
    table(
      ['case', 'what', 'silent'],
      silent.map((row) => [row.case, row.question, row.differs === '' ? 'yes' : `no: ${row.differs}`]),
    ),
  );
  return [['docs/coverage.md', text], ...onlyHere(rows)];
}

export const coveragePages = (): Promise<Page[]> =>
  kept('coverage', ['test/cases/*/*', 'test/support/*.ts', 'scripts/record-rewrite.ts', 'scripts/parallel.ts'], make);
