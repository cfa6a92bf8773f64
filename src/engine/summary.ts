import type { Summary } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { WEIRDS, type WeirdCounts } from '../record/weird.ts';
import type { Judge } from './judge.ts';
import { campaignOf, findingOf, type ReportContext } from './report.ts';
import type { RunOptions, RunResult } from './run.ts';

/** An input that has been read. */
export interface Opened {
  readonly name: string;
  readonly format: string;
  readonly weird: WeirdCounts;
  readonly records: number;
  /** records not used, for they are those of an earlier input */
  readonly duplicate: number;
}

/** When the run began (ms of `performance.now`), and the first and last time in the data (µs since 1970; 0: no record). */
export interface Times {
  readonly started: number;
  readonly first: number;
  readonly last: number;
}

/** Everything that was found, and the last line of the run. */
export function report(opened: readonly Opened[], judge: Judge, options: RunOptions, times: Times): RunResult {
  const ledger = judge.finish();
  const context: ReportContext = {
    inputs: opened.map(({ name }) => name),
    home: ledger.home,
    banners: judge.banners,
    known: new Set(),
    caveats: [],
  };
  const episodes = judge.verdicts.toSorted(
    (a, b) => a.dossier.first - b.dossier.first || a.dossier.firstRecord - b.dossier.firstRecord,
  );
  const scans = episodes.map((verdict) => findingOf(verdict, context));
  const campaigns = judge.campaigns.map((verdict) => campaignOf(verdict, context));
  const findings = [...scans, ...campaigns].sort(
    (a, b) => b.triage.priority - a.triage.priority || b.bits - a.bits || (a.id < b.id ? -1 : 1),
  );
  const { first, last, started } = times;
  const span = last > 0 ? { first: timeText(first), last: timeText(last) } : null;
  return {
    findings,
    summary: {
      kind: 'summary',
      inputs: opened.map(countsOf),
      contacts: ledger.contacts,
      sources: Math.round(ledger.sources.estimate(0)),
      findings: findings.length,
      noise: { sources: 0, probes: 0, topServices: [] },
      bar: ledger.bar.bits,
      falsePerDay: options.falsePerDay,
      contactsPerDay: options.bar === undefined ? ledger.bar.firstContactsPerDay : null,
      home: { networks: [...ledger.home.networks], inferred: ledger.home.inferred },
      span,
      seconds: Math.round(performance.now() - started) / 1000,
    },
  };
}

function countsOf({ name, format, weird, records, duplicate }: Opened): Summary['inputs'][number] {
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
  };
}
