import type { Change, Exposure, LearnedSummary } from '../finding/exposure.ts';
import type { Advice } from '../finding/finding.ts';
import { clock } from '../output/describe.ts';
import { factsText } from '../output/facts.ts';
import { cut, counted, durationText, field, grouped, listed, type Page } from '../output/layout.ts';
import { cellsOf, printable } from '../output/printable.ts';

/** What was learned, as tables for a person. Texts from the wire are escaped before they are laid out. */

const SHOWN = 20;
/** Characters of one text from the wire. */
const CAP = 100;

const wire = (text: string): string => printable(text, CAP);

/** How it is shown. */
export interface Showing {
  readonly all: boolean;
  /** RFC 3339; only what was told since then is shown */
  readonly since: string | undefined;
}

const TITLES: Readonly<Record<Exposure['what'], string>> = {
  service: 'Services',
  path: 'Paths',
  name: 'Names',
  user: 'Users',
  host: 'Hosts',
};

/** The whole page. @param exposures those that are asked for, told ones first */
export function learnedPage(
  page: Page,
  exposures: readonly Exposure[],
  summary: LearnedSummary,
  { all, since }: Showing,
): string {
  const told = exposures.filter(({ scanners }) => scanners > 0);
  const others = exposures.length - told.length;
  const shown = all ? exposures : told;
  const lines = [
    page.paint('bold', 'Learned by scanners'),
    ...field(page, 'findings', counted(summary.findings, 'scan or campaign', 'scans and campaigns')),
    ...field(page, 'answers', verdictText(summary), 4),
    ...field(page, 'told', factsText(summary.told)),
    ...field(page, 'since', since === undefined ? '' : sinceText(since, told.length)),
    ...(Object.keys(TITLES) as Exposure['what'][]).flatMap((what) =>
      table(
        page,
        TITLES[what],
        shown.filter((one) => one.what === what),
        all,
      ),
    ),
    ...(others > 0 && !all
      ? ['', page.paint('dim', `${counted(others, 'more thing')} answered, but no scanner was told: --all`)]
      : []),
    ...adviceLines(page, summary.advice),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictText({ verdict, because, unkept }: LearnedSummary): string {
  const full = unkept > 0 ? `; ${counted(unkept, 'answer')} found no room in the ledger` : '';
  switch (verdict) {
    case 'nothing':
      return `nothing was learned: ${because}${full}`;
    case 'untold':
      return `whether anything was learned cannot be told: ${because}${full}`;
    case 'none':
      return `nobody to ask about: ${because}${full}`;
    default:
      return `${because}${full}`;
  }
}

/** What is left out, and that nothing is left where it is so. */
const sinceText = (since: string, told: number): string =>
  told === 0 ? `nothing was told since ${clock(since)} UTC` : `only what was told since ${clock(since)} UTC`;

/** A column: its head, its cells, and whether it is shown only where there is room. */
interface Column {
  readonly head: string;
  readonly wide?: true;
  readonly cell: (exposure: Exposure) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'state', cell: stateText },
  { head: 'scanners', cell: ({ scanners }) => (scanners === 0 ? '' : grouped(scanners)) },
  { head: 'told after', cell: ({ firstTold }) => (firstTold === null ? '' : durationText(firstTold.minutes * 60)) },
  { head: 'clients', cell: useText },
  {
    head: 'first by',
    wide: true,
    cell: ({ firstTold }) => (firstTold === null ? '' : wire(firstTold.source ?? 'a campaign')),
  },
  { head: 'open since', wide: true, cell: ({ firstSeen }) => clock(firstSeen) },
  { head: 'told last', wide: true, cell: ({ lastTold }) => (lastTold === null ? '' : clock(lastTold)) },
];

function stateText({ state, status }: Exposure): string {
  return status === undefined ? state : String(status);
}

/** Clients in the last 30 days; `?`: cannot be told. */
function useText({ use }: Exposure): string {
  if (use === null) return '?';
  return `${grouped(use.last30Days)}${use.atLeast ? '+' : ''}`;
}

function nameText({ what, address, protocol, port, host, path, user }: Exposure): string {
  const at = port === undefined ? wire(address) : `${wire(address)} ${wire(protocol)}/${port}`;
  if (what === 'service' || what === 'host') return at;
  if (what === 'name') return wire(host ?? '');
  const isNamed = host !== undefined && host.replace(/:\d+$/, '') !== address;
  const site = isNamed ? wire(host) : at;
  return `${site} ${what === 'path' ? wire(path ?? '') : wire(user ?? '')}`.trimStart();
}

function tellsText({ service, banner, certificate, bytes, answers }: Exposure): string {
  const parts = [
    service === undefined || service === 'http' ? '' : wire(service),
    banner === undefined ? '' : `"${wire(banner).replace(/"/g, "'")}"`,
    certificate === undefined ? '' : listed(certificate.map(wire), 4),
    bytes === undefined ? '' : counted(bytes, 'byte'),
    answers === undefined ? '' : answers.join(', '),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const WIDE = 130;
const NAME_SHARE = 0.5;

/** A table of one kind of thing, cut to the page; nothing when there is none. */
function table(page: Page, title: string, exposures: readonly Exposure[], all: boolean): string[] {
  if (exposures.length === 0) return [];
  const rows = all ? exposures : exposures.slice(0, SHOWN);
  const columns = COLUMNS.filter(({ wide }) => !wide || page.columns >= WIDE);
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ head }, at) => Math.max(head.length, ...cells.map((row) => cellsOf(row[at]))));
  const most = Math.floor(page.columns * NAME_SHARE);
  const names = rows.map((row) => cut(nameText(row), most));
  const first = Math.max(title.length, ...names.map(cellsOf));
  const room = page.columns - first - 2 - widths.reduce((sum, width) => sum + width + 2, 0);
  const line = (name: string, parts: readonly string[], tells: string): string =>
    [pad(name, first), ...parts.map((part, at) => pad(part, widths[at])), room > 8 ? cut(tells, room) : '']
      .join('  ')
      .trimEnd();
  const more = exposures.length - rows.length;
  return [
    '',
    page.paint('bold', `${title} (${grouped(exposures.length)})`),
    page.paint(
      'dim',
      line(
        '',
        columns.map(({ head }) => head),
        'tells',
      ),
    ),
    ...rows.map((row, at) => line(names[at], cells[at], tellsText(row))),
    ...(more > 0 ? [page.paint('dim', `and ${grouped(more)} more: --all, or --format ndjson`)] : []),
  ];
}

const pad = (text: string, cells: number): string => `${text}${' '.repeat(Math.max(0, cells - cellsOf(text)))}`;

/** Targets of one advice that are named. */
const TARGETS_SHOWN = 6;

/** What holds for several targets for the same reason is said once, with a check of the first. */
function adviceLines(page: Page, advice: readonly Advice[]): string[] {
  if (advice.length === 0) return [];
  const alike = Map.groupBy(advice, ({ mitigation, text, why }) => `${mitigation} ${text} ${why}`);
  return [
    '',
    page.paint('bold', 'What to close, most worth first (the checks are yours to run)'),
    ...[...alike.values()].flatMap((same, at) => {
      const [{ mitigation, text, why, verify }] = same;
      const targets = same.map(({ target }) => printable(target, CAP));
      const others = same.length > 1 ? ` (and so for each of the ${grouped(same.length)})` : '';
      return [
        ...field(page, `${at + 1}`, `${listed(targets, TARGETS_SHOWN)}: ${text}`, 6),
        ...field(page, '', `why: ${why} (${mitigation})`, 3),
        ...field(page, '', `check: ${printable(verify, 400)}${others}`, 6),
      ];
    }),
  ];
}

const CHANGES: Readonly<Record<Change['change'], string>> = {
  exposed: 'Newly exposed',
  told: 'Newly told to scanners',
  changed: 'Changed',
  closed: 'Closed',
  unseen: 'No longer answered (closed, or nobody asked)',
};

/** The two looks that are compared, by the names of their files. */
interface Compared {
  readonly before: string;
  readonly after: string;
}

/** What differs, by kind of change. */
export function changePage(page: Page, { before, after }: Compared, changes: readonly Change[], all: boolean): string {
  const lines = (Object.keys(CHANGES) as Change['change'][]).flatMap((kind) => {
    const mine = changes.filter(({ change }) => change === kind);
    if (mine.length === 0) return [];
    const shown = all ? mine : mine.slice(0, SHOWN);
    const more = mine.length - shown.length;
    return [
      '',
      page.paint('bold', `${CHANGES[kind]} (${grouped(mine.length)})`),
      ...shown.flatMap((change) => changeLines(page, change)),
      ...(more > 0 ? [page.paint('dim', `and ${grouped(more)} more: --all, or --format ndjson`)] : []),
    ];
  });
  const head = [
    page.paint('bold', 'What differs'),
    ...field(page, 'before', wire(before)),
    ...field(page, 'after', wire(after)),
  ];
  return `${[...head, ...(lines.length === 0 ? ['', 'Nothing.'] : lines)].join('\n')}\n`;
}

function changeLines(page: Page, { before, after, fields }: Change): string[] {
  const one = after ?? before;
  if (one === null) return [];
  const name = cut(`  ${nameText(one)}`, page.columns);
  const room = page.columns - cellsOf(name) - 2;
  const tells = fields.length === 0 ? `${stateText(one)} ${tellsText(one)}` : '';
  const first = tells === '' || room <= 8 ? name : `${name}  ${cut(tells, room)}`;
  return [first, ...fields.flatMap((at) => field(page, at, `${valueText(before, at)} → ${valueText(after, at)}`))];
}

type Field = 'banner' | 'service' | 'certificate' | 'status' | 'bytes' | 'answers';

function valueText(exposure: Exposure | null, at: string): string {
  const value = exposure?.[at as Field];
  return wire(Array.isArray(value) ? value.join(', ') : String(value ?? ''));
}
