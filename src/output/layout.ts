import { styleText } from 'node:util';
import { cellsOf, printable } from './printable.ts';

/** Laying out text for a terminal: words, numbers, wrapped fields. What leaves here is printable, whatever went in. */

export type Style = Parameters<typeof styleText>[0];

/** Writes text in a style, or plainly. */
export type Paint = (style: Style, text: string) => string;

/** The one place where escape sequences are made, around text that holds none. */
export function painter(colours: boolean): Paint {
  return colours
    ? (style, text) => styleText(style, printable(text), { validateStream: false })
    : (_style, text) => printable(text);
}

/** 1234567 → `1,234,567`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 probe`, `2 probes`, `2 addresses`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** Bits with one decimal. */
export function bitsText(bits: number): string {
  const [whole, decimal] = Math.abs(bits).toFixed(1).split('.');
  return `${bits < 0 ? '-' : ''}${grouped(Number(whole))}.${decimal}`;
}

/** A rate per second in the unit in which it is at least one. */
export function rateText(perSecond: number): string {
  for (const [seconds, unit] of [
    [1, 's'],
    [60, 'min'],
    [3600, 'h'],
  ] as const) {
    const rate = perSecond * seconds;
    if (rate >= 0.95) return `${rate < 9.95 ? rate.toFixed(1) : grouped(Math.round(rate))}/${unit}`;
  }
  return `${(perSecond * 86_400).toFixed(1)}/day`;
}

/** Seconds → `36 ms`, `0.3 s`, `4 min 10 s`, `3 d 2 h`. */
export function durationText(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 0.095) return seconds < 0.001 ? 'under 1 ms' : `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const [large, small, big, unit] =
    whole < 3600 ? [60, 1, 'min', 's'] : whole < 86_400 ? [3600, 60, 'h', 'min'] : [86_400, 3600, 'd', 'h'];
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)} ${big}${rest === 0 ? '' : ` ${rest} ${unit}`}`;
}

/** As many whole characters of the text as fit into so many cells. */
function head(text: string, cells: number): string {
  let shown = '';
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > cells) break;
    shown += character;
  }
  return shown;
}

/** The text cut to so many cells, the cut marked. */
export function cut(text: string, cells: number): string {
  return cellsOf(text) <= cells ? text : `${head(text, cells - 1).trimEnd()}…`;
}

/** Breaks printable text at spaces into lines of at most `cells`; words that are longer are broken where they must be. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && cellsOf(line) + 1 + cellsOf(word) <= cells) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (cellsOf(word) > cells) {
      const part = head(word, cells);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** How a page of text is set. */
export interface Page {
  readonly columns: number;
  readonly paint: Paint;
}

const INDENT = 2;
const LABEL = 10;

/**
 * A labelled field: `  label     text`, wrapped under itself, at most `most` lines.
 * An empty text gives no line at all.
 */
export function field(page: Page, label: string, text: string, most = 2): string[] {
  if (text === '') return [];
  const cells = page.columns - INDENT - LABEL;
  const lines = wrap(printable(text), cells);
  if (lines.length > most) {
    lines.length = most;
    lines[most - 1] = cut(`${lines[most - 1]} …`, cells);
  }
  return lines.map((line, at) => {
    const name = page.paint('dim', (at === 0 ? label : '').padEnd(LABEL));
    return `${' '.repeat(INDENT)}${name}${printable(line)}`;
  });
}

/** Some of many: the first few in words, and how many more there are. */
export function listed(items: readonly string[], most: number, between = ', '): string {
  const more = items.length - most;
  return more <= 0 ? items.join(between) : `${items.slice(0, most).join(between)} and ${grouped(more)} more`;
}
