import { Flag } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import type { ContactBatch } from '../record/contact.ts';
import { lookOf } from '../record/look.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { mixSigned } from '../table/hash.ts';
import { HITS } from './crowd-hits.ts';
import { type CrowdOrder, type CrowdRow, evidenceIn, REASONS, roundPrice, strengthOf } from './crowd-tests.ts';
import { CHECKPOINTS, type Watch, Watches } from './crowd-watch.ts';

// Hot: `observe`, until a service has several sources.

/**
 * Crowd: one scan spread over many sources, each of which does too little to be noticed. Accounts are kept by service
 * (protocol and port), not by source, and beside them by service and how the packets look, so that a tool stands out
 * from a background of others, and two efforts from each other. They are charged with what unrelated sources cannot do
 * together:
 *
 *  order      the targets of *new* sources come in an order (natural, descending, or by reversed bytes, as the botnet
 *             that scanned all of IPv4 in 2011 had it: Dainotti et al. 2012). Longest increasing subsequence.
 *  no overlap they share the targets out among them: far fewer targets are hit twice than chance would have it.
 *
 * Only contacts that miss count, and of a source only the first few, so that one loud scanner makes no crowd; for an
 * order only the very first. Tests are taken at 16, 32, 64 … hits; each test's p-value becomes an e-value, and all are
 * averaged, so the bound of the ledger holds for services too. Each test is taken three times, over the hits of the last
 * 24 hours, of the last 7 days and of the round, and averaged: who trickles in for weeks does not hide an effort of a
 * day, and a slow effort is seen whole. After the last test a service is looked at anew, for a
 * price that grows with the rounds. Blind to crowds in random order that is also drawn with replacement.
 */
export interface Crowd {
  /** a pack has neither order nor shares: each of its members did what no innocent source does */
  readonly kind: 'crowd' | 'pack';
  readonly protocol: number;
  readonly port: number;
  /** the service, and how the packets of all members look (record/look.ts); 0: not all alike, or not told */
  readonly look: number;
  readonly bits: number;
  readonly rows: readonly CrowdRow[];
  readonly members: readonly Member[];
  readonly first: number;
  readonly last: number;
  readonly hits: number;
  readonly targets: number;
  /** when new targets were come to, µs, in order, of the first few hundred hits */
  readonly visits: readonly number[];
  readonly order: CrowdOrder;
  /** the bar when it passed it */
  readonly bar: number;
}

export interface Member {
  readonly source: Uint32Array;
  readonly probes: number;
  /** µs; told by packs */
  readonly first?: number;
}

const PER_SOURCE = 4;
/** Protocols with ports are watched by port; TCP, UDP and all others have a table each. */
const TABLES = 3;
const PORTS = 1 << 16;
const SERVICES = 512;
/** Places for services by look, and how many of them are watched. */
const LOOKS = 1 << 14;
const LOOKS_WATCHED = 128;
const MEMBERS = 8192;

const TESTS = ['sequential', 'descending', 'reverse-byte'] as const;

/** The price for having chosen is log2 of all services, and looks at them, that were ever watched. */
export class Crowds {
  readonly #services: Watches;
  readonly #looks: Watches;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#services = new Watches(TABLES * PORTS, SERVICES, seed);
    this.#looks = new Watches(LOOKS, LOOKS_WATCHED, seed ^ 0x6c6b);
  }

  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, way, missed, source: hashes } = ledger.admission;
    const { flags } = ledger.accounts;
    const { protocol, targetPort } = batch;
    for (let row = from; row < to; row += 1) {
      if (first[row] === 0 || missed[row] === 0 || way[row] !== Way.inward || protocol[row] === 0) continue;
      // Who has a finding of its own needs no crowd to be found.
      if (account[row] >= 0 && (flags[account[row]] & Flag.found) !== 0) continue;
      const key = keyOf(protocol[row], targetPort[row]);
      const source = hashes[row];
      const service = this.#services.of(key, source, batch, row, 0);
      if (!service) continue;
      const seen = lookOf(batch, row);
      const look = seen === 0 ? 0 : mixSigned(key, seen) | 1;
      this.#hit(service, batch, row, source, look, ledger);
      if (look === 0) continue;
      const alike = this.#looks.of(mixSigned(this.#seed, look) & (LOOKS - 1), source, batch, row, look);
      if (alike) this.#hit(alike, batch, row, source, look, ledger);
    }
  }

  /** Crowds over the bar, most bits first. */
  found(): Crowd[] {
    const open = ({ all }: Watches): Watch[] => all.filter(({ opened }) => !Number.isNaN(opened));
    const alike = open(this.#looks);
    const services = open(this.#services).filter((service) => !isExplained(service, alike));
    const whole = new Set(services.map(({ key }) => key));
    const parts = alike.filter(({ protocol, port }) => !whole.has(keyOf(protocol, port)));
    const crowds = [...services, ...parts].map(crowdOf);
    return crowds.sort((a, b) => b.bits - a.bits || a.port - b.port || a.look - b.look);
  }

  #hit(watch: Watch, batch: ContactBatch, row: number, source: number, look: number, ledger: Ledger): void {
    const hash = source >>> 0;
    watch.total += 1;
    watch.worth += 1;
    const time = batch.time[row];
    if (time < watch.first) watch.first = time;
    if (time > watch.last) watch.last = time;
    if (watch.bySource.add(hash) && watch.members.size < MEMBERS) watch.members.add(batch, row, hash);
    const nth = watch.bySource.get(hash);
    const { hits } = watch;
    if (hits.size >= HITS || nth > PER_SOURCE) return;
    hits.add(batch, row, hash, nth, look);
    const checkpoint = CHECKPOINTS.indexOf(hits.size);
    if (checkpoint >= 0) this.#judge(watch, checkpoint, ledger);
    if (hits.size === HITS && Number.isNaN(watch.opened)) watch.again();
  }

  #judge(watch: Watch, checkpoint: number, ledger: Ledger): void {
    const { hits } = watch;
    const price = Math.log2(1 + this.#services.begun + this.#looks.begun) + roundPrice(watch.round);
    const { values, since } = evidenceIn(hits, hits.inOrder(hits.size));
    values.forEach((value, test) => {
      watch.evidence[test * CHECKPOINTS.length + checkpoint] = value;
    });
    watch.since = since;
    watch.tested = hits.size;
    watch.bits = Math.log2(totalOf(watch.evidence) / watch.evidence.length) - price;
    if (Number.isNaN(watch.opened) && watch.bits >= ledger.bar.bits) {
      watch.opened = watch.last;
      watch.bar = ledger.bar.bits;
    }
  }
}

const totalOf = (evidence: Float64Array): number => evidence.reduce((sum, value) => sum + value, 0);

/** Place of a service. */
function keyOf(protocol: number, port: number): number {
  if (protocol === TCP) return port;
  if (protocol === UDP) return PORTS + port;
  return 2 * PORTS + ((protocol << 8) | (port & 0xff));
}

/** How much more of the same hits the parts must make than the whole. */
const GOOD_DEAL = 1.25;

/**
 * Whether what came to a service is better told as crowds that look alike, each by itself: on the same hits their tests
 * come to a good deal more than that of all together. Of one effort they come to less, for the tests grow faster than its
 * hits; or to a little more, where its machines have stacks of their own and some come late.
 */
function isExplained({ protocol, port, hits }: Watch, alike: readonly Watch[]): boolean {
  const sorted = hits.inOrder(hits.size);
  const parts = alike
    .filter((part) => part.protocol === protocol && part.port === port)
    .map(({ look }) => sorted.filter((place) => hits.look[place] === look))
    .filter((part) => part.length > 0);
  if (parts.length === 0) return false;
  const strengths = parts.map((part) => Math.max(0, strengthOf(hits, part)));
  return strengths.reduce((sum, bits) => sum + bits, 0) > GOOD_DEAL * strengthOf(hits, sorted);
}

function crowdOf(watch: Watch): Crowd {
  const { protocol, port, look, bits, bar, last } = watch;
  const rows = rowsOf(watch);
  const best = rows.toSorted((a, b) => b.bits - a.bits)[0];
  const order = TESTS[REASONS.indexOf(best?.reason ?? '')] ?? null;
  return { ...effortOf(watch), kind: 'crowd', protocol, port, look, bits, bar, rows, last, order };
}

/** Hits that a row cites. */
const SAMPLES = 20;

function rowsOf({ hits, tested, evidence, bits }: Watch): CrowdRow[] {
  const total = totalOf(evidence);
  const cited = hits.inOrder(tested).subarray(0, SAMPLES);
  const samples = Array.from(cited, (place) => ({
    time: hits.time[place],
    input: hits.input[place],
    record: hits.record[place],
  }));
  return REASONS.map((reason, test) => {
    const part = totalOf(evidence.subarray(test * CHECKPOINTS.length, (test + 1) * CHECKPOINTS.length));
    return { reason, bits: (bits * part) / total, contacts: tested, samples };
  }).filter((row) => row.bits > 0.0005);
}

/** What is told of a crowd from the beginning of its window on: who came before belongs to the noise. */
function effortOf(watch: Watch): Pick<Crowd, 'first' | 'hits' | 'targets' | 'visits' | 'members'> {
  const { hits, since, members, bySource, total } = watch;
  const places = hits.inOrder(hits.size).filter((place) => hits.time[place] >= since);
  const visits = visitsOf(watch, places);
  return {
    first: Math.max(watch.first, hits.time[places[0]] ?? Number.POSITIVE_INFINITY),
    hits: total - (hits.size - places.length),
    targets: visits.length,
    visits,
    members: members.since(since).map(({ source, hash }) => ({ source, probes: bySource.get(hash) })),
  };
}

/** When new targets were come to, of places in order of time. */
function visitsOf({ hits }: Watch, places: Uint16Array): number[] {
  const seen = new Set<number>();
  return Array.from(places)
    .filter((place) => !seen.has(hits.target[place]) && seen.add(hits.target[place]))
    .map((place) => hits.time[place]);
}
