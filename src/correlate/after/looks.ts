// Hot: `hear` runs for every contact, and looks at the first of each source with a target only; `ask` for requests.
import { parseAddress } from '../../record/address.ts';
import { type ContactBatch, firstTtl, Proof } from '../../record/contact.ts';
import { lookOf } from '../../record/look.ts';
import { TCP } from '../../record/protocols.ts';
import type { RequestBatch } from '../../record/request.ts';
import { Counts } from '../../table/counts.ts';
import { hash4Signed } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import type { Weight } from './access.ts';

/**
 * How sources look, and how many look so: the stack with which a source first completed a handshake (window, first TTL,
 * TCP options with MSS and scale), and the user agent that it first came with. Who scans by raw packets and comes back
 * with a browser looks like two; most stacks and agents are those of millions. So a look is worth what its rarity among
 * the sources of this data is worth, and no more.
 */
export interface Look {
  /** in words */
  readonly what: string;
  /** 0: not known */
  readonly value: number;
}

export type LookKind = 'stack' | 'agent';

/** Sources whose looks are kept; later ones are not compared. */
const SOURCES = 1 << 15;
/** Different looks that are counted. */
const LOOKS = 1 << 14;
const INWARD = 0;

/** How the ledger sees contacts: as in Admission. */
interface Ways {
  readonly way: Uint8Array;
  readonly first: Uint8Array;
}

export class Looks {
  readonly #keys: KeyTable;
  readonly #stack = new Int32Array(SOURCES);
  readonly #window = new Uint16Array(SOURCES);
  readonly #ttl = new Uint8Array(SOURCES);
  readonly #agent = new Int32Array(SOURCES);
  readonly #stacks: Counts;
  readonly #agents: Counts;
  readonly #seed: number;
  /** sources that showed a stack, and an agent */
  readonly #sources = { stack: 0, agent: 0 };

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(SOURCES, seed ^ 0x6c6f);
    this.#stacks = new Counts(seed ^ 0x6b, LOOKS);
    this.#agents = new Counts(seed ^ 0x6d, LOOKS);
  }

  hear(batch: ContactBatch, from: number, to: number, { way, first }: Ways): void {
    const { address, proof, protocol, ttl, window } = batch;
    for (let row = from; row < to; row += 1) {
      if (first[row] === 0 || protocol[row] !== TCP || (proof[row] & Proof.handshake) === 0) continue;
      if (way[row] !== INWARD) continue;
      const stack = lookOf(batch, row);
      if (stack === 0) continue;
      const mine = this.#keys.insertAt(address, row * 8);
      if (mine < 0 || this.#stack[mine] !== 0) continue;
      this.#stack[mine] = stack;
      this.#window[mine] = window[row];
      this.#ttl[mine] = firstTtl(ttl[row]);
      this.#stacks.add(stack >>> 0);
      this.#sources.stack += 1;
    }
  }

  /** Takes the first request of a source. */
  ask({ address, agentHash, agentLength }: RequestBatch, row: number): void {
    if (agentLength[row] === 0) return;
    const mine = this.#keys.insertAt(address, row * 8);
    if (mine < 0 || this.#agent[mine] !== 0) return;
    const agent = hash4Signed(this.#seed, agentHash[row] | 0, agentLength[row], 0, 0) | 1;
    this.#agent[mine] = agent;
    this.#agents.add(agent >>> 0);
    this.#sources.agent += 1;
  }

  /** How a source looks. */
  of(source: string, kind: LookKind): Look {
    const words = parseAddress(source);
    const row = words === null ? -1 : this.#keys.findAt(words, 0);
    if (row < 0) return NONE;
    if (kind === 'agent') return { what: 'the same user agent', value: this.#agent[row] };
    const what = `the same TCP stack (first TTL ${this.#ttl[row]}, window ${this.#window[row]}, options)`;
    return { what, value: this.#stack[row] };
  }

  /** How many sources look so, and how many could be compared. */
  share(kind: LookKind, value: number): { readonly alike: number; readonly of: number } {
    const counts = kind === 'agent' ? this.#agents : this.#stacks;
    const of = this.#sources[kind];
    // What there was no room to count may be everybody's.
    return { alike: counts.get(value >>> 0) || of, of };
  }
}

const NONE: Look = { what: '', value: 0 };

/** Bits that having something in common is worth at most: anybody can choose to look so. */
export const MOST_ALIKE = 10;

/**
 * How improbable it is that a stranger has something in common with somebody by chance: `alike` of `of` others have it,
 * and so many pairs of a stranger and of what scanners have were looked at.
 */
export function inCommon(what: string, alike: number, of: number, pairs: number): Weight {
  const rare = Math.log2((Math.max(of, alike) + 1) / (alike + 1));
  const price = Math.log2(Math.max(1, pairs));
  const bits = Math.max(0, Math.min(MOST_ALIKE, rare) - price);
  const tried = pairs > 1 ? `, ${pairs} pairs tried` : '';
  return { bits, why: `${what}, as ${alike} of ${of} others have${tried}: ${bits.toFixed(1)} bits` };
}
