import { type Counterfactual, counterfactuals } from '../engine/counterfactual.ts';
import { ATTACK_VERSION, MITIGATIONS, TECHNIQUES, techniqueName } from '../finding/attack.ts';
import {
  addsUp,
  type Difference,
  type Otherwise,
  otherwise,
  type StreamAccount,
  streamsOf,
} from '../finding/explain.ts';
import type { Finding, Stream } from '../finding/finding.ts';
import {
  bitsOverBar,
  caveatsText,
  how,
  howMuch,
  spanText,
  toolText,
  triageText,
  who,
  wordlistText,
} from '../output/describe.ts';
import { learnedText } from '../output/facts.ts';
import { bitsText, counted, cut, field, grouped, type Page, wrap } from '../output/layout.ts';
import { printable } from '../output/printable.ts';
import type { Cited } from './packets.ts';

/** What `explain` prints: the verdict, its account row by row, the packets, and what would have changed it. */

const BITS = 9;
/** Letters of a sentence that are shown: those of a list of explanations take most. */
const LONGEST = 1000;

const heading = (page: Page, text: string): string[] => ['', page.paint('bold', text)];

/** Text under its bullet. */
function bullet(page: Page, text: string): string[] {
  return wrap(printable(text, LONGEST), page.columns - 4).map(
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
    ...field(page, 'list', wordlistText(finding), 3),
    ...field(page, 'ATT&CK', finding.techniques.map((id) => `${id} ${techniqueName(id)}`).join(', ')),
    ...field(page, '', known ? `${known.strategy} / ${known.analytic} (version ${ATTACK_VERSION})` : ''),
    ...field(page, 'learned', learnedText(finding), 6),
    ...field(page, 'bits', bitsOverBar(finding)),
    ...field(page, 'worth', finding.kind === 'anomaly' ? '' : triageText(finding, true), 8),
    ...field(page, 'but', caveatsText(finding), 6),
  ];
}

function compared(page: Page, differing: readonly Difference[] | undefined): string[] {
  if (differing === undefined)
    return field(page, 'verdict', 'computed now from the input; no stored one to compare with');
  if (differing.length === 0)
    return field(page, 'verdict', 'computed again from the input: identical to the stored one');
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

/** What a stream counts, one and many. */
const COUNTED: Readonly<Partial<Record<Stream, readonly [one: string, many: string]>>> = {
  misses: ['miss', 'misses'],
  novelty: ['new target', 'new targets'],
  stray: ['stray packet', 'stray packets'],
  marks: ['probe with such a mark', 'probes with such a mark'],
  order: ['test of its order', 'tests of its order'],
  content: ['such request', 'such requests'],
  parent: ['miss', 'misses'],
};

const countOf = (stream: Stream, value: number): string =>
  counted(value, ...(COUNTED[stream] ?? ['contact', 'contacts']));

function fewerText({ stream, most, of, full }: Counterfactual & { kind: 'fewer' }, alone: boolean): string {
  const all = full ? `the ${countOf(stream, of)} that were counted` : `its ${countOf(stream, of)}`;
  const left = most === 0 ? `Without any of ${all}` : `With at most ${grouped(most)} of ${all}`;
  return `${left}, ${alone ? 'it would not be a finding' : `${stream} would have stayed under the bar`}.`;
}

function counterfactualText(finding: Finding, one: Counterfactual): string {
  switch (one.kind) {
    case 'fewer':
      return fewerText(
        one,
        streamsOf(finding).every(({ stream, bits }) => stream === one.stream || bits < finding.bar),
      );
    case 'stop':
      return `Had it stopped after ${counted(one.most, one.what)}, no stream would have reached the bar (${one.by} is the quickest): it would not be a finding.`;
    case 'exchanges':
      return (
        `${counted(one.exchanges, 'completed exchange')} with services of yours beside its contacts (not logins: those are ` +
        'guesses), and it would not be a finding: it would be listed under explained, as many clients behind one address.'
      );
    case 'no-exchange':
      return `No number of completed exchanges would have changed it: ${one.streams.join(' and ')} weighs how it asked, not how often it missed.`;
    case 'crowd':
      return (
        `With at most ${grouped(one.most)} of the ${grouped(one.of)} hits by its members there would have been too few ` +
        'to tell whether they work together.'
      );
    default: {
      const verdict = one.bits >= finding.bar ? 'still over the bar' : 'under the bar';
      return `Without "${one.reason}" it would have ${bitsText(one.bits)} bits, ${verdict}.`;
    }
  }
}

function otherwiseText(finding: Finding, one: Otherwise): string {
  if (one.kind === 'bar')
    return (
      `With a bar over ${bitsText(one.bar)} bits there would be no finding, and false ones would be ` +
      `${timesText(one.rarer)} times rarer.`
    );
  if (one.stream === undefined) return `No other stream than ${finding.decidedBy} holds anything against it.`;
  return (
    `Without the stream ${finding.decidedBy}, ${one.stream} would decide with ${bitsText(one.bits)} bits: ` +
    `${one.opens ? 'still a finding' : 'no finding'}.`
  );
}

/** What would have changed the verdict; of what is below the bar there is nothing to change. */
function otherwiseTexts(finding: Finding): string[] {
  if (finding.bits < finding.bar) return ['It is below the bar: something to know, no alarm.'];
  return [
    ...counterfactuals(finding).map((one) => counterfactualText(finding, one)),
    ...otherwise(finding).map((one) => otherwiseText(finding, one)),
  ];
}

const adviceText = ({ mitigation, target, text, why, verify }: Finding['advice'][number]): string =>
  `${target}: ${text} (${mitigation} ${MITIGATIONS[mitigation]?.name}; ${why}) Check: ${verify}`;

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
    ...listing(page, 'What would have changed the verdict', otherwiseTexts(finding)),
    ...listing(page, 'What to do', finding.advice.map(adviceText)),
  ];
}
