import type { Finding } from '../../../finding/finding.ts';
import { timeOf } from '../../../finding/time.ts';
import { bitsText, durationText } from '../../layout.ts';
import { html, type Markup } from '../escape.ts';
import { across, between, line, plot, type Point, upwards, WIDE } from './frame.ts';

/** How the account grew towards the bar, contact by contact, as far as the evidence that was kept tells. */

interface Step {
  /** µs since the first probe */
  readonly time: number;
  readonly record: number;
  readonly bits: number;
}

/** Of how many bars the plot shows the height; an account may go on to hundreds of bits. */
const SHOWN = 2.2;
const FEWEST = 3;
/** Bits that good behaviour may take off from one step to the next. */
const FALL = 6;

/** What each stream held after the contacts that were kept, less what the choice among streams costs. */
function stepsOf({ account, decidedBy, firstSeen }: Finding): Map<string, Step[]> {
  const cost = account.reduce((sum, row) => (row.stream === decidedBy && row.contacts === 0 ? sum + row.bits : sum), 0);
  const steps = new Map<string, Step[]>();
  for (const { stream, evidence } of account)
    for (const { time, record, bits } of evidence) {
      if (bits === undefined) continue;
      const step = { time: timeOf(time) - timeOf(firstSeen), record, bits: Math.max(0, bits + cost) };
      steps.set(stream, [...(steps.get(stream) ?? []), step]);
    }
  for (const list of steps.values()) list.sort((a, b) => a.time - b.time || a.record - b.record);
  return steps;
}

/**
 * Contacts are weighed in batches, in parts: when all came at once, or in another order than they were weighed, time
 * tells nothing of the growth, and the order in which they were weighed is drawn instead.
 */
function isOverTime(steps: readonly Step[]): boolean {
  const falls = steps.some(({ bits }, at) => at > 0 && bits < steps[at - 1].bits - FALL);
  return steps.at(-1)!.time > 0 && !falls;
}

/** Nothing where too little was kept to draw a line. What a campaign cites stands in the accounts of its members. */
export function growthOf(finding: Finding): Markup | undefined {
  if (finding.kind === 'campaign') return undefined;
  const steps = stepsOf(finding);
  const main = steps.get(finding.decidedBy) ?? [];
  if (main.length < FEWEST || main.some(({ time }) => Number.isNaN(time))) return undefined;
  return isOverTime(main) ? overTime(finding, steps, main) : asWeighed(finding, main);
}

const CAPTION = 'Account and bar';
/** Share of the width up to what was kept, where the account went on afterwards. */
const KEPT = 0.85;

/** Whether the account went on, within the plot, after the last contact that was kept. */
const wentOn = ({ bits, bar }: Finding, kept: readonly Step[]): boolean =>
  Math.min(bits, SHOWN * bar) > kept.at(-1)!.bits + FALL;

const rest = (last: Point, finding: Finding): Markup =>
  line([last, [across(1), height(finding.bits, finding)]], 'rest');

/** Height of so many bits. */
const height = (bits: number, { bar }: Finding): number => upwards(Math.min(1, bits / (SHOWN * bar)));

function barLine(finding: Finding): Markup {
  const y = height(finding.bar, finding);
  return line(
    [
      [0, y],
      [WIDE, y],
    ],
    'bar',
  );
}

function axis(finding: Finding): readonly [string, string] {
  return [`${bitsText(SHOWN * finding.bar)} bits`, '0'];
}

const ends = ({ bits, bar, decidedBy }: Finding): string =>
  `Bits of the stream ${decidedBy}; the bar is at ${bitsText(bar)}, the account ended at ${bitsText(bits)}.`;

function legend({ bar, decidedBy }: Finding, hasOthers: boolean): Markup {
  return html`<span><i class="key main"></i>${decidedBy}</span> ${hasOthers && html`<span><i class="key other"></i>other streams</span> `}<span><i class="key bar"></i>the bar, ${bitsText(bar)} bits</span>`;
}

function overTime(finding: Finding, steps: ReadonlyMap<string, readonly Step[]>, main: readonly Step[]): Markup {
  const last = main.at(-1)!.time;
  const goesOn = wentOn(finding, main);
  const part = goesOn ? KEPT : 1;
  const path = (list: readonly Step[]): Point[] => {
    const shown = list.filter(({ time }) => time <= last);
    const points = shown.map(({ time, bits }): Point => [across(part * between(time, 0, last)), height(bits, finding)]);
    return [[across(0), height(0, finding)], ...points];
  };
  const others = [...steps]
    .filter(([stream, list]) => stream !== finding.decidedBy && isOverTime(list))
    .map(([, list]) => line(path(list), 'other'));
  return plot({
    caption: CAPTION,
    described: ends(finding),
    y: axis(finding),
    x: ['0 s', `${durationText(last / 1e6)}${goesOn ? ', and the rest' : ''}`],
    marks: [
      barLine(finding),
      ...others,
      line(path(main), 'main'),
      ...(goesOn ? [rest(path(main).at(-1)!, finding)] : []),
    ],
    legend: legend(finding, others.length > 0),
  });
}

function asWeighed(finding: Finding, main: readonly Step[]): Markup {
  const steps = main.toSorted((a, b) => a.bits - b.bits);
  const goesOn = wentOn(finding, steps);
  const part = goesOn ? KEPT : 1;
  const points = steps.map(({ bits }, at): Point => [across((part * (at + 1)) / steps.length), height(bits, finding)]);
  return plot({
    caption: CAPTION,
    described: ends(finding),
    y: axis(finding),
    x: ['as it was weighed', `${steps.length} contacts kept${goesOn ? ', and the rest' : ''}`],
    marks: [
      barLine(finding),
      line([[across(0), height(0, finding)], ...points], 'main'),
      ...(goesOn ? [rest(points.at(-1)!, finding)] : []),
    ],
    legend: legend(finding, false),
  });
}
