import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/engine/run.ts';
import type { RunResult } from '../../src/engine/options.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { cases, findingsIn } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { addressOf, backgroundDay, captureOf, type Effort, efforts, HOME, type Probe } from './efforts.ts';
import { GENERATED, kept, type Page, page, table } from './page.ts';

/** docs/campaigns.md: how pure and how complete campaigns are, and what a day of background asks of a person. */

/** What a case comes to. */
export interface Measured {
  readonly truth: number;
  readonly campaigns: number;
  /** findings beside the best campaign */
  readonly beside: number;
  /** share of the best campaign's members that belong to it, and of those who belong to it that are its members */
  readonly purity: number;
  readonly completeness: number;
  /** of those who belong to it, how many some finding names */
  readonly named: number;
}

const addresses = ({ source, members = [] }: Finding): string[] =>
  source ? [source.address] : members.map(({ address }) => address);

/** @param truth addresses that belong together */
export function measure(truth: readonly string[], findings: readonly Finding[]): Measured {
  const belong = new Set(truth);
  const told = findings.filter(({ kind }) => kind !== 'anomaly');
  const campaigns = told.filter(({ kind }) => kind === 'campaign');
  const common = (finding: Finding): number => addresses(finding).filter((address) => belong.has(address)).length;
  const [best] = campaigns.toSorted((a, b) => common(b) - common(a));
  const members = best ? addresses(best).length : 0;
  const named = new Set(told.flatMap(addresses).filter((address) => belong.has(address)));
  return {
    truth: truth.length,
    campaigns: campaigns.length,
    beside: told.length - (best ? 1 : 0),
    purity: members > 0 ? common(best) / members : 0,
    completeness: best && truth.length > 0 ? common(best) / truth.length : 0,
    named: named.size,
  };
}

/** Runs over probes, as a capture. */
async function runOver(probes: readonly Probe[]): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-campaigns-'));
  try {
    const path = join(folder, 'effort.pcap');
    writeFileSync(path, captureOf(probes));
    return await run({ paths: [path], workers: 1, home: [HOME], falsePerDay: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measuredEffort({ members, probes }: Effort): Promise<Measured> {
  const { findings } = await runOver(probes);
  return measure(members.map(addressOf), findings);
}

/** Recorded cases in which many sources are one effort. */
const MANY = 3;
const recorded = (): ReturnType<typeof cases> =>
  cases().filter(({ expected }) => expected.scans.length === 1 && expected.scans[0].sources.length >= MANY);

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function line(name: string, says: string, measured: Measured): (string | number)[] {
  const { truth, campaigns, beside, purity, completeness, named } = measured;
  if (truth === 0) return [name, says, '–', campaigns, '–', '–', '–', beside];
  return [name, says, truth, campaigns, percent(purity), percent(completeness), named, beside];
}

/** What a day of background comes to. */
export interface Day {
  readonly sources: number;
  readonly findings: number;
  readonly campaigns: number;
  readonly notifications: number;
  /** of any hour of the clock */
  readonly most: number;
}

export async function measuredDay(sources: number): Promise<Day> {
  const { findings, summary } = await runOver(backgroundDay(sources));
  const told = [
    ...findings.filter(({ triage }) => triage.notify !== false).map(({ firstSeen }) => firstSeen.slice(0, 13)),
    ...summary.digest.map(({ hour }) => hour.slice(0, 13)),
  ];
  const byHour = [...Map.groupBy(told, (hour) => hour).values()].map(({ length }) => length);
  const campaigns = findings.filter(({ kind }) => kind === 'campaign').length;
  return { sources, findings: findings.length, campaigns, notifications: told.length, most: Math.max(0, ...byHour) };
}

const DAYS = [100, 500, 2000];

async function make(): Promise<Page[]> {
  const all = efforts();
  const measured = await inParallel(import.meta.url, measuredEffort, all);
  const days = await inParallel(import.meta.url, measuredDay, DAYS);
  const replays = await Promise.all(
    recorded().map(async ({ name, input, question, expected }) =>
      line(name, question.question, measure(expected.scans[0].sources, await findingsIn(input))),
    ),
  );
  const head = ['case', 'what', 'belong', 'campaigns', 'purity', 'completeness', 'named', 'findings beside'];
  const text = page(
    GENERATED,
    '# Campaigns',
    '*purity*: of the members that the best campaign names, those that belong to it. *completeness*: of those that ' +
      'belong to it, the ones that it names. *named*: those that any finding names. *findings beside*: what else is ' +
      'told, among it the scans of strangers that are found alone.',
    '## Recorded',
    table(head, replays),
    '## Synthetic',
    `A /24 (${HOME}), with nothing but what is said (\`scripts/docs/efforts.ts\`). Where nobody belongs together, every ` +
      'source is a scanner by itself, and no campaign should be told.',
    table(
      head,
      all.map(({ name, says }, nth) => line(name, says, measured[nth])),
    ),
    '## A day of background',
    'Strangers that scan the same /24 within a day, popular services before others; every other one has a program that ' +
      'its packets betray. A finding is a source that scans; a notification is a finding that is told by itself, or a ' +
      'digest of several.',
    table(
      ['strangers a day', 'findings a day', 'campaigns among them', 'notifications a day', 'in the worst hour'],
      days.map(({ sources, findings, campaigns, notifications, most }) => [
        sources,
        findings,
        campaigns,
        notifications,
        most,
      ]),
    ),
  );
  return [['docs/campaigns.md', text]];
}

export const campaignPages = (): Promise<Page[]> =>
  kept('campaigns', ['test/cases/*/*', 'test/support/*.ts', 'scripts/parallel.ts'], make);
