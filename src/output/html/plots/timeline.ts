import type { Summary } from '../../../finding/finding.ts';
import { timeOf } from '../../../finding/time.ts';
import { durationText } from '../../layout.ts';
import { html, type Markup, type Part } from '../escape.ts';
import { name, type Ranked, TONE_WORDS, type Tone, toneOf } from '../words.ts';
import { type Tick, ticksOf } from './ticks.ts';

/** All findings from first to last probe. Places are percentages, so that text keeps its size at any width. */

const ROWS = 30;
const ROW = 34;
const TOP = 26;
/** Room at both ends for the round caps of bars, in percent. */
const MARGIN = 1;

interface Bar {
  readonly ranked: Ranked;
  readonly first: number;
  readonly last: number;
  readonly tone: Tone;
}

function barsOf(findings: readonly Ranked[]): Bar[] {
  const bars = findings.map((ranked): Bar => {
    const { finding } = ranked;
    const [first, last] = [timeOf(finding.firstSeen), timeOf(finding.lastSeen)];
    return { ranked, first, last: Math.max(first, last), tone: toneOf(finding) };
  });
  return bars.filter(({ last }) => !Number.isNaN(last));
}

/** Undefined where no finding tells its time. */
export function timeline(findings: readonly Ranked[], { span }: Summary): Markup | undefined {
  const all = barsOf(findings);
  if (all.length === 0) return undefined;
  const begin = Math.min(
    ...[timeOf(span?.first ?? ''), ...all.map(({ first }) => first)].filter((time) => !Number.isNaN(time)),
  );
  const end = Math.max(
    ...[timeOf(span?.last ?? ''), ...all.map(({ last }) => last)].filter((time) => !Number.isNaN(time)),
  );
  const place = (time: number): string =>
    `${Math.round(100 * (MARGIN + (100 - 2 * MARGIN) * (end > begin ? (time - begin) / (end - begin) : 0.5))) / 100}%`;
  const shown = all.slice(0, ROWS).sort((a, b) => a.first - b.first || a.ranked.rank - b.ranked.rank);
  const rest = all.slice(ROWS);
  const height = TOP + shown.length * ROW + (rest.length > 0 ? ROW : 0);
  const tones = [...new Set(all.map(({ tone }) => tone))];
  return html`<figure class="timeline"><svg width="100%" height="${height}" role="img"><title>Timeline of the findings</title><desc>One bar for each finding, from its first to its last probe, coloured by class. Bars lead to their findings.</desc>${ticksOf(begin, end).map((tick, nth) => axis(tick, nth, place, height))}${shown.map((bar, row) => rowOf(bar, TOP + row * ROW, place))}${others(rest, TOP + shown.length * ROW, place)}</svg><p class="legend">${tones.map((tone) => html`<i class="key tone-${tone}"></i>${TONE_WORDS[tone]} `)}</p></figure>`;
}

function axis({ time, label }: Tick, nth: number, place: (time: number) => string, height: number): Markup {
  const x = place(time);
  return html`<line class="grid" x1="${x}" x2="${x}" y1="16" y2="${height}"/><text class="tick ${nth % 2 === 1 && 'odd'}" x="${x}" y="11" text-anchor="${anchor(x)}">${label}</text>`;
}

/** Text leans inwards near the ends. */
function anchor(place: string): string {
  const percent = Number.parseFloat(place);
  return percent > 94 ? 'end' : percent < 4 ? 'start' : 'middle';
}

function rowOf({ ranked, first, last, tone }: Bar, y: number, place: (time: number) => string): Markup {
  const lasted = durationText((last - first) / 1e6);
  const x = place(first);
  const label = html`${ranked.rank} · ${name(ranked.finding)} · ${lasted}`;
  return html`<a href="#f${ranked.rank}"><text class="label" x="${x}" y="${y + 12}"${Number.parseFloat(x) > 60 && html` text-anchor="end"`}>${label}</text><line class="span tone-${tone}" x1="${x}" x2="${place(last)}" y1="${y + 22}" y2="${y + 22}"/></a>`;
}

/** Those for which there is no row of their own: when they began. */
function others(rest: readonly Bar[], y: number, place: (time: number) => string): Part {
  if (rest.length === 0) return undefined;
  const places = [...new Set(rest.map(({ first }) => place(first)))].slice(0, 400);
  return html`<text class="label" x="1%" y="${y + 12}">and ${rest.length} more, when they began</text>${places.map((x) => html`<line class="rest" x1="${x}" x2="${x}" y1="${y + 17}" y2="${y + 27}"/>`)}`;
}
