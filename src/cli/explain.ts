import { chdir } from 'node:process';
import type { Said } from '../config/config.ts';
import { CodedError } from '../config/errors.ts';
import type { Settings } from '../config/options.ts';
import type { RunOptions } from '../engine/options.ts';
import { type Difference, differences } from '../finding/explain.ts';
import type { Finding } from '../finding/finding.ts';
import { painter } from '../output/layout.ts';
import { formatAddress, parseAddress } from '../record/address.ts';
import { explanation } from './account.ts';
import { runOptions, runWatched } from './analyze.ts';
import { citedPackets } from './packets.ts';
import type { Ports } from './ports.ts';
import { look, recall, type Remembered, type Seen } from './state.ts';
import { coloursOf, columnsOf } from './terminal.ts';

/**
 * `vedette explain ID`: runs the engine over the inputs once more, finds the same finding, and shows what its verdict
 * is made of. The stored finding serves only to be compared with.
 */

/** What is run again, and the verdict that is to come out of it. */
interface Again {
  readonly options: RunOptions;
  readonly stored: Finding | undefined;
}

/** An id begins with its kind, which need not be said. */
const begins = ({ id }: { readonly id: string }, start: string): boolean =>
  id.startsWith(start) || id.slice(id.indexOf('-') + 1).startsWith(start);

/** Findings that blame an address, most worth first: explaining one, one means what is worst. */
function about(address: string, findings: readonly Finding[]): Finding[] {
  const words = parseAddress(address);
  const who = words === null ? undefined : formatAddress(words, 0);
  return findings
    .filter(({ source, members = [] }) => [source, ...members].some((one) => who !== undefined && one?.address === who))
    .toSorted((a, b) => b.triage.priority - a.triage.priority || b.bits - a.bits);
}

/** The one that an id, the beginning of one, or an address means. */
function chosen(id: string, findings: readonly Finding[]): Finding {
  const exact = findings.find((finding) => finding.id === id);
  const [blamed] = about(id, findings);
  const only = exact ?? blamed;
  const matching = only ? [only] : findings.filter((finding) => begins(finding, id));
  const [first] = matching;
  if (first === undefined || id === '') throw new CodedError('FINDING_UNKNOWN', { id });
  const ids = matching
    .slice(0, 5)
    .map((finding) => finding.id)
    .join(', ');
  if (matching.length > 1) throw new CodedError('FINDING_AMBIGUOUS', { id, ids });
  return first;
}

/** The inputs have to be the bytes that were analysed. */
function unchanged(run: Remembered): void {
  if (run.options.paths.includes('-')) throw new CodedError('INPUT_ONCE');
  for (const seen of run.seen) {
    const now = look(seen.path);
    if (now === undefined) throw new CodedError('INPUT_MISSING', { path: seen.path });
    const keys: readonly (keyof Seen)[] = ['size', 'modifiedMs', 'head'];
    if (keys.some((key) => now[key] !== seen[key])) throw new CodedError('INPUT_CHANGED', { path: seen.path });
  }
}

/** Relative paths mean what they meant then; so evidence names the same inputs. */
function goTo(folder: string): void {
  try {
    chdir(folder);
  } catch {
    throw new CodedError('INPUT_MISSING', { path: folder });
  }
}

/** What the engine calls otherwise than the command line. */
const SAID_AS: Readonly<Record<string, string>> = { proxies: 'proxy', logFormats: 'logFormat', zone: 'timezone' };

/** The last analysis, with what is said differently now. */
async function fromState(id: string, settings: Settings, said: Said, ports: Ports): Promise<Again> {
  const state = recall(ports.environment);
  if (state === undefined) throw new CodedError('ANALYSIS_MISSING', { id });
  const { findingSchema } = await import('../finding/finding.ts');
  const kept = state.lines.map((line) => findingSchema.safeParse(JSON.parse(line))).flatMap(({ data }) => data ?? []);
  const stored = chosen(id, kept);
  return { options: await sameOptions(state.run, settings, said), stored };
}

/** Options of the last analysis, with what is said differently now; its inputs must be what they were. */
export async function sameOptions(run: Remembered, settings: Settings, said: Said): Promise<RunOptions> {
  goTo(run.folder);
  unchanged(run);
  const now = await runOptions(run.options.paths, settings);
  const changed = Object.entries(now).filter(([name]) => name === 'workers' || (SAID_AS[name] ?? name) in said);
  return { ...run.options, ...Object.fromEntries(changed) };
}

/** @param said what was said on the command line: only that overrides the options of the last analysis */
export async function explain(
  id: string,
  files: readonly string[],
  settings: Settings,
  said: Said,
  ports: Ports,
): Promise<number> {
  if (files.includes('-')) throw new CodedError('INPUT_ONCE');
  const again: Again =
    files.length === 0
      ? await fromState(id, settings, said, ports)
      : { options: await runOptions(files, settings), stored: undefined };
  const { findings } = await runWatched(again.options, settings, ports);
  const finding = chosen(again.stored?.id ?? id, findings);
  const differing: readonly Difference[] | undefined = again.stored && differences(again.stored, finding);
  const page = {
    columns: columnsOf(ports.stdout, ports.environment),
    paint: painter(coloursOf(settings.color, ports.stdout, ports.environment)),
  };
  const lines = explanation(page, finding, await citedPackets(finding), differing);
  ports.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
