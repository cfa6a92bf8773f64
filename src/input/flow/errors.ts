// Hot: `apply` runs for every contact that had no answer.
import { randomInt } from 'node:crypto';
import { isV4 } from '../../record/address.ts';
import { type ContactBatch, Outcome, Proof } from '../../record/contact.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import { KeyTable } from '../../table/keys.ts';
import type { FlowRecord } from './flow-record.ts';

/*
 * ICMP errors as flow records tell them: who sent how many to whom, and how long they were; not what they are about. But a
 * host that says "port unreachable" to another says it of a datagram of that one, which it quotes (RFC 1122 section
 * 3.2.2, RFC 1812 section 4.3.2.3), so that the error is longer than the datagram by the headers before the quote. Thus
 * a datagram without an answer is taken for the one that was refused, when its target sent such an error of its length.
 * What only routers say of others is not put to anyone.
 */
/** Hosts that sent errors to others, by length. When the table is full, it begins anew. */
const CAPACITY = 1 << 14;
/** IP and ICMP header before the quote, by version. */
const HEADERS = 28;
const HEADERS6 = 48;
/** What is quoted at least: IP header and eight bytes (RFC 792); some quote no more. */
const LEAST = 28;

/** ICMP type << 8 | code → bits of Proof; from 65536: version 6. */
const PROOFS: ReadonlyMap<number, number> = new Map([
  [0x0302, Proof.closed],
  [0x0303, Proof.closed],
  [0x0309, Proof.filtered],
  [0x030a, Proof.filtered],
  [0x030d, Proof.filtered],
  [0x1_0101, Proof.filtered],
  [0x1_0104, Proof.closed],
]);

export class Errors {
  readonly #seed = randomInt(2 ** 32);
  #ends: KeyTable | undefined;
  #pairs: KeyTable | undefined;
  readonly #left = new Uint32Array(CAPACITY);
  readonly #proof = new Uint8Array(CAPACITY);

  /** Whether the record is of ICMP errors; then it is remembered, if it says anything of its sender. */
  take(flow: FlowRecord): boolean {
    const v6 = flow.protocol === ICMP6;
    if (flow.protocol !== ICMP && !v6) return false;
    const proof = PROOFS.get((v6 ? 0x1_0000 : 0) + flow.targetPort);
    if (proof === undefined || flow.packets < 1) return false;
    this.#ends ??= new KeyTable(2 * CAPACITY, this.#seed);
    this.#pairs ??= new KeyTable(CAPACITY, this.#seed);
    if (this.#pairs.size === CAPACITY) this.#forget();
    const length = Math.round(flow.bytes / flow.packets) - (v6 ? HEADERS6 : HEADERS);
    const sender = this.#ends.insertAt(flow.address, 0);
    const victim = this.#ends.insertAt(flow.address, 4);
    const { size } = this.#pairs;
    const row = this.#pairs.insert(sender, victim, length >>> 0, 0);
    if (this.#pairs.size > size) this.#left[row] = 0;
    this.#left[row] += flow.packets;
    this.#proof[row] = proof;
    return true;
  }

  /** Makes contacts from row `from` on refused, where an error fits them. */
  apply(contacts: ContactBatch, from: number): void {
    if (this.#pairs === undefined) return;
    const { outcome, protocol } = contacts;
    for (let row = from; row < contacts.count; row += 1) {
      if (outcome[row] !== Outcome.unanswered || protocol[row] === TCP) continue;
      if (protocol[row] === ICMP || protocol[row] === ICMP6) continue;
      this.#refuse(contacts, row);
    }
  }

  #refuse(contacts: ContactBatch, row: number): void {
    const ends = this.#ends as KeyTable;
    const target = ends.findAt(contacts.address, 8 * row + 4);
    const source = ends.findAt(contacts.address, 8 * row);
    if (target < 0 || source < 0) return;
    const header = isV4(contacts.address, 8 * row) ? 20 : 40;
    const payload = contacts.length[row] + (contacts.protocol[row] === UDP ? 8 : 0);
    const error = this.#find(target, source, header + payload, LEAST);
    if (error < 0) return;
    this.#left[error] -= 1;
    contacts.outcome[row] = Outcome.refused;
    contacts.proof[row] |= this.#proof[error];
  }

  /** Row of errors that are left, of one of the lengths; −1: none. */
  #find(target: number, source: number, length: number, other: number): number {
    const pairs = this.#pairs as KeyTable;
    const exact = pairs.find(target, source, length, 0);
    if (exact >= 0 && this.#left[exact] > 0) return exact;
    const least = pairs.find(target, source, other, 0);
    return least >= 0 && this.#left[least] > 0 ? least : -1;
  }

  #forget(): void {
    this.#ends = new KeyTable(2 * CAPACITY, this.#seed);
    this.#pairs = new KeyTable(CAPACITY, this.#seed);
  }
}
