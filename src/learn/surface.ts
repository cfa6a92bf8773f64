import type { AnswerBatch } from '../record/answer.ts';
import { SERVICES, Told } from '../record/answer.ts';
import { type ContactBatch, Method, Outcome, Proof } from '../record/contact.ts';
import { digest } from '../record/digest.ts';
import { SCTP, TCP, UDP } from '../record/protocols.ts';
import { Asked, Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { TextTable } from '../record/text.ts';
import { KeyTable } from '../table/keys.ts';
import type { PrefixMatch } from '../table/prefix.ts';
import { type Use, Uses } from './uses.ts';

// Hot: `contacts` and `requests` see every row; only rows that were answered cost a look-up.

/**
 * The exposure ledger: all that answers of ours told anybody, whether a scanner or a client. It is fed by answers only,
 * so probes into the dark leave nothing in it. Hosts, services and names are kept with the time of their first and last
 * answer; what finds no room is counted in `unkept`. Who was told is known by the findings: see `exposures.ts`.
 */

const HOSTS = 1 << 14;
const SERVICE_ROWS = 1 << 15;
const NAMES = 1 << 14;
const CLIENTS = 1 << 15;
const PAIRS = 1 << 17;
/** Bytes of a name that are kept: as many as a finding shows. */
const LONGEST = 200;

/** What a host answered, by bit of `#hostAnswers`. */
export const HOST_ANSWERS = [
  'echo',
  'timestamp',
  'address mask',
  'other icmp',
  'arp',
  'neighbour',
  'protocol',
  'refusal',
];
const REFUSAL = 1 << 7;

/** Method → bit of HOST_ANSWERS; 0: it is a service that answers. */
const ANSWER_OF = new Uint8Array(32);
ANSWER_OF[Method.icmpEcho] = 1;
ANSWER_OF[Method.icmpTimestamp] = 2;
ANSWER_OF[Method.icmpMask] = 4;
ANSWER_OF[Method.icmpOther] = 8;
ANSWER_OF[Method.arp] = 16;
ANSWER_OF[Method.nd] = 32;
ANSWER_OF[Method.ipProtocol] = 64;

/** Methods whose refusal says that the port is closed; RST answers an ACK on an open port too. */
const ASKS = new Uint8Array(32);
for (const method of [Method.tcpSyn, Method.tcpConnect, Method.udp, Method.sctpInit]) ASKS[method] = 1;

const OPEN = 1;
const CLOSED = 2;
const FILTERED = 3;
const STATES = ['up', 'open', 'closed', 'filtered'] as const;

/** Something that answered, in plain values. */
export interface Seen {
  readonly kind: 'host' | 'service' | 'name';
  /** four words; zeros: not told */
  readonly address: Uint32Array;
  readonly protocol: number;
  /** 0: none, or not told */
  readonly port: number;
  readonly state: (typeof STATES)[number];
  /** µs since 1970 */
  readonly first: number;
  readonly last: number;
  readonly service: string;
  /** what it called itself last, and which kind of text that was: one of Told */
  readonly banner: string;
  readonly told: number;
  /** bits of HOST_ANSWERS */
  readonly answers: number;
  /** one of Asked */
  readonly asked: number;
  readonly site: string;
  readonly name: string;
  readonly status: number;
  readonly bytes: number;
  /** undefined: nobody who counts used it */
  readonly use: Use | undefined;
}

/** Answers that were seen, by transport: whether they are visible at all. */
export interface AnswersSeen {
  tcp: number;
  udp: number;
  icmp: number;
}

export class Surface {
  readonly answers: AnswersSeen = { tcp: 0, udp: 0, icmp: 0 };
  #home: PrefixMatch | undefined;
  readonly #hosts: KeyTable;
  readonly #hostAnswers = new Uint8Array(HOSTS);
  readonly #hostTimes = new Float64Array(2 * HOSTS);
  /** (host, port, protocol) */
  readonly #services: KeyTable;
  readonly #state = new Uint8Array(SERVICE_ROWS);
  readonly #service = new Uint8Array(SERVICE_ROWS);
  readonly #told = new Uint8Array(SERVICE_ROWS);
  readonly #text = new Uint32Array(SERVICE_ROWS);
  readonly #serviceTimes = new Float64Array(2 * SERVICE_ROWS);
  readonly #texts: TextTable;
  /** (asked and port, site, two hashes of the name) */
  readonly #names: KeyTable;
  readonly #nameTimes = new Float64Array(2 * NAMES);
  readonly #server = new Uint32Array(4 * NAMES);
  readonly #status = new Uint16Array(NAMES);
  readonly #bytes = new Uint32Array(NAMES);
  readonly #siteText: string[] = [];
  readonly #nameText: string[] = [];
  readonly #uses: Uses;

  constructor(seed: number) {
    this.#hosts = new KeyTable(HOSTS, seed ^ 0x3c6ef372);
    this.#services = new KeyTable(SERVICE_ROWS, seed ^ 0x510e527f);
    this.#texts = new TextTable(SERVICE_ROWS, SERVICE_ROWS * 32, seed);
    this.#names = new KeyTable(NAMES, seed ^ 0x1f83d9ab);
    this.#uses = new Uses(SERVICE_ROWS + NAMES, CLIENTS, PAIRS, seed);
  }

  /** Answers that found no room. */
  get unkept(): number {
    return this.#hosts.refused + this.#services.refused + this.#names.refused;
  }

  /** Says which networks are ours. Until then, and when none are known, everything that answers counts as ours. */
  at(home: PrefixMatch): void {
    this.#home = home;
  }

  isOurs(words: Uint32Array, at: number): boolean {
    return this.#home === undefined || this.#home.contains(words, at);
  }

  /** Takes rows `from` … `to` − 1 of a batch. */
  contacts(batch: ContactBatch, from: number, to: number): void {
    const { address, outcome, method, proof, protocol, targetPort, time } = batch;
    for (let row = from; row < to; row += 1) {
      const end = outcome[row];
      if (end === Outcome.unanswered || end === Outcome.unknown || end === Outcome.brokenOff) continue;
      if (method[row] === Method.strayAnswer || method[row] === Method.midstream) continue;
      const at = row * 8 + 4;
      if (!this.isOurs(address, at)) continue;
      if (end === Outcome.refused) {
        this.#refused(batch, row);
        continue;
      }
      if ((proof[row] & Proof.continued) === 0) this.#counted(protocol[row]);
      const host = this.#host(address, at, time, row);
      if (host < 0) continue;
      const answer = ANSWER_OF[method[row]];
      if (answer !== 0) {
        this.#hostAnswers[host] |= answer;
        continue;
      }
      if (protocol[row] !== TCP && protocol[row] !== UDP && protocol[row] !== SCTP) continue;
      const service = this.#opened(host, targetPort[row], protocol[row], time, row);
      if (end === Outcome.exchanged || (proof[row] & Proof.exchange) !== 0)
        this.#uses.used(service, this.#uses.client(address, row * 8), time, row);
    }
  }

  /** Takes rows `from` … `to` − 1 of a batch. */
  requests(batch: RequestBatch, from: number, to: number): void {
    const { address, port, asked, reply, time, traits, nameLength } = batch;
    digest(batch);
    for (let row = from; row < to; row += 1) {
      const at = row * 8 + 4;
      const answer = reply[row];
      const isHit = answer === Reply.answered || answer === Reply.accepted;
      if (!isHit && answer !== Reply.denied && answer !== Reply.missed) continue;
      const isTold = address[at + 2] !== 0 || address[at] !== 0;
      if (isTold && !this.isOurs(address, at)) continue;
      const isCopy = (traits[row] & RequestTrait.copy) !== 0;
      const client = this.#uses.client(address, row * 8);
      if (!isCopy) this.#uses.asked(client, answer === Reply.missed);
      let service = -1;
      if (isTold && port[row] !== 0) {
        const host = this.#host(address, at, time, row);
        if (host >= 0) service = this.#opened(host, port[row], this.#carrier(host, port[row], asked[row]), time, row);
        if (isHit && !isCopy) this.#uses.used(service, client, time, row);
      }
      if (answer === Reply.missed || nameLength[row] === 0) continue;
      const name = this.#name(batch, row);
      if (isHit && !isCopy) this.#uses.used(name < 0 ? -1 : SERVICE_ROWS + name, client, time, row);
    }
  }

  /** Takes what services called themselves. A name of the software is worth more than a status line. */
  texts(batch: AnswerBatch): void {
    const { address, targetPort, protocol, service, told, start, length, text, time, count } = batch;
    for (let row = 0; row < count; row += 1) {
      if (!this.isOurs(address, row * 8 + 4)) continue;
      const host = this.#host(address, row * 8 + 4, time, row);
      if (host < 0) continue;
      const place = this.#opened(host, targetPort[row], protocol[row], time, row);
      if (place < 0 || (told[row] === Told.banner && this.#told[place] > Told.banner)) continue;
      const id = this.#texts.intern(text, start[row], length[row]);
      if (id === 0) continue;
      this.#text[place] = id;
      this.#told[place] = told[row];
      this.#service[place] = service[row];
    }
  }

  /**
   * Everything that answered, in no order that means anything.
   *
   * @param scanners sources that do not count as clients
   * @param end of the data, µs since 1970
   */
  seen(scanners: readonly Uint32Array[], end: number): Seen[] {
    const uses = this.#uses.without(scanners, SERVICE_ROWS, end);
    const all: Seen[] = [];
    for (let row = 0; row < this.#hosts.extent; row += 1)
      if (this.#hostAnswers[row] !== 0) all.push(this.#seenHost(row));
    for (let row = 0; row < this.#services.extent; row += 1) all.push(this.#seenService(row, uses));
    for (let row = 0; row < this.#names.extent; row += 1) all.push(this.#seenName(row, uses));
    return all.filter(({ kind, address }) => (kind === 'name' && isZero(address)) || this.isOurs(address, 0));
  }

  #counted(protocol: number): void {
    if (protocol === TCP) this.answers.tcp += 1;
    else if (protocol === UDP) this.answers.udp += 1;
    else this.answers.icmp += 1;
  }

  #refused({ address, method, proof, protocol, targetPort, time }: ContactBatch, row: number): void {
    this.#counted(protocol[row]);
    const isClosed = (proof[row] & Proof.closed) !== 0;
    const at = row * 8 + 4;
    const host = isClosed ? this.#host(address, at, time, row) : this.#hosts.findAt(address, at);
    if (host < 0) return;
    if (isClosed) this.#hostAnswers[host] |= REFUSAL;
    const service = this.#services.find(host, targetPort[row], protocol[row], 0);
    if (service < 0 || ASKS[method[row]] === 0) return;
    if (isClosed) this.#state[service] = CLOSED;
    else if ((proof[row] & Proof.filtered) !== 0) this.#state[service] = FILTERED;
  }

  #host(words: Uint32Array, at: number, times: Float64Array, row: number): number {
    const { size } = this.#hosts;
    const host = this.#hosts.insertAt(words, at);
    if (host < 0) return -1;
    note(this.#hostTimes, host, times, row, this.#hosts.size > size);
    return host;
  }

  /** Row of a service that answered. */
  #opened(host: number, port: number, protocol: number, times: Float64Array, row: number): number {
    const { size } = this.#services;
    const service = this.#services.insert(host, port, protocol, 0);
    if (service < 0) return -1;
    note(this.#serviceTimes, service, times, row, this.#services.size > size);
    this.#state[service] = OPEN;
    return service;
  }

  /** A request does not tell over what it came: what is known of the port decides, then what is usual. */
  #carrier(host: number, port: number, asked: number): number {
    const usual = asked === Asked.dnsName ? UDP : TCP;
    const other = usual === TCP ? UDP : TCP;
    return this.#services.find(host, port, usual, 0) < 0 && this.#services.find(host, port, other, 0) >= 0
      ? other
      : usual;
  }

  /** Row of a name that is there. */
  #name(batch: RequestBatch, row: number): number {
    const { address, asked, port, text, name, nameLength, site, siteLength, status, bytes, time } = batch;
    const at = row * 8 + 4;
    const where = batch.siteHash[row] ^ Math.imul(address[at + 3] ^ address[at + 1], 0x9e3779b1);
    const { size } = this.#names;
    const place = this.#names.insert((port[row] << 4) | asked[row], where, batch.nameHash[row], batch.nameMix[row]);
    if (place < 0) return -1;
    const isNew = this.#names.size > size;
    note(this.#nameTimes, place, time, row, isNew);
    this.#status[place] = status[row];
    this.#bytes[place] = bytes[row];
    if (!isNew) return place;
    for (let word = 0; word < 4; word += 1) this.#server[4 * place + word] = address[at + word];
    this.#siteText[place] = latin(text, site[row], siteLength[row]);
    this.#nameText[place] = latin(text, name[row], nameLength[row]);
    return place;
  }

  #seenHost(row: number): Seen {
    return {
      ...NOTHING,
      kind: 'host',
      address: this.#hosts.keys.slice(4 * row, 4 * row + 4),
      answers: this.#hostAnswers[row],
      first: this.#hostTimes[2 * row],
      last: this.#hostTimes[2 * row + 1],
    };
  }

  #seenService(row: number, uses: ReadonlyMap<number, Use>): Seen {
    const [host, port, protocol] = this.#services.keys.subarray(4 * row, 4 * row + 3);
    return {
      ...NOTHING,
      kind: 'service',
      address: this.#hosts.keys.slice(4 * host, 4 * host + 4),
      protocol,
      port,
      state: STATES[this.#state[row]],
      first: this.#serviceTimes[2 * row],
      last: this.#serviceTimes[2 * row + 1],
      service: SERVICES[this.#service[row]],
      banner: this.#texts.get(this.#text[row]),
      told: this.#told[row],
      use: uses.get(row),
    };
  }

  #seenName(row: number, uses: ReadonlyMap<number, Use>): Seen {
    const [kind] = this.#names.keys.subarray(4 * row, 4 * row + 1);
    return {
      ...NOTHING,
      kind: 'name',
      address: this.#server.slice(4 * row, 4 * row + 4),
      port: kind >>> 4,
      asked: kind & 15,
      state: 'open',
      first: this.#nameTimes[2 * row],
      last: this.#nameTimes[2 * row + 1],
      site: this.#siteText[row],
      name: this.#nameText[row],
      status: this.#status[row],
      bytes: this.#bytes[row],
      use: uses.get(SERVICE_ROWS + row),
    };
  }
}

const NOTHING = {
  protocol: 0,
  port: 0,
  state: 'up',
  service: '',
  banner: '',
  told: 0,
  answers: 0,
  asked: 0,
  site: '',
  name: '',
  status: 0,
  bytes: 0,
  use: undefined,
} as const satisfies Partial<Seen>;

const isZero = (words: Uint32Array): boolean => words.every((word) => word === 0);

/** Notes first and last time of a row, which stand beside each other. */
function note(columns: Float64Array, place: number, times: Float64Array, row: number, isNew: boolean): void {
  const at = 2 * place;
  if (isNew || times[row] < columns[at]) columns[at] = times[row];
  if (isNew || times[row] > columns[at + 1]) columns[at + 1] = times[row];
}

/** A character a byte. */
function latin(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let at = from; at < from + Math.min(length, LONGEST); at += 1) text += String.fromCharCode(bytes[at]);
  return text;
}
