import { ATTACK_VERSION, MITIGATIONS, TECHNIQUES, techniqueName } from '../finding/attack.ts';
import {
  addsUp,
  type Difference,
  FULL,
  type Otherwise,
  otherwise,
  type StreamAccount,
  streamsOf,
} from '../finding/explain.ts';
import type { Finding } from '../finding/finding.ts';
import { bitsOverBar, caveatsText, how, howMuch, learnedText, spanText, toolText, who } from '../output/describe.ts';
import { bitsText, counted, cut, field, grouped, type Page, wrap } from '../output/layout.ts';
import { printable } from '../output/printable.ts';
import type { Cited } from './packets.ts';

/** What `explain` prints: the verdict, its account row by row, the packets, and what would have changed it. */

const BITS = 9;

const heading = (page: Page, text: string): string[] => ['', page.paint('bold', text)];

/** Text under its bullet. */
function bullet(page: Page, text: string): string[] {
  return wrap(printable(text, 400), page.columns - 4).map(
    (line, at) => `${at === 0 ? '  - ' : '    '}${printable(line)}`,
  );
}

function verdict(page: Page, finding: Finding): string[] {
  const [technique = ''] = finding.techniques;
  const known = TECHNIQUES[technique]?.detection;
  return [
    page.paint('bold', `${finding.kind} ${finding.id}`),
    ...field(page, 'who', who(finding)),
    ...field(page, 'when', spanText(finding.firstSeen, finding.lastSeen)),
    ...field(page, 'how', how(finding), 3),
    ...field(page, 'how much', howMuch(finding)),
    ...field(page, 'tool', toolText(finding), 3),
    ...field(page, 'ATT&CK', finding.techniques.map((id) => `${id} ${techniqueName(id)}`).join(', ')),
    ...field(page, '', known ? `${known.strategy} / ${known.analytic} (version ${ATTACK_VERSION})` : ''),
    ...field(page, 'learned', finding.kind === 'anomaly' ? '' : learnedText(finding), 6),
    ...field(page, 'bits', bitsOverBar(finding)),
    ...field(page, 'but', caveatsText(finding), 6),
  ];
}

function compared(page: Page, differing: readonly Difference[] | undefined): string[] {
  if (differing === undefined)
    return field(page, 'verdict', 'computed now from the input; no stored one to compare with');
  if (differing.length === 0)
    return field(page, 'verdict', 'computed again from the input: identical with the stored one');
  const parts = differing.map(({ key, stored, computed }) => `${key}: was ${cut(stored, 60)}, is ${cut(computed, 60)}`);
  return [
    ...field(page, 'verdict', 'computed again from the input: not what was stored'),
    ...parts.flatMap((part) => bullet(page, part)),
  ];
}

/** One stream: bits of a row, the running sum, why, and the numbers of the packets. */
function stream(page: Page, account: StreamAccount): string[] {
  const role = account.decides ? 'decides' : 'not counted: only the best stream is';
  const says = cut(`${bitsText(account.bits)} bits (${role})`, page.columns - account.stream.length - 4);
  const lines = [`  ${page.paint('bold', account.stream)}  ${says}`];
  for (const { row, sum } of account.steps) {
    const numbers = `${bitsText(row.bits).padStart(BITS)} ${bitsText(sum).padStart(BITS)}  `;
    const many = row.contacts === 0 ? '' : ` (${counted(row.contacts, 'contact')})`;
    const records = row.evidence.map(({ record }) => `#${record}`).join(' ');
    const text = `${printable(row.reason, 200)}${many}${records === '' ? '' : `: ${records}`}`;
    const words = wrap(text, page.columns - numbers.length - 2);
    lines.push(...words.map((line, at) => `  ${at === 0 ? numbers : ' '.repeat(numbers.length)}${printable(line)}`));
  }
  return lines;
}

function accountLines(page: Page, finding: Finding): string[] {
  const check = addsUp(finding)
    ? `The rows of ${finding.decidedBy} add up to ${bitsText(finding.bits)}; the bar is ${bitsText(finding.bar)}.`
    : `The rows of ${finding.decidedBy} do not add up to ${bitsText(finding.bits)}: please report this.`;
  return [
    ...heading(page, 'Account'),
    page.paint(
      'dim',
      cut(`  ${'bits'.padStart(BITS)} ${'sum'.padStart(BITS)}  reason (contacts): packets`, page.columns),
    ),
    ...streamsOf(finding).flatMap((one) => stream(page, one)),
    ...wrap(check, page.columns - 2).map((line) => `  ${printable(line)}`),
  ];
}

function packets(page: Page, cited: readonly Cited[]): string[] {
  if (cited.length === 0) return [];
  const lines: string[] = [];
  let input: string | undefined;
  for (const one of cited) {
    if (one.input !== input) lines.push(`  ${page.paint('dim', printable(one.input, 200))}`);
    input = one.input;
    const text = one.words === '' ? 'is not in this input' : one.words;
    const words = wrap(printable(text), page.columns - 12);
    lines.push(...words.map((line, at) => `  ${(at === 0 ? `#${one.record}` : '').padEnd(9)} ${printable(line)}`));
  }
  return [...heading(page, 'Packets, read again'), ...lines];
}

const listing = (page: Page, name: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [...heading(page, name), ...items.flatMap((item) => bullet(page, item))];

/** Times as rare, in a figure that can be read. */
const timesText = (times: number): string =>
  times < 1e6 ? grouped(Math.round(times)) : `2^${Math.floor(Math.log2(times))}`;

function otherwiseText(finding: Finding, one: Otherwise): string {
  switch (one.kind) {
    case 'full':
      return (
        `The stream was full: past ${FULL} bits contacts are counted but not charged. ` +
        'A few contacts fewer would have changed nothing.'
      );
    case 'fewer':
      return (
        `With ${grouped(one.fewer)} of the ${counted(one.row.contacts, 'contact')} "${one.row.reason}" fewer ` +
        `(${bitsText(one.each)} bits each on average) it would have stayed under the bar.`
      );
    case 'without-row':
      return `Even without "${one.row.reason}" it would have ${bitsText(one.bits)} bits, over the bar.`;
    case 'without-stream':
      if (one.stream === undefined) return `No other stream than ${finding.decidedBy} holds anything against it.`;
      return (
        `Without the stream ${finding.decidedBy}, ${one.stream} would decide with ${bitsText(one.bits)} bits: ` +
        `${one.opens ? 'still a finding' : 'no finding'}.`
      );
    default:
      return (
        `With a bar over ${bitsText(one.bar)} bits there would be no finding, and false ones would be ` +
        `${timesText(one.rarer)} times rarer.`
      );
  }
}

const adviceText = ({ mitigation, target, text }: Finding['advice'][number]): string =>
  `${text} ${target} (${mitigation} ${MITIGATIONS[mitigation]?.name})`;

/** The lines of an explanation. @param differing from the stored finding; undefined: none was stored */
export function explanation(
  page: Page,
  finding: Finding,
  cited: readonly Cited[],
  differing: readonly Difference[] | undefined,
): string[] {
  return [
    ...verdict(page, finding),
    ...compared(page, differing),
    ...accountLines(page, finding),
    ...packets(page, cited),
    ...listing(page, 'Innocent explanations that were tried', finding.triage.rejected),
    ...listing(
      page,
      'What would have changed the verdict',
      otherwise(finding).map((one) => otherwiseText(finding, one)),
    ),
    ...listing(page, 'What to do', finding.advice.map(adviceText)),
  ];
}
