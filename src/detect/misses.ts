import { Outcome, Proof } from '../record/contact.ts';
import { Asking } from '../ledger/asking.ts';
import { State } from '../ledger/knowledge.ts';
import { Way } from '../ledger/rates.ts';
import type { Detector } from './detector.ts';

// Hot: `observe`.

/**
 * Misses: contacts with something that is not there. A legitimate client knows whom it wants to reach; whoever guesses
 * meets closed ports and addresses that nobody uses. After Jung, Paxson, Berger, Balakrishnan, "Fast portscan detection
 * using sequential hypothesis testing" (2004), with p0 by target instead of one for all, and e-processes instead of
 * Wald's test, so that the bound holds whenever one looks.
 *
 * Names are guessed like ports are: a path that is not there, a host name, a DNS name, a user. The same mathematics, with a
 * p0 of the site (ledger/sites.ts).
 *
 * Blind to scans of nothing but living services (see novelty and order) and where answers cannot be seen.
 */

/** The scanner's chance to miss, as a small grid: averaging over it costs at most 2 bits. */
const P1 = [0.3, 0.5, 0.8, 0.95];

/** Components of a stream of misses. */
export const MISS_FACTORS = P1.length;

/** Likelihood ratios of a miss or a hit where a benign source misses with probability at most `bound`. */
export function missFactors(factors: Float64Array, bound: number, isMiss: boolean): void {
  for (let j = 0; j < P1.length; j += 1) {
    // An alternative that does not exceed the bound tells nothing for or against.
    const p1 = P1[j] > bound ? P1[j] : bound;
    factors[j] = isMiss ? p1 / bound : (1 - p1) / (1 - bound);
  }
}

const Reason = {
  dark: 0,
  unknown: 1,
  closed: 2,
  filtered: 3,
  open: 4,
  hit: 5,
  outward: 6,
  path: 7,
  host: 8,
  dnsName: 9,
  user: 10,
  found: 11,
} as const;

/**
 * By reason: the least p0 that it is charged with, for what is learned of p0 (ledger/rates.ts, ledger/sites.ts) only
 * raises it. 1: nothing is added.
 */
const LEAST_P0: readonly number[] = [0.02, 0.15, 0.02, 0.02, 0.3, 1, 0.7, 0.1, Asking.strangeBound, 0.1, 0.1, 1];

/** By Asked: what was missed. */
const MISSED: readonly number[] = [Reason.found, Reason.path, Reason.dnsName, Reason.user];

export const misses: Detector = {
  name: 'misses',
  about: 'contacts with addresses and ports, and requests for names, where nothing is',
  components: P1.length,
  reasons: [
    'no answer from an address that never showed life',
    'no answer from an address of which nothing was known',
    'refused: a closed port of a living host',
    'no answer or a filter on a port of a living host',
    'missed a service that answers others',
    'answered',
    'a miss on the way out of the own network',
    'asked for a path that is not there',
    'asked for a host that nobody is served under',
    'asked for a name that is not in the zone',
    'asked for a user that does not exist',
    'asked for a name that is there',
  ],
  // A strange host and a name that is not there are two charges for one request.
  charges: 2,
  most: (reason) => P1.map((p1) => Math.max(1, p1 / LEAST_P0[reason])),
  create: (seat) => {
    const factors = new Float64Array(P1.length);
    return {
      observe(batch, from, to, ledger) {
        const { account, first, missed, p0, way, state } = ledger.admission;
        const { outcome, proof } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          const bound = p0[row];
          if (mine < 0 || first[row] === 0 || bound >= 1 || ledger.accounts.isFull(mine, seat.stream)) continue;
          const isMiss = missed[row] === 1;
          missFactors(factors, bound, isMiss);
          let reason: number = Reason.hit;
          if (isMiss) {
            if (way[row] === Way.outward) reason = Reason.outward;
            else if (state[row] >= State.open) reason = Reason.open;
            else if ((proof[row] & Proof.closed) !== 0) reason = Reason.closed;
            else if (state[row] >= State.alive || (proof[row] & Proof.filtered) !== 0) reason = Reason.filtered;
            else reason = state[row] === State.dark || outcome[row] === Outcome.refused ? Reason.dark : Reason.unknown;
          }
          ledger.accounts.charge(mine, seat.stream, factors, reason, batch, row);
        }
      },
      ask(batch, from, to, ledger) {
        const { account, first, missed, p0, strangeHost } = ledger.asking.admission;
        const { asked } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0 || ledger.accounts.isFull(mine, seat.stream)) continue;
          if (strangeHost[row] === 1) {
            missFactors(factors, Asking.strangeBound, true);
            ledger.accounts.charge(mine, seat.stream, factors, Reason.host, batch, row);
          }
          const bound = p0[row];
          if (first[row] === 0 || missed[row] === 2 || bound >= 1) continue;
          const isMiss = missed[row] === 1;
          missFactors(factors, bound, isMiss);
          ledger.accounts.charge(mine, seat.stream, factors, isMiss ? MISSED[asked[row]] : Reason.found, batch, row);
        }
      },
    };
  },
};
