import type { Finding } from '../../../finding/finding.ts';
import { timeOf } from '../../../finding/time.ts';
import { bitsText, durationText } from '../../layout.ts';
import { html, type Markup } from '../escape.ts';
import { across, between, HIGH, line, plot, type Point, upwards, WIDE } from './frame.ts';

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

/** Nothing where too little was kept to draw a line. */
export function growthOf(finding: Finding): Markup | undefined {
  const steps = stepsOf(finding);
  const main = steps.get(finding.decidedBy) ?? [];
  if (main.length < FEWEST || main.some(({ time }) => Number.isNaN(time))) return undefined;
  const last = Math.max(...[...steps.values()].flat().map(({ time }) => time));
  const isInstant = !(last > 0);
  const top = SHOWN * finding.bar;
  const height = (bits: number): number => upwards(Math.min(1, bits / top));
  const path = (list: readonly Step[]): Point[] => {
    const along = (step: Step, at: number): number =>
      isInstant ? between(at + 1, 0, list.length) : between(step.time, 0, last);
    return [[across(0), height(0)], ...list.map((step, at): Point => [across(along(step, at)), height(step.bits)])];
  };
  const others = [...steps]
    .filter(([stream]) => stream !== finding.decidedBy)
    .map(([, list]) => line(path(list), 'other'));
  const opened = timeOf(finding.trace?.opened ?? '') - timeOf(finding.firstSeen);
  const mark = across(between(Math.min(opened, last), 0, last));
  return plot({
    caption: 'Account, on its way over the bar',
    described: `Bits of the stream ${finding.decidedBy} over time; the bar is at ${bitsText(finding.bar)}, the account ended at ${bitsText(finding.bits)}.`,
    y: [`${bitsText(top)} bits`, '0'],
    x: isInstant ? ['first contact', `${main.length}th kept`] : ['0 s', durationText(last / 1e6)],
    marks: [
      line(
        [
          [0, height(finding.bar)],
          [WIDE, height(finding.bar)],
        ],
        'bar',
      ),
      ...(Number.isNaN(opened) || isInstant
        ? []
        : [
            line(
              [
                [mark, 0],
                [mark, HIGH],
              ],
              'mark',
            ),
          ]),
      ...others,
      line(path(main), 'main'),
    ],
    legend: html`<i class="key main"></i>${finding.decidedBy}, which decided${others.length > 0 && html` <i class="key other"></i>other streams`} <i class="key bar"></i>the bar, ${bitsText(finding.bar)} bits`,
  });
}
