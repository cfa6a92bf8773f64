import { type ContactBatch, firstTtl, Method, Outcome, Proof } from '../../record/contact.ts';
import { Use } from '../../record/habit.ts';
import { TLS_HELLO } from '../../record/hint.ts';
import { isTurnedAway, isWork, Login, LOGIN_AT, SSH_REFUSED } from '../../record/login.ts';
import { ANSWERER_AT, SYSTEM_PORTS } from '../../record/ports.ts';
import { TCP, UDP } from '../../record/protocols.ts';
import { State } from '../../ledger/knowledge.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { Way } from '../../ledger/rates.ts';
import { F, type HabitColumns, MOST, Pair, targetOf, USES, WIDTH } from './columns.ts';

// Hot: `observe`.

/** By port: what it is for. IANA service names. */
const USE_AT = new Uint8Array(65536);
for (const port of [53, 853, 5353]) USE_AT[port] = Use.dns;
for (const port of [25, 465, 587]) USE_AT[port] = Use.mail;
for (const port of [22, 2222]) USE_AT[port] = Use.shell;
USE_AT[123] = Use.time;
for (const port of [161, 162]) USE_AT[port] = Use.snmp;
// Channels on which ports for data are agreed: FTP, RTSP, H.323, SCCP, SIP.
for (const port of [21, 554, 1720, 2000, 5060, 5061]) USE_AT[port] = Use.control;

const WENT_ON = Proof.handshake | Proof.continued;
/** As much as work takes, a handshake of TLS beside it. */
const VEIL = 2;
/** Control connections of FTP, in the clear and encrypted (RFC 959 section 8, RFC 4217 section 2). */
const FTP = 21;
const FTPS = 990;
/** Bytes that no question by datagram needs, with all its repetitions. */
const LOAD = 150;
/** Ports that traceroute counts up from, and how far (traceroute(8): 33434, 30 hops of three probes). */
const TRACE_PORT = 33_434;
const TRACE_PORTS = 100;

/** What contacts tell of the habits of their sources. */
export class ContactHabits {
  readonly #columns: HabitColumns;

  constructor(columns: HabitColumns) {
    this.#columns = columns;
  }

  /** Looks at contacts that have been admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const columns = this.#columns;
    const { account, first, missed, way, state, trace, source } = ledger.admission;
    const { outcome, method, proof, protocol, targetPort, time, tries, address, ttl, bytesOut, bytesIn, hint } = batch;
    const fields = columns.fields;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0) continue;
      const at = mine * WIDTH;
      if (outcome[row] >= Outcome.exchanged) {
        if (outcome[row] === Outcome.exchanged && columns.owner[mine] === source[row]) {
          fields[at + F.exchanged] += 1;
          if (isFiles(targetPort[row])) fields[at + F.fileSessions] += 1;
        } else if (outcome[row] === Outcome.ended && columns.owner[mine] === source[row])
          this.#session(mine, batch, row, hint[row] >= TLS_HELLO);
        else if (outcome[row] === Outcome.denied && columns.owner[mine] === source[row]) fields[at + F.turnedAway] += 1;
        continue;
      }
      if (columns.owner[mine] !== source[row]) columns.begin(mine, source[row], time, row);
      columns.date(mine, time, row);
      fields[at + F.contacts] += 1;
      if (way[row] === Way.outward) fields[at + F.outward] += 1;
      if (missed[row] === 0) fields[at + F.answered] += 1;
      else if (missed[row] === 1) fields[at + F.missed] += 1;
      if (missed[row] === 1 && state[row] === State.failing) fields[at + F.failing] += 1;
      if (trace[row] === 1) fields[at + F.traced] += 1;
      if ((proof[row] & Proof.continued) !== 0) fields[at + F.continued] += 1;
      if ((proof[row] & Proof.exchange) !== 0) {
        fields[at + F.exchanged] += 1;
        if (isFiles(targetPort[row])) fields[at + F.fileSessions] += 1;
        this.#session(mine, batch, row, true);
      }
      fields[at + F.tries] += tries[row] > 1 ? tries[row] : 1;
      const isPing = method[row] === Method.icmpEcho;
      const port = targetPort[row];
      const carried = protocol[row] === TCP || protocol[row] === UDP;
      const use = isPing ? Use.ping : carried ? USE_AT[port] : Use.other;
      columns.uses[mine * USES + use] += 1;
      if (fields[at + F.contacts] === 1) columns.begins[mine] = use;
      if (protocol[row] === TCP) {
        // Who crafts packets can build each in another way, but completes no handshake with them.
        if (LOGIN_AT[port] !== Login.none) fields[at + F.logins] += 1;
        if ((proof[row] & WENT_ON) !== 0) this.#build(mine, batch, row);
        else if (isFromService(batch, row)) fields[at + F.fromServices] += 1;
      } else if (isFromAnswerer(batch, row)) fields[at + F.fromServices] += 1;
      else if (ttl[row] === 0 && protocol[row] === UDP && port >= TRACE_PORT && port < TRACE_PORT + TRACE_PORTS)
        fields[at + F.tracePorts] += 1;
      const service = (protocol[row] << 16) | port;
      columns.beacons.visit(mine, targetOf(address, row * 8 + 4, port), time, row, fields[at + F.pairs]);
      if (first[row] === 0) continue;
      fields[at + F.pairs] += 1;
      if (missed[row] === 1) fields[at + F.pairsMissed] += 1;
      if (carried && port >= SYSTEM_PORTS) fields[at + F.highPorts] += 1;
      if (protocol[row] === UDP && missed[row] !== 0 && bytesOut[row] >= LOAD && bytesIn[row] === 0)
        fields[at + F.loaded] += 1;
      this.#distinct(at, address, row * 8, isPing, service);
    }
  }

  /** Takes note of what its SYN is built like: its options, where it begins to count hops, the largest segment. */
  #build(mine: number, { options, ttl, mss, address }: ContactBatch, row: number): void {
    const columns = this.#columns;
    const stack = (options[row] ^ (mss[row] << 8) ^ firstTtl(ttl[row])) | 0;
    if (options[row] === 0 || stack === columns.stack[mine]) return;
    if (columns.stack[mine] === 0) columns.stack[mine] = stack;
    else if (columns.isNew(address, row * 8, stack, Pair.stack)) columns.fields[mine * WIDTH + F.stacks] += 1;
  }

  /**
   * Counts the hosts whose shell said more to it than to anybody who is not let in, and services that it worked with.
   *
   * @param isVeiled what was said is not visible: within TLS, or a record of a flow tells of it
   */
  #session(mine: number, batch: ContactBatch, row: number, isVeiled: boolean): void {
    const columns = this.#columns;
    const { targetPort, protocol, bytesOut, bytesIn, address } = batch;
    const port = targetPort[row];
    if (protocol[row] !== TCP) return;
    if (USE_AT[port] === Use.shell && bytesIn[row] > SSH_REFUSED)
      columns.count(mine, F.letIn, address, row, Pair.letIn);
    if (isTurnedAway(port, bytesOut[row], bytesIn[row])) columns.fields[mine * WIDTH + F.turnedAway] += 1;
    // Veiled, it may be requests for names: but not where hosts are managed.
    if (isVeiled && LOGIN_AT[port] !== Login.remote) return;
    if (isWork(port, bytesOut[row], bytesIn[row], isVeiled ? VEIL : 1))
      columns.count(mine, F.worked, address, row, Pair.worked | (port << 8));
  }

  #distinct(at: number, address: Uint32Array, words: number, isPing: boolean, service: number): void {
    const columns = this.#columns;
    const fields = columns.fields;
    if (fields[at + F.addresses] < MOST && columns.isFirst(address, words, Pair.address)) fields[at + F.addresses] += 1;
    if (isPing && fields[at + F.pinged] < MOST && columns.isFirst(address, words, Pair.pinged))
      fields[at + F.pinged] += 1;
    if (fields[at + F.services] < MOST && columns.isNew(address, words, service, Pair.service))
      fields[at + F.services] += 1;
  }
}

/** Whether TCP comes from the port of a service, and no flags tell whether it asks or answers. */
const isFromService = ({ flags, sourcePort, method }: ContactBatch, row: number): boolean =>
  flags[row] === 0 && sourcePort[row] !== 0 && sourcePort[row] < SYSTEM_PORTS && method[row] === Method.tcpSyn;

/** Whether a datagram comes from the port of a service to another, and it is not told whether it asks or answers. */
function isFromAnswerer({ protocol, payload, sourcePort, targetPort }: ContactBatch, row: number): boolean {
  const from = sourcePort[row];
  if (protocol[row] !== UDP || payload[row] !== 0 || from === 0 || from === targetPort[row]) return false;
  return from < SYSTEM_PORTS || ANSWERER_AT[from] === 1;
}

const isFiles = (port: number): boolean => port === FTP || port === FTPS;
