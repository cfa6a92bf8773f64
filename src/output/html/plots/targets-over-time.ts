import { counted, durationText } from '../../layout.ts';
import type { Markup } from '../escape.ts';
import type { Course } from './course.ts';
import { across, between, dots, HIT_OR_MISS, plot, type Point, upwards } from './frame.ts';

/** Which target was tried when: a sweep is a slope, a patient scan a sparse cloud, a burst a wall. */

const TITLES = { address: 'Addresses over time', port: 'Ports over time', name: 'Names over time' } as const;
const MANY: Readonly<Record<Course['kind'], readonly [one: string, many: string]>> = {
  address: ['address', 'addresses'],
  port: ['port', 'ports'],
  name: ['name', 'names'],
};

export function targetsOverTime({ kind, visits, many, ends }: Course): Markup {
  const last = Math.max(...visits.map(({ time }) => time));
  const first = Math.min(...visits.map(({ time }) => time));
  const points = (missed: boolean): Point[] =>
    visits
      .filter((visit) => visit.missed === missed)
      .map(({ time, place }) => [across(between(time, first, last)), upwards(between(place, 0, many - 1))]);
  const lasted = durationText((last - first) / 1e6);
  const answered = visits.filter(({ missed }) => !missed).length;
  return plot({
    caption: TITLES[kind],
    described: `First contacts with ${counted(many, ...MANY[kind])} within ${lasted}; ${answered} of ${visits.length} were answered.`,
    y: [ends[1], ends[0]],
    x: ['0 s', lasted],
    marks: [dots(points(true), 'miss'), dots(points(false), 'hit')],
    legend: HIT_OR_MISS,
  });
}
