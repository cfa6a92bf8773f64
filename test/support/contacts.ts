import { parseAddress } from '../../src/record/address.ts';
import { allocateContacts, type ContactBatch, Method, Outcome, Proof } from '../../src/record/contact.ts';
import { Trait } from '../../src/record/packet.ts';
import { mix } from '../../src/table/hash.ts';

/** 2026-10-09 08:26:40 UTC in µs: when the first contact of a test comes, unless it says otherwise. */
export const START = 1_791_534_400e6;

/**
 * One contact, as a test says it. An address is text, or a number for IPv4. What is not said is what an ordinary
 * client's SYN has: a sequence number, IP id and port of its own, options, room to reassemble nothing.
 */
export interface ContactSpec {
  readonly from: string | number;
  readonly to: string | number;
  readonly port?: number;
  /** seconds after START; absent: a second after the contact before */
  readonly at?: number;
  readonly outcome?: number;
  readonly method?: number;
  readonly protocol?: number;
  readonly proof?: number;
  readonly input?: number;
  readonly record?: number;
  readonly sourcePort?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  readonly urgent?: number;
  readonly ipId?: number;
  readonly ttl?: number;
  readonly flags?: number;
  readonly options?: number;
  readonly mss?: number;
  readonly traits?: number;
  readonly length?: number;
  readonly payload?: number;
  readonly hint?: number;
  readonly tries?: number;
  readonly trySeq?: number;
  readonly link?: number;
  readonly bytesOut?: number;
  readonly bytesIn?: number;
}

const HEADERS = [
  'seq',
  'ack',
  'window',
  'urgent',
  'ipId',
  'ttl',
  'flags',
  'options',
  'mss',
  'traits',
  'length',
  'payload',
  'hint',
  'sourcePort',
  'tries',
  'trySeq',
  'link',
  'bytesOut',
  'bytesIn',
] as const;

function putAddress(words: Uint32Array, at: number, address: string | number): void {
  if (typeof address === 'number') words.set([0, 0, 0xffff, address >>> 0], at);
  else words.set(parseAddress(address) ?? [], at);
}

/** What an ordinary TCP client sends; `n` makes each contact's numbers its own. */
export const ordinary = (n: number): Required<Pick<ContactSpec, (typeof HEADERS)[number]>> => ({
  seq: mix(0x51, n),
  ack: 0,
  window: 64240,
  urgent: 0,
  ipId: mix(0x52, n) & 0xffff,
  ttl: 52,
  flags: 2,
  options: 0x6b1d7a35,
  mss: 1460,
  traits: Trait.dontFragment,
  length: 0,
  payload: 0,
  hint: 0,
  sourcePort: 32768 + (mix(0x53, n) % 28000),
  tries: 1,
  trySeq: 0,
  link: 0,
  bytesOut: 0,
  bytesIn: 0,
});

/** Puts one contact behind the others of a batch. */
export function put(batch: ContactBatch, spec: ContactSpec): void {
  const row = batch.count;
  const n = spec.record ?? row + 1;
  batch.time[row] = spec.at === undefined ? (row > 0 ? batch.time[row - 1] + 1e6 : START) : START + spec.at * 1e6;
  batch.input[row] = spec.input ?? 0;
  batch.record[row] = n;
  putAddress(batch.address, row * 8, spec.from);
  putAddress(batch.address, row * 8 + 4, spec.to);
  batch.targetPort[row] = spec.port ?? 80;
  batch.protocol[row] = spec.protocol ?? 6;
  batch.method[row] = spec.method ?? (batch.protocol[row] === 17 ? Method.udp : Method.tcpSyn);
  batch.outcome[row] = spec.outcome ?? Outcome.unanswered;
  batch.proof[row] = spec.proof ?? (spec.outcome === Outcome.refused ? Proof.closed : 0);
  const usual = ordinary(n);
  for (const header of HEADERS) batch[header][row] = spec[header] ?? usual[header];
  batch.count = row + 1;
}

/** A batch of contacts. */
export function contacts(specs: Iterable<ContactSpec>): ContactBatch {
  const all = [...specs];
  const batch = allocateContacts(Math.max(1, all.length));
  for (const spec of all) put(batch, spec);
  return batch;
}

/** A real exchange of the source with the target: the contact that was answered, and the news that data went both ways. */
export function exchange(spec: ContactSpec): ContactSpec[] {
  const proof = Proof.handshake | Proof.exchange;
  return [
    { ...spec, outcome: Outcome.answered, method: Method.tcpConnect, proof: Proof.handshake },
    { ...spec, outcome: Outcome.exchanged, method: Method.tcpConnect, proof },
  ];
}

/** Numbers for count contacts. */
export function* range(count: number): Generator<number> {
  for (let n = 0; n < count; n += 1) yield n;
}

/** Own seeded generator: uniform in 0 … 1, the same on every machine. */
export function randomOf(seed: number): () => number {
  let n = 0;
  return () => {
    n += 1;
    return (mix(mix(0x7261, seed), n) * 0x200000 + (mix(mix(0x6e64, seed), n) >>> 11)) / 2 ** 53;
  };
}
