import { Outcome } from '../record/contact.ts';
import { HINTS, TLS_HELLO } from '../record/hint.ts';
import type { Detector, Observer } from './detector.ts';
import { MEANINGS, Meanings, mostMeaning } from './meaning.ts';

// Hot: `observe`.

/**
 * Content: requests that say by themselves that a scanner made them (a user agent, a template that no other program
 * sends). Whoever sends one keeps sending it, so the evidence counts once a source: `BITS` are log2 of a stated bound,
 * fewer than one benign source in 2^30 sends such a request.
 */
export interface ContentObserver extends Observer {
  /** by account: place in HINTS of the first hint that named a tool or a kind, 0: none */
  readonly seen: Uint8Array;
}

const BITS = 30;
/** Charges that one request can bring: three families and its agent, and three by its form. */
const CHARGES = 7;

export const content: Detector & { create(...args: Parameters<Detector['create']>): ContentObserver } = {
  name: 'content',
  about: 'requests that say by themselves that a scanner made them',
  components: 1,
  reasons: [...HINTS.map(({ name }) => name), ...MEANINGS],
  most: (reason) => [2 ** (reason < HINTS.length ? BITS : mostMeaning(reason - HINTS.length))],
  charges: CHARGES,
  create: (seat, accounts, seed) => {
    const seen = new Uint8Array(accounts);
    const factors = Float64Array.of(2 ** BITS);
    const meanings = new Meanings(seat, HINTS.length, accounts, seed);
    return {
      seen,
      ask(batch, from, to, ledger) {
        const { account, request } = ledger.asking.admission;
        const { targets } = ledger.accounts;
        // Of who comes by no contact nothing was seen: what stands there is of the account before.
        for (let row = from; row < to; row += 1)
          if (account[row] >= 0 && request[row] === 1 && targets[account[row]] === 0) seen[account[row]] = 0;
        meanings.ask(batch, from, to, ledger);
      },
      observe(batch, from, to, ledger) {
        const { account, first, nth } = ledger.admission;
        const { hint, outcome } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0) continue;
          if (nth[row] === 1) seen[mine] = 0;
          if (hint[row] === 0 || hint[row] >= TLS_HELLO || (first[row] === 0 && outcome[row] !== Outcome.exchanged))
            continue;
          const { declared = false, vulnerability = false } = HINTS[hint[row]];
          const known = HINTS[seen[mine]];
          // Who has said what he is may still say that he looks for more; it is charged once.
          if (seen[mine] === 0 || (declared && (!known.declared || (vulnerability && !known.vulnerability))))
            seen[mine] = hint[row];
          if (declared && !known.declared) ledger.accounts.charge(mine, seat.stream, factors, hint[row], batch, row);
        }
      },
    };
  },
};
