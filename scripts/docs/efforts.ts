import { formatAddress } from '../../src/record/address.ts';
import * as make from '../../test/support/packets.ts';
import { randomOf, range } from '../../test/support/contacts.ts';

/** Synthetic efforts of many sources, and strangers of a day, as captures with their truth: what campaigns are measured on. */

/** One packet of a scanner. */
export interface Probe {
  /** seconds after the beginning */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly port: number;
  readonly mark: Mark;
}

/** Whose packets they are like: an ordinary stack's, a small device's, or those of a program that its numbers betray. */
export type Mark = 'stack' | 'device' | 'masscan' | 'mirai';

export interface Effort {
  readonly name: string;
  readonly says: string;
  /** sources that belong together; none: nobody does */
  readonly members: readonly number[];
  /** how many there are, that of the members among them */
  readonly campaigns: number;
  readonly probes: readonly Probe[];
}

/** The network that is looked at. */
export const HOME = '203.0.113.0/24';
const HERE = 0xcb007100;
const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Sources of networks of their own, of one run of numbers each. */
const source = (n: number, run = 0): number => (0x14000000 + run * 0x8000000 + n * 0x10203) >>> 0;
const sources = (count: number, run = 0): number[] => [...range(count)].map((n) => source(n, run));
const host = (n: number): number => (HERE + n) >>> 0;

type Random = () => number;

function permuted(random: Random, count = 256): number[] {
  const keyed = [...range(count)].map((n) => ({ n, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ n }) => n);
}

/** Strangers, each of which draws some addresses by itself. @param lasted seconds in which they begin */
function strangers(random: Random, count: number, run: number, lasted: number, more: Partial<Probe> = {}): Probe[] {
  return sources(count, run).flatMap((from) => {
    const start = random() * lasted;
    const many = 1 + Math.floor(60 * random() ** 3);
    const pace = 1 + 120 * random();
    return permuted(random)
      .slice(0, many)
      .map((n, nth) => ({ at: start + nth * pace, from, to: host(n), port: 443, mark: 'stack' as const, ...more }));
  });
}

/** One probe a source, by these places in the network. */
const each = (
  places: readonly number[],
  every: number,
  start: number,
  port: number,
  { run = 0, mark = 'stack' }: { readonly run?: number; readonly mark?: Mark } = {},
): Probe[] => places.map((n, nth) => ({ at: start + nth * every, from: source(nth, run), to: host(n), port, mark }));

/** Sources that draw their targets by themselves, with repeats among them. */
const drawing = (random: Random, count: number, many: number, lasted: number, rest: Partial<Probe>): Probe[] =>
  sources(count).flatMap((from) =>
    [...range(many)].map(() => {
      const to = host(Math.floor(random() * 256));
      return { at: HOUR + random() * lasted, from, to, port: 23, mark: 'stack' as const, ...rest };
    }),
  );

/** A visitor of something else, so that the data begins before the effort does. */
const QUIET: Probe = { at: 0, from: 0x08080808, to: host(1), port: 80, mark: 'stack' };

/** Add an effort: one entry here. */
const EFFORTS: readonly (readonly [
  name: string,
  says: string,
  members: number,
  probes: (random: Random) => Probe[],
  campaigns?: number,
])[] = [
  [
    'in order',
    'one probe a source, every address in order, four hours',
    256,
    () => each([...range(256)], 60, HOUR, 5060),
  ],
  [
    'shared out',
    'one probe a source, every address once, in no order',
    256,
    (random) => each(permuted(random), 60, HOUR, 5060),
  ],
  [
    'shared out after a week',
    'the same, after a week in which 80 strangers tried the service',
    256,
    (random) => [
      ...sources(80, 1).map((from, n) => {
        const to = host(Math.floor(random() * 256));
        return { at: n * 6480, from, to, port: 5060, mark: 'stack' as const };
      }),
      ...each(permuted(random), 60, WEEK, 5060),
    ],
  ],
  [
    'shared out among a thousand',
    'one probe a source, every address once, by small devices; a thousand strangers with another stack try one address each',
    256,
    (random) => [
      ...sources(1000, 1).map((from, n) => {
        const to = host(Math.floor(random() * 256));
        return { at: n * 18, from, to, port: 5060, mark: 'stack' as const };
      }),
      ...each(permuted(random), 60, HOUR, 5060, { mark: 'device' }),
    ],
  ],
  [
    'two at once',
    'the devices without the strangers, and 256 others with another stack, who share the same addresses out at the same time',
    256,
    (random) => [
      ...each(permuted(random), 60, HOUR, 5060, { mark: 'device' }),
      ...each(permuted(random), 60, HOUR + 7, 5060, { run: 1 }),
    ],
    2,
  ],
  [
    'shards',
    '16 sources with one program, 16 addresses each',
    16,
    (random) =>
      permuted(random).map((n, nth) => ({
        at: HOUR + nth,
        from: source(nth % 16),
        to: host(n),
        port: 8443,
        mark: 'masscan' as const,
      })),
  ],
  [
    'shards among strangers',
    'the same, on the fourth of ten days; 60 strangers with the same program at the same service',
    16,
    (random) => [
      ...strangers(random, 60, 1, 10 * DAY, { port: 8443, mark: 'masscan' }),
      ...permuted(random).map((n, nth) => ({
        at: 4 * DAY + nth,
        from: source(nth % 16),
        to: host(n),
        port: 8443,
        mark: 'masscan' as const,
      })),
    ],
  ],
  [
    'decoys',
    'one scan, seen from eight addresses at once',
    8,
    (random) =>
      permuted(random).flatMap((n, nth) =>
        sources(8).map((from, at) => ({
          at: HOUR + nth + at / 100,
          from,
          to: host(n),
          port: 22,
          mark: 'stack' as const,
        })),
      ),
  ],
  [
    'bots',
    '40 bots with one mark, random addresses with repeats, for ten minutes',
    40,
    (random) => drawing(random, 40, 60, 600, { mark: 'mirai' }),
  ],
  [
    'bots among strangers',
    'the same, and 200 strangers at the same service on the same day',
    40,
    (random) => [
      ...strangers(random, 200, 1, DAY, { port: 23 }),
      ...drawing(random, 40, 60, 600, { mark: 'mirai' }).map((probe) => ({ ...probe, at: probe.at + DAY / 2 })),
    ],
  ],
  [
    'a few each',
    '40 sources, three random addresses each, two hours',
    40,
    (random) => drawing(random, 40, 3, 2 * HOUR, { port: 7547 }),
  ],
  [
    'nobody: 20 a day',
    '20 unrelated scanners with one program at one service, each some hundred addresses, a day',
    0,
    (random) =>
      sources(20).flatMap((from) => {
        const start = random() * DAY;
        const places = permuted(random).slice(0, 60 + Math.floor(random() * 190));
        return places.map((n, nth) => ({
          at: start + nth * 5,
          from,
          to: host(n),
          port: 443,
          mark: 'masscan' as const,
        }));
      }),
  ],
  [
    'nobody: 200 a day',
    '200 of them, some with a few addresses only',
    0,
    (random) => strangers(random, 200, 0, DAY, { mark: 'masscan' }),
  ],
];

/** All efforts, the same every time. */
export const efforts = (): Effort[] =>
  EFFORTS.map(([name, says, members, probes, campaigns = members > 0 ? 1 : 0], nth) => ({
    name,
    says,
    members: sources(members),
    campaigns,
    probes: [QUIET, ...probes(randomOf(1000 + nth))],
  }));

const SERVICES = [23, 22, 443, 80, 3389, 8080, 445, 5060, 2323, 8443, 3306, 6379, 5555, 25, 21];

/** A day of background: so many strangers, popular services before others, half of them with a program that shows. */
export function backgroundDay(count: number): Probe[] {
  const random = randomOf(2000 + count);
  const all = sources(count).flatMap((_, n) => {
    const port = SERVICES[Math.floor(SERVICES.length * random() ** 2)];
    const mark = random() < 0.5 ? ('masscan' as const) : ('stack' as const);
    return strangers(random, 1, 0, DAY, { port, mark }).map((probe) => ({ ...probe, from: source(n) }));
  });
  return [QUIET, ...all];
}

const START = 1_780_000_000;
/** MSS, SACK permitted, timestamps, window scale: what an ordinary stack sends. */
const OPTIONS = make.bytes(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7);

/** What only says how large a segment may be. */
const MSS = make.bytes(2, 4, 5, 180);

const LOOKS: Readonly<Record<Mark, { readonly ttl: number; readonly window: number; readonly options?: make.Bytes }>> =
  {
    stack: { ttl: 52, window: 64_240, options: OPTIONS },
    device: { ttl: 47, window: 5840, options: MSS },
    masscan: { ttl: 240, window: 1024 },
    mirai: { ttl: 240, window: 1024 },
  };

const nameOf = (word: number): string => formatAddress(Uint32Array.of(0, 0, 0xffff, word >>> 0), 0);

/** The name of a source as findings write it. */
export const addressOf = nameOf;

function frameOf({ from, to, port, mark }: Probe, random: Random): make.Bytes {
  const word = Math.floor(random() * 2 ** 32) >>> 0;
  const seq = mark === 'mirai' ? to : word;
  const id = mark === 'masscan' ? (to ^ port ^ seq) & 0xffff : Math.floor(random() * 65_536);
  const { ttl, window, options } = LOOKS[mark];
  const segment = make.tcp({
    from: 32_768 + Math.floor(random() * 28_000),
    to: port,
    seq,
    flags: make.SYN,
    window,
    ...(options && { options }),
  });
  return make.ethernet(make.ip4(segment, { source: nameOf(from), target: nameOf(to), id, ttl }));
}

/** The probes as a capture. */
export function captureOf(probes: readonly Probe[]): make.Bytes {
  const random = randomOf(7);
  const sorted = probes.toSorted((a, b) => a.at - b.at);
  return make.pcap(
    sorted.map((probe) => ({ bytes: frameOf(probe, random), time: Math.round((START + probe.at) * 1e6) })),
  );
}
