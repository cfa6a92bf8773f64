import { Way } from '../ledger/rates.ts';
import { Outcome } from '../record/contact.ts';
import type { Detector } from './detector.ts';

// Hot: `observe`.

/**
 * Novelty: new targets faster than a legitimate client finds them. Catches hit-list scans, where everything answers.
 *
 * For a client whose new targets come at no more than λ0 per second, r^n · e^(−λ0 (r − 1) t) after n new targets in
 * t seconds has expectation ≤ 1 for every r > 1 (the likelihood ratio of Poisson processes). Four time scales have a λ0
 * each; two ratios each; all eight are averaged. Ratios stay small because clients come in bursts, which a Poisson
 * process does not: a new target is never worth more than 2 bits, a slow one costs what it must.
 *
 * Only inward contacts count (browsing outwards reaches hundreds of new targets), and only targets that few others use:
 * visiting what everybody visits is no news. Addresses behind which many people sit are told apart by that too. A further
 * port of a host that the source talks with is no news either, if it answers: protocols open ports as they go (FTP in
 * passive mode, RFC 959 section 3.2; media of SIP calls, RFC 3264; remote procedure calls, RFC 1833).
 */

/** New targets per second of a busy legitimate client, by scale: 3 a minute, 12 an hour, 24 a day, 60 a month. */
const RATES = [3 / 60, 12 / 3600, 24 / 86_400, 60 / 2_592_000];
const RATIOS = [2, 4];
/** Sources that use a service until it is one that everybody visits. */
const POPULAR = 3;

export const novelty: Detector = {
  name: 'novelty',
  about: 'new targets faster than a legitimate client finds them',
  components: RATES.length * RATIOS.length,
  reasons: ['a new target that few others use'],
  most: () => RATES.flatMap(() => RATIOS),
  grace: 1,
  create: (seat, accounts) => {
    const factors = new Float64Array(RATES.length * RATIOS.length);
    const last = new Float64Array(accounts);
    return {
      observe(batch, from, to, ledger) {
        const { account, first, way, users, talked, nth } = ledger.admission;
        const { time, outcome } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0 || first[row] === 0 || way[row] !== Way.inward || ledger.accounts.isFull(mine, seat.stream))
            continue;
          // The first target of a source is no news; the clock begins with it.
          if (nth[row] === 1) last[mine] = time[row];
          // What is no news does not stop the clock: the time to the next news runs on.
          const isNews = outcome[row] !== Outcome.answered || (users[row] < POPULAR && talked[row] === 0);
          if (nth[row] === 1 || !isNews) continue;
          const seconds = time[row] > last[mine] ? (time[row] - last[mine]) / 1e6 : 0;
          if (time[row] > last[mine]) last[mine] = time[row];
          for (let scale = 0, j = 0; scale < RATES.length; scale += 1)
            for (const ratio of RATIOS) {
              factors[j] = ratio * Math.exp(-RATES[scale] * (ratio - 1) * seconds);
              j += 1;
            }
          ledger.accounts.charge(mine, seat.stream, factors, 0, batch, row);
        }
      },
    };
  },
};
