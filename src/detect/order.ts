import { inTime, type Visits } from '../ledger/dossier.ts';
import { Flag } from '../ledger/account.ts';
import { Way } from '../ledger/rates.ts';
import { distinct, evidenceBits, longestIncreasing, orderLog2P } from '../table/order.ts';
import type { Detector } from './detector.ts';
import { neighbourMost, networkMost, ReverseRuns } from './reverse.ts';

// Hot: `observe`; the tests themselves run four times a source.

/**
 * Order: targets that are visited one after the other. Clients come to services in no order of their numbers, so among
 * k first visits the longest increasing (or decreasing) subsequence is short: P(LIS ≥ l) ≤ C(k, l) ÷ l!. The p-value of a
 * test becomes an e-value; tests are taken at 16, 32, 64 and 128 first visits, one component each.
 *
 * Only sources that mostly miss are tested: lists of living hosts are kept in order by people, and monitors go through
 * them. Blind to permuted scans, which is what most tools do; the finding says which it was.
 *
 * Requests have one kind of name that is a number, the reverse name of an address (`reverse.ts`).
 */
const CHECKPOINTS = [16, 32, 64, 128];
/** An e-value past this says nothing more, and stays a number. */
const MOST = 200;
const Reason = { visits: 0, neighbour: 1, network: 2, block: 3 } as const;

export const order: Detector = {
  name: 'order',
  about: 'targets that miss, visited in the order of their numbers',
  components: CHECKPOINTS.length,
  reasons: [
    'first visits in ascending or descending order',
    'asked for the reverse name of the next address',
    'asked for the reverse names of a whole network within an hour',
    'asked for the reverse name of one block of IPv6 beside another',
  ],
  most: (reason) => {
    if (reason === Reason.neighbour || reason === Reason.block) return [...neighbourMost(CHECKPOINTS.length)];
    if (reason === Reason.network) return [...networkMost(CHECKPOINTS.length)];
    return CHECKPOINTS.map(() => 2 ** MOST);
  },
  // Of the names, that of a neighbour can be the one that makes a network whole.
  charges: 2,
  grace: CHECKPOINTS[0] - 1,
  create: (seat, accounts, seed) => {
    const taken = new Uint8Array(accounts);
    const factors = new Float64Array(CHECKPOINTS.length);
    const reverse = new ReverseRuns(seat, Reason.neighbour, CHECKPOINTS.length, accounts, seed);
    return {
      ask: (batch, from, to, ledger) => reverse.ask(batch, from, to, ledger),
      observe(batch, from, to, ledger) {
        const { account, first, way, nth } = ledger.admission;
        const { flags } = ledger.accounts;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0 || first[row] === 0) continue;
          if (nth[row] === 1) taken[mine] = 0;
          // A finding that is open needs no further test.
          if (way[row] === Way.outward || (flags[mine] & Flag.found) !== 0) continue;
          const checkpoint = taken[mine];
          if (checkpoint >= CHECKPOINTS.length || nth[row] < CHECKPOINTS[checkpoint]) continue;
          const visits = ledger.dossiers.of(mine)?.visits;
          if (!visits || visits.time.length < CHECKPOINTS[checkpoint]) continue;
          taken[mine] += 1;
          if (!mostlyMissed(visits, CHECKPOINTS[checkpoint])) continue;
          factors.fill(1);
          factors[checkpoint] = orderEvidence(visits, CHECKPOINTS[checkpoint]);
          ledger.accounts.charge(mine, seat.stream, factors, Reason.visits, batch, row);
        }
      },
    };
  },
};

function mostlyMissed({ missed }: Visits, count: number): boolean {
  let misses = 0;
  for (let at = 0; at < count; at += 1) if (missed[at]) misses += 1;
  return 2 * misses >= count;
}

/** e-value of the first `count` visits: the mean of those of the ascending and the descending order. */
function orderEvidence(visits: Visits, count: number): number {
  const { address, port } = visits;
  const addresses = new Set(address.slice(0, count));
  const column = 2 * addresses.size >= count ? address : port;
  const values = distinct(inTime(visits, count).map((at) => column[at]));
  const e = (list: number[]): number => {
    const bits = evidenceBits(orderLog2P(list.length, longestIncreasing(list)));
    return 2 ** Math.min(MOST, bits);
  };
  return (e(values) + e(values.map((value) => -value))) / 2;
}
