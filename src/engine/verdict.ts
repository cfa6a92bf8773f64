import type { Crowd } from '../detect/crowd.ts';
import type { NameCrowd } from '../detect/names/proof.ts';
import { MARKS } from '../detect/mark-table.ts';
import type { Parent } from '../detect/parent.ts';
import type { MarkCounts } from '../detect/tools.ts';
import type { Accounts } from '../ledger/account.ts';
import type { Dossier } from '../ledger/dossier.ts';
import type { Sample } from '../ledger/samples.ts';

/** What the judge finds. */

/** An episode that passed the bar. */
export interface Verdict {
  readonly dossier: Dossier;
  /** the account as it stood when the episode ended */
  readonly account: AccountCopy;
  readonly closed: boolean;
}

/** Rows and bits of an account, copied out of the ledger. */
export interface AccountCopy {
  readonly bits: readonly number[];
  readonly rowBits: readonly number[];
  readonly rowCount: readonly number[];
  readonly samples: readonly Sample[];
  readonly flags: number;
  /** place in HINTS of what its requests gave away */
  readonly hint: number;
  readonly marks: MarkCounts;
}

/** A crowd or a prefix over the bar, with what its members did. */
export interface CampaignVerdict {
  /** services that the same members shared out, the one with the most bits first; none for a prefix */
  readonly crowds: readonly Crowd[];
  readonly parent: Parent | undefined;
  /** names that its members asked for, when that is what they did */
  readonly names?: NameCrowd;
  /** when it was found */
  readonly bar: number;
  /** the members' own dossiers, of those that have one */
  readonly parts: readonly Dossier[];
  /** the members' first contacts, as if one source had made them */
  readonly dossier: Dossier;
  readonly marks: MarkCounts;
}

/** @param hint place in HINTS of what its requests gave away */
export function copyOf(
  accounts: Accounts,
  account: number,
  { asked, held }: Pick<MarkCounts, 'asked' | 'held'>,
  hint: number,
): AccountCopy {
  const part = <Column extends Float64Array | Uint32Array>(column: Column, width: number): Column =>
    column.slice(account * width, (account + 1) * width) as Column;
  const { length } = MARKS;
  return {
    bits: [...part(accounts.bits, accounts.streams.length)],
    rowBits: [...part(accounts.rowBits, accounts.reasonCount)],
    rowCount: [...part(accounts.rowCount, accounts.reasonCount)],
    samples: accounts.samples.of(account),
    flags: accounts.flags[account],
    hint,
    marks: { asked: part(asked, length), held: part(held, length), at: 0 },
  };
}

/** Bits of the best stream. */
export const mostOf = ({ bits }: AccountCopy): number => Math.max(...bits);
