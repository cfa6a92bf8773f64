import { html, type Markup, pathData } from '../escape.ts';

/**
 * A plot: marks in an SVG that is stretched to the room there is, its labels around it as text that is not. Marks are
 * lines of no length with round ends, whose width does not stretch; so they stay round, and 256 of them are one element.
 */

/** Extent of every plot in its own units. */
export const WIDE = 1000;
export const HIGH = 300;

export interface Plot {
  readonly caption: string;
  /** what is to be seen, for those who do not */
  readonly described: string;
  /** top and bottom of the vertical axis */
  readonly y: readonly [string, string];
  /** left and right end of the horizontal one */
  readonly x: readonly [string, string];
  readonly marks: readonly Markup[];
  /** what the colours mean */
  readonly legend?: Markup;
}

export type Point = readonly [x: number, y: number];

const at = (value: number): string => String(Math.round(value * 10) / 10);

/** Points of one colour. */
export function dots(points: readonly Point[], kind: 'hit' | 'miss'): Markup {
  const path = points.map(([x, y]) => `M${at(x)} ${at(y)}h0`).join('');
  return path === '' ? html`` : html`<path class="dots ${kind}" d="${pathData(path)}"/>`;
}

/** A line through points. */
export function line(points: readonly Point[], kind: 'main' | 'rest' | 'other' | 'bar'): Markup {
  const path = points.map(([x, y], place) => `${place === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('');
  return html`<path class="line ${kind}" d="${pathData(path)}"/>`;
}

/** Where a value stands between two others, from 0 to 1; in the middle when they are the same. */
export const between = (value: number, from: number, to: number): number =>
  to > from ? (value - from) / (to - from) : 0.5;

/** Marks keep off the edges, so that none is cut. */
const EDGE = 0.02;
export const across = (part: number): number => WIDE * (EDGE + part * (1 - 2 * EDGE));
/** Upwards: 0 is the bottom. */
export const upwards = (part: number): number => HIGH * (1 - (2 * EDGE + part * (1 - 4 * EDGE)));

export function plot({ caption, described, y, x, marks, legend }: Plot): Markup {
  return html`<figure class="plot"><figcaption>${caption}</figcaption><div class="frame"><div class="y"><span>${y[0]}</span><span>${y[1]}</span></div><svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img"><title>${caption}</title><desc>${described}</desc>${marks}</svg><div class="x"><span>${x[0]}</span><span>${x[1]}</span></div></div>${legend && html`<p class="legend">${legend}</p>`}</figure>`;
}

export const HIT_OR_MISS = html`<span><i class="key hit"></i>answered</span> <span><i class="key miss"></i>nothing there</span>`;
