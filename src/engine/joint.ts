import type { Crowd } from '../detect/crowd.ts';
import type { Dossier } from '../ledger/dossier.ts';
import { hash4 } from '../table/hash.ts';

/** Several sources, as if they were one. */

/** Gives what a member did to the dossier of all of them; what each was told stays with its own. */
export function absorb(all: Dossier, part: Dossier): void {
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
