import { FlowShard } from '../../src/flow/shard.ts';
import { decode } from '../../src/input/capture/decode/index.ts';
import { formatAddress } from '../../src/record/address.ts';
import { type AnswerBatch, allocateAnswers, SERVICES, Told } from '../../src/record/answer.ts';
import { allocateContacts, type ContactBatch, Method, Outcome, Proof } from '../../src/record/contact.ts';
import { SHARDS } from '../../src/record/packet.ts';
import { allocateRequests, Asked, Reply, type RequestBatch, RequestTrait, VERBS } from '../../src/record/request.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { batchOf, named } from '../input/capture/decode/decoded.ts';
import {
  type Bytes,
  bytes,
  ethernet,
  type Frame,
  ip4,
  ip6,
  type Segment,
  SOURCE,
  SOURCE6,
  TARGET,
  TARGET6,
  tcp,
  type TcpFields,
} from '../support/packets.ts';

const SEED = 0x5eed;
/** When the tests' clock starts, µs since 1970. */
export const START = 1_700_000_000_000_000;

/** One side's packet at a time in seconds after the start. */
export type Sender = (seconds: number, segment: Segment, fields?: { ttl?: number }) => Frame;

/** The two ends of a flow, as those who send its packets. */
export interface Ends {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly out: Sender;
  readonly back: Sender;
}

const at = (seconds: number, packet: Bytes): Frame => ({ bytes: ethernet(packet), time: START + seconds * 1e6 });

export const IP4: Ends = {
  name: 'IPv4',
  source: SOURCE,
  target: TARGET,
  out: (seconds, segment, fields) => at(seconds, ip4(segment, fields)),
  back: (seconds, segment, fields) => at(seconds, ip4(segment, { ...fields, source: TARGET, target: SOURCE })),
};

export const IP6: Ends = {
  name: 'IPv6',
  source: SOURCE6,
  target: TARGET6,
  out: (seconds, segment, { ttl } = {}) => at(seconds, ip6(segment, ttl === undefined ? {} : { hops: ttl })),
  back: (seconds, segment) => at(seconds, ip6(segment, { source: TARGET6, target: SOURCE6 })),
};

/** A TCP segment of the source (port 40000) to the target's port 80, and one back. */
export const forth = (flags: number, seq: number, ack: number, fields: TcpFields = {}): Segment =>
  tcp({ flags, seq, ack, ...fields });
export const reply = (flags: number, seq: number, ack: number, fields: TcpFields = {}): Segment =>
  tcp({ from: 80, to: 40000, flags, seq, ack, ...fields });

export interface Contact {
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly protocol: number;
  readonly method: string;
  readonly outcome: string;
  readonly proof: readonly string[];
  readonly seconds: number;
  readonly record: number;
  readonly tries: number;
  readonly trySeq: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly flags: number;
  readonly ttl: number;
  readonly length: number;
  readonly payload: number;
}

export interface Answer {
  readonly source: string;
  readonly target: string;
  readonly targetPort: number;
  readonly service: string;
  readonly told: string;
  readonly text: string;
}

export interface Requested {
  readonly source: string;
  readonly server: string;
  readonly port: number;
  readonly seconds: number;
  readonly record: number;
  readonly asked: string;
  readonly reply: string;
  readonly verb: string;
  readonly status: number;
  readonly bytes: number;
  readonly traits: readonly string[];
  readonly name: string;
  readonly site: string;
  readonly agent: string;
  readonly referer: string;
}

const nameOf = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(table).find((name) => table[name] === value) ?? String(value);

const COPIED = [
  'sourcePort',
  'targetPort',
  'protocol',
  'record',
  'tries',
  'trySeq',
  'bytesOut',
  'bytesIn',
  'seq',
  'ack',
  'window',
  'flags',
  'ttl',
  'length',
  'payload',
] as const;

function contactAt(contacts: ContactBatch, row: number): Contact {
  const copied = Object.fromEntries(COPIED.map((name) => [name, contacts[name][row]]));
  return {
    ...(copied as Pick<Contact, (typeof COPIED)[number]>),
    source: formatAddress(contacts.address, 8 * row),
    target: formatAddress(contacts.address, 8 * row + 4),
    method: nameOf(Method, contacts.method[row]),
    outcome: nameOf(Outcome, contacts.outcome[row]),
    proof: Object.entries(Proof).flatMap(([name, bit]) => ((contacts.proof[row] & bit) === 0 ? [] : [name])),
    seconds: (contacts.time[row] - START) / 1e6,
  };
}

function answerAt(answers: AnswerBatch, row: number): Answer {
  const start = answers.start[row];
  return {
    source: formatAddress(answers.address, 8 * row),
    target: formatAddress(answers.address, 8 * row + 4),
    targetPort: answers.targetPort[row],
    service: SERVICES[answers.service[row]],
    told: nameOf(Told, answers.told[row]),
    text: Buffer.from(answers.text.subarray(start, start + answers.length[row])).toString('latin1'),
  };
}

export function requestAt(requests: RequestBatch, row: number): Requested {
  const text = (start: number, length: number): string =>
    Buffer.from(requests.text.subarray(start, start + length)).toString('latin1');
  return {
    source: formatAddress(requests.address, 8 * row),
    server: formatAddress(requests.address, 8 * row + 4),
    port: requests.port[row],
    seconds: (requests.time[row] - START) / 1e6,
    record: requests.record[row],
    asked: nameOf(Asked, requests.asked[row]),
    reply: nameOf(Reply, requests.reply[row]),
    verb: VERBS[requests.verb[row]],
    status: requests.status[row],
    bytes: requests.bytes[row],
    traits: Object.entries(RequestTrait).flatMap(([name, bit]) => ((requests.traits[row] & bit) === 0 ? [] : [name])),
    name: text(requests.name[row], requests.nameLength[row]),
    site: text(requests.site[row], requests.siteLength[row]),
    agent: text(requests.agent[row], requests.agentLength[row]),
    referer: text(requests.referer[row], requests.refererLength[row]),
  };
}

export interface Observed {
  readonly contacts: Contact[];
  readonly answers: Answer[];
  readonly requests: Requested[];
  readonly weird: Record<string, number>;
  readonly shards: readonly FlowShard[];
  /** contacts that were told before all data ended */
  readonly inTime: number;
}

/**
 * What the flows tell of these frames, in order.
 *
 * @param batches frames in each batch, the last size again and again; one batch of all when absent
 * @param capacity flows a shard
 * @param clocks times in seconds at which an empty batch comes after all frames
 */
export function observe(
  frames: readonly Frame[],
  { batches = [Math.max(1, frames.length)], capacity = 1024, clocks = [] as readonly number[] } = {},
): Observed {
  const shards = Array.from({ length: SHARDS }, (_, shard) => new FlowShard(shard, SEED, { capacity }));
  const contacts = allocateContacts(frames.length + SHARDS * 512);
  const answers = allocateAnswers(frames.length + 1);
  const requests = allocateRequests(frames.length + SHARDS * 128);
  const weird = new WeirdCounts();
  const told = { contacts: [] as Contact[], answers: [] as Answer[], requests: [] as Requested[], shards };
  let clock = 0;
  const take = (): void => {
    for (let row = 0; row < contacts.count; row += 1) told.contacts.push(contactAt(contacts, row));
    for (let row = 0; row < answers.count; row += 1) told.answers.push(answerAt(answers, row));
    for (let row = 0; row < requests.count; row += 1) told.requests.push(requestAt(requests, row));
    contacts.count = 0;
    answers.count = 0;
    answers.textUsed = 0;
    requests.count = 0;
    requests.textUsed = 0;
  };
  const give = (some: readonly Frame[], first: number, seconds?: number): void => {
    const batch = batchOf(some);
    some.forEach(({ time }, row) => {
      batch.time[row] = time ?? START;
      clock = Math.max(clock, time ?? START);
    });
    if (seconds !== undefined) clock = START + seconds * 1e6;
    batch.clock = clock;
    batch.firstRecord = first;
    decode(batch, weird, SEED);
    for (const shard of shards) shard.observe(batch, contacts, answers, requests, weird);
    take();
  };
  for (let from = 0, number = 0; from < frames.length; number += 1) {
    const size = batches[Math.min(number, batches.length - 1)];
    give(frames.slice(from, from + size), from + 1);
    from += size;
  }
  for (const seconds of clocks) give([], frames.length + 1, seconds);
  const inTime = told.contacts.length;
  for (const shard of shards) while (shard.finish(contacts, answers, requests)) take();
  take();
  return { ...told, inTime, weird: named(weird) };
}

/** In short: `method outcome proof…` of each contact, in order of the first packet. */
export function short(frames: readonly Frame[], options: Parameters<typeof observe>[1] = {}): string[] {
  const { contacts } = observe(frames, options);
  return contacts
    .sort((a, b) => a.record - b.record)
    .map(({ method, outcome, proof }) => [method, outcome, ...proof].join(' '));
}

export const text = (value: string): Bytes => bytes(Buffer.from(value, 'latin1'));
