import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../src/config/errors.ts';
import { run } from '../../src/engine/run.ts';
import type { InputCounts } from '../../src/finding/finding.ts';
import { ROOT } from '../tree.ts';
import { inParallel } from '../parallel.ts';
import { GENERATED, kept, type Page, page, table } from './page.ts';

/** docs/malformed.md: every damaged capture of the corpus beside the project, read to its end. */

const CORPUS = join(ROOT, '..', 'shared', 'corpus', 'public');
const KINDS = new Set(['pcap', 'pcapng', 'other']);
const MALFORMED = 'malformed';

interface Sample {
  readonly path: string;
  readonly label: string;
  readonly kind: string;
}

/** What became of one file: its counts, the code of the refusal, or the name of an exception that nobody foresaw. */
type Fate =
  | { readonly kind: 'read'; readonly counts: InputCounts; readonly accusations: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'crashed'; readonly path: string };

/** Reads one file of the corpus. */
export async function fateOf(path: string): Promise<Fate> {
  const options = { paths: [join(CORPUS, path)], workers: 1, home: [], falsePerDay: 1 };
  try {
    const { findings, summary } = await run(options);
    const accusations = findings.filter(({ kind }) => kind !== 'anomaly').length;
    return { kind: 'read', counts: summary.inputs[0], accusations };
  } catch (error) {
    return error instanceof CodedError ? { kind: 'refused', code: error.code } : { kind: 'crashed', path };
  }
}

/** How many of each name, over all files: in how many files, and how often. */
class Tally {
  readonly #counts = new Map<string, { files: number; times: number }>();

  add(name: string, times: number): void {
    const known = this.#counts.get(name) ?? { files: 0, times: 0 };
    this.#counts.set(name, { files: known.files + 1, times: known.times + times });
  }

  table(head: string): string {
    const rows = [...this.#counts].sort(([one, a], [other, b]) => b.files - a.files || (one < other ? -1 : 1));
    return table(
      [head, 'files', 'times'],
      rows.map(([name, { files, times }]) => [name, files, times]),
    );
  }
}

async function make(): Promise<Page[]> {
  const manifest = JSON.parse(readFileSync(join(CORPUS, 'manifest.json'), 'utf8')) as Sample[];
  const samples = manifest.filter(({ label, kind }) => label === MALFORMED && KINDS.has(kind));
  const paths = samples.map(({ path }) => path);
  const fates = await inParallel(import.meta.url, fateOf, paths);
  return [['docs/malformed.md', text(fates)]];
}

function text(fates: readonly Fate[]): string {
  const read = fates.flatMap((fate) => (fate.kind === 'read' ? [fate] : []));
  const [unusable, noted, refused] = [new Tally(), new Tally(), new Tally()];
  for (const { counts } of read) {
    for (const [name, times] of Object.entries(counts.malformed)) unusable.add(name, times);
    for (const [name, times] of Object.entries(counts.noted)) noted.add(name, times);
  }
  for (const fate of fates) if (fate.kind === 'refused') refused.add(fate.code, 1);
  const sum = (count: (counts: InputCounts) => number): number =>
    read.reduce((total, { counts }) => total + count(counts), 0);
  const unbalanced = read.filter(({ counts }) => counts.records !== counts.used + counts.unsupported + bad(counts));
  const crashed = fates.flatMap((fate) => (fate.kind === 'crashed' ? [fate.path] : []));
  return page(
    GENERATED,
    '# Damaged captures',
    'Every file that the corpus of public captures labels malformed (found by fuzzing other programs, cut, or ' +
      'contradicting itself), read to its end. The page is written where that corpus stands beside the project.',
    table(
      ['', ''],
      [
        ['files', fates.length],
        ['crashed', `${crashed.length}${crashed.length > 0 ? `: ${crashed.join(', ')}` : ''}`],
        ['refused with a coded error', fates.filter(({ kind }) => kind === 'refused').length],
        ['read', read.length],
        ['records', sum(({ records }) => records)],
        ['used', sum(({ used }) => used)],
        ['malformed', sum(bad)],
        ['unsupported', sum(({ unsupported }) => unsupported)],
        ['files whose counts do not add up to their records', unbalanced.length],
        ['scans and campaigns found', read.reduce((total, { accusations }) => total + accusations, 0)],
      ],
    ),
    '## Records that could not be used',
    unusable.table('name'),
    '## Odd, yet used',
    noted.table('name'),
    '## Files refused',
    refused.table('code'),
  );
}

const bad = ({ malformed }: InputCounts): number => Object.values(malformed).reduce((sum, times) => sum + times, 0);

export async function malformedPages(): Promise<Page[]> {
  if (!existsSync(join(CORPUS, 'manifest.json'))) return [];
  return kept('malformed', [], make);
}
