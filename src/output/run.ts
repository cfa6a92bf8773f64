import type { Summary } from '../finding/finding.ts';
import { wire } from './describe.ts';
import { bitsText, counted, grouped, listed } from './layout.ts';

/** A run in words: what was read, whose network it is, how high the bar stands. */

/** What is said when there is no finding: that nobody scanned only where somebody was seen to do anything. */
export const noneText = ({ contacts }: Summary): string =>
  contacts === 0 ? 'Nothing to judge: no contact was told by what was read.' : 'No scan: no account reached the bar.';

/** `ip-header-cut 2, tcp-header-cut 1`, most first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const most = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return listed(
    most.filter(([, many]) => many > 0).map(([name, many]) => `${wire(name)} ${grouped(many)}`),
    4,
  );
}

/** The bar and where it comes from. */
export function barText(summary: Summary): string {
  const { bar, contactsPerDay, falsePerDay } = summary;
  if (contactsPerDay === null) return `${bitsText(bar)} bits (as given)`;
  const accepted = counted(falsePerDay, 'false finding');
  const needed = Math.log2(Math.max(1, contactsPerDay) / falsePerDay);
  // There is a least bar, below which figures this small would not be trusted.
  if (needed >= bar - 0.05)
    return `${bitsText(bar)} bits (${accepted} a day at ${grouped(Math.round(contactsPerDay))} first contacts a day)`;
  return `${bitsText(bar)} bits, the least${needed > 0 ? ` (for ${accepted} a day ${bitsText(needed)} would do)` : ''}`;
}

/** Own networks, and who said so. */
export function homeText({ home }: Summary): string {
  if (home.networks.length === 0) return 'none found; say --home PREFIX';
  return `${listed(home.networks.map(wire), 4)} (${home.inferred ? 'inferred' : 'as given'})`;
}
