import type { Finding, InputCounts, Summary } from '../finding/finding.ts';
import {
  bitsOverBar,
  caveatsText,
  chainText,
  followedText,
  how,
  howMuch,
  membersText,
  responseText,
  secondsBetween,
  servicesText,
  serviceText,
  spanText,
  techniquesText,
  toolText,
  triageText,
  who,
  wordlistText,
} from './describe.ts';
import { factsText, factsTold, learnedText } from './facts.ts';
import { barText, countsText, homeText, noneText } from './run.ts';
import { bitsText, cut, counted, durationText, field, grouped, listed, type Page, painter } from './layout.ts';
import { policyText } from './policy.ts';
import type { Output, Sink } from './output.ts';
import { cellsOf, printable } from './printable.ts';

/** What one input held; more than one line only when something in it could not be used. */
function inputLines(page: Page, input: InputCounts): string[] {
  const malformed = Object.values(input.malformed).reduce((sum, many) => sum + many, 0);
  const lost = [
    malformed > 0 ? `${grouped(malformed)} malformed (${countsText(input.malformed)})` : '',
    input.unsupported > 0 ? `${grouped(input.unsupported)} unsupported` : '',
    input.duplicate > 0 ? `${grouped(input.duplicate)} duplicate` : '',
    input.late > 0 ? `${grouped(input.late)} late` : '',
    input.shed > 0 ? `${grouped(input.shed)} shed` : '',
  ].filter((words) => words !== '');
  const noted = countsText(input.noted);
  const leftOut = input.assumed.filter((what) => what !== 'columns');
  return [
    ...field(page, 'read', `${printable(input.name, 120)}: ${counted(input.records, 'record')} (${input.format})`),
    ...field(page, '', lost.length === 0 ? '' : `not used: ${lost.join(', ')}`),
    ...field(page, '', noted === '' ? '' : `odd, yet used: ${noted}`),
    ...field(page, '', leftOut.length === 0 ? '' : `its stamps leave out the ${leftOut.join(' and the ')}: assumed`),
    ...field(page, '', input.assumed.includes('columns') ? COLUMNS_ASSUMED : ''),
  ];
}

const COLUMNS_ASSUMED = 'its columns are assumed from what stands in them; --log-format names them';

const INPUTS_SHOWN = 8;

function heading(page: Page, summary: Summary): string[] {
  const { inputs, span } = summary;
  const more = inputs.slice(INPUTS_SHOWN);
  const records = more.reduce((sum, input) => sum + input.records, 0);
  const lasted = span && `${spanText(span.first, span.last)} (${durationText(secondsBetween(span.first, span.last))})`;
  return [
    ...inputs.slice(0, INPUTS_SHOWN).flatMap((input) => inputLines(page, input)),
    ...field(
      page,
      '',
      more.length === 0 ? '' : `and ${counted(more.length, 'more input')}: ${counted(records, 'record')}`,
    ),
    ...field(page, 'time', lasted ?? ''),
    ...summary.clocks.flatMap(({ input, other, aheadSeconds, pairs }) =>
      field(
        page,
        '',
        `the clock of ${printable(other, 80)} is ${durationText(Math.abs(aheadSeconds))} ${aheadSeconds > 0 ? 'ahead of' : 'behind'} that of ${printable(input, 80)} (${grouped(pairs)} contacts seen by both)`,
        4,
      ),
    ),
    ...field(page, 'seen', `${counted(summary.contacts, 'contact')} by ${counted(summary.sources, 'source')}`),
    ...field(page, 'home', homeText(summary)),
    ...field(page, 'bar', barText(summary)),
  ];
}

/** `scan  4f2a91c3  198.18.10.11 (proven)   T1595.001 Scanning IP Blocks`; the technique moves to a line of its own when it must. */
function title(page: Page, finding: Finding): string[] {
  const techniques = techniquesText(finding);
  const left = `${finding.kind}  ${finding.id}  ${who(finding)}`;
  const room = page.columns - cellsOf(left) - cellsOf(techniques);
  const style = finding.kind === 'anomaly' ? 'yellow' : 'red';
  const name = `${page.paint([style, 'bold'], finding.kind)}  ${page.paint('bold', finding.id)}`;
  const first =
    cellsOf(left) <= page.columns
      ? [`${name}  ${printable(who(finding))}`]
      : [name, ...field(page, 'who', who(finding))];
  if (room >= 2) return [`${first[0]}${' '.repeat(room)}${page.paint('cyan', techniques)}`];
  const under = cut(printable(techniques), page.columns - 2);
  return techniques === '' ? first : [...first, `  ${page.paint('cyan', under)}`];
}

function block(page: Page, finding: Finding): string[] {
  const services = servicesText(finding);
  return [
    '',
    ...title(page, finding),
    ...field(page, 'members', membersText(finding)),
    ...field(page, 'how', [how(finding), toolText(finding)].filter((words) => words !== '').join('; ')),
    ...field(page, 'list', wordlistText(finding)),
    ...field(page, 'how much', [howMuch(finding), services].filter((words) => words !== '').join('; ')),
    ...field(page, 'bits', bitsOverBar(finding), 1),
    ...field(page, 'why', finding.kind === 'anomaly' ? finding.account[0].reason : ''),
    ...field(page, 'related', finding.related.map(({ why }) => why).join('; ')),
    ...field(page, 'chain', chainText(finding), 6),
    ...field(page, 'to do', responseText(finding), 4),
    ...field(page, 'learned', learnedText(finding)),
    ...field(page, 'then', followedText(finding)),
    ...field(page, 'worth', finding.kind === 'anomaly' ? '' : triageText(finding), 3),
    ...field(page, 'but', caveatsText(finding), 4),
  ];
}

/** The findings of one kind under a headline, at most as many as the operator wants to see. */
function section(page: Page, name: string, findings: readonly Finding[], limit: number): string[] {
  if (findings.length === 0) return [];
  const more = findings.length - limit;
  return [
    '',
    page.paint('bold', `${name} (${grouped(findings.length)})`),
    ...findings.slice(0, limit).flatMap((finding) => block(page, finding)),
    ...(more > 0 ? ['', page.paint('dim', `and ${grouped(more)} more: --all, or --format ndjson`)] : []),
  ];
}

const DIGESTS_SHOWN = 5;

const digestText = ({ what, hour, findings, sources, ports }: Summary['digest'][number]): string =>
  `${what}, ${hour.slice(0, 16).replace('T', ' ')}: ${counted(findings, 'finding')} of ${counted(sources, 'source')}, ${listed(ports, 4)}`;

/** Background findings that nobody need look at one by one. */
function digests(page: Page, { digest, findingsPerDay }: Summary): string[] {
  if (digest.length === 0) return [];
  const more = digest.length - DIGESTS_SHOWN;
  const perDay =
    findingsPerDay &&
    `${grouped(Math.round(findingsPerDay.findings))} findings a day, ${grouped(Math.round(findingsPerDay.notifications))} notifications`;
  return [
    '',
    page.paint('bold', `Digest (${grouped(digest.length)})`),
    ...digest.slice(0, DIGESTS_SHOWN).flatMap((one) => field(page, 'together', digestText(one), 2)),
    ...field(page, '', more > 0 ? `and ${grouped(more)} more: --format ndjson` : ''),
    ...field(page, 'a day', perDay ?? ''),
  ];
}

function background(page: Page, { noise }: Summary): string[] {
  if (noise.probes === 0) return [];
  const amount = `${counted(noise.probes, 'probe')} by ${counted(noise.sources, 'source')}, each under the bar`;
  return [
    '',
    page.paint('bold', 'Background'),
    ...field(page, 'noise', amount),
    ...field(page, 'most', listed(noise.topServices.map(serviceText), 6), 1),
    ...field(page, 'new', listed(noise.newServices.map(serviceText), 6), 1),
    ...field(page, 'tools', listed(noise.tools.map(toolCount), 6), 1),
    ...field(page, 'known', knownShare(noise.knownScanners), 1),
  ];
}

const toolCount = ({ name, findings }: Summary['noise']['tools'][number]): string => `${name} (${grouped(findings)})`;

const knownShare = ({ findings, share }: Summary['noise']['knownScanners']): string =>
  findings === 0
    ? ''
    : `${counted(findings, 'finding')} of known scanners, ${Math.round(100 * share)} % of all that is background`;

const NEAREST_SHOWN = 3;

/** Who came nearest to the bar, where nobody reached it. */
function nearest(page: Page, summary: Summary): string[] {
  const lines = summary.nearest
    .slice(0, NEAREST_SHOWN)
    .map(({ source, bits, reason }) => `${source}: ${bitsText(bits)} of ${bitsText(summary.bar)} bits: ${reason}`);
  return lines.flatMap((line, at) => field(page, at === 0 ? 'nearest' : '', line, 1));
}

const EXPLAINED_SHOWN = 5;

/** Sources that looked like scanners and are none. */
function innocents(page: Page, { explained }: Summary): string[] {
  if (explained.length === 0) return [];
  const more = explained.length - EXPLAINED_SHOWN;
  const lines = explained
    .slice(0, EXPLAINED_SHOWN)
    .map(({ source, what, because }) => `${source}: ${what}: ${because}`);
  return [
    '',
    page.paint('bold', `Explained (${grouped(explained.length)})`),
    ...lines.flatMap((line) => field(page, 'no scan', line, 3)),
    ...field(page, '', more > 0 ? `and ${grouped(more)} more: --format ndjson` : ''),
  ];
}

const POLICY_SHOWN = 5;

/** The operator's own entries, expired ones first. */
function policies(page: Page, { policy = [] }: Summary): string[] {
  if (policy.length === 0) return [];
  const more = policy.length - POLICY_SHOWN;
  return [
    '',
    page.paint('bold', `Policy (${grouped(policy.length)})`),
    ...policy.slice(0, POLICY_SHOWN).flatMap((entry) => field(page, entry.state, policyText(entry), 2)),
    ...field(page, '', more > 0 ? `and ${grouped(more)} more: --format ndjson` : ''),
  ];
}

/** What to type now. */
function next(page: Page, findings: readonly Finding[], { contacts }: Summary, program: string): string[] {
  const [first] = findings;
  const told = findings.some(({ learned }) => learned.length > 0);
  const tries =
    first === undefined
      ? [
          contacts === 0
            ? [`${program} formats`, 'what can be read, with a sample line each']
            : [`${program} --bar BITS FILE`, 'accept less evidence, and more false findings'],
        ]
      : [
          [`${program} explain ${first.id}`, 'how its records add up to it'],
          ...(told ? [[`${program} learned`, 'what they were told, and what to close first']] : []),
          [`${program} --format html FILE`, 'a report for the browser; ndjson for programs'],
        ];
  const width = Math.max(...tries.map(([command]) => cellsOf(command))) + 2;
  const lines = tries.map(([command, about]) => `  ${printable(command.padEnd(width))}${page.paint('dim', about)}`);
  return ['', page.paint('bold', 'Next'), ...lines];
}

const isCampaign = ({ kind }: Finding): boolean => kind === 'campaign';
const isAnomaly = ({ kind }: Finding): boolean => kind === 'anomaly';

function report(page: Page, { limit, program = 'vedette' }: Sink, findings: Finding[], summary: Summary): string[] {
  const scans = findings.filter((finding) => !isCampaign(finding) && !isAnomaly(finding));
  const none = scans.length === 0 && !findings.some(isCampaign);
  const told = factsText(factsTold(findings));
  return [
    page.paint('bold', 'Vedette'),
    ...heading(page, summary),
    ...field(page, 'learned', told === '' ? '' : `by scanners: ${told}`),
    ...(none
      ? ['', page.paint(summary.contacts === 0 ? 'yellow' : 'green', noneText(summary)), ...nearest(page, summary)]
      : []),
    ...section(page, 'Findings', scans, limit),
    ...section(page, 'Campaigns', findings.filter(isCampaign), limit),
    ...section(page, 'Anomalies', findings.filter(isAnomaly), limit),
    ...innocents(page, summary),
    ...policies(page, summary),
    ...digests(page, summary),
    ...background(page, summary),
    ...next(page, findings, summary, program),
  ];
}

/** For a person at a terminal. Nothing is written before the summary is known, since it comes first. */
export const text: Output = {
  name: 'text',
  about: 'For a person at a terminal: what was read, who scanned and how, what they learned.',
  open: (sink) => {
    const page: Page = { columns: sink.columns, paint: painter(sink.colours) };
    const findings: Finding[] = [];
    return {
      write: (finding) => void findings.push(finding),
      summary: (summary) => sink.write(`${report(page, sink, findings, summary).join('\n')}\n`),
      close: async () => {},
    };
  },
};
