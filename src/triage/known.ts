import { V4_BITS } from '../record/address.ts';
import { timeText } from '../finding/time.ts';
import { PrefixMatch } from '../table/prefix.ts';

/**
 * Whose addresses are known: scanners of the whole Internet that say who they are, crawlers, delivery networks,
 * clouds. The lists are the operator's policy: `label` what is in them, `allow` it, or `ignore` the lists.
 */
export const KNOWN_POLICIES = ['allow', 'label', 'ignore'] as const;
export type KnownPolicy = (typeof KNOWN_POLICIES)[number];

/** What kind of hosts a list is of. */
export type KnownKind = 'research' | 'crawler' | 'cdn' | 'cloud' | 'own';

export interface KnownList {
  readonly name: string;
  readonly kind: KnownKind;
  /** version or date of the list */
  readonly version: string;
  /** what the operator says of this entry; undefined: what holds for all */
  readonly policy?: KnownPolicy | undefined;
}

/** A prefix of a list of the operator's own. */
export interface OwnPrefix {
  readonly words: Uint32Array;
  /** of 128; an IPv4 /24 has 120 */
  readonly bits: number;
  /** as it was written */
  readonly prefix: string;
  /** the list that it stands in, or the option that gave it */
  readonly from: string;
  /** whose it is, or why it stands here; as `prefix` where nothing was said */
  readonly name: string;
  /** µs since 1970; infinite: never */
  readonly until: number;
  readonly policy?: KnownPolicy | undefined;
}

/*
 * The file. Numbers are unsigned LEB128, addresses in ascending order within a list and family.
 *
 *     file  = JSON of { lists: [{ name, kind, version, v4, v6 }] }, newline, then for each list its prefixes
 *     list  = v4 × (difference of the 32-bit address to the one before, length 0 … 32)
 *             v6 × (4 words of 32 bits, length 0 … 128)
 */
interface Head {
  readonly lists: readonly (KnownList & { readonly v4: number; readonly v6: number })[];
}

const NEWLINE = 10;

type Add = (list: KnownList, words: Uint32Array, bits: number) => void;

/** Reads lists of some kinds from a file. */
function readLists(bytes: Uint8Array, wanted: (kind: KnownKind) => boolean, add: Add): void {
  const end = bytes.indexOf(NEWLINE);
  const { lists } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Head;
  let at = end + 1;
  const next = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const words = new Uint32Array(4);
  for (const { name, kind, version, v4, v6 } of lists) {
    const list = wanted(kind) ? { name, kind, version } : undefined;
    let address = 0;
    for (let nth = 0; nth < v4; nth += 1) {
      address += next();
      words.set([0, 0, 0xffff, address]);
      const bits = V4_BITS + next();
      if (list) add(list, words, bits);
    }
    for (let nth = 0; nth < v6; nth += 1) {
      for (let word = 0; word < 4; word += 1) words[word] = next();
      const bits = next();
      if (list) add(list, words, bits);
    }
  }
}

/** Prefixes with the list that each stands in. */
class Lists {
  readonly #match = new PrefixMatch();
  readonly #lists: KnownList[] = [];

  constructor(bytes: Uint8Array, wanted: (kind: KnownKind) => boolean) {
    readLists(bytes, wanted, (list, words, bits) => {
      if (this.#lists.at(-1) !== list) this.#lists.push(list);
      this.#match.add(words, 0, bits, this.#lists.length - 1);
    });
  }

  at(words: Uint32Array): KnownList | undefined {
    const list = this.#match.match(words, 0);
    return list < 0 ? undefined : this.#lists[list];
  }
}

/** The lists, ready to be asked. Those of the operator's own count before the others, until they expire. */
export class Known {
  readonly #bytes: () => Uint8Array;
  readonly #own = new PrefixMatch();
  readonly #ownList: readonly OwnPrefix[];
  #scanners: Lists | undefined;
  #shared: Lists | undefined;

  /** @param bytes of the file; read when the first address is looked up */
  constructor(bytes: () => Uint8Array, own: readonly OwnPrefix[]) {
    this.#bytes = bytes;
    this.#ownList = own;
    own.forEach(({ words, bits }, nth) => this.#own.add(words, 0, bits, nth));
  }

  /** The list of scanners that the address stands in. @param time µs: what had expired then does not count */
  scanner(words: Uint32Array, time: number): KnownList | undefined {
    const own = this.#ownOf(words);
    if (own && time <= own.until)
      return { name: own.name, kind: 'own', version: untilText(own.until), policy: own.policy };
    this.#scanners ??= new Lists(this.#bytes(), (kind) => kind === 'research');
    return this.#scanners.at(words);
  }

  /** The entry of the operator's own that it stands in and that had expired then; undefined: none. */
  expired(words: Uint32Array, time: number): OwnPrefix | undefined {
    const own = this.#ownOf(words);
    return own && time > own.until ? own : undefined;
  }

  #ownOf(words: Uint32Array): OwnPrefix | undefined {
    const own = this.#own.match(words, 0);
    return own < 0 ? undefined : this.#ownList[own];
  }

  /** The list of crawlers, delivery networks or clouds that it stands in: others may use the address, too. */
  shared(words: Uint32Array): KnownList | undefined {
    this.#shared ??= new Lists(this.#bytes(), (kind) => kind !== 'research');
    return this.#shared.at(words);
  }
}

export const untilText = (until: number): string =>
  Number.isFinite(until) ? `until ${timeText(until).slice(0, 10)}` : 'no expiry';

/** What is said of a source whose entry no longer counts. */
export const expiredText = ({ name, until, from }: OwnPrefix): string =>
  `Its entry "${name}" in ${from} expired (${untilText(until)}), so it does not count.`;

/** What speaks for a known scanner. */
export interface Claim {
  readonly address: Uint32Array;
  /** µs of its last probe */
  readonly last: number;
  /** what it calls itself in a request, '' nothing */
  readonly agent: string;
  /** names that only somebody asks for who looks for weaknesses */
  readonly pointed: number;
}

/** That a source is a known scanner, and why. */
export interface Recognised {
  readonly reasons: readonly string[];
  /** what the operator says of its entry; undefined: what holds for all */
  readonly policy?: KnownPolicy | undefined;
}

/**
 * Whether a source is a known scanner. A list is somebody's word for its addresses; a user agent is only its own: it is
 * believed of who looks for nothing that hurts.
 */
export function recognise({ address, last, agent, pointed }: Claim, known: Known): Recognised | undefined {
  const list = known.scanner(address, last);
  const says = agent === '' ? '' : `its user agent says ${agent}`;
  if (list) {
    if (list.policy === 'ignore') return undefined;
    const listed = `in the list of known scanners ${list.name} (${list.version})`;
    const second = says === '' ? 'only the list says so: it did not name itself' : `${says}: list and user agent agree`;
    return { reasons: [listed, second], policy: list.policy };
  }
  if (says === '' || pointed > 0) return undefined;
  return { reasons: [`${says}, in no list: only the agent says so`] };
}
