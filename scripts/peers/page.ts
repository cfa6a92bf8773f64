import { page, table } from '../docs/page.ts';
import { masked } from './mask.ts';
import { type Ours, UNREAD } from './ours.ts';
import { REASONS, UNEXPLAINED, UNREAD_REASONS } from './reasons.ts';
import { alarmsOf, type Tried } from './tried.ts';

/** docs/peers.md. */

const GENERATED = '<!-- Written by `npm run peers`; changes made by hand are lost. -->';
const SHOWN = 3;

/** What is counted of one suite. */
export interface Figures {
  readonly cases: number;
  /** blames whom the peer blames, and nobody where it blames nobody */
  readonly same: number;
  readonly explained: number;
  readonly unexplained: number;
}

export type Counted = Readonly<Record<string, Figures>>;

const bySuite = (all: readonly Tried[]): Map<string, Tried[]> => Map.groupBy(all, ({ one }) => one.suite);

export function counted(all: readonly Tried[]): Counted {
  const count = (tried: readonly Tried[], is: (reason: string | undefined) => boolean): number =>
    tried.filter(({ reason }) => is(reason)).length;
  const figures = ([suite, tried]: [string, Tried[]]): [string, Figures] => [
    suite,
    {
      cases: tried.length,
      same: count(tried, (reason) => reason === undefined),
      explained: count(tried, (reason) => reason !== undefined && reason !== UNEXPLAINED),
      unexplained: count(tried, (reason) => reason === UNEXPLAINED),
    },
  ];
  return Object.fromEntries([...bySuite(all)].map(figures));
}

/** Text for a cell: addresses masked, nothing that Markdown acts on. */
const cell = (text: string): string =>
  masked(text)
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(/[\\|<>*_`[\]]/g, (mark) => `\\${mark}`);

const few = (items: readonly string[]): string =>
  items.length > SHOWN ? `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more` : items.join(', ');

function expectedText({ expected: { blamed, rule } }: Tried): string {
  const whom = blamed === 'somebody' ? 'somebody' : blamed.length === 0 ? 'nobody' : few(blamed);
  return rule === '' ? whom : `${whom}: ${rule}`;
}

/** Findings, and who came nearest to the bar without one. */
function oursText(ours: Ours | typeof UNREAD): string {
  if (ours === UNREAD) return 'not read';
  const found = alarmsOf(ours).map(
    ({ source, members = [], techniques, bits, tool }) =>
      `**${source?.address ?? `${members.length} sources`}** ${techniques.join(', ')}, ${bits.toFixed(1)} bits${tool ? `, ${tool.name}` : ''}`,
  );
  const near = ours.nearest.map(
    ({ source, bits, reason, contacts }) => `${source} ${bits.toFixed(1)} bits, ${reason} (${contacts})`,
  );
  const parts = [...found.slice(0, SHOWN), ...near.slice(0, SHOWN)];
  if (parts.length > 0) return parts.join('; ');
  return ours.sources?.size ? `${few([...ours.sources])}: 0 bits` : 'no contact';
}

function answer({ runs }: Tried): string {
  if (runs.length === 0) return 'not tried';
  const told = [...new Set(runs.map(oursText))];
  return told.join(' / ');
}

const formatsOf = ({ runs }: Tried): string =>
  [...new Set(runs.flatMap((ours) => (ours === UNREAD ? [] : ours.inputs.map(({ format }) => format))))].join(', ') ||
  '–';

const SUITE_HEAD = ['suite', 'cases', 'same as the peer', 'differs for a reason', 'unexplained', 'reasons'];

function suiteRow([suite, tried]: [string, Tried[]], figures: Counted): (string | number)[] {
  const { cases, same, explained, unexplained } = figures[suite];
  const reasons = Map.groupBy(
    tried.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason as string,
  );
  const said = [...reasons].map(([reason, those]) => `${reason} ${those.length}`).sort();
  return [suite, cases, same, explained, unexplained, said.join(', ')];
}

const caseRow = (tried: Tried): string[] => [
  cell(tried.one.case.replace('operations/None/', '')),
  formatsOf(tried),
  cell(expectedText(tried)),
  cell(answer(tried)).replaceAll('\\*\\*', '**'),
  tried.reason === undefined ? 'same' : tried.reason,
];

function suiteBlocks([suite, tried]: [string, Tried[]]): string[] {
  const ways = [...new Set(tried.map(({ how }) => how).filter((how) => how !== ''))];
  const said = ways.length === 0 ? [] : [`Not as the peer has it: ${ways.join('; ')}.`];
  return [
    `## ${suite}`,
    ...said,
    table(['case', 'read as', 'the peer expects', 'ours', 'why it differs'], tried.map(caseRow)),
  ];
}

/** The page; no figure in it depends on the machine. */
export function peersPage(all: readonly Tried[]): string {
  const suites = [...bySuite(all)];
  const figures = counted(all);
  const told = new Set(all.map(({ reason }) => reason));
  const reasons = [...REASONS, ...UNREAD_REASONS].filter(({ name }) => told.has(name));
  return page(
    GENERATED,
    '# What the peers’ own suites expect, and what ours says',
    'Cases about scanning from the test suites of other programs, run through ours with nothing set: no home network, no ' +
      'bar. *Same* means that it blames whom the peer blames, and nobody where the peer blames nobody; by which rule does ' +
      'not matter. Own sources that scan are T1046, never T1595. Where a peer alarms on one request by name, ours may ' +
      'answer with bits under the bar of 20. Bits are what the account holds at the end, the contacts of that source in ' +
      'brackets. Addresses of others are masked. The suites are not part of this project; with them beside it, ' +
      '`npm run peers` writes this page, and no figure of the first table may get worse.',
    table(
      SUITE_HEAD,
      suites.map((suite) => suiteRow(suite, figures)),
    ),
    '## Reasons',
    reasons.map(({ name, says }) => `* **${name}** – ${says}`).join('\n'),
    `* **${UNEXPLAINED}** – no reason holds: a fault of ours until it is looked into.`,
    ...suites.flatMap(suiteBlocks),
  );
}
