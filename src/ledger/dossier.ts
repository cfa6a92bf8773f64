import { isV4 } from '../record/address.ts';
import { type ContactBatch, Method, METHODS, Outcome, Proof } from '../record/contact.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { Counts } from '../table/counts.ts';
import { hash4Signed } from '../table/hash.ts';
import { TFTP_PORT } from '../record/ports.ts';
import { Asked, type RequestBatch, RequestTrait } from '../record/request.ts';
import { Quest } from './quest.ts';

// Hot: `observe` runs for every contact of a source with an account.

/**
 * A dossier collects what a finding will say of one source's episode: whom it tried, how, in what order, and what
 * answered. Sources are many and suspects few, so a dossier is opened only when an account begins to fill; what came
 * before is kept as the account's first few contacts.
 */
export class Dossier {
  readonly account: number;
  /** the source, four words */
  readonly source: Uint32Array;
  readonly addresses: Counts;
  /** protocol << 16 | port → contacts */
  readonly services: Counts;
  /** contacts by method */
  readonly methods: number[] = Array.from(METHODS, () => 0);
  readonly outcomes = [0, 0, 0, 0, 0];
  readonly inputs = new Set<number>();
  /** first contacts in the order they were told: what `order` is judged by */
  readonly visits: Visits = { time: [], record: [], address: [], upper: [], port: [], missed: [] };
  /** what answered, first of each kind */
  readonly learned: Lesson[] = [];
  /** what it asked for by name, if it did */
  quest: Quest | undefined;
  probes = 0;
  /** contacts in which it completed a handshake */
  connected = 0;
  /** real exchanges that it completed */
  exchanged = 0;
  /** proven connections that it broke off by RST without a word */
  brokenOff = 0;
  /** probes that trace a path */
  traced = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;
  firstInput = 0;
  firstRecord = 0;
  /** bits of Proof seen */
  proof = 0;
  /** when the finding opened (µs), and the bar then; NaN while under the bar */
  opened = Number.NaN;
  bar = 0;
  /** first contacts that could not be kept one by one */
  unkept = 0;
  /** a proxy told its address */
  isForwarded = false;
  readonly #seed: number;
  /** hosts and services that were told in this episode */
  readonly #told: Counts;
  #lastInput = -1;
  /** place of the latest visit, once there is no room for more */
  #latest = 0;

  constructor(account: number, source: Uint32Array, seed: number) {
    this.account = account;
    this.source = source;
    this.#seed = seed;
    this.addresses = new Counts(seed, 1 << 20);
    this.services = new Counts(seed, 1 << 18);
    this.#told = new Counts(seed ^ 1, LESSONS);
  }

  /** Takes a contact of this source. */
  observe(batch: Contacts, row: number, isFirst: boolean, isTrace: boolean): void {
    const { time, input, record, address, targetPort, protocol, method, outcome, proof } = batch;
    const at = row * 8 + 4;
    this.probes += 1;
    if (isTrace) this.traced += 1;
    this.methods[method[row]] += 1;
    this.outcomes[outcome[row]] += 1;
    this.proof |= proof[row];
    if ((proof[row] & Proof.handshake) !== 0) this.connected += 1;
    if (time[row] < this.first) {
      this.first = time[row];
      this.firstInput = input[row];
      this.firstRecord = record[row];
    }
    if (time[row] > this.last) this.last = time[row];
    if (input[row] !== this.#lastInput) this.#addInput(input[row]);
    this.addresses.add(this.#addressKey(address, at));
    this.services.add((protocol[row] << 16) | targetPort[row]);
    if (outcome[row] === Outcome.answered) this.#learn(batch, row, isFirst);
    if (isFirst) this.#visit(batch, row);
  }

  #visit({ time, record, address, targetPort, outcome }: Contacts, row: number): void {
    const { visits } = this;
    const place = this.#placeFor(time, row);
    if (place < 0) return;
    const at = row * 8 + 4;
    visits.time[place] = time[row];
    visits.record[place] = record[row];
    visits.address[place] = address[at + 3];
    if (!isV4(address, at)) for (let word = 0; word < 3; word += 1) visits.upper[3 * place + word] = address[at + word];
    visits.port[place] = targetPort[row];
    visits.missed[place] = outcome[row] === Outcome.refused || outcome[row] === Outcome.unanswered;
    this.#findLatest();
  }

  /** Takes over the first contacts of another dossier. */
  visitsOf({ visits: other }: Dossier): void {
    const { visits } = this;
    for (let at = 0; at < other.time.length; at += 1) {
      const place = this.#placeFor(other.time, at);
      if (place < 0) continue;
      visits.time[place] = other.time[at];
      visits.record[place] = other.record[at];
      visits.address[place] = other.address[at];
      if (other.upper.length > 0)
        for (let word = 0; word < 3; word += 1) visits.upper[3 * place + word] = other.upper[3 * at + word];
      visits.port[place] = other.port[at];
      visits.missed[place] = other.missed[at];
      this.#findLatest();
    }
  }

  /** Where a visit at `times[at]` is kept: of too many the earliest are, for that nobody answers is told late. −1: nowhere. */
  #placeFor(times: ArrayLike<number>, at: number): number {
    const { length } = this.visits.time;
    if (length < VISITS) return length;
    return times[at] < this.visits.time[this.#latest] ? this.#latest : -1;
  }

  #findLatest(): void {
    if (this.visits.time.length === VISITS) this.#latest = latestOf(this.visits.time);
  }

  /** Takes a request of this source. @param missed as in RequestAdmission */
  ask(batch: RequestBatch, row: number, isFirst: boolean, missed: number): void {
    const { time, input, record, asked, reply, address, port, traits } = batch;
    this.quest ??= new Quest(this.#seed);
    this.quest.observe(batch, row, isFirst, missed);
    if (input[row] !== this.#lastInput) this.#addInput(input[row]);
    if ((traits[row] & RequestTrait.copy) !== 0) return;
    this.probes += 1;
    this.methods[asked[row] === Asked.path && port[row] === TFTP_PORT ? Method.udp : METHOD_OF[asked[row]]] += 1;
    this.outcomes[OUTCOME_OF[reply[row]]] += 1;
    if ((traits[row] & RequestTrait.proven) !== 0) this.proof |= Proof.handshake;
    if ((traits[row] & RequestTrait.forwarded) !== 0) this.isForwarded = true;
    if (time[row] < this.first) {
      this.first = time[row];
      this.firstInput = input[row];
      this.firstRecord = record[row];
    }
    if (time[row] > this.last) this.last = time[row];
    const at = row * 8 + 4;
    if (address[at + 2] !== 0 || address[at] !== 0) this.addresses.add(this.#addressKey(address, at));
    if (port[row] !== 0) this.services.add((this.carrier(asked[row], port[row]) << 16) | port[row]);
  }

  /** Over what a kind of name was asked for at a port: what its contacts say, or else what is usual. */
  carrier(asked: number, port: number): number {
    const usual = PROTOCOL_OF[asked];
    const other = usual === TCP ? UDP : TCP;
    const isOther = this.services.get((usual << 16) | port) === 0 && this.services.get((other << 16) | port) > 0;
    return isOther ? other : usual;
  }

  /** Reads ahead what `observe` will touch. The number means nothing. */
  approach({ address, targetPort, protocol }: Contacts, row: number): number {
    const { addresses, services, methods, outcomes } = this;
    const sum = addresses.approach(this.#addressKey(address, row * 8 + 4)) ^ this.probes ^ methods[0] ^ outcomes[0];
    return sum ^ services.approach((protocol[row] << 16) | targetPort[row]);
  }

  #addressKey(address: Uint32Array, at: number): number {
    if (isV4(address, at)) return address[at + 3] | 0;
    const low = address[at + 3] | 0;
    return hash4Signed(this.#seed, address[at] | 0, address[at + 1] | 0, address[at + 2] | 0, low);
  }

  #addInput(input: number): void {
    this.#lastInput = input;
    if (this.inputs.size < 64) this.inputs.add(input);
  }

  /** What is told in an episode counts as learned in it, though an earlier one may have been told the same. */
  #learn(batch: Contacts, row: number, isFirst: boolean): void {
    const { address, targetPort, protocol, method, time } = batch;
    const host = this.#addressKey(address, row * 8 + 4);
    const isNew = this.#told.add(
      hash4Signed(this.#seed, host, (protocol[row] << 16) | targetPort[row], method[row], 0),
    );
    if (!isFirst && !isNew) return;
    if (this.learned.length >= LESSONS) {
      this.unkept += 1;
      return;
    }
    const target = address.slice(row * 8 + 4, row * 8 + 8);
    this.learned.push({ target, port: targetPort[row], protocol: protocol[row], method: method[row], time: time[row] });
  }
}

/** By Asked: how the finding calls it, and over what it went. */
const METHOD_OF: readonly number[] = [Method.tcpConnect, Method.http, Method.dns, Method.login];
const PROTOCOL_OF: readonly number[] = [TCP, TCP, UDP, TCP];
/** By Reply. */
const OUTCOME_OF: readonly number[] = [
  Outcome.unknown,
  Outcome.answered,
  Outcome.refused,
  Outcome.refused,
  Outcome.refused,
  Outcome.unknown,
  Outcome.answered,
];

/** First contacts, as columns that grow. */
export interface Visits {
  readonly time: number[];
  readonly record: number[];
  /** last word of the target address */
  readonly address: number[];
  /** IPv6: the three words before it, of each visit; empty for IPv4, since a source keeps to its family */
  readonly upper: number[];
  readonly port: number[];
  readonly missed: boolean[];
}

/** Place of the latest time, the first among equals. */
function latestOf(times: readonly number[]): number {
  let latest = 0;
  for (let at = 1; at < times.length; at += 1) if (times[at] > times[latest]) latest = at;
  return latest;
}

/** Places of the first `count` visits in the order of time. */
export function inTime({ time, record }: Visits, count = time.length): number[] {
  const places: number[] = [];
  let sorted = true;
  for (let at = 0; at < count && at < time.length; at += 1) {
    places.push(at);
    if (at > 0 && (time[at - 1] - time[at] || record[at - 1] - record[at]) > 0) sorted = false;
  }
  return sorted ? places : places.sort((a, b) => time[a] - time[b] || record[a] - record[b]);
}

/** A target that answered. */
export interface Lesson {
  readonly target: Uint32Array;
  readonly port: number;
  readonly protocol: number;
  readonly method: number;
  readonly time: number;
}

/** First contacts that a dossier keeps one by one. */
export const VISITS = 256;
const LESSONS = 1 << 16;

/** The columns that a dossier reads, of a batch or of the remembered first contacts. */
export type Contacts = Pick<
  ContactBatch,
  'time' | 'input' | 'record' | 'address' | 'targetPort' | 'protocol' | 'method' | 'outcome' | 'proof'
>;
