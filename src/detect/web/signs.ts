// Hot: runs over every byte of a request whose text is new.
import { isAlphanumeric, isLetter } from '../../record/ascii.ts';
import { automatonFor } from './automaton.ts';
import { FAMILIES, familyNamed, stronger } from './families/index.ts';
import { looksUpName } from './lookup.ts';
import { Odd, type Plain } from './plain.ts';
import { isArithmetic, isCommand, isCondition, isOrdinal, isProduct, isRemoteFile } from './shapes.ts';

/**
 * All signs of all families (families/family.ts) as one automaton, with the words that open a shape (shapes.ts).
 */

/** Where a sign stands. */
const Place = { path: 0, query: 1, anywhere: 2, command: 3 } as const;
/** What follows it. */
const After = { anything: 0, end: 1, wordEnd: 2 } as const;
/** What a word of the automaton asks for when it is no sign of a family. */
const Ask = { lookup: -1, condition: -2, ordinal: -3, arithmetic: -4, remote: -5, header: -6 } as const;

const ASKED: Readonly<Record<string, number>> = {
  '${': Ask.lookup,
  and: Ask.condition,
  or: Ask.condition,
  xor: Ask.condition,
  '||': Ask.condition,
  '&&': Ask.condition,
  having: Ask.condition,
  where: Ask.condition,
  'order by': Ask.ordinal,
  'group by': Ask.ordinal,
  '{{': Ask.arithmetic,
  '{': Ask.arithmetic,
  '<%=': Ask.arithmetic,
  '@(': Ask.arithmetic,
  '=http://': Ask.remote,
  '=https://': Ask.remote,
  '=ftp://': Ask.remote,
  '=ftps://': Ask.remote,
  '=//': Ask.remote,
  ' set-cookie:': Ask.header,
  ' location:': Ask.header,
  ' content-type:': Ask.header,
  ' content-length:': Ask.header,
  ' x-': Ask.header,
  ' http/1.': Ask.header,
};

interface Sign {
  readonly word: string;
  /** a family, or one of Ask */
  readonly family: number;
  readonly place: number;
  readonly isFirst: boolean;
  readonly after: number;
}

const PLACES: Readonly<Record<string, number>> = {
  '?': Place.query,
  '*': Place.anywhere,
  '!': Place.command,
  '^': Place.path,
};

/** Reads the marks around a sign, see families/family.ts. */
function signOf(text: string, family: number): Sign {
  const place = text.length > 1 ? PLACES[text[0]] : undefined;
  const last = text.at(-1);
  const after = last === '$' ? After.end : last === '|' ? After.wordEnd : After.anything;
  return {
    word: text.slice(place === undefined ? 0 : 1, after === After.anything ? undefined : -1),
    family,
    place: place ?? Place.path,
    isFirst: text[0] === '^',
    after,
  };
}

const SIGNS: readonly Sign[] = [
  ...Object.entries(ASKED).map(([word, ask]) => ({
    word,
    family: ask,
    place: Place.anywhere,
    isFirst: false,
    after: After.anything,
  })),
  ...FAMILIES.flatMap(({ signs = [] }, family) => signs.map((sign) => signOf(sign, family))),
];

const automaton = automatonFor(SIGNS.map(({ word }) => word));
const FAMILY = Int16Array.from(SIGNS, ({ family }) => family);
const PLACE = Uint8Array.from(SIGNS, ({ place }) => place);
const AFTER = Uint8Array.from(SIGNS, ({ after }) => after);
const FIRST = Uint8Array.from(SIGNS, ({ isFirst }) => (isFirst ? 1 : 0));
const LENGTH = Uint8Array.from(SIGNS, ({ word }) => word.length);

const JNDI = familyNamed('Log4j lookup of a name');
const SQL = familyNamed('SQL injection');
const TEMPLATE = familyNamed('template injection');
const REMOTE = familyNamed('inclusion of a remote file');
const HEADER = familyNamed('header injection');

/** Runs the automaton over the plain text and returns the strongest family that a sign or a shape names. */
export function familyOfSigns(plain: Plain, isTarget: boolean): number {
  const { symbol, next, width, first, chain, word } = automaton();
  const { bytes: text, length, pathEnd, odd } = plain;
  let family = 0;
  let state = 0;
  let hasLookup = false;
  for (let at = 0; at < length; at += 1) {
    state = next[state * width + symbol[text[at]]];
    for (let out = first[state]; out >= 0; out = chain[out]) {
      const sign = word[out];
      const named = FAMILY[sign];
      if (named >= 0) {
        if (stronger(family, named) !== family && holds(plain, sign, at + 1, isTarget)) family = named;
        continue;
      }
      if (named === Ask.condition) {
        const start = at + 1 - LENGTH[sign];
        if (isSeparate(text, start, at + 1) && isCondition(text, at + 1, length)) family = stronger(family, SQL);
      } else if (named === Ask.lookup) hasLookup = true;
      else if (named === Ask.arithmetic) {
        if (opensTemplate(text, at) && isArithmetic(text, at + 1, length)) family = stronger(family, TEMPLATE);
      } else if (named === Ask.remote) {
        if (isTarget && at > pathEnd && isRemoteFile(text, at + 1, length)) family = stronger(family, REMOTE);
      } else if (named === Ask.ordinal) {
        if (isOrdinal(text, at + 1, length)) family = stronger(family, SQL);
      } else if ((odd & Odd.newline) !== 0) family = stronger(family, HEADER);
    }
  }
  return hasLookup && looksUpName(text, 0, length) ? stronger(family, JNDI) : family;
}

/** Whether a sign whose word ends before `end` stands where it must. */
function holds({ bytes: text, length, pathEnd }: Plain, sign: number, end: number, isTarget: boolean): boolean {
  const start = end - LENGTH[sign];
  const place = PLACE[sign];
  if (place === Place.path) {
    if (!isTarget || start >= pathEnd || (FIRST[sign] === 1 && start !== 0)) return false;
    if (AFTER[sign] === After.end) return end === pathEnd;
  } else if (place === Place.query) {
    if (!isTarget || start <= pathEnd) return false;
  } else if (place === Place.command)
    return isCommand(text, start, end, length) && (isTarget || !isProduct(text, start, end, length));
  if (AFTER[sign] === After.end) return end === length;
  return AFTER[sign] === After.anything || end === length || !isWord(text[end]);
}

export const isWord = (byte: number): boolean => isAlphanumeric(byte) || byte === 0x5f || byte === 0x2d;

/** Whether a conjunction stands by itself: no letter on either side, when it is one of letters. */
function isSeparate(text: Uint8Array, start: number, end: number): boolean {
  if (!isLetter(text[start])) return true;
  return !isLetter(text[end]) && (start === 0 || !isLetter(text[start - 1]));
}

/** Whether the brace or bracket at `at` opens an expression: "{{", "${", "#{", "*{", "%{", "<%=", "@(". */
function opensTemplate(text: Uint8Array, at: number): boolean {
  if (text[at] !== 0x7b || at === 0) return text[at] !== 0x7b;
  const before = text[at - 1];
  return before === 0x7b || before === 0x24 || before === 0x23 || before === 0x2a || before === 0x25;
}
