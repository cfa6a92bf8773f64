import { PART_ENDINGS } from '../../ledger/names/parts.ts';
import type { Asks, Quest } from '../../ledger/quest.ts';
import type { WordlistMatcher } from '../../detect/wordlists.ts';
import { longestIncreasing } from '../../table/order.ts';
import type { Reads } from '../../triage/suspect.ts';

/** What the names that a source missed are to who asks for them: kept, parts of a page, or guesses (triage/readers.ts). */

/** Share of what was missed that must be among the names that were kept. */
const NEARLY_ALL = 0.9;
/** Words of a title. */
const TITLE = 3;
const WORD = /[a-z][a-z0-9]+/gi;
const ENDING = /\.[a-z0-9]{1,5}$/i;
const PART = new RegExp(`\\.(?:${PART_ENDINGS.join('|')})$`, 'i');
/** µs in which a browser asks for the parts of a page, as logs tell it; and in which nobody reads much. */
const AT_ONCE = 3e6;
const MINUTE = 60e6;
/** Paths of one folder, or of one last word, until words are tried there. */
const OWN = 2;
/** Share of the last words that a public list has, and of the words that are told once, from and up to which they are guesses. */
const LISTED = 0.75;
const FRESH = 0.3;
/** Parts of one kind in one folder that a page has. */
const PARTS = 24;
/** Requests of a client that may be missed. */
const SELDOM = 0.2;
/** Parts from which on an order is one. */
const ORDERED = 12;

const pathOf = (name: string): string => name.replace(/[?#].*$/s, '');

/** @returns undefined: not all that it missed is known */
export function readsOf(quest: Quest, matcher: () => WordlistMatcher): Reads | undefined {
  const { asks, missed, agents, asked, paths } = quest;
  // Hosts and users stand among what it asked for, too.
  const gone = [...asks.name.keys()].filter((at) => asks.missed[at] && asks.name[at].startsWith('/'));
  if (gone.length === 0 || gone.length < NEARLY_ALL * missed || paths.size === 0) return undefined;
  const names = gone.map((at) => pathOf(asks.name[at]));
  const requests = asked.reduce((sum, count) => sum + count, 0);
  return {
    missed: gone.length,
    told: toldOf(names, matcher) / gone.length,
    parts: partsOf(asks, gone) / gone.length,
    strangers: strangersOf(asks, gone, [...agents.values()], requests),
    burst: burstOf(gone.map((at) => asks.time[at])),
  };
}

/** Splits a path behind its last slash. */
const splitOf = (path: string): readonly [string, string] => {
  const at = path.replace(/\/$/, '').lastIndexOf('/') + 1;
  return [path.slice(0, at), path.slice(at).replace(/\/$/, '')];
};

const isTitle = (last: string): boolean => (last.replace(ENDING, '').match(WORD)?.length ?? 0) >= TITLE;

function countOf(values: readonly string[]): (value: string) => number {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return (value) => counts.get(value) ?? 0;
}

/** How many are titles, or lie in a folder of their own under a name of their own; 0: in words of a list, or in few words. */
function toldOf(names: readonly string[], matcher: () => WordlistMatcher): number {
  const parts = names.map(splitOf);
  const inFolder = countOf(parts.map(([folder]) => folder));
  const ofName = countOf(parts.map(([, last]) => last));
  const isOwn = ([folder, last]: readonly [string, string]): boolean =>
    folder.length > 1 && inFolder(folder) <= OWN && ofName(last) <= OWN;
  const told = parts.filter(([folder, last]) => isTitle(last) || isOwn([folder, last])).map(([, last]) => last);
  const words = told.flatMap((last) => last.toLowerCase().match(/[a-z0-9]+/g) ?? []);
  if (new Set(words).size < FRESH * words.length) return 0;
  return isOfList(told, matcher) ? 0 : told.length;
}

/** Whether one public list has most of the words. */
function isOfList(words: readonly string[], matcher: () => WordlistMatcher): boolean {
  const paths = words.map((word) => `/${word.replace(ENDING, '')}`);
  return words.length > 0 && matcher().places(paths, true, LISTED * words.length).length > 0;
}

/** How many are parts that were asked for right after a page that was there; none that come by the alphabet. */
function partsOf({ name, time, missed }: Asks, gone: readonly number[]): number {
  let page = Number.NEGATIVE_INFINITY;
  const parts: string[] = [];
  for (const [at, asked] of name.entries()) {
    const isPart = PART.test(pathOf(asked));
    if (!missed[at] && !isPart) page = time[at];
    else if (missed[at] && isPart && time[at] - page <= AT_ONCE) parts.push(pathOf(asked));
  }
  const kinds = parts.map((path) => `${splitOf(path)[0]} ${ENDING.exec(path)?.[0]}`);
  const ofKind = countOf(kinds);
  if (kinds.some((kind) => ofKind(kind) > PARTS)) return 0;
  return isByAlphabet(parts) && gone.length >= ORDERED ? 0 : parts.length;
}

function isByAlphabet(names: readonly string[]): boolean {
  const rank = new Map(names.toSorted().map((name, place) => [name, place]));
  return longestIncreasing(names.map((name) => rank.get(name) ?? 0)) >= NEARLY_ALL * names.length;
}

/** How many were missed by clients that miss much of what they ask for; those that are not kept count as one. */
function strangersOf({ agent }: Asks, gone: readonly number[], requests: readonly number[], all: number): number {
  const missed = new Map<number, number>();
  for (const at of gone) missed.set(agent[at], (missed.get(agent[at]) ?? 0) + 1);
  const others = all - requests.reduce((sum, count) => sum + count, 0);
  let strangers = 0;
  for (const [client, count] of missed) if (count > SELDOM * (requests[client] ?? others)) strangers += count;
  return strangers;
}

/** The most within a minute. */
function burstOf(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < times.length; to += 1) {
    while (times[to] - times[from] > MINUTE) from += 1;
    most = Math.max(most, to + 1 - from);
  }
  return most;
}
