import type { ContactBatch } from '../record/contact.ts';
import { COLUMN_KINDS, KINDS } from '../record/kinds.ts';
import { FirstContact } from '../ledger/first-contact.ts';

// Hot: once a contact by SNMP, and once for each further community of it.

/**
 * Communities: what an agent of SNMP is asked under is its password (RFC 1157 section 4.1), in the clear, and who asks
 * under a wrong one gets no answer. A manager knows the few of its network and goes to each host with them: every host of
 * a provider may have one of its own. Who guesses asks one host under one after the other: onesixtyone, nmap's snmp-brute,
 * snmp-check with lists.
 *
 * Of benign sources that go to one host with a list of so many communities at most `P0` have one more on it: each counts
 * once a source, from the third at a host on, for communities are changed, host by host. So a list of a dozen stays under
 * the bar. Communities are told apart by 64 kinds of hashes: two of one kind are taken for the same, which costs bits.
 * Blind to version 3.
 */
const P0 = 0.25;
const FURTHER = 1 / P0;

export const COMMUNITY_REASON = 'asked for a host of SNMP under yet another community';
/** The largest factor of a contact: all kinds but the first two. */
export const mostCommunities: number = FURTHER ** (KINDS - 2);

/** What is remembered: a host that a source asked, once and twice, and under which kind. */
const ASKED = 0x61 << 24;
const TWICE = 0x62 << 24;
const UNDER = 0x63 << 24;

export class Communities {
  readonly #seen: FirstContact;
  /** by account, two words: the kinds that were charged */
  readonly #charged: Uint32Array;

  constructor(accounts: number, seed: number) {
    this.#seen = new FirstContact(20, seed ^ 0x51ed270b);
    this.#charged = new Uint32Array(2 * accounts);
  }

  forget(account: number): void {
    this.#charged.fill(0, 2 * account, 2 * account + 2);
  }

  /** What the communities multiply that the contact was made under; 1: nothing to charge. */
  read({ address, seq, ack }: ContactBatch, row: number, account: number): number {
    let factor = 1;
    for (let kind = 0; kind < KINDS; kind += 1) {
      const isLow = kind < COLUMN_KINDS;
      const bit = 1 << (kind % COLUMN_KINDS);
      if (((isLow ? seq[row] : ack[row]) & bit) === 0 || !this.#isThird(address, row * 8, kind)) continue;
      const cell = 2 * account + (isLow ? 0 : 1);
      if ((this.#charged[cell] & bit) !== 0) continue;
      this.#charged[cell] |= bit;
      factor *= FURTHER;
    }
    return factor;
  }

  /** Whether a host is asked under a kind that is new to it, and was asked under two others. */
  #isThird(words: Uint32Array, at: number, kind: number): boolean {
    const seen = this.#seen;
    return seen.isFirst(words, at, UNDER | kind) && !seen.isFirst(words, at, ASKED) && !seen.isFirst(words, at, TWICE);
  }
}
