import type { Crowd } from '../../detect/crowd.ts';
import { MARKS } from '../../detect/mark-table.ts';
import type { MarkObserver } from '../../detect/marks.ts';
import { Dossier } from '../../ledger/dossier.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Noise } from '../../ledger/noise.ts';
import { hash4 } from '../../table/hash.ts';
import type { CampaignVerdict } from '../verdict.ts';

/** Several sources, as if they were one. */
export type Joined = Pick<CampaignVerdict, 'dossier' | 'marks' | 'parts'>;

/** A member by the words of its address. */
export interface Sourced {
  readonly source: Uint32Array;
}

/** What some sources did, as if it were one. What they did is no noise any more. */
export function joined(
  members: readonly Sourced[],
  { accounts, dossiers }: Pick<Ledger, 'accounts' | 'dossiers'>,
  marks: Pick<MarkObserver, 'asked' | 'held'>,
  noise: Noise,
  seed: number,
): Joined {
  const parts: Dossier[] = [];
  const dossier = new Dossier(-1, new Uint32Array(4), seed);
  const asked = new Uint32Array(MARKS.length);
  const held = new Uint32Array(MARKS.length);
  const own = members.map(({ source }) => accounts.keys.findAt(source, 0)).filter((account) => account >= 0);
  for (const account of own) {
    const part = dossiers.of(account);
    if (part) {
      parts.push(part);
      absorb(dossier, part);
    } else dossiers.replay(account, dossier);
    for (let mark = 0; mark < MARKS.length; mark += 1) {
      asked[mark] += marks.asked[account * MARKS.length + mark];
      held[mark] += marks.held[account * MARKS.length + mark];
    }
  }
  // Most of it concerned the service that they tried most.
  const most = dossier.services.sorted().slice(0, 1);
  const all = most.map(([service]): [number, number] => [service, Number.POSITIVE_INFINITY]);
  for (const account of own) noise.takeBack(account, accounts, all);
  return { dossier, parts, marks: { asked, held, at: 0 } };
}

/** Gives what a member did to the dossier of all of them; what each was told stays with its own. */
function absorb(all: Dossier, part: Dossier): void {
  all.probes += part.probes;
  all.proof |= part.proof;
  all.first = Math.min(all.first, part.first);
  all.last = Math.max(all.last, part.last);
  for (const [at, count] of part.methods.entries()) all.methods[at] += count;
  for (const [at, count] of part.outcomes.entries()) all.outcomes[at] += count;
  for (const input of part.inputs) all.inputs.add(input);
  for (const [service, count] of part.services.sorted()) all.services.add(service, count);
  const { time, address, upper } = part.visits;
  // An IPv4 address counts as itself; an IPv6 address by a hash that each dossier has of its own.
  if (upper.length === 0) for (const [host, count] of part.addresses.sorted()) all.addresses.add(host, count);
  else
    for (let at = 0; at < time.length; at += 1)
      all.addresses.add(hash4(upper[3 * at], upper[3 * at + 1], upper[3 * at + 2], address[at], 0));
  all.visitsOf(part);
}

/** Crowds on several services whose members are mostly the same are one campaign. */
export function sameMembers(found: readonly Crowd[]): Crowd[][] {
  const groups: { names: Set<string>; crowds: Crowd[] }[] = [];
  for (const crowd of found) {
    const names = crowd.members.map(({ source }) => source.join());
    const group = groups.find((other) => 2 * names.filter((name) => other.names.has(name)).length > names.length);
    if (group) group.crowds.push(crowd);
    else groups.push({ names: new Set(names), crowds: [crowd] });
  }
  return groups.map(({ crowds }) => crowds);
}
