import { Method, Outcome, Proof } from '../record/contact.ts';
import { Missed } from '../ledger/names/asking.ts';
import { State } from '../ledger/knowledge.ts';
import { Way } from '../ledger/rates.ts';
import { STRANGE } from '../ledger/names/strange-hosts.ts';
import type { Detector } from './detector.ts';

// Hot: `observe`.

/**
 * Misses: contacts with something that is not there. A legitimate client knows whom it wants to reach; whoever guesses
 * meets closed ports and addresses that nobody uses. After Jung, Paxson, Berger, Balakrishnan, "Fast portscan detection
 * using sequential hypothesis testing" (2004), with p0 by target instead of one for all, and e-processes instead of
 * Wald's test, so that the bound holds whenever one looks.
 *
 * Names are guessed like ports are: a path that is not there, a host name, a DNS name, a user. The same mathematics, with a
 * p0 of the site (ledger/names/sites.ts).
 *
 * Blind to scans of nothing but living services (see novelty and order) and where answers cannot be seen.
 */

/** The scanner's chance to miss, as a small grid: averaging over it costs at most 2 bits. */
const P1 = [0.3, 0.5, 0.8, 0.95];
/** Factors of a miss or a hit. */
export const MISS_FACTORS = P1.length;

/**
 * A scanner that sends SYNs by itself completes no handshake: what answers it, the operating system under it breaks off
 * by RST. Three outcomes instead of two, for the first of the grid: a miss, a hit that is broken off (`BROKEN` by such a
 * scanner, at most `BROKEN_P0` by a benign source: clients that gave up waiting), and any other hit.
 */
const HALF_OPEN = P1.slice(0, 3);
const BROKEN = 0.9;
const BROKEN_P0 = 0.05;
const COMPONENTS = MISS_FACTORS + HALF_OPEN.length;

/**
 * Likelihood ratios of a miss or a hit where a benign source misses with probability at most p0[row]. The bound comes as
 * a place in a column: a fraction handed over would be an object for every contact.
 */
export function missFactors(factors: Float64Array, p0: Float64Array, row: number, isMiss: boolean): void {
  const bound = p0[row];
  for (let j = 0; j < P1.length; j += 1) {
    // An alternative that does not exceed the bound tells nothing for or against.
    const p1 = P1[j] > bound ? P1[j] : bound;
    factors[j] = isMiss ? p1 / bound : (1 - p1) / (1 - bound);
  }
}

/** The most that a mean of likelihood ratios comes to. */
const MOST = 2 ** 256;

/**
 * Multiplies row `row` of `values`, the likelihood ratios of one account of misses, by `factors`; each begins anew where
 * it fell under 1. `bits[row]` becomes log2 of their mean: a fraction that is returned would be an object for every contact.
 */
export function compound(values: Float64Array, bits: Float64Array, row: number, factors: Float64Array): void {
  const at = row * MISS_FACTORS;
  let sum = 0;
  for (let j = 0; j < MISS_FACTORS; j += 1) {
    const value = Math.min(MOST, Math.max(1, values[at + j]) * factors[j]);
    values[at + j] = value;
    sum += value;
  }
  bits[row] = Math.log2(sum / MISS_FACTORS);
}

/** What became of a contact that was answered, as far as a scanner that completes no handshake is concerned. */
const Fate = { untold: 0, wentOn: 1, broken: 2 } as const;

/** After the factors of `missFactors`, those of the scanner that completes no handshake. */
function halfOpen(factors: Float64Array, p0: Float64Array, row: number, isMiss: boolean, fate: number): void {
  const bound = p0[row];
  const left = 1 - bound - BROKEN_P0;
  const rest = left > BROKEN_P0 ? left : BROKEN_P0;
  for (let j = 0; j < HALF_OPEN.length; j += 1) {
    const p1 = HALF_OPEN[j] > bound ? HALF_OPEN[j] : bound;
    if (isMiss || fate === Fate.untold) factors[MISS_FACTORS + j] = factors[j];
    else if (fate === Fate.broken) factors[MISS_FACTORS + j] = ((1 - p1) * BROKEN) / BROKEN_P0;
    else factors[MISS_FACTORS + j] = ((1 - p1) * (1 - BROKEN)) / rest;
  }
}

/** Whether it counts also of a page that its source has asked for before. */
const isTold = (how: number): boolean => how === Missed.fresh || how === Missed.next || how === Missed.value;

/** p0 of a strange host, as a column. */
const STRANGE_HOST = Float64Array.of(STRANGE);

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
  fresh: 12,
  known: 13,
  refused: 14,
  broken: 15,
  next: 16,
  value: 17,
} as const;

/**
 * By reason: the least p0 that it is charged with, for what is learned of p0 (ledger/rates.ts, ledger/names/sites.ts) only
 * raises it. 1: nothing is added.
 */
const LEAST_P0: readonly number[] = [
  0.02,
  0.15,
  0.02,
  0.02,
  0.3,
  1,
  0.7,
  0.1,
  STRANGE,
  0.1,
  0.1,
  1,
  0.2,
  1,
  0.4,
  1,
  0.5,
  0.5,
];

/** By Missed, what was neither missing nor there. */
const UNTOLD: readonly number[] = [
  Reason.found,
  Reason.found,
  Reason.found,
  Reason.fresh,
  Reason.known,
  Reason.refused,
  Reason.next,
  Reason.value,
];

/** By Asked: what was missed. */
const MISSED: readonly number[] = [Reason.found, Reason.path, Reason.dnsName, Reason.user];

export const misses: Detector = {
  name: 'misses',
  about: 'contacts with addresses and ports, and requests for names, where nothing is',
  components: COMPONENTS,
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
    'asked for a name that nobody had asked for, where all get the same answer or it is not told',
    'asked for a name that others had asked for, where all get the same answer or it is not told',
    'asked for a further user, and was not let in',
    'answered, and broken off by RST instead of a handshake',
    'asked for the next number, of which there is nothing either',
    'asked for yet another word as the value of a parameter, and got the same answer',
  ],
  // A strange host and a name that is not there are two charges for one request.
  charges: 2,
  most: (reason) => [
    ...P1.map((p1) => Math.max(1, p1 / LEAST_P0[reason])),
    ...HALF_OPEN.map((p1) =>
      reason === Reason.broken ? ((1 - p1) * BROKEN) / BROKEN_P0 : Math.max(1, p1 / LEAST_P0[reason]),
    ),
  ],
  create: (seat) => {
    const factors = new Float64Array(COMPONENTS);
    return {
      observe(batch, from, to, ledger) {
        const { account, first, missed, p0, way, state } = ledger.admission;
        const { outcome, proof, method } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          const bound = p0[row];
          if (mine < 0 || first[row] === 0 || bound >= 1 || ledger.accounts.isFull(mine, seat.stream)) continue;
          const isMiss = missed[row] === 1;
          const isBroken = !isMiss && (proof[row] & Proof.brokenOff) !== 0;
          const isTcp = method[row] === Method.tcpSyn || method[row] === Method.tcpConnect;
          missFactors(factors, p0, row, isMiss);
          halfOpen(factors, p0, row, isMiss, isBroken ? Fate.broken : isTcp ? Fate.wentOn : Fate.untold);
          let reason: number = isBroken ? Reason.broken : Reason.hit;
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
            missFactors(factors, STRANGE_HOST, 0, true);
            halfOpen(factors, STRANGE_HOST, 0, true, Fate.untold);
            ledger.accounts.charge(mine, seat.stream, factors, Reason.host, batch, row);
          }
          const bound = p0[row];
          const how = missed[row];
          if (how === Missed.untold || bound >= 1 || (first[row] === 0 && !isTold(how))) continue;
          const isMiss = how !== Missed.there && how !== Missed.known;
          missFactors(factors, p0, row, isMiss);
          halfOpen(factors, p0, row, isMiss, Fate.untold);
          const reason = how === Missed.missing ? MISSED[asked[row]] : UNTOLD[how];
          ledger.accounts.charge(mine, seat.stream, factors, reason, batch, row);
        }
      },
    };
  },
};
