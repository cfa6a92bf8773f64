import { readFileSync } from 'node:fs';
import type { Said } from '../config/config.ts';
import { CodedError } from '../config/errors.ts';
import type { Settings } from '../config/options.ts';
import { learnedSummary } from '../engine/learned.ts';
import type { RunOptions, RunResult } from '../engine/options.ts';
import { blamedBy } from '../finding/blamed.ts';
import { canonicalExposure } from '../finding/exposure-key.ts';
import type { Change, Exposure } from '../finding/exposure.ts';
import type { Finding } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { differences } from '../learn/diff.ts';
import { isScan } from '../learn/exposures.ts';
import { painter } from '../output/layout.ts';
import { jsonLine } from '../output/ndjson.ts';
import { parseAddress } from '../record/address.ts';
import { parsePrefix, PrefixMatch } from '../table/prefix.ts';
import { runOptions, runWatched } from './analyze.ts';
import { sameOptions } from './explain.ts';
import { changePage, learnedPage } from './exposed.ts';
import type { Ports } from './ports.ts';
import { recall } from './state.ts';
import { coloursOf, columnsOf } from './terminal.ts';

/** `vedette learned`: what answers of ours told scanners, what to close, and what differs between two looks. */

/** What this command takes beside the options that all have. */
export interface Asked {
  readonly by?: string;
  readonly diff?: true;
}

/** @returns the exit code */
export async function learned(
  files: readonly string[],
  settings: Settings,
  said: Said & Asked,
  ports: Ports,
): Promise<number> {
  if (settings.format !== 'text' && settings.format !== 'ndjson')
    throw new CodedError('OPTION_VALUE', {
      option: '--format',
      value: settings.format,
      expected: 'text or ndjson here',
    });
  if (said.diff) return compare(files, settings, ports);
  // All of the data is judged, so that what is news since then is known to be news.
  const { since, ...options } = await optionsFor(files, settings, said, ports);
  const result = await runWatched(options, settings, ports);
  const findings = scansBy(said.by, result.findings);
  const ids = said.by === undefined ? undefined : new Set(findings.map(({ id }) => id));
  const from = since === undefined ? undefined : timeText(since);
  const exposures = narrowed(result.learned.exposures, ids, from);
  const summary = learnedSummary(result.learned, findings, exposures);
  if (settings.format === 'ndjson') print(ports, [...exposures.map(canonicalExposure), summary].map(jsonLine).join(''));
  else print(ports, learnedPage(pageOn(ports, settings), exposures, summary, { all: settings.all, since: from }));
  return 0;
}

const print = (ports: Ports, text: string): void => void ports.stdout.write(text);

const pageOn = (ports: Ports, settings: Settings) => ({
  columns: columnsOf(ports.stdout, ports.environment),
  paint: painter(coloursOf(settings.color, ports.stdout, ports.environment)),
});

/** The inputs that are named, or those of the last analysis, or the sample. */
async function optionsFor(files: readonly string[], settings: Settings, said: Said, ports: Ports): Promise<RunOptions> {
  if (files.length > 0) return runOptions(files, settings);
  const last = recall(ports.environment);
  if (last !== undefined) return sameOptions(last.run, settings, said);
  if (!settings.quiet)
    ports.stderr.write(
      'No file given and no analysis kept: reading the bundled sample. `vedette learned FILE…` reads yours.\n',
    );
  return runOptions([ports.sample], settings);
}

/** Scans and campaigns, or those that an id, an address or a prefix means. */
function scansBy(who: string | undefined, findings: readonly Finding[]): Finding[] {
  const scans = findings.filter(isScan);
  if (who === undefined) return scans;
  const prefix = parsePrefix(who);
  const match = new PrefixMatch();
  if (prefix !== null) match.add(prefix.words, 0, prefix.bits, 1);
  const isIn = (address: string): boolean => {
    const words = parseAddress(address);
    return prefix !== null && words !== null && match.contains(words, 0);
  };
  const mine = scans.filter(
    (finding) =>
      finding.id.startsWith(who) ||
      finding.id.slice(finding.id.indexOf('-') + 1).startsWith(who) ||
      blamedBy(finding).some(isIn),
  );
  if (mine.length === 0 || who === '') throw new CodedError('SCANNER_UNKNOWN', { who });
  return mine;
}

/** What these findings were told, and what was told since. Whoever asks for neither gets everything. */
function narrowed(
  exposures: readonly Exposure[],
  ids: ReadonlySet<string> | undefined,
  since: string | undefined,
): Exposure[] {
  if (ids === undefined && since === undefined) return [...exposures];
  return exposures.flatMap((exposure) => {
    const toldTo = exposure.toldTo.filter(
      ({ finding, at }) => (ids === undefined || ids.has(finding)) && (since === undefined || at >= since),
    );
    return toldTo.length === 0 ? [] : [{ ...exposure, toldTo, scanners: new Set(toldTo.map(whoOf)).size }];
  });
}

const whoOf = ({ source, finding }: Exposure['toldTo'][number]): string => source ?? finding;

async function compare(files: readonly string[], settings: Settings, ports: Ports): Promise<number> {
  const [before, after, excess] = files;
  if (before === undefined || after === undefined)
    throw new CodedError('ARGUMENT_MISSING', { of: 'learned', argument: 'two FILEs to compare' });
  if (excess !== undefined) throw new CodedError('ARGUMENT_EXCESS', { of: 'learned' });
  const changes = differences(await exposuresOf(before, settings, ports), await exposuresOf(after, settings, ports));
  if (settings.format === 'ndjson') print(ports, changes.map(canonicalChange).map(jsonLine).join(''));
  else print(ports, changePage(pageOn(ports, settings), { before, after }, changes, settings.all));
  return 0;
}

const canonicalChange = ({ kind, change, fields, before, after }: Change): Change => ({
  kind,
  change,
  fields,
  before: before && canonicalExposure(before),
  after: after && canonicalExposure(after),
});

/** What `vedette learned --format ndjson` wrote, or else the inputs are read. */
async function exposuresOf(path: string, settings: Settings, ports: Ports): Promise<readonly Exposure[]> {
  const kept = await written(path);
  if (kept !== undefined) return kept;
  const result: RunResult = await runWatched(await runOptions([path], settings), settings, ports);
  return result.learned.exposures;
}

const WRITTEN = /^\{"kind":"(?:exposure|learned)"/;

async function written(path: string): Promise<Exposure[] | undefined> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // A folder, or a file that is not there: whoever reads inputs will say so.
    return undefined;
  }
  if (!WRITTEN.test(text)) return undefined;
  const { exposureSchema } = await import('../finding/exposure.ts');
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"kind":"exposure"')) return [];
    const { data } = exposureSchema.safeParse(parsed(line));
    return data === undefined ? [] : [data];
  });
}

/** A line that is no JSON counts as nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
