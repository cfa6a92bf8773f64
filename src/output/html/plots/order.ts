import type { Finding } from '../../../finding/finding.ts';
import { counted, grouped } from '../../layout.ts';
import { html, type Markup } from '../escape.ts';
import type { Course } from './course.ts';
import { across, between, dots, plot, type Point, upwards } from './frame.ts';

/** In which order targets were visited first: a list from top to bottom is a diagonal, a permutation a cloud. */

const SEEN: ReadonlyMap<string | null, string> = new Map([
  ['sequential', 'one after the other'],
  ['descending', 'from the highest to the lowest'],
  ['permuted', 'shuffled'],
  ['reverse-byte', 'with the bytes of the address reversed'],
  ['dictionary', 'as a list has them'],
]);

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const RULES = new Intl.PluralRules('en', { type: 'ordinal' });
const ordinal = (value: number): string => `${grouped(value)}${ENDINGS[RULES.select(value)]}`;

export function orderOfVisits({ kind, visits, many, ends }: Course, order: Finding['order']): Markup {
  const seen = new Set<number>();
  const firsts = visits.filter(({ place }) => !seen.has(place) && seen.add(place));
  const points = (missed: boolean): Point[] =>
    firsts
      .map((visit, nth): [boolean, Point] => [
        visit.missed,
        [across(between(nth, 0, firsts.length - 1)), upwards(between(visit.place, 0, many - 1))],
      ])
      .filter(([isMiss]) => isMiss === missed)
      .map(([, point]) => point);
  const words = SEEN.get(order);
  return plot({
    caption: 'Order of first visits',
    described: `The first visits of ${counted(firsts.length, kind, kind === 'address' ? 'addresses' : `${kind}s`)}, each by its place among them.`,
    y: [ends[1], ends[0]],
    x: ['1st', ordinal(firsts.length)],
    marks: [dots(points(true), 'miss'), dots(points(false), 'hit')],
    ...(words !== undefined && { legend: html`${words}` }),
  });
}
