import { type ContactBatch, firstTtl, Method, Outcome, Proof } from '../record/contact.ts';
import { hashBytes } from '../record/fnv.ts';
import { AGENT, type Habit, Use } from '../record/habit.ts';
import { TLS_HELLO } from '../record/hint.ts';
import { isTurnedAway, isWork, Login, LOGIN_AT, SSH_REFUSED } from '../record/login.ts';
import { ANSWERER_AT, SYSTEM_PORTS } from '../record/ports.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { Asked, Reply, type RequestBatch, RequestTrait, VERBS } from '../record/request.ts';
import { FirstContact } from '../ledger/first-contact.ts';
import { State } from '../ledger/knowledge.ts';
import { Flag } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { mixSigned } from '../table/hash.ts';
import { Beacons } from './beacons.ts';
import { AGENTS, agentOf } from './web/agents.ts';

// Hot: `observe` and `ask`.

/** By port: what it is for. IANA service names. */
const USE_AT = new Uint8Array(65536);
for (const port of [53, 853, 5353]) USE_AT[port] = Use.dns;
for (const port of [25, 465, 587]) USE_AT[port] = Use.mail;
for (const port of [22, 2222]) USE_AT[port] = Use.shell;
USE_AT[123] = Use.time;
for (const port of [161, 162]) USE_AT[port] = Use.snmp;
// Channels on which ports for data are agreed: FTP, RTSP, H.323, SCCP, SIP.
for (const port of [21, 554, 1720, 2000, 5060, 5061]) USE_AT[port] = Use.control;

const USES = Object.keys(Use).length;
const MOST = 1 << 12;
/** Places in the cache of names. */
const NAMES = 1 << 12;
const Called = { feed: 1, checkup: 2 } as const;
const KINDS = Math.max(...Object.values(AGENT)) + 1;
const NOT_MODIFIED = 304;
const HEAD = VERBS.indexOf('HEAD');
const WENT_ON = Proof.handshake | Proof.continued;
/** As much as work takes, headers or a handshake of TLS beside it. */
const VEIL = 2;
/** Control connections of FTP, in the clear and encrypted (RFC 959 section 8, RFC 4217 section 2). */
const FTP = 21;
const FTPS = 990;
/** Bytes that no question by datagram needs, with all its repetitions. */
const LOAD = 150;
/** Ports that traceroute counts up from, and how far (traceroute(8): 33434, 30 hops of three probes). */
const TRACE_PORT = 33_434;
const TRACE_PORTS = 100;

/** What is remembered of pairs, by `what`. */
const Pair = { address: 0, pinged: 1, service: 2, agent: 3, path: 4, stack: 5, letIn: 6, worked: 7 } as const;

/** Where each count stands among those of its account. */
const F = {
  outward: 0,
  contacts: 1,
  answered: 2,
  missed: 3,
  failing: 4,
  traced: 5,
  exchanged: 6,
  pairs: 7,
  pairsMissed: 8,
  highPorts: 9,
  addresses: 10,
  services: 11,
  pinged: 12,
  requests: 13,
  requestsAnswered: 14,
  requestsMissed: 15,
  names: 16,
  namesMissed: 17,
  unmodified: 18,
  heads: 19,
  referred: 20,
  admitted: 21,
  refused: 22,
  lookups: 23,
  feeds: 24,
  continued: 25,
  tries: 26,
  tracePorts: 27,
  stacks: 28,
  mailLookups: 29,
  paths: 30,
  checkups: 31,
  loaded: 32,
  fileSessions: 33,
  fromServices: 34,
  letIn: 35,
  logins: 36,
  worked: 37,
  turnedAway: 38,
} as const;
type Field = keyof typeof F;
const FIELDS = Object.keys(F) as Field[];
const WIDTH = FIELDS.length;

export class Habits {
  /** by account: which source that is, by its hash */
  readonly #owner: Int32Array;
  /** by account, FIELDS each */
  readonly #fields: Uint32Array;
  readonly #uses: Uint32Array;
  readonly #agents: Uint16Array;
  readonly #agent: Uint16Array;
  /** hash of the agent that was seen last; 0: none yet */
  readonly #calls: Int32Array;
  readonly #path: Int32Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #begins: Uint8Array;
  readonly #beacons: Beacons;
  readonly #stack: Int32Array;
  /** a cache: by name, what it is called like */
  readonly #nameTag = new Int32Array(NAMES);
  readonly #nameCalled = new Uint8Array(NAMES);
  readonly #seen: FirstContact;
  readonly #key = new Uint32Array(8);

  constructor(accounts: number, seed: number) {
    this.#owner = new Int32Array(accounts);
    this.#fields = new Uint32Array(accounts * WIDTH);
    this.#uses = new Uint32Array(accounts * USES);
    this.#agents = new Uint16Array(accounts * KINDS);
    this.#agent = new Uint16Array(accounts);
    this.#calls = new Int32Array(accounts);
    this.#path = new Int32Array(accounts);
    this.#first = new Float64Array(accounts);
    this.#last = new Float64Array(accounts);
    this.#begins = new Uint8Array(accounts);
    this.#beacons = new Beacons(accounts);
    this.#stack = new Int32Array(accounts);
    this.#seen = new FirstContact(21, seed ^ 0x7f4a7c15);
  }

  /** Looks at contacts that have been admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, missed, way, state, trace, source } = ledger.admission;
    const { outcome, method, proof, protocol, targetPort, time, tries, address, ttl, bytesOut, bytesIn } = batch;
    const fields = this.#fields;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0) continue;
      const at = mine * WIDTH;
      if (outcome[row] >= Outcome.exchanged) {
        if (outcome[row] === Outcome.exchanged && this.#owner[mine] === source[row]) {
          fields[at + F.exchanged] += 1;
          if (isFiles(targetPort[row])) fields[at + F.fileSessions] += 1;
        } else if (outcome[row] === Outcome.ended && this.#owner[mine] === source[row])
          this.#session(mine, batch, row, 1);
        else if (outcome[row] === Outcome.denied && this.#owner[mine] === source[row]) fields[at + F.turnedAway] += 1;
        continue;
      }
      if (this.#owner[mine] !== source[row]) this.#begin(mine, source[row], time, row);
      this.#date(mine, time, row);
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
        this.#session(mine, batch, row, 2);
      }
      fields[at + F.tries] += tries[row] > 1 ? tries[row] : 1;
      const isPing = method[row] === Method.icmpEcho;
      const port = targetPort[row];
      const carried = protocol[row] === TCP || protocol[row] === UDP;
      const use = isPing ? Use.ping : carried ? USE_AT[port] : Use.other;
      this.#uses[mine * USES + use] += 1;
      if (fields[at + F.contacts] === 1) this.#begins[mine] = use;
      if (protocol[row] === TCP) {
        // Who crafts packets can build each in another way, but completes no handshake with them.
        if (LOGIN_AT[port] !== Login.none) fields[at + F.logins] += 1;
        if ((proof[row] & WENT_ON) !== 0) this.#build(mine, batch, row);
        else if (isFromService(batch, row)) fields[at + F.fromServices] += 1;
      } else if (isFromAnswerer(batch, row)) fields[at + F.fromServices] += 1;
      else if (ttl[row] === 0 && protocol[row] === UDP && port >= TRACE_PORT && port < TRACE_PORT + TRACE_PORTS)
        fields[at + F.tracePorts] += 1;
      const service = (protocol[row] << 16) | port;
      this.#beacons.visit(mine, targetOf(address, row * 8 + 4, port), time, row, fields[at + F.pairs]);
      if (first[row] === 0) continue;
      fields[at + F.pairs] += 1;
      if (missed[row] === 1) fields[at + F.pairsMissed] += 1;
      if (carried && port >= SYSTEM_PORTS) fields[at + F.highPorts] += 1;
      if (protocol[row] === UDP && missed[row] !== 0 && bytesOut[row] >= LOAD && bytesIn[row] === 0)
        fields[at + F.loaded] += 1;
      this.#distinct(at, address, row * 8, isPing, service);
    }
  }

  /** Looks at requests that have been admitted. */
  ask(batch: RequestBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, missed, source } = ledger.asking.admission;
    const { asked, reply, status, verb, refererLength, time, traits, address, port } = batch;
    const fields = this.#fields;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0 || (traits[row] & RequestTrait.copy) !== 0) continue;
      const at = mine * WIDTH;
      if (this.#owner[mine] !== source[row]) this.#begin(mine, source[row], time, row);
      this.#date(mine, time, row);
      fields[at + F.requests] += 1;
      const answer = reply[row];
      if (answer === Reply.answered || answer === Reply.accepted) fields[at + F.requestsAnswered] += 1;
      else if (answer === Reply.missed) fields[at + F.requestsMissed] += 1;
      const isPath = asked[row] === Asked.path;
      if (status[row] === NOT_MODIFIED) fields[at + F.unmodified] += 1;
      if (verb[row] === HEAD) fields[at + F.heads] += 1;
      if (refererLength[row] > 1) fields[at + F.referred] += 1;
      if (asked[row] === Asked.user && answer === Reply.accepted) fields[at + F.admitted] += 1;
      if (asked[row] === Asked.user && answer === Reply.denied) fields[at + F.refused] += 1;
      // A name and a secret were sent along, and did not do.
      if (isPath && answer === Reply.denied && (traits[row] & RequestTrait.secretGuessed) !== 0)
        fields[at + F.turnedAway] += 1;
      if (asked[row] === Asked.dnsName) fields[at + F.lookups] += 1;
      if ((traits[row] & RequestTrait.mailAsked) !== 0) fields[at + F.mailLookups] += 1;
      if (first[row] === 1) {
        fields[at + F.names] += 1;
        const called = isPath ? this.#called(batch, row) : 0;
        if ((called & Called.feed) !== 0) fields[at + F.feeds] += 1;
        if ((called & Called.checkup) !== 0) fields[at + F.checkups] += 1;
        if (missed[row] === 1) fields[at + F.namesMissed] += 1;
      }
      if (isPath) this.#client(mine, batch, row);
      const hash = nameOf(batch, row);
      if (isPath && this.#path[mine] === 0) this.#path[mine] = hash;
      if (
        isPath &&
        fields[at + F.paths] < MOST &&
        this.#isRobot(mine) &&
        this.#isNew(address, row * 8, hash, Pair.path)
      )
        fields[at + F.paths] += 1;
      // Where packets are read, contacts tell when it came; but a connection may be kept for all that is asked.
      if (fields[at + F.contacts] === 0) this.#beacons.visit(mine, hash ^ address[row * 8 + 7], time, row);
      else if (isPath && hash === this.#path[mine])
        this.#beacons.ask(mine, targetOf(address, row * 8 + 4, port[row]), time, row);
    }
  }

  /** What is known of an account's source. @returns undefined: nothing */
  of(account: number, ledger: Ledger): Habit | undefined {
    const { keys, flags } = ledger.accounts;
    if (account < 0 || !keys.has(account) || this.#owner[account] !== (keys.hashOf(account) | 0)) return undefined;
    const field = (name: Field): number => this.#fields[account * WIDTH + F[name]];
    const figures = Object.fromEntries(FIELDS.map((name) => [name, field(name)])) as Record<Field, number>;
    return {
      ...figures,
      own: (flags[account] & Flag.own) !== 0,
      uses: [...this.#uses.subarray(account * USES, (account + 1) * USES)],
      agents: [...this.#agents.subarray(account * KINDS, (account + 1) * KINDS)],
      agent: AGENTS[this.#agent[account]].name,
      path: this.#path[account],
      first: this.#first[account],
      last: this.#last[account],
      begins: this.#begins[account],
      beacon: this.#beacons.of(account),
      visits: this.#beacons.visitsOf(account),
    };
  }

  #begin(mine: number, owner: number, times: Float64Array, row: number): void {
    this.#owner[mine] = owner;
    for (let at = mine * WIDTH, end = at + WIDTH; at < end; at += 1) this.#fields[at] = 0;
    for (let at = mine * USES, end = at + USES; at < end; at += 1) this.#uses[at] = 0;
    for (let at = mine * KINDS, end = at + KINDS; at < end; at += 1) this.#agents[at] = 0;
    this.#agent[mine] = 0;
    this.#calls[mine] = 0;
    this.#path[mine] = 0;
    this.#stack[mine] = 0;
    this.#beacons.forget(mine);
    this.#first[mine] = times[row];
    this.#last[mine] = times[row];
  }

  #date(mine: number, times: Float64Array, row: number): void {
    if (times[row] < this.#first[mine]) this.#first[mine] = times[row];
    else if (times[row] > this.#last[mine]) this.#last[mine] = times[row];
  }

  /** Takes note of what its SYN is built like: its options, where it begins to count hops, the largest segment. */
  #build(mine: number, { options, ttl, mss, address }: ContactBatch, row: number): void {
    const stack = (options[row] ^ (mss[row] << 8) ^ firstTtl(ttl[row])) | 0;
    if (options[row] === 0 || stack === this.#stack[mine]) return;
    if (this.#stack[mine] === 0) this.#stack[mine] = stack;
    else if (this.#isNew(address, row * 8, stack, Pair.stack)) this.#fields[mine * WIDTH + F.stacks] += 1;
  }

  /**
   * Counts the hosts whose shell said more to it than to anybody who is not let in, and services that it worked with.
   *
   * @param times as much that takes, where headers are counted among it
   */
  #session(mine: number, batch: ContactBatch, row: number, times: number): void {
    const { targetPort, protocol, bytesOut, bytesIn, address, hint } = batch;
    const port = targetPort[row];
    if (protocol[row] !== TCP) return;
    if (USE_AT[port] === Use.shell && bytesIn[row] > times * SSH_REFUSED)
      this.#count(mine, F.letIn, address, row, Pair.letIn);
    if (isTurnedAway(port, bytesOut[row], bytesIn[row], times)) this.#fields[mine * WIDTH + F.turnedAway] += 1;
    // Within TLS, or where no content is told, it may be requests for names: but not where hosts are managed.
    const isVeiled = times > 1 || hint[row] >= TLS_HELLO;
    if (isVeiled && LOGIN_AT[port] !== Login.remote) return;
    if (isWork(port, bytesOut[row], bytesIn[row], isVeiled ? VEIL : 1))
      this.#count(mine, F.worked, address, row, Pair.worked | (port << 8));
  }

  /** Counts what a source has with a target, once. */
  #count(mine: number, field: number, address: Uint32Array, row: number, what: number): void {
    const cell = mine * WIDTH + field;
    if (this.#fields[cell] < MOST && this.#seen.isFirst(address, row * 8, what)) this.#fields[cell] += 1;
  }

  #distinct(at: number, address: Uint32Array, words: number, isPing: boolean, service: number): void {
    const fields = this.#fields;
    if (fields[at + F.addresses] < MOST && this.#seen.isFirst(address, words, Pair.address))
      fields[at + F.addresses] += 1;
    if (isPing && fields[at + F.pinged] < MOST && this.#seen.isFirst(address, words, Pair.pinged))
      fields[at + F.pinged] += 1;
    if (fields[at + F.services] < MOST && this.#isNew(address, words, service, Pair.service))
      fields[at + F.services] += 1;
  }

  /** What a path is called like: bits of Called. */
  #called(batch: RequestBatch, row: number): number {
    const tag = mixSigned(batch.nameHash[row], batch.nameMix[row]) || 1;
    const place = tag & (NAMES - 1);
    if (this.#nameTag[place] !== tag) {
      this.#nameTag[place] = tag;
      this.#nameCalled[place] =
        (isCalled(batch, row, FEEDS) ? Called.feed : 0) | (isCalled(batch, row, CHECKUPS) ? Called.checkup : 0);
    }
    return this.#nameCalled[place];
  }

  #client(mine: number, batch: RequestBatch, row: number): void {
    const { agent, agentLength, agentHash, text, address } = batch;
    const hash = agentHash[row];
    if (this.#calls[mine] === hash) return;
    this.#calls[mine] = hash;
    if (!this.#isNew(address, row * 8, hash, Pair.agent)) return;
    const place = agentOf(text, agent[row], agent[row] + agentLength[row]);
    const cell = mine * KINDS + AGENTS[place].kind;
    if (this.#agents[cell] < 0xffff) this.#agents[cell] += 1;
    if (this.#agent[mine] === 0) this.#agent[mine] = place;
  }

  /** Whether it calls itself a program that comes for pages by itself. */
  #isRobot(mine: number): boolean {
    const agents = this.#agents;
    const at = mine * KINDS;
    return agents[at + AGENT.crawler] + agents[at + AGENT.bot] + agents[at + AGENT.service] > 0;
  }

  /** Whether the source at `words[at]` … never had to do with this. */
  #isNew(words: Uint32Array, at: number, what: number, kind: number): boolean {
    const key = this.#key;
    for (let word = 0; word < 4; word += 1) key[word] = words[at + word];
    key[4] = what;
    return this.#seen.isFirst(key, 0, kind);
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

/** Hash of a service at a host. */
const targetOf = (words: Uint32Array, at: number, port: number): number =>
  mixSigned(words[at + 3] ^ Math.imul(words[at + 2], 0x9e3779b1), words[at + 1] ^ port);

const isFiles = (port: number): boolean => port === FTP || port === FTPS;

/** Letters of a name that tell it from others well enough to see when one came back. */
const LETTERS = 64;

function nameOf({ name, nameLength, nameHash, text }: RequestBatch, row: number): number {
  if (nameLength[row] <= LETTERS) return nameHash[row];
  return hashBytes(text, name[row], name[row] + LETTERS);
}

const FEEDS = ['feed', '.rss', '/rss', 'atom', '/index.xml'].map((word) =>
  Array.from(word, (letter) => letter.charCodeAt(0)),
);

/** Paths by which load balancers and monitors ask whether a server is well. */
const CHECKUPS = ['health', '/status', '/ping', '/alive', '/live', '/ready', '/metrics', 'heartbeat'].map((word) =>
  Array.from(word, (letter) => letter.charCodeAt(0)),
);

/** Whether one of the words stands in a path. */
function isCalled(
  { name, nameLength, text }: RequestBatch,
  row: number,
  words: readonly (readonly number[])[],
): boolean {
  const start = name[row];
  const end = start + (nameLength[row] < LETTERS ? nameLength[row] : LETTERS);
  for (const word of words)
    for (let at = start; at + word.length <= end; at += 1) {
      let same = 0;
      while (same < word.length && (text[at + same] | 0x20) === (word[same] | 0x20)) same += 1;
      if (same === word.length) return true;
    }
  return false;
}
