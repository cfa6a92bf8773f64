import type { Accounts } from '../ledger/account.ts';
import type { ContactBatch } from '../record/contact.ts';
import { TLS_HELLO } from '../record/hint.ts';
import { SNMP_PORT, tellsKinds } from '../record/kinds.ts';
import { Trait } from '../record/packet.ts';
import { MARKS, Previous, readMarks } from './mark-table.ts';
import type { Detector, Observer } from './detector.ts';
import { Communities, COMMUNITY_REASON, mostCommunities } from './communities.ts';
import { mostProposals, PROPOSAL_REASONS, Proposals } from './proposals.ts';
import { mostOffer, OFFER_REASONS, OFFERS, Offers } from './offers.ts';

// Hot: `observe`.

/**
 * Marks: relations in the headers that betray a program. Each mark is an e-process of its own: where the relation holds
 * by chance with probability at most p0, the factor is ½ ÷ p0 when it holds and ½ ÷ (1 − p0) when it does not. The
 * stream is their average. What is a habit of a program's, and not a relation that chance would have to repeat, counts
 * once a source: whoever has the habit keeps it. Two packets that hold a 16-bit relation carry 30 bits, so the second packet names the tool.
 * Relations outlive filters such as "no options", and those between two probes of one source (same sequence number,
 * number XORed with the address) also show tools that nobody has named.
 */
export interface MarkObserver extends Observer {
  /** how often each mark was asked and held, by account: `account * MARKS.length + mark` */
  readonly asked: Uint32Array;
  readonly held: Uint32Array;
}

/** First contacts of a source that are looked at even when the stream is full: what its tool is told from. */
const ENOUGH = 256;
/** Marks that are habits, one bit a mark. */
const HABITS = MARKS.reduce((bits, mark, at) => ('habit' in mark ? bits | (1 << at) : bits), 0);
const BITS = Uint8Array.from(MARKS, ({ bits }) => bits);
const NO_MARK = MARKS.length;
const COMPONENTS = MARKS.length + OFFERS;
/** The first reason of a hello. */
const OFFERED = MARKS.length + 1;
const GUESSED = OFFERED + OFFER_REASONS.length;
const PROPOSED = GUESSED + 1;

/** The largest factors of what is charged beside the marks. */
function mostTold(reason: number): readonly number[] {
  if (reason < GUESSED) return mostOffer(reason - OFFERED);
  return [reason === GUESSED ? mostCommunities : mostProposals(reason - PROPOSED), 1];
}

export const marks: Detector & { create(...args: Parameters<Detector['create']>): MarkObserver } = {
  name: 'marks',
  about: 'header relations that betray a program',
  components: COMPONENTS,
  reasons: [...MARKS.map(({ name }) => name), 'no mark', ...OFFER_REASONS, COMMUNITY_REASON, ...PROPOSAL_REASONS],
  // Under a mark that weighs most, others that weigh as much or less may have held too.
  most: (reason) => [
    ...MARKS.map(({ bits }) => (reason < NO_MARK && bits <= BITS[reason] ? 0.5 * 2 ** bits : 1)),
    ...(reason < OFFERED ? [1, 1] : mostTold(reason)),
  ],
  once: [...MARKS.map((mark) => 'habit' in mark), false, true],
  create: (seat, accounts, seed) => {
    const asked = new Uint32Array(accounts * MARKS.length);
    const held = new Uint32Array(accounts * MARKS.length);
    /** habits that were charged already, one bit a mark */
    const charged = new Uint32Array(accounts);
    const previous = new Previous(accounts);
    const results = new Int8Array(MARKS.length);
    const factors = new Float64Array(COMPONENTS).fill(1);
    const offers = new Offers(seed);
    const communities = new Communities(accounts, seed);
    const proposals = new Proposals(seed);
    const hit = Float64Array.from(MARKS, ({ bits }) => 0.5 * 2 ** bits);
    const miss = Float64Array.from(MARKS, ({ bits }) => 0.5 / (1 - 2 ** -bits));

    /** Books results into the counts; returns the mark that weighs most, or NO_MARK. */
    const weigh = (account: number): number => {
      const before = charged[account];
      let after = before;
      let strongest: number = NO_MARK;
      for (let mark = 0; mark < NO_MARK; mark += 1) {
        const result = results[mark];
        factors[mark] = 1;
        if (result < 0) continue;
        const bit = 1 << mark;
        if ((before & bit) === 0) factors[mark] = result === 1 ? hit[mark] : miss[mark];
        after |= HABITS & bit;
        asked[account * NO_MARK + mark] += 1;
        if (result === 0) continue;
        held[account * NO_MARK + mark] += 1;
        if (strongest === NO_MARK || BITS[mark] > BITS[strongest]) strongest = mark;
      }
      charged[account] = after;
      return strongest;
    };

    /** Charges what a TLS hello offers. */
    const weighOffer = (batch: ContactBatch, row: number, account: number, book: Accounts): void => {
      factors.fill(1);
      const reason = offers.read(batch, row, factors, MARKS.length);
      if (reason >= 0) book.charge(account, seat.stream, factors, OFFERED + reason, batch, row);
      factors.fill(1);
    };

    /** Charges communities and proposals, as hellos: all are tries of what a service takes. */
    const weighKinds = (batch: ContactBatch, row: number, account: number, book: Accounts): void => {
      const guesses = batch.targetPort[row] === SNMP_PORT;
      const factor = guesses ? communities.read(batch, row, account) : 1;
      const proposed = guesses ? -1 : proposals.read(batch, row);
      if (factor === 1 && proposed < 0) return;
      factors.fill(1);
      factors[MARKS.length] = guesses ? factor : proposals.factor;
      book.charge(account, seat.stream, factors, guesses ? GUESSED : PROPOSED + proposed, batch, row);
      factors[MARKS.length] = 1;
    };

    /** The row of an account is another source's from now on, or of a new episode. */
    const begin = (account: number): void => {
      charged[account] = 0;
      previous.clear(account);
      asked.fill(0, account * MARKS.length, (account + 1) * MARKS.length);
      held.fill(0, account * MARKS.length, (account + 1) * MARKS.length);
    };

    return {
      asked,
      held,
      // Who never comes by a contact has no marks either: what its account's row holds are those of the one before.
      ask(_, from, to, ledger) {
        const { account, request } = ledger.asking.admission;
        const { targets } = ledger.accounts;
        for (let row = from; row < to; row += 1)
          if (account[row] >= 0 && request[row] === 1 && targets[account[row]] === 0) begin(account[row]);
      },
      observe(batch, from, to, ledger) {
        const { account, first, trace, nth } = ledger.admission;
        const { accounts: book } = ledger;
        const { ttl, protocol, traits, hint } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0) continue;
          if (nth[row] === 1) communities.forget(mine);
          if (tellsKinds(batch, row)) weighKinds(batch, row, mine, book);
          if (first[row] === 0) {
            if (hint[row] >= TLS_HELLO) weighOffer(batch, row, mine, book);
            continue;
          }
          if (nth[row] === 1) begin(mine);
          // Flow records and most logs tell no headers.
          if ((ttl[row] === 0 && protocol[row] !== 0) || (traits[row] & Trait.untold) !== 0) continue;
          if (trace[row] === 1 || (nth[row] > ENOUGH && book.isFull(mine, seat.stream))) continue;
          readMarks(batch, row, previous, mine, results);
          book.charge(mine, seat.stream, factors, weigh(mine), batch, row);
        }
      },
    };
  },
};
