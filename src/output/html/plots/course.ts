import type { Trace } from '../../../finding/finding.ts';
import { addressKey } from '../address.ts';

/** What a trace visited, along one kind of target: the values that `targets over time` and `order` draw. */
export interface Course {
  readonly kind: 'address' | 'port' | 'name';
  /** in order of time */
  readonly visits: readonly Visit[];
  /** different targets */
  readonly many: number;
  /** the lowest and the highest target */
  readonly ends: readonly [string, string];
}

export interface Visit {
  /** µs since the first probe */
  readonly time: number;
  /** place of the target among all, in their own order */
  readonly place: number;
  readonly missed: boolean;
}

/** Targets of one kind below which nothing is to be seen. */
const ENOUGH = 4;

/** The kinds of target of which there are enough to be drawn, most telling first. */
export function coursesOf({ addresses, visits, asks }: Trace): Course[] {
  const known = visits.filter(([, place]) => addresses[place] !== undefined);
  const all = [
    course(
      'address',
      known.map(([time, place, , missed]) => [time, addresses[place], missed]),
      addressKey,
    ),
    course(
      'port',
      visits.map(([time, , port, missed]) => [time, String(port), missed]),
      (port) => port.padStart(5, '0'),
    ),
    course(
      'name',
      asks.map(([time, place, missed]) => [time, String(place), missed]),
      (place) => place.padStart(5, '0'),
    ),
  ];
  return all.filter(({ many }) => many >= ENOUGH);
}

function course(
  kind: Course['kind'],
  visits: readonly (readonly [number, string, number])[],
  keyOf: (target: string) => string,
): Course {
  const keys = new Map(visits.map(([, target]) => [target, keyOf(target)]));
  const sorted = [...keys].sort(([a, one], [b, other]) => (one < other ? -1 : one > other ? 1 : a < b ? -1 : 1));
  const places = new Map(sorted.map(([target], place) => [target, place]));
  return {
    kind,
    visits: visits.map(([time, target, missed]) => ({ time, place: places.get(target) ?? 0, missed: missed === 1 })),
    many: sorted.length,
    ends: kind === 'name' ? ['a', 'z'] : [sorted[0]?.[0] ?? '', sorted.at(-1)?.[0] ?? ''],
  };
}
