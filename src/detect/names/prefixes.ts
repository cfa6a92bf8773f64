import { Bets } from '../../table/bets.ts';
import type { Note } from './notes.ts';
import { NOTHING, type Proof, SOURCES } from './proof.ts';
import type { Series } from './series.ts';

const ONE_PREFIX = 'the addresses of one prefix asked for what is not there, each for something else';

/** Prefixes whose addresses, taken together, would be a source with a finding. */
export function prefixes(series: Series): Proof[] {
  const { notes, names, got } = series;
  const keysOf = ({ source }: Note): string[] =>
    source[2] === 0xffff && source[0] === 0
      ? [`4 ${source[3] >>> 8}`]
      : [`6 ${source[0]} ${source[1]}`, `6 ${source[0]} ${source[1] >>> 16}`];
  const groups = new Map<string, number[]>();
  for (const [at, note] of notes.entries())
    for (const key of series.excused[at] === 1 ? [] : keysOf(note)) {
      const its = groups.get(key);
      if (its) its.push(at);
      else groups.set(key, [at]);
    }
  const proofs: Proof[] = [];
  for (const its of groups.values()) {
    const members = new Set(its.map((at) => notes[at].who));
    if (members.size < SOURCES) continue;
    const bets = new Bets();
    const seen = new Set<string>();
    let best = NOTHING;
    for (const at of its) {
      // What one of them got speaks against a scan; what another of them missed before says nothing.
      for (let n = 0; n < got[at]; n += 1) bets.take(at, false, notes[at].p0);
      if (!seen.has(names[at])) bets.take(at, true, notes[at].p0);
      seen.add(names[at]);
      if (bets.bits > best.bits) best = { ...NOTHING, reason: ONE_PREFIX, bits: bets.bits, from: bets.since, to: at };
    }
    const price = Math.log2(groups.size);
    proofs.push({ ...best, bits: best.bits - price, isPart: ({ who }) => members.has(who) });
  }
  return proofs;
}
