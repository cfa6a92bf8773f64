/**
 * Which family of requests (`families/`) a request belongs to, by its own content: requests that only a scanner makes,
 * each with a bound on how often a benign client makes one. When several families hold, the one with the most bits is
 * told; of two with as many, the one that stands first in the list or in the text.
 *
 * Blind to the body of a request, to headers that the log does not tell, and to what stands behind the first `LONGEST`
 * bytes of a text (plain.ts).
 */
export { FAMILIES, stronger } from './families/index.ts';
export type { Technique } from './families/index.ts';
export { familyOfLine, familyOfRequest } from './line.ts';
export { familyOfHeader, familyOfTarget } from './target.ts';
