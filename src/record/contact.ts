import { allocate, type Batch } from './batch.ts';

/**
 * A contact: a source reached, or tried to reach, a target at a time, and it ended somehow.
 * Every input becomes contacts; the ledger and the detectors read nothing else.
 */
export const contactSchema = {
  /** µs since 1970 of the first packet or the log line */
  time: ['f64', 1],
  /** number of the input */
  input: ['u16', 1],
  /** number of the packet or line within the input, from 1 */
  record: ['u32', 1],
  /** 8 words in host order: source 0–3, target 4–7; IPv4 is mapped (0, 0, 0xffff, address) */
  address: ['u32', 8],
  /** TCP, UDP, SCTP port; ICMP type; protocol number for a bare-IP contact */
  targetPort: ['u16', 1],
  sourcePort: ['u16', 1],
  /** IP protocol number; 0 for ARP */
  protocol: ['u8', 1],
  /** one of Method: how the target was addressed */
  method: ['u8', 1],
  /** one of Outcome */
  outcome: ['u8', 1],
  /** bits of Proof */
  proof: ['u8', 1],
  /** bits of Trait of the first packet */
  traits: ['u32', 1],
  /** TCP flags, or SCTP chunk type, of the first packet */
  flags: ['u16', 1],
  /** numbers of TCP; of SNMP and IKE, a bit for each kind of community or proposal so far (record/kinds.ts) */
  seq: ['u32', 1],
  ack: ['u32', 1],
  window: ['u16', 1],
  urgent: ['u16', 1],
  ipId: ['u16', 1],
  ttl: ['u8', 1],
  options: ['u32', 1],
  mss: ['u16', 1],
  /** payload bytes of the first packet with payload, from the source; where a hello came later, all until its end */
  length: ['u32', 1],
  /** FNV-1a of up to 32 bytes of that payload, of a TLS hello what it offers (flow/hello.ts), 0: none */
  payload: ['u32', 1],
  /** what the payload's content is known as: a place in HINTS (record/hint.ts), 0: nothing known */
  hint: ['u8', 1],
  /** payload bytes each way, until the contact was told */
  bytesOut: ['u32', 1],
  bytesIn: ['u32', 1],
  /** first packets of the source to this target that looked alike (retries), at most 255 */
  tries: ['u8', 1],
  /** what the first word of a second try was XORed with: seq of the first try ^ seq of the second; 0: no second try; of IKE the first proposal as a number */
  trySeq: ['u32', 1],
  /** hash of the source's link-layer address; of the target's where the outcome is `exchanged`; 0: not known */
  link: ['u32', 1],
} as const;

/** How a contact ended. */
export const Outcome = {
  /** cannot be told: replies are not visible here, or the flow was let go under pressure */
  unknown: 0,
  /** the target answered */
  answered: 1,
  /** RST, ICMP unreachable, ABORT: somebody said no */
  refused: 2,
  /** nothing came back in time */
  unanswered: 3,
  /** not a contact: an earlier answered one has now become a real exchange (data both ways); lets a target count as used */
  exchanged: 4,
  /** not a contact: the source broke an earlier answered one off by RST, before it had sent anything */
  brokenOff: 5,
  /** not a contact: a connection to a service that people log in to, or that carried work (record/login.ts), has ended */
  ended: 6,
  /**
   * not a contact: an earlier answered one with a TLS hello has ended without a word of the target (no `bytesIn`), or without
   * another of the source, or its hello came late
   */
  unheard: 7,
  /** not a contact: an earlier one goes on under another community of SNMP, or proposal of IKE */
  guessed: 8,
  /** not a contact: a login over an earlier one was refused, in the clear */
  denied: 9,
} as const;

/** Bits of `proof`. */
export const Proof = {
  /** the source acknowledged a number that only the target's answer could tell it: its address is not forged */
  handshake: 1,
  /** payload went both ways */
  exchange: 2,
  /** the source broke off with RST right after the answer (half-open scan) */
  brokenOff: 4,
  /** refused by an ICMP message that says a filter did it (admin prohibited) */
  filtered: 8,
  /** refused by an ICMP message of a router, not by the target */
  byRouter: 16,
  /** refused by ICMP port or protocol unreachable, or by RST: the host lives and that port is closed */
  closed: 32,
  /** the target was seen sending something of its own accord (not only answering this source) in this flow */
  peerSpoke: 64,
  /** no answer was seen, but the source went on as only an answered source does: replies are not visible here */
  continued: 128,
} as const;

/** How a target was addressed; the names in `METHODS` are those of the finding schema. */
export const Method = {
  none: 0,
  tcpSyn: 1,
  tcpConnect: 2,
  tcpFin: 3,
  tcpNull: 4,
  tcpXmas: 5,
  tcpAck: 6,
  tcpWindow: 7,
  tcpMaimon: 8,
  /** any other flag combination without a handshake */
  tcpOdd: 9,
  udp: 10,
  sctpInit: 11,
  sctpCookie: 12,
  ipProtocol: 13,
  icmpEcho: 14,
  icmpTimestamp: 15,
  icmpMask: 16,
  icmpOther: 17,
  arp: 18,
  nd: 19,
  /** TCP or UDP segments that answer something never asked: SYN-ACK or RST without a SYN, UDP replies, ICMP errors about nothing */
  strayAnswer: 20,
  /** data or ACKs in the middle of a flow whose start was not seen */
  midstream: 21,
  http: 22,
  dns: 23,
  /** names of users, guessed or used */
  login: 24,
} as const;

/** Method number → name in the finding schema (`null`: not a probe). */
export const METHODS: readonly (string | null)[] = [
  null,
  'tcp-syn',
  'tcp-connect',
  'tcp-fin',
  'tcp-null',
  'tcp-xmas',
  'tcp-ack',
  'tcp-window',
  'tcp-maimon',
  'tcp-odd',
  'udp',
  'sctp-init',
  'sctp-cookie-echo',
  'ip-protocol',
  'icmp-echo',
  'icmp-timestamp',
  'icmp-mask',
  'icmp-other',
  'arp',
  'nd',
  null,
  null,
  'http',
  'dns',
  'login',
];

/** A batch of contacts. */
export type ContactBatch = Batch<typeof contactSchema>;

/**
 * The columns as named fields of one fixed shape. What `allocate` returns has its columns under computed names, which
 * the engine keeps as a dictionary; detectors ask for columns row by row and want a load instead of a look-up.
 */
class Contacts implements ContactBatch {
  readonly capacity: number;
  readonly head: Float64Array;
  readonly time: ContactBatch['time'];
  readonly input: ContactBatch['input'];
  readonly record: ContactBatch['record'];
  readonly address: ContactBatch['address'];
  readonly targetPort: ContactBatch['targetPort'];
  readonly sourcePort: ContactBatch['sourcePort'];
  readonly protocol: ContactBatch['protocol'];
  readonly method: ContactBatch['method'];
  readonly outcome: ContactBatch['outcome'];
  readonly proof: ContactBatch['proof'];
  readonly traits: ContactBatch['traits'];
  readonly flags: ContactBatch['flags'];
  readonly seq: ContactBatch['seq'];
  readonly ack: ContactBatch['ack'];
  readonly window: ContactBatch['window'];
  readonly urgent: ContactBatch['urgent'];
  readonly ipId: ContactBatch['ipId'];
  readonly ttl: ContactBatch['ttl'];
  readonly options: ContactBatch['options'];
  readonly mss: ContactBatch['mss'];
  readonly length: ContactBatch['length'];
  readonly payload: ContactBatch['payload'];
  readonly hint: ContactBatch['hint'];
  readonly bytesOut: ContactBatch['bytesOut'];
  readonly bytesIn: ContactBatch['bytesIn'];
  readonly tries: ContactBatch['tries'];
  readonly trySeq: ContactBatch['trySeq'];
  readonly link: ContactBatch['link'];

  constructor(columns: ContactBatch) {
    this.capacity = columns.capacity;
    this.head = columns.head;
    this.time = columns.time;
    this.input = columns.input;
    this.record = columns.record;
    this.address = columns.address;
    this.targetPort = columns.targetPort;
    this.sourcePort = columns.sourcePort;
    this.protocol = columns.protocol;
    this.method = columns.method;
    this.outcome = columns.outcome;
    this.proof = columns.proof;
    this.traits = columns.traits;
    this.flags = columns.flags;
    this.seq = columns.seq;
    this.ack = columns.ack;
    this.window = columns.window;
    this.urgent = columns.urgent;
    this.ipId = columns.ipId;
    this.ttl = columns.ttl;
    this.options = columns.options;
    this.mss = columns.mss;
    this.length = columns.length;
    this.payload = columns.payload;
    this.hint = columns.hint;
    this.bytesOut = columns.bytesOut;
    this.bytesIn = columns.bytesIn;
    this.tries = columns.tries;
    this.trySeq = columns.trySeq;
    this.link = columns.link;
  }

  get count(): number {
    return this.head[0];
  }

  set count(count: number) {
    this.head[0] = count;
  }
}

/** Begins a row with nothing told; returns its number. For inputs that tell little: they set what they know and count the row. */
export function beginContact(batch: ContactBatch): number {
  const row = batch.count;
  batch.time[row] = 0;
  batch.input[row] = 0;
  batch.record[row] = 0;
  batch.address.fill(0, 8 * row, 8 * row + 8);
  batch.targetPort[row] = 0;
  batch.sourcePort[row] = 0;
  batch.protocol[row] = 0;
  batch.method[row] = 0;
  batch.outcome[row] = 0;
  batch.proof[row] = 0;
  batch.traits[row] = 0;
  batch.flags[row] = 0;
  batch.seq[row] = 0;
  batch.ack[row] = 0;
  batch.window[row] = 0;
  batch.urgent[row] = 0;
  batch.ipId[row] = 0;
  batch.ttl[row] = 0;
  batch.options[row] = 0;
  batch.mss[row] = 0;
  batch.length[row] = 0;
  batch.payload[row] = 0;
  batch.hint[row] = 0;
  batch.bytesOut[row] = 0;
  batch.bytesIn[row] = 0;
  batch.tries[row] = 0;
  batch.trySeq[row] = 0;
  batch.link[row] = 0;
  return row;
}

/** Lays out a batch of contacts. */
export function allocateContacts(capacity: number, buffer?: ArrayBufferLike, start?: number): ContactBatch {
  return new Contacts(allocate(contactSchema, capacity, buffer, start));
}

/** What a TTL began as: systems begin with 32, 64, 128 or 255 (RFC 1700, and those before it). */
export const firstTtl = (ttl: number): number => (ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255);

/** Whether a row tells a real exchange: a flow record tells it with the contact, packets tell it later. */
export const tellsExchange = ({ outcome, proof }: Pick<ContactBatch, 'outcome' | 'proof'>, row: number): boolean =>
  outcome[row] === Outcome.exchanged || (outcome[row] === Outcome.answered && (proof[row] & Proof.exchange) !== 0);
