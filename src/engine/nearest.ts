import { detectors } from '../detect/index.ts';
import type { Summary } from '../finding/finding.ts';
import type { Accounts } from '../ledger/account.ts';
import { formatAddress } from '../record/address.ts';

/** One source whose account stayed under the bar. */
type Near = Summary['nearest'][number];

const NEAREST = 20;

/**
 * Sources of which no finding speaks, with what their accounts hold at the end of the data: most bits first. A source
 * with nothing against it is not among them.
 */
export function nearestOf(accounts: Accounts, blamed: ReadonlySet<string>): Near[] {
  const { keys } = accounts;
  const rows: number[] = [];
  for (let row = 0; row < keys.extent; row += 1) if (keys.has(row) && accounts.balance(row) > 0) rows.push(row);
  return rows
    .map((row) => nearOf(accounts, row))
    .filter(({ source }) => !blamed.has(source))
    .sort((a, b) => b.bits - a.bits || (a.source < b.source ? -1 : 1))
    .slice(0, NEAREST);
}

function nearOf(accounts: Accounts, row: number): Near {
  const best = accounts.best(row);
  const { name, reasons } = detectors[best];
  const start = row * accounts.reasonCount + accounts.seats[best].firstReason;
  const weights = accounts.rowBits.subarray(start, start + reasons.length);
  const most = weights.indexOf(Math.max(...weights));
  return {
    source: formatAddress(accounts.keys.keys, 4 * row),
    bits: accounts.balance(row),
    decidedBy: name as Near['decidedBy'],
    reason: reasons[most],
    contacts: accounts.contacts[row] + accounts.requests[row],
  };
}
