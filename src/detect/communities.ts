import type { ContactBatch } from '../record/contact.ts';
import { isOfKind, KINDS } from '../record/kinds.ts';
import { FirstContact } from '../ledger/first-contact.ts';

// Hot: once a contact by SNMP, and once for each further community of it.

/**
 * Communities: what an agent of SNMP is asked under is its password (RFC 1157 section 4.1), in the clear, and who asks
 * under a wrong one gets no answer. A manager knows the few of its network and goes to each host with them: every host of
 * a provider may have one of its own. Who guesses asks one host under one after the other: onesixtyone, nmap's snmp-brute,
 * snmp-check with lists.
 *
 * Of benign sources that have gone to one host with so many communities at most `P0` go with one more: the longest list
 * at any host counts, from the third on, for communities are changed, host by host. So a list of a dozen stays under the
 * bar. Communities are told apart by 64 kinds of hashes: two of one kind are taken for the same, which costs bits.
 * Blind to version 3.
 */
const P0 = 0.25;
const FURTHER = 1 / P0;
/** Communities of a host that is given another one, now and then. */
const USUAL = 2;

export const COMMUNITY_REASON = 'asked for a host of SNMP under yet another community';
/** The largest factor of a contact: all kinds but the usual ones. */
export const mostCommunities: number = FURTHER ** (KINDS - USUAL);

/** What is remembered: under which kinds a source asked a host, and under how many. */
const UNDER = 0x61 << 24;
const COUNT = 0x62 << 24;

export class Communities {
  readonly #seen: FirstContact;
  /** by account: the most kinds that it tried at any one host, beyond the usual */
  readonly #most: Uint8Array;

  constructor(accounts: number, seed: number) {
    this.#seen = new FirstContact(20, seed ^ 0x51ed270b);
    this.#most = new Uint8Array(accounts);
  }

  forget(account: number): void {
    this.#most[account] = 0;
  }

  /** What the communities multiply that the contact was made under; 1: nothing to charge. */
  read(batch: ContactBatch, row: number, account: number): number {
    const { address } = batch;
    let factor = 1;
    for (let kind = 0; kind < KINDS; kind += 1) {
      if (!isOfKind(batch, row, kind)) continue;
      if (!this.#seen.isFirst(address, row * 8, UNDER | kind)) continue;
      if (this.#count(address, row * 8) <= USUAL + this.#most[account]) continue;
      this.#most[account] += 1;
      factor *= FURTHER;
    }
    return factor;
  }

  /** How many kinds a host was asked under by this source, with the one in hand. */
  #count(words: Uint32Array, at: number): number {
    let count = 1;
    while (count < KINDS && !this.#seen.isFirst(words, at, COUNT | count)) count += 1;
    return count;
  }
}
