import type { Said } from '../config/config.ts';
import { CodedError } from '../config/errors.ts';
import { OPTIONS, parsed, type Settings, TRIABLE } from '../config/options.ts';
import type { RunOptions } from '../engine/options.ts';
import { type Comparison, compare, type Difference } from '../finding/diff.ts';
import { barText } from '../output/run.ts';
import { bitsText, counted, field, listed, type Page, painter } from '../output/layout.ts';
import { jsonLine } from '../output/ndjson.ts';
import { printable } from '../output/printable.ts';
import { runOptions, runWatched } from './analyze.ts';
import { sameOptions } from './explain.ts';
import type { Ports } from './ports.ts';
import { recall } from './state.ts';
import { coloursOf, columnsOf, SHOWN_BY_DEFAULT } from './terminal.ts';

/** `vedette backtest FILE… --try-bar BITS`: the same data judged twice, and what the other settings would change. */

type Triable = (typeof TRIABLE)[number];
/** What the parser calls `--try-…`. */
type TrialName<N extends Triable = Triable> = `try${Capitalize<N>}`;

/** What this command takes beside the options that all have. */
export type Trials = Readonly<Partial<Record<TrialName, string | readonly string[]>>>;

const trialName = (name: Triable): TrialName => `try${name[0].toUpperCase()}${name.slice(1)}` as TrialName;

/** The settings that are tried, checked like those of the options they stand for. */
function trialOf(said: Trials): Partial<RunOptions> {
  const names = TRIABLE.filter((name) => said[trialName(name)] !== undefined);
  if (names.length === 0) throw new CodedError('TRIAL_MISSING');
  const entries = names.map((name) => {
    const given = said[trialName(name)];
    const check = (text: string): unknown => parsed(name, text, `--try-${OPTIONS[name].flag}`);
    return [name, typeof given === 'string' ? check(given) : given?.map(check)];
  });
  return Object.fromEntries(entries) as Partial<RunOptions>;
}

/** What is tried, without what it takes the place of: a rate of false findings makes a given bar pointless. */
function tryOn({ bar, ...options }: RunOptions, trial: Partial<RunOptions>): RunOptions {
  const keepsBar = bar !== undefined && trial.falsePerDay === undefined;
  return { ...options, ...(keepsBar && { bar }), ...trial };
}

async function optionsFor(files: readonly string[], settings: Settings, said: Said, ports: Ports): Promise<RunOptions> {
  if (files.includes('-')) throw new CodedError('INPUT_ONCE');
  if (files.length > 0) return runOptions(files, settings);
  const state = recall(ports.environment);
  if (state === undefined) throw new CodedError('ARGUMENT_MISSING', { of: 'backtest', argument: 'FILE' });
  return sameOptions(state.run, settings, said);
}

/** @returns the exit code */
export async function backtest(
  files: readonly string[],
  settings: Settings,
  said: Said & Trials,
  ports: Ports,
): Promise<number> {
  const trial = trialOf(said);
  const options = await optionsFor(files, settings, said, ports);
  const before = await runWatched(options, settings, ports);
  const after = await runWatched(tryOn(options, trial), settings, ports);
  const comparison = compare(before, after);
  const page = {
    columns: columnsOf(ports.stdout, ports.environment),
    paint: painter(coloursOf(settings.color, ports.stdout, ports.environment)),
  };
  const limit = settings.all ? Number.POSITIVE_INFINITY : SHOWN_BY_DEFAULT;
  if (settings.format === 'ndjson') ports.stdout.write(linesOf(comparison, trial));
  else {
    const bars = { before: barText(before.summary), after: barText(after.summary) };
    ports.stdout.write(pageOf(page, comparison, trial, limit, bars));
  }
  return 0;
}

const many = ({ differences }: Comparison, kind: Difference['kind']): number =>
  differences.filter((difference) => difference.kind === kind).length;

/** One line a difference, then one that sums them up. */
function linesOf(comparison: Comparison, trial: Partial<RunOptions>): string {
  const { differences, same, before, after } = comparison;
  const sums = {
    gained: many(comparison, 'gained'),
    lost: many(comparison, 'lost'),
    changed: many(comparison, 'changed'),
    same,
  };
  return [...differences, { kind: 'backtest', tried: trial, before, after, ...sums }].map(jsonLine).join('');
}

/** Findings, and how many that is a day where the data lasts longer. */
function alarmsText({ alarms, perDay }: Comparison['before']): string {
  const many = counted(alarms, 'finding');
  return alarms === perDay ? many : `${many}, ${perDay < 9.95 ? perDay.toFixed(1) : Math.round(perDay)} a day`;
}

function triedText(trial: Partial<RunOptions>): string {
  const names = TRIABLE.filter((name) => trial[name] !== undefined);
  return names.map((name) => `--${OPTIONS[name].flag} ${[trial[name]].flat().join(', ')}`).join(' ');
}

const SIGNS = { gained: '+', lost: '-', changed: '~' } as const;
const TITLES = { gained: 'Gained', lost: 'Lost', changed: 'Changed' } as const;

function section(page: Page, comparison: Comparison, kind: Difference['kind'], limit: number): string[] {
  const those = comparison.differences.filter((difference) => difference.kind === kind);
  if (those.length === 0) return [];
  const lines = those.slice(0, limit).flatMap((difference) => differenceLines(page, difference));
  const more = those.length - limit;
  return [
    '',
    page.paint('bold', `${TITLES[kind]} (${those.length})`),
    ...lines,
    ...(more > 0 ? [`  and ${more} more: --all`] : []),
  ];
}

function differenceLines(page: Page, { kind, of, who, before, after, what }: Difference): string[] {
  const side = after ?? before;
  const name = `${SIGNS[kind]} ${of} ${side?.id ?? ''}  ${printable(who)}`;
  const bits =
    kind === 'changed' || side === null ? '' : `${bitsText(side.bits)} bits, ${side.class}, priority ${side.priority}`;
  return [
    name,
    ...field(page, '', bits),
    ...field(page, kind === 'changed' ? 'changes' : 'because', listed(what, 6, '; '), 3),
  ];
}

/** The bar of both runs, and where it comes from. */
type Bars = Readonly<Record<'before' | 'after', string>>;

function pageOf(page: Page, comparison: Comparison, trial: Partial<RunOptions>, limit: number, bars: Bars): string {
  const { before, after, same, differences } = comparison;
  const sums = (['gained', 'lost', 'changed'] as const).map((kind) => `${many(comparison, kind)} ${kind}`);
  const lines = [
    page.paint('bold', 'Backtest'),
    ...field(page, 'tried', triedText(trial)),
    ...field(page, 'before', `${alarmsText(before)}; bar ${bars.before}`),
    ...field(page, 'after', `${alarmsText(after)}; bar ${bars.after}`),
    ...field(
      page,
      'in all',
      differences.length === 0 ? `nothing changes: ${same} the same` : `${sums.join(', ')}, ${same} the same`,
    ),
    ...(['lost', 'gained', 'changed'] as const).flatMap((kind) => section(page, comparison, kind, limit)),
  ];
  return `${lines.join('\n')}\n`;
}
