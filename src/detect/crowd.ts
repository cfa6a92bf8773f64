import { Flag, type Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { isV4 } from '../record/address.ts';
import type { ContactBatch } from '../record/contact.ts';
import { type CrowdOrder, type CrowdRow, evidenceIn, type Hit, REASONS } from './crowd-tests.ts';
import { CHECKPOINTS, isLess, Watch } from './crowd-watch.ts';

// Hot: `observe`, until a service has several sources.

/**
 * Crowd: one scan spread over many sources, each of which does too little to be noticed. Accounts are kept by service
 * (protocol and port), not by source, and charged with what unrelated sources cannot do together:
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
/** Different sources that miss one service until it is looked at. */
const ENOUGH = 6;
const WATCHED = 512;
/** Watches that are looked at when one must make room. */
const LOOKED_AT = 16;
const HITS = 512;
const MEMBERS = 8192;

const TESTS = ['sequential', 'descending', 'reverse-byte'] as const;

/**
 * Watches all services that several sources missed, so many at a time; of a few the one that was hit least makes room,
 * and takes as many sources as before to be watched again. So a flood over many services pushes out what is hit less often
 * than one in a few hundred of the services that it takes up. The price for having chosen is log2 of all services that were
 * ever watched.
 */
export class Crowds {
  /** by table and port: different sources in a row that missed, and the last of them */
  readonly #sources = new Uint8Array(TABLES * PORTS);
  readonly #lastSource = new Int32Array(TABLES * PORTS);
  /** by table and port: 1 + place in `#watches`, 0 none */
  readonly #place = new Uint16Array(TABLES * PORTS);
  readonly #watches: Watch[] = [];
  /** watches ever begun */
  #begun = 0;
  #hand = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, way, missed, source: hashes } = ledger.admission;
    const { flags } = ledger.accounts;
    const { protocol, targetPort } = batch;
    for (let row = from; row < to; row += 1) {
      if (first[row] === 0 || missed[row] === 0 || way[row] !== Way.inward || protocol[row] === 0) continue;
      // Who has a finding of its own needs no crowd to be found.
      if (account[row] >= 0 && (flags[account[row]] & Flag.found) !== 0) continue;
      const table = protocol[row] === 6 ? 0 : protocol[row] === 17 ? 1 : 2;
      const key = table * PORTS + (table === 2 ? (protocol[row] << 8) | (targetPort[row] & 0xff) : targetPort[row]);
      const source = hashes[row];
      if (this.#place[key] !== 0) this.#hit(this.#watches[this.#place[key] - 1], batch, row, source, ledger);
      else if (source !== this.#lastSource[key]) {
        this.#lastSource[key] = source;
        this.#sources[key] += 1;
        if (this.#sources[key] >= ENOUGH) this.#watch(key, protocol, targetPort, row);
      }
    }
  }

  /** Begins to watch a service, if one that is watched may go. */
  #watch(key: number, protocols: Uint8Array, ports: Uint16Array, row: number): void {
    const place = this.#watches.length < WATCHED ? this.#watches.length : this.#leave();
    if (place < 0) return;
    this.#watches[place] = new Watch(key, protocols[row], ports[row], this.#seed ^ key);
    this.#place[key] = place + 1;
    this.#begun += 1;
  }

  /** Lets the watch go that was hit least, of a few that have not opened; of equals the one that was hit last longest ago. */
  #leave(): number {
    let least = -1;
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      this.#hand = (this.#hand + 1) % WATCHED;
      const watch = this.#watches[this.#hand];
      if (!Number.isNaN(watch.opened)) continue;
      watch.worth /= 2;
      if (least < 0 || isLess(watch, this.#watches[least])) least = this.#hand;
    }
    if (least < 0) return -1;
    const { key } = this.#watches[least];
    this.#place[key] = 0;
    this.#sources[key] = 0;
    return least;
  }

  /** Crowds over the bar, most bits first. */
  found(): Crowd[] {
    const open = this.#watches.filter((watch) => !Number.isNaN(watch.opened));
    const crowds = open.map(
      (watch): Crowd => ({
        ...effortOf(watch),
        kind: 'crowd',
        protocol: watch.protocol,
        port: watch.port,
        bits: watch.bits,
        bar: watch.bar,
        rows: watch.rows,
        last: watch.last,
        order: watch.order,
      }),
    );
    return crowds.sort((a, b) => b.bits - a.bits || a.port - b.port);
  }

  #hit(watch: Watch, batch: ContactBatch, row: number, source: number, ledger: Ledger): void {
    const hash = source >>> 0;
    watch.total += 1;
    watch.worth += 1;
    const time = batch.time[row];
    if (time < watch.first) watch.first = time;
    if (time > watch.last) watch.last = time;
    if (watch.bySource.add(hash) && watch.members.length < MEMBERS)
      watch.members.push({ source: batch.address.slice(row * 8, row * 8 + 4), hash, first: time });
    const nth = watch.bySource.get(hash);
    if (watch.hits.length >= HITS || nth > PER_SOURCE) return;
    const target = batch.address[row * 8 + 7];
    watch.hits.push({
      time,
      input: batch.input[row],
      record: batch.record[row],
      target,
      isV4: isV4(batch.address, row * 8 + 4),
      source: hash,
      nth,
    });
    const checkpoint = CHECKPOINTS.indexOf(watch.hits.length);
    if (checkpoint >= 0) this.#judge(watch, checkpoint, ledger);
    if (watch.hits.length === HITS && Number.isNaN(watch.opened)) watch.again();
  }

  #judge(watch: Watch, checkpoint: number, ledger: Ledger): void {
    const hits = watch.hits.toSorted((a, b) => a.time - b.time || a.record - b.record);
    // Weights 1/(r(r+1)) of the rounds add up to at most 1.
    const price = Math.log2(1 + this.#begun) + Math.log2((watch.round * (watch.round + 1)) / 2);
    const { values, since } = evidenceIn(hits);
    values.forEach((value, test) => {
      watch.evidence[test * CHECKPOINTS.length + checkpoint] = value;
    });
    watch.since = since;

    const total = watch.evidence.reduce((sum, value) => sum + value, 0);
    watch.bits = Math.log2(total / watch.evidence.length) - price;
    watch.rows = REASONS.map((reason, test) => {
      const from = test * CHECKPOINTS.length;
      const part = watch.evidence.slice(from, from + CHECKPOINTS.length).reduce((sum, value) => sum + value, 0);
      return { reason, bits: (watch.bits * part) / total, contacts: hits.length, samples: hits.slice(0, 20) };
    }).filter(({ bits }) => bits > 0.0005);
    const best = watch.rows.toSorted((a, b) => b.bits - a.bits)[0];
    watch.order = TESTS[REASONS.indexOf(best?.reason ?? '')] ?? null;
    if (Number.isNaN(watch.opened) && watch.bits >= ledger.bar.bits) {
      watch.opened = watch.last;
      watch.bar = ledger.bar.bits;
    }
  }
}

/** What is told of a crowd from the beginning of its window on: who came before belongs to the noise. */
function effortOf(watch: Watch): Pick<Crowd, 'first' | 'hits' | 'targets' | 'visits' | 'members'> {
  const { since, members, bySource, total } = watch;
  const hits = watch.hits.filter(({ time }) => time >= since);
  return {
    first: Math.max(watch.first, Math.min(...hits.map(({ time }) => time))),
    hits: total - (watch.hits.length - hits.length),
    targets: new Set(hits.map(({ target }) => target)).size,
    visits: visitsOf(hits),
    members: members
      .filter(({ first }) => first >= since)
      .map(({ source, hash }) => ({ source, probes: bySource.get(hash) })),
  };
}

function visitsOf(hits: readonly Hit[]): number[] {
  const seen = new Set<number>();
  const sorted = hits.toSorted((a, b) => a.time - b.time || a.record - b.record);
  return sorted.filter(({ target }) => !seen.has(target) && seen.add(target)).map(({ time }) => time);
}
