import type { Weight } from '../../correlate/after/access.ts';
import { inCommon, type LookKind, type Looks, MOST_ALIKE } from '../../correlate/after/looks.ts';
import { blamedBy } from '../../finding/blamed.ts';
import type { Finding } from '../../finding/finding.ts';
import { countBelow } from '../../table/order.ts';
import { beginOf, nearOf, type Scan, type Scanners } from './scanners.ts';

/**
 * Who may have gone on with a scan from another address: a source that is neither the scanner nor its neighbour, but has
 * something in common with it that few others have. Its TCP stack or user agent, by how many sources of the data have
 * the same; where it scans, too, the program, or the words that it guesses, by how many other scans show the same. A
 * public list is anybody's: of that only counts that one goes on where the other had stopped.
 */
export interface Kin {
  readonly scan: Scan;
  readonly weight: Weight;
}

/** Bits under which likeness is not worth telling. */
export const LIKELY = 4;
const LOOKS: readonly LookKind[] = ['stack', 'agent'];
/** Sources of a scan whose looks are compared: the most active. */
const COMPARED = 64;
/** Names that nobody was given, and that two scans must have in common at least; and of the shorter one's, this share. */
const WORDS = 8;
const SHARE = 0.5;
/** Scans for names that are compared by what they asked for. */
const ASKING = 1024;

/** Something that scanners have. */
interface Trait {
  readonly what: string;
  readonly scans: Scan[];
  /** sources of these scans that have it */
  sources: number;
}

export class Kinship {
  readonly #scanners: Scanners;
  readonly #looks: Looks;
  readonly #actors: number;
  readonly #byLook = new Map<string, Trait>();
  readonly #asking: ReadonlySet<Scan>;
  /** by public list: scans from it, in the order of the words at which they stopped, and these words */
  readonly #byList = new Map<string, { readonly scans: readonly Scan[]; readonly stops: readonly number[] }>();
  readonly #words = new Map<Scan, ReadonlySet<string>>();

  /** @param actors sources of which it will be asked whether they are kin */
  constructor(scanners: Scanners, looks: Looks, actors: number) {
    this.#scanners = scanners;
    this.#looks = looks;
    this.#actors = Math.max(1, actors);
    const asking = scanners.all.filter(({ dossier }) => (dossier?.quest?.missed ?? 0) >= WORDS);
    this.#asking = new Set(asking.slice(0, ASKING));
    const listed = scanners.all.filter(({ finding }) => isPublic(finding));
    for (const [name, scans] of Map.groupBy(listed, ({ finding }) => finding.wordlist?.name ?? '')) {
      const sorted = scans.toSorted((a, b) => stopOf(a) - stopOf(b));
      this.#byList.set(name, { scans: sorted, stops: sorted.map(stopOf) });
    }
    for (const scan of scanners.all)
      for (const source of blamedBy(scan.finding).slice(0, COMPARED))
        for (const kind of LOOKS) this.#note(scan, source, kind);
  }

  /** Scans that had begun by a time and that a stranger has something rare in common with, each with what is rarest. */
  of(source: string, time: number): Kin[] {
    const kin = new Map<Scan, Weight>();
    const add = (scan: Scan, weight: Weight): void => {
      if (weight.bits < LIKELY || beginOf(scan) > time || this.#isOwn(scan, source)) return;
      if (weight.bits > (kin.get(scan)?.bits ?? 0)) kin.set(scan, weight);
    };
    for (const kind of LOOKS) for (const { scan, weight } of this.#byLooks(source, kind)) add(scan, weight);
    for (const mine of this.#scanners.of(source)) {
      for (const { scan, weight } of this.#byTool(mine)) add(scan, weight);
      for (const { scan, weight } of this.#byWords(mine)) add(scan, weight);
    }
    return [...kin].map(([scan, weight]) => ({ scan, weight }));
  }

  #note(scan: Scan, source: string, kind: LookKind): void {
    const { what, value } = this.#looks.of(source, kind);
    if (value === 0) return;
    const key = `${kind} ${value}`;
    const trait = this.#byLook.get(key) ?? { what, scans: [], sources: 0 };
    this.#byLook.set(key, trait);
    trait.sources += 1;
    if (trait.scans.at(-1) !== scan) trait.scans.push(scan);
  }

  /** The scan of the source itself, or of its neighbours: that is known without any likeness. */
  #isOwn({ finding }: Scan, source: string): boolean {
    const near = nearOf(source);
    return blamedBy(finding).some((other) => other === source || nearOf(other) === near);
  }

  #byLooks(source: string, kind: LookKind): Kin[] {
    const { what, value } = this.#looks.of(source, kind);
    const trait = value === 0 ? undefined : this.#byLook.get(`${kind} ${value}`);
    if (!trait) return [];
    const { alike, of } = this.#looks.share(kind, value);
    const known = trait.sources + 1;
    const weight = inCommon(
      what,
      Math.max(0, alike - known),
      Math.max(0, of - known),
      this.#actors * this.#byLook.size,
    );
    return trait.scans.map((scan) => ({ scan, weight }));
  }

  #byTool({ finding: { tool, id } }: Scan): Kin[] {
    if (!tool) return [];
    const others = this.#scanners.all.filter(({ finding }) => finding.id !== id);
    const same = others.filter(
      ({ finding }) => finding.tool?.name === tool.name && finding.tool.version === tool.version,
    );
    const weight = inCommon(`the same program (${tool.name})`, same.length - 1, others.length - 1, this.#actors);
    return same.map((scan) => ({ scan, weight }));
  }

  #byWords(mine: Scan): Kin[] {
    const goesOn = this.#stoppedBefore(mine).flatMap((scan) => {
      const weight = goesOnFrom(scan.finding, mine.finding, this.#actors);
      return weight && scan !== mine ? [{ scan, weight }] : [];
    });
    if (!this.#asking.has(mine) || isPublic(mine.finding)) return goesOn;
    const others = [...this.#asking].filter((scan) => scan !== mine);
    const same = others.filter((scan) => this.#shares(mine, scan));
    const what = 'guesses the same names, which are from no list that is known';
    const weight = inCommon(what, same.length - 1, others.length - 1, this.#actors);
    return [...goesOn, ...same.map((scan) => ({ scan, weight }))];
  }

  /** Scans that stopped so little before the word at which this one begins that it is worth telling. */
  #stoppedBefore({ finding: { wordlist } }: Scan): readonly Scan[] {
    const list = wordlist && this.#byList.get(wordlist.name);
    if (!list) return [];
    const near = wordlist.of / (2 ** LIKELY * this.#actors);
    return list.scans.slice(countBelow(list.stops, wordlist.from - near), countBelow(list.stops, wordlist.from));
  }

  #shares(one: Scan, other: Scan): boolean {
    const [mine, its] = [this.#missedBy(one), this.#missedBy(other)];
    const common = [...mine].filter((name) => its.has(name)).length;
    return common >= WORDS && common >= SHARE * Math.min(mine.size, its.size);
  }

  /** Names that a scan asked for in vain, of those that are kept. */
  #missedBy(scan: Scan): ReadonlySet<string> {
    const known = this.#words.get(scan);
    if (known) return known;
    const asks = scan.dossier?.quest?.asks;
    const names = new Set(asks?.name.filter((_, at) => asks.missed[at]));
    this.#words.set(scan, names);
    return names;
  }
}

const isPublic = ({ wordlist }: Finding): boolean => wordlist !== null && wordlist.name !== 'undecided';

const stopOf = ({ finding }: Scan): number => finding.wordlist?.to ?? 0;

/** Whether one begins with a list where another had stopped. */
function goesOnFrom(one: Finding, other: Finding, pairs: number): Weight | undefined {
  const [had, has] = [one.wordlist, other.wordlist];
  if (!had || !has || !isPublic(one) || had.name !== has.name || other.firstSeen < one.lastSeen) return undefined;
  const ahead = has.from - had.to;
  if (had.to >= has.of || ahead <= 0) return undefined;
  const bits = Math.min(MOST_ALIKE, Math.log2(has.of / ahead)) - Math.log2(pairs);
  const what = `goes on with the list ${has.name} at word ${has.from}, where another had stopped at ${had.to}`;
  return { bits, why: `${what}, by chance ${ahead} in ${has.of}, ${pairs} tried: ${bits.toFixed(1)} bits` };
}
