import { formatAddress } from '../record/address.ts';
import { Agenda } from './agenda.ts';
import { type Address, Frames, stacks } from './frames.ts';
import { Random } from './random.ts';
import type { Field } from './scanners.ts';
import type { Scan, Shape } from './scans.ts';
import { Backscatter, dnsMessage, Exchange, Knock, Session, type Stage } from './traffic.ts';

/** Puts scans on a stage: their packets in the order of time, with the truth about them. */

/** A line of the truth. Times in µs since 1970. */
export interface Truth {
  readonly method: string;
  readonly like: string;
  readonly sources: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly packets: number;
  readonly expected: Shape;
}

/** Where and when it is played. */
export interface Setting {
  readonly seed: number;
  /** µs since 1970 */
  readonly start: number;
  /** µs that all of it may take; scans that would take longer are hurried */
  readonly length: number;
  /** first address of the home network, and how many there are */
  readonly home: number;
  readonly size: number;
  /** addresses outside, for scanners and visitors */
  readonly outside: readonly number[];
  /** visitors and background beside the scans */
  readonly benign: boolean;
}

export interface Played {
  /** a capture file: pcap, µs, Ethernet */
  readonly capture: Uint8Array;
  readonly truth: readonly Truth[];
}

const ROUND_TRIP = 0.03e6;
const VISITORS = 20;

/** The home network as a scanner meets it: every sixteenth address lives. */
export function fieldOf({ home, size }: Setting): Field {
  const addresses = Array.from({ length: size }, (_, nth) => (home + nth) >>> 0);
  const live = addresses.filter((_, nth) => nth % 16 === 9);
  return {
    addresses,
    live: new Map(live.map((address, nth) => [address, new Set(nth % 2 ? [22, 80, 443] : [25, 53, 443])])),
  };
}

/** An address as it is written. */
export const written = (address: Address): string =>
  formatAddress(typeof address === 'number' ? Uint32Array.of(0, 0, 0xffff, address) : address, 0);

/** Plays scans and, where wanted, those who visit in the meantime. */
export function play(chosen: readonly Scan[], setting: Setting): Played {
  const parts: Uint8Array[] = [];
  const random = new Random(setting.seed);
  const out = new Frames({ write: (bytes) => parts.push(bytes.slice()), close: () => {} }, random, setting.start);
  const stage = { out, random };
  const field = fieldOf(setting);
  const agenda = new Agenda();
  const playing = new Map<unknown, { truth: Truth; first: number; last: number; packets: number }>();
  const [many, ones] = [
    setting.outside.filter((_, nth) => nth % 2 === 1),
    setting.outside.filter((_, nth) => nth % 2 === 0),
  ];
  for (const [nth, scan] of chosen.entries()) {
    const cast = scan.cast(stage, field, { one: ones[nth % ones.length], many });
    const entry = { truth: truthOf(scan, cast.sources), first: Number.POSITIVE_INFINITY, last: 0, packets: 0 };
    const begin = setting.start + (setting.length * (nth + 1)) / (10 * (chosen.length + 1));
    const gap = Math.min(scan.gap, (0.85 * setting.length) / 250);
    const apart = Math.min(cast.apart, (0.85 * setting.length) / Math.max(1, cast.actors.length));
    for (const [at, actor] of cast.actors.entries()) {
      playing.set(actor, entry);
      agenda.add({ at: begin + at * apart, actor, gap });
    }
  }
  if (setting.benign) visit(stage, field, agenda, setting, ones.slice(chosen.length));
  for (let course = agenda.next(); course; course = agenda.next()) {
    out.time = Math.round(course.at);
    const entry = playing.get(course.actor);
    if (entry) {
      entry.first = Math.min(entry.first, out.time);
      entry.last = out.time;
      entry.packets += 1;
    }
    if (!course.actor.step()) continue;
    course.at += course.gap * (0.8 + random.below(400) / 1000);
    agenda.add(course);
  }
  out.close();
  const entries = [...new Set(playing.values())];
  return {
    capture: joined(parts),
    truth: entries.map(({ truth, first, last, packets }) => ({ ...truth, first, last, packets })),
  };
}

const truthOf = ({ name, like, expected }: Scan, sources: readonly Address[]): Truth => ({
  method: name,
  like,
  sources: sources.map(written),
  first: 0,
  last: 0,
  packets: 0,
  expected,
});

/** People who know where they want to go, a resolver, and what everybody gets: backscatter, and a stray packet here and there. */
function visit(
  stage: Stage,
  { live, addresses }: Field,
  agenda: Agenda,
  setting: Setting,
  strangers: readonly number[],
): void {
  const { random } = stage;
  const hosts = [...live.keys()];
  const moment = (): number => setting.start + random.below(1000) * (setting.length / 1000);
  for (let nth = 0; nth < VISITORS && nth < strangers.length; nth += 1) {
    const source = strangers[nth];
    const target = random.pick(hosts);
    for (let times = 1 + random.below(4); times > 0; times -= 1) {
      const ends = { source, target, sourcePort: random.port(), targetPort: 443 };
      agenda.add({
        at: moment(),
        actor: new Session(stage, ends, random.pick([stacks.linux, stacks.windows]), 1 + random.below(6)),
        gap: ROUND_TRIP,
      });
    }
    if (nth % 10 !== 0) continue;
    const server = hosts.find((host) => live.get(host)?.has(53)) ?? target;
    const id = random.below(65536);
    const ends = { source, target: server, sourcePort: random.port(), targetPort: 53 };
    const actor = new Exchange(stage, ends, dnsMessage(id, 'www.example.com', 0), dnsMessage(id, 'www.example.com', 1));
    agenda.add({ at: moment(), actor, gap: ROUND_TRIP });
  }
  const [flooded, lost] = strangers.slice(VISITORS);
  if (flooded !== undefined)
    agenda.add({ at: moment(), actor: new Backscatter(stage, flooded, () => random.pick(addresses), 20), gap: 1e6 });
  if (lost === undefined) return;
  const astray = { source: lost, target: random.pick(addresses), sourcePort: random.port(), targetPort: 8080 };
  agenda.add({ at: moment(), actor: new Knock(stage, astray, stacks.linux, 3), gap: 1.5e6 });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
