import { parsePrefix, type Prefix, PrefixMatch } from '../table/prefix.ts';

/** Prefixes that the options have checked, as a table; undefined when there are none. */
export function matchOf(prefixes: readonly string[]): PrefixMatch | undefined {
  if (prefixes.length === 0) return undefined;
  const match = new PrefixMatch();
  for (const text of prefixes) {
    const { words, bits } = parsePrefix(text) as Prefix;
    match.add(words, 0, bits, 1);
  }
  return match;
}
