import type { AnswerBatch } from '../record/answer.ts';
import { type ContactBatch, Method, Outcome, Proof } from '../record/contact.ts';
import { digest } from '../record/digest.ts';
import { SCTP, TCP, UDP } from '../record/protocols.ts';
import { Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import type { PrefixMatch } from '../table/prefix.ts';
import { Hosts } from './hosts.ts';
import { NAME_ROWS, Names } from './names.ts';
import { HOST_ANSWERS, type Seen } from './seen.ts';
import { SERVICE_ROWS, Services } from './services.ts';
import { Uses } from './uses.ts';

// Hot: `contacts` and `requests` see every row; only rows that were answered cost a look-up.

const CLIENTS = 1 << 15;
const PAIRS = 1 << 17;

const bitOf = (answer: string): number => 1 << HOST_ANSWERS.indexOf(answer);
const REFUSAL = bitOf('refusal');

/** Method → bit of HOST_ANSWERS; 0: it is a service that answers. */
const ANSWER_OF = new Uint8Array(32);
ANSWER_OF[Method.icmpEcho] = bitOf('echo');
ANSWER_OF[Method.icmpTimestamp] = bitOf('timestamp');
ANSWER_OF[Method.icmpMask] = bitOf('address mask');
ANSWER_OF[Method.icmpOther] = bitOf('other icmp');
ANSWER_OF[Method.arp] = bitOf('arp');
ANSWER_OF[Method.nd] = bitOf('neighbour');
ANSWER_OF[Method.ipProtocol] = bitOf('protocol');

/** Methods whose refusal says that the port is closed; RST answers an ACK on an open port too. */
const ASKS = new Uint8Array(32);
for (const method of [Method.tcpSyn, Method.tcpConnect, Method.udp, Method.sctpInit]) ASKS[method] = 1;

/** Answers that were seen, by transport: whether they are visible at all. */
export interface AnswersSeen {
  tcp: number;
  udp: number;
  icmp: number;
}

/**
 * The exposure ledger: all that answers of ours told anybody, whether a scanner or a client. It is fed by answers only,
 * so probes into the dark leave nothing in it. Hosts, services and names are kept with the time of their first and last
 * answer; what finds no room is counted in `unkept`. Who was told is known by the findings: see `exposures.ts`.
 */
export class Surface {
  readonly answers: AnswersSeen = { tcp: 0, udp: 0, icmp: 0 };
  #home: PrefixMatch | undefined;
  readonly #hosts: Hosts;
  readonly #services: Services;
  readonly #names: Names;
  /** of services by their row, then of names */
  readonly #uses: Uses;

  constructor(seed: number) {
    this.#hosts = new Hosts(seed);
    this.#services = new Services(seed);
    this.#names = new Names(seed);
    this.#uses = new Uses(SERVICE_ROWS + NAME_ROWS, CLIENTS, PAIRS, seed);
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
      const host = this.#hosts.row(address, at, time, row);
      if (host < 0) continue;
      const answer = ANSWER_OF[method[row]];
      if (answer !== 0) {
        this.#hosts.answered(host, answer);
        continue;
      }
      if (protocol[row] !== TCP && protocol[row] !== UDP && protocol[row] !== SCTP) continue;
      const service = this.#services.opened(host, targetPort[row], protocol[row], time, row);
      if (end === Outcome.exchanged || (proof[row] & Proof.exchange) !== 0)
        this.#uses.used(service, this.#uses.client(address, row * 8), time, row);
    }
  }

  /** Takes rows `from` … `to` − 1 of a batch. */
  requests(batch: RequestBatch, from: number, to: number): void {
    const { address, port, reply, time, traits, nameLength } = batch;
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
      if (isTold && port[row] !== 0) {
        const service = this.#serviceOf(batch, row);
        if (isHit && !isCopy) this.#uses.used(service, client, time, row);
      }
      if (answer === Reply.missed || nameLength[row] === 0) continue;
      const name = this.#names.row(batch, row);
      if (isHit && !isCopy) this.#uses.used(name < 0 ? -1 : SERVICE_ROWS + name, client, time, row);
    }
  }

  /** Takes what services called themselves. */
  texts(batch: AnswerBatch): void {
    const { address, targetPort, protocol, time, count } = batch;
    for (let row = 0; row < count; row += 1) {
      const at = row * 8 + 4;
      if (!this.isOurs(address, at)) continue;
      const host = this.#hosts.row(address, at, time, row);
      if (host < 0) continue;
      const service = this.#services.opened(host, targetPort[row], protocol[row], time, row);
      if (service >= 0) this.#services.called(service, batch, row);
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
    const all = [
      ...this.#hosts.seen(),
      ...this.#services.seen(this.#hosts, uses),
      ...this.#names.seen((row) => uses.get(SERVICE_ROWS + row)),
    ];
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
    const host = isClosed ? this.#hosts.row(address, at, time, row) : this.#hosts.known(address, at);
    if (host < 0) return;
    if (isClosed) this.#hosts.answered(host, REFUSAL);
    if (ASKS[method[row]] === 0 || (!isClosed && (proof[row] & Proof.filtered) === 0)) return;
    this.#services.shut(host, targetPort[row], protocol[row], isClosed);
  }

  /** Row of the service that answered a request; −1: no room. */
  #serviceOf({ address, port, asked, time }: RequestBatch, row: number): number {
    const host = this.#hosts.row(address, row * 8 + 4, time, row);
    if (host < 0) return -1;
    const carrier = this.#services.carrierOf(host, port[row], asked[row]);
    return this.#services.opened(host, port[row], carrier, time, row);
  }
}

const isZero = (words: Uint32Array): boolean => words.every((word) => word === 0);
