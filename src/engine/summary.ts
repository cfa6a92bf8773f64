import { blamedBy } from '../finding/blamed.ts';
import type { Finding, Summary } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { FALSE_DISCOVERIES, standing } from '../triage/rank.ts';
import { notifications, silence } from '../triage/silence.ts';
import { WEIRDS } from '../record/weird.ts';
import { WordlistMatcher } from '../detect/wordlists.ts';
import { found } from './findings.ts';
import { noiseOf } from './noise.ts';
import type { Judge } from './judge.ts';
import { knownScanners, policyOf } from './lists/known-file.ts';
import { learnedFrom } from './learned.ts';
import { nearestOf } from './nearest.ts';
import type { ReportContext } from './account/context.ts';
import type { RunOptions, RunResult } from './options.ts';
import { addTraces } from './account/trace.ts';
import type { Skew } from './inputs/clocks.ts';
import type { Opened } from './inputs/inputs.ts';
import { shippedWordlists } from './lists/wordlist-file.ts';

/** When the run began (ms of `performance.now`), and the first and last time in the data (µs since 1970; 0: no record). */
export interface Times {
  readonly started: number;
  readonly first: number;
  readonly last: number;
  /** of the clocks of several inputs */
  readonly skews: readonly Skew[];
}

/** Everything that was found, and the last line of the run. */
export function report(
  opened: readonly Opened[],
  judge: Judge,
  options: RunOptions,
  times: Times,
): Omit<RunResult, 'skipped'> {
  const ledger = judge.finish();
  const own = policyOf(options.knownLists ?? [], options.allow ?? []);
  const context: ReportContext = {
    inputs: opened.map(({ name }) => name),
    home: ledger.home,
    banners: judge.banners,
    processes: judge.processes,
    habitOf: ({ source }) => judge.habits.of(ledger.accounts.keys.findAt(source, 0), ledger),
    givesAddresses: ({ source }) => ledger.lessors.gives(source, 0),
    knowledge: ledger.knowledge,
    isVisited: (host) => ledger.asking.isVisited(host),
    toldBefore: new Set(),
    tallies: new Map(),
    dossiers: new Map(),
    caveats: [],
    lists: { known: knownScanners(own), policy: options.known ?? 'label', own },
    wordlists: once(() => new WordlistMatcher(options.wordlists?.() ?? shippedWordlists())),
  };
  const { findings: all, explained, policy } = found(judge, ledger, context, options, times.last);
  const sources = Math.round(ledger.sources.estimate(0));
  const findings = ranked(all, sources);
  addTraces(findings, context.dossiers);
  const digest = silence(findings);
  const { first, last, started } = times;
  const learned = learnedFrom(judge, findings, context.tallies, times);
  const span = last > 0 ? { first: timeText(first), last: timeText(last) } : null;
  return {
    findings,
    learned,
    summary: {
      kind: 'summary',
      inputs: opened.map(countsOf),
      contacts: ledger.contacts,
      sources,
      findings: findings.length,
      noise: noiseOf(judge, findings),
      digest,
      findingsPerDay: perDay(findings, digest, last - first),
      explained,
      ...(policy && { policy }),
      nearest: nearestOf(
        ledger.accounts,
        new Set([...all.flatMap(blamedBy), ...explained.map(({ source }) => source)]),
      ),
      bar: ledger.bar.bits,
      falsePerDay: options.falsePerDay,
      contactsPerDay: options.bar === undefined ? ledger.bar.firstContactsPerDay : null,
      home: { networks: [...ledger.home.networks], inferred: ledger.home.inferred },
      span,
      clocks: times.skews.map(({ one, other, ahead, pairs }) => ({
        input: opened[one].name,
        other: opened[other].name,
        aheadSeconds: ahead / 1e6,
        pairs,
      })),
      seconds: Math.round(performance.now() - started) / 1000,
    },
  };
}

/** µs of data from which on a figure for a day is one. */
const HALF_DAY = 12 * 3600e6;
const DAY = 24 * 3600e6;

function perDay(findings: readonly Finding[], digest: Summary['digest'], lasted: number): Summary['findingsPerDay'] {
  if (!(lasted >= HALF_DAY)) return null;
  const days = lasted / DAY;
  return { findings: findings.length / days, notifications: notifications(findings, digest) / days };
}

/** Kinds of which there is one for each source that was judged. */
const JUDGED: readonly Finding['kind'][] = ['scan', 'campaign'];

/** Most worth first; what would not stand among so many sources (e-BH) comes last and says so. */
function ranked(findings: readonly Finding[], sources: number): Finding[] {
  const judged = findings.filter(({ kind }) => JUDGED.includes(kind)).map(({ bits }) => bits);
  const least = standing(judged, sources);
  const stands = ({ kind, bits }: Finding): boolean => !JUDGED.includes(kind) || bits >= least;
  for (const finding of findings)
    if (!stands(finding))
      finding.triage.reasons.push(
        `among ${sources} sources, more than ${100 * FALSE_DISCOVERIES} % of such findings could be false (e-BH)`,
      );
  return findings.toSorted(
    (a, b) =>
      Number(stands(b)) - Number(stands(a)) ||
      b.triage.priority - a.triage.priority ||
      b.bits - a.bits ||
      (a.id < b.id ? -1 : 1),
  );
}

function countsOf({ name, format, weird, records, duplicate, assumed }: Opened): Summary['inputs'][number] {
  const named = (fate: string): Record<string, number> =>
    Object.fromEntries(
      WEIRDS.flatMap(([weirdName, its], at) =>
        its === fate && weird.counts[at] > 0 ? [[weirdName, weird.counts[at]]] : [],
      ),
    );
  const unsupported = weird.total('unsupported');
  const malformed = weird.total('malformed');
  return {
    name,
    format,
    records,
    used: records - duplicate - malformed - unsupported,
    duplicate,
    late: 0,
    malformed: named('malformed'),
    unsupported,
    shed: 0,
    noted: named('noted'),
    assumed: (['year', 'zone', 'columns'] as const).filter((what) => assumed[what]),
  };
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
