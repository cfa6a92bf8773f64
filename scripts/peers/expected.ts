import { formatAddress, parseAddress } from '../../src/record/address.ts';
import type { PeerCase } from './corpus.ts';

/** Whom the peer blames, and by which of its rules. */
export interface Expected {
  /** addresses, none: nobody; `somebody`: the suite does not say whom */
  readonly blamed: readonly string[] | 'somebody';
  readonly rule: string;
}

const ADDRESS = /(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}/i;

/** The address in a text, in its one written form. psad names it within patterns. */
function addressIn(text: string): string | undefined {
  const words = parseAddress(ADDRESS.exec(text)?.[0] ?? '');
  return words ? formatAddress(words, 0) : undefined;
}

const addressesOf = ({ attacker }: PeerCase): string[] => [
  ...new Set((attacker ?? []).map(addressIn).filter((address) => address !== undefined)),
];

const somebody = (one: PeerCase, alarms: boolean): Expected['blamed'] => {
  if (!alarms) return [];
  const addresses = addressesOf(one);
  return addresses.length > 0 ? addresses : 'somebody';
};

/** What the peer expects, as each suite writes it. */
export function expectedOf(one: PeerCase): Expected {
  const { expected } = one;
  if (typeof expected === 'string') return { blamed: somebody(one, true), rule: expected };
  if (typeof expected === 'boolean') return { blamed: somebody(one, expected), rule: one.case.split(':')[0] };
  if (Array.isArray(expected)) return listed(one, expected);
  return ruled(one, expected as Ruled);
}

type Ruled = Exclude<PeerCase['expected'], string | boolean | readonly unknown[]>;

/** CrowdSec tells its alerts, Maltrail the names of its events. */
function listed(one: PeerCase, expected: Extract<PeerCase['expected'], readonly unknown[]>): Expected {
  const rules = expected.map((alert) => (typeof alert === 'string' ? alert : alert.scenario));
  const sources = expected.flatMap((alert) => (typeof alert === 'string' ? [] : alert.sources));
  const named = [...new Set(sources)].map(addressIn).filter((address) => address !== undefined);
  const blamed = named.length > 0 ? named.sort() : somebody(one, rules.length > 0);
  return { blamed, rule: [...new Set(rules)].join(', ') };
}

function ruled(one: PeerCase, expected: Ruled): Expected {
  const { positive, negative = [], match, level, host, rule = '', match_count: matches } = expected;
  if (positive !== undefined) return inReport(one, positive, negative);
  if (match === undefined) return { blamed: somebody(one, matches !== 0), rule };
  if (typeof host === 'string') return { blamed: match ? [addressIn(host) ?? host] : [], rule: one.case.split(':')[0] };
  return { blamed: somebody(one, match && level !== '0'), rule: level === '0' ? `${rule} (level 0: no alarm)` : rule };
}

/** psad: what its report must hold, `[NONE]` meaning that it names no scanner, and what it must not. */
function inReport(one: PeerCase, positive: readonly string[], negative: readonly string[]): Expected {
  const says = positive.filter((pattern) => !pattern.includes('attackers') && !pattern.includes('IP\\sstatus'));
  const rule = [...says.map(plain), ...negative.map((pattern) => `not: ${plain(pattern)}`)].join('; ');
  return {
    blamed: somebody(
      one,
      positive.some((pattern) => NAMES_WHO.test(pattern)),
    ),
    rule,
  };
}

/** Patterns of psad's report that ask for a source; others ask how a stamp was read. */
const NAMES_WHO = /attackers|SRC/;

/** A pattern as a person reads it. */
const plain = (pattern: string): string =>
  pattern
    .replaceAll(/\\s\+?/g, ' ')
    .replaceAll('.*?', '… ')
    .replaceAll('.*', ' … ')
    .replaceAll(/\\([^a-z])/g, '$1')
    .replaceAll(/\\[a-z]\+?/g, '')
    .trim();
