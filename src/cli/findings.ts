import { isAbsolute, resolve } from 'node:path';
import { CodedError } from '../config/errors.ts';
import type { Moment, Settings } from '../config/options.ts';
import type { Finding } from '../finding/finding.ts';
import { timeOf } from '../finding/time.ts';
import { howMuch, servicesText, spanText, techniquesText, toolText, who } from '../output/describe.ts';
import { counted, cut, field, listed, type Page, painter } from '../output/layout.ts';
import { jsonLine } from '../output/ndjson.ts';
import { printable } from '../output/printable.ts';
import type { Ports } from './ports.ts';
import { recall, type Remembered } from './state.ts';
import { coloursOf, columnsOf, programOf, SHOWN_BY_DEFAULT } from './terminal.ts';

/** `vedette findings`: what the last analysis found, most worth first. Nothing is read or judged again. */

/** What this command takes beside the options that all have. */
export interface Filters {
  readonly class?: string;
  readonly technique?: string;
  readonly minPriority?: string;
}

const CLASSES: readonly string[] = [
  'targeted',
  'localised',
  'background',
  'known-scanner',
] satisfies Finding['triage']['class'][];
/** Inputs that are named. */
const FILES = 8;
/** Characters of one reason. */
const CAP = 160;

/** @returns the exit code */
export async function listFindings(settings: Settings, said: Filters, ports: Ports): Promise<number> {
  if (settings.format !== 'text' && settings.format !== 'ndjson')
    throw new CodedError('OPTION_VALUE', {
      option: '--format',
      value: settings.format,
      expected: 'text or ndjson here',
    });
  const last = recall(ports.environment);
  if (last === undefined) throw new CodedError('FINDINGS_MISSING');
  const all = last.lines.map((line) => JSON.parse(line) as Finding);
  const shown = byWorth(all.filter(filterOf(said, settings.since, all)));
  if (settings.format === 'ndjson') ports.stdout.write(shown.map(jsonLine).join(''));
  else {
    const paint = painter(coloursOf(settings.color, ports.stdout, ports.environment));
    const page: Page = { columns: columnsOf(ports.stdout, ports.environment), paint };
    const program = programOf(ports.environment);
    ports.stdout.write(`${pageOf(page, last.run, shown, all.length, settings.all, program).join('\n')}\n`);
  }
  return 0;
}

const byWorth = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => b.triage.priority - a.triage.priority || b.bits - a.bits || (a.id < b.id ? -1 : 1));

/** Whether a finding is asked for. A time counts by its last probe. */
function filterOf(said: Filters, since: Moment | undefined, all: readonly Finding[]): (finding: Finding) => boolean {
  const { class: kind, technique, minPriority = '0' } = said;
  if (kind !== undefined && !CLASSES.includes(kind))
    throw new CodedError('OPTION_VALUE', { option: '--class', value: kind, expected: CLASSES.join(', ') });
  if (technique !== undefined && !/^T\d{4}(\.\d{3})?$/i.test(technique))
    throw new CodedError('OPTION_VALUE', {
      option: '--technique',
      value: technique,
      expected: 'an id such as T1595.002',
    });
  const least = /^\d{1,3}$/.test(minPriority) ? Number(minPriority) : Number.NaN;
  if (!(least <= 100))
    throw new CodedError('OPTION_VALUE', { option: '--min-priority', value: minPriority, expected: '0 to 100' });
  const from = since === undefined ? Number.NEGATIVE_INFINITY : instant(since, all);
  const isTechnique = (id: string): boolean =>
    id === technique?.toUpperCase() || id.startsWith(`${technique?.toUpperCase()}.`);
  return ({ triage, techniques, lastSeen }) =>
    (kind === undefined || triage.class === kind) &&
    (technique === undefined || techniques.some(isTechnique)) &&
    triage.priority >= least &&
    timeOf(lastSeen) >= from;
}

/** µs since 1970; "24h" counts back from the last probe of all. */
function instant(since: Moment, all: readonly Finding[]): number {
  if ('at' in since) return since.at;
  return all.reduce((latest, { lastSeen }) => Math.max(latest, timeOf(lastSeen)), 0) - since.beforeEnd;
}

function pageOf(
  page: Page,
  run: Remembered,
  shown: readonly Finding[],
  of: number,
  all: boolean,
  program: string,
): string[] {
  const first = all ? shown : shown.slice(0, SHOWN_BY_DEFAULT);
  const more = shown.length - first.length;
  const some = shown.length < of ? `${shown.length} of ${counted(of, 'finding')}` : counted(of, 'finding');
  return [
    page.paint('bold', `${some} of the last analysis, most worth first`),
    ...field(page, 'read', readText(run), 3),
    ...first.flatMap((finding) => lineOf(page, finding)),
    ...(more > 0 ? ['', page.paint('dim', `and ${counted(more, 'more finding')}: --all, or --format ndjson`)] : []),
    ...(first.length > 0 ? ['', page.paint('dim', `${program} explain ${first[0].id}`)] : []),
  ];
}

/** Inputs as they were said, and where from if that is elsewhere. */
function readText({ folder, options: { paths } }: Remembered): string {
  const isHere = folder === resolve('.') || paths.every(isAbsolute);
  return `${listed(paths, FILES)}${isHere ? '' : `, in ${folder}`}`;
}

/** A headline, what was done, and why it is worth that. */
function lineOf(page: Page, finding: Finding): string[] {
  const { triage, kind, id, firstSeen, lastSeen } = finding;
  const digest = triage.notify === false ? ', in a digest' : '';
  const title = `${String(triage.priority).padStart(3)}  ${triage.class}${digest}  ${kind} ${id}  ${who(finding)}`;
  const done = [techniquesText(finding), howMuch(finding), servicesText(finding), toolText(finding)];
  const reasons = triage.reasons.map((reason) => printable(reason, CAP));
  return [
    '',
    page.paint(triage.class === 'targeted' ? ['red', 'bold'] : 'bold', cut(printable(title), page.columns)),
    ...field(page, 'what', done.filter((words) => words !== '').join('; ')),
    ...field(page, 'when', spanText(firstSeen, lastSeen)),
    ...field(page, 'worth', reasons.join('; '), 4),
  ];
}
