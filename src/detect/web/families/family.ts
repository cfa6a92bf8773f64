/**
 * A family is one kind of request that a scanner makes and a visitor does not: what such requests have in common, and a
 * bound on how often a benign client makes one.
 */
export interface Family {
  readonly name: string;
  /** what the sender looks for, and where the knowledge is from when it is a published weakness */
  readonly about: string;
  /**
   * −log2 of a bound on the probability that a request of a benign client, new to the site, is of this family. The
   * bounds are stated, not measured: 3–4 what administrators and some crawlers do ask for, 5–8 what is asked for by
   * mistake or on a few sites, 10–12 what only tests of one's own contain, 14–16 what names its sender, 24 what is an attack and nothing else.
   */
  readonly bits: number;
  /** The same for a request for what is not there, of who has no business with it: not even the product is. */
  readonly missing?: number;
  readonly technique: Technique;
  /**
   * Words that tell it, compared without case with the request after all its encodings were undone (`plain.ts`).
   * A sign stands in the path unless a mark in front says otherwise:
   *
   *     ^word   the path starts with it          ?word   in the query
   *     *word   anywhere, also in a header       !word   anywhere, as a command of a shell (`isCommand` in shapes.ts)
   *     word$   the path ends with it            word|   no letter, digit, "_" or "-" follows
   *
   * A family without signs is told by its shape, in `families.ts`.
   */
  readonly signs?: readonly string[];
}

/** What the request is made for: to find a weakness, to find out what runs here, to find names. */
export type Technique = 'vulnerability' | 'fingerprinting' | 'enumeration';
