import { readFileSync } from 'node:fs';
import { CodedError } from '../../config/errors.ts';
import { timeOf } from '../../finding/time.ts';
import { parsePrefix, type Prefix } from '../../table/prefix.ts';
import { KNOWN_POLICIES, Known, type KnownPolicy, type OwnPrefix } from '../../triage/known.ts';

/**
 * The lists of known scanners: the shipped ones, and the operator's own.
 *
 *     own list = line *
 *     line     = prefix [TAB reason [TAB [expiry] [TAB policy]]]
 *     expiry   = 2027-01-31, or RFC 3339; none: never
 *     policy   = allow | label | ignore; none: that of the run
 *
 * Empty lines, and what follows a `#` at the beginning of a line, are none.
 */

const SHIPPED = new URL('../../../data/known/known.bin', import.meta.url);

const shipped = (): Uint8Array => readFileSync(SHIPPED);

/** @param own entries of the operator's; of one prefix the last counts */
export const knownScanners = (own: readonly OwnPrefix[]): Known => new Known(shipped, own);

/** All entries of the operator's: those of the lists, and those that were given as options, which count before them. */
export const policyOf = (lists: readonly string[], allow: readonly string[]): OwnPrefix[] => [
  ...lists.flatMap(ownPrefixes),
  ...allow.map(allowance),
];

/** `203.0.113.0/24 2027-01-31 our auditors`, whose prefix and day the options have checked. */
function allowance(text: string): OwnPrefix {
  const [prefix, ...rest] = text.trim().split(/\s+/);
  const isDated = rest.length > 0 && /^\d{4}-\d\d-\d\d/.test(rest[0]);
  const name = rest.slice(isDated ? 1 : 0).join(' ') || prefix;
  const until = isDated ? endOf(rest[0]) : Number.POSITIVE_INFINITY;
  return { ...(parsePrefix(prefix) as Prefix), prefix, from: '--allow', name, until, policy: 'allow' };
}

/** The prefixes of one list. */
export function ownPrefixes(path: string): OwnPrefix[] {
  return read(path)
    .split('\n')
    .flatMap((line, at) => (/^\s*(?:#|$)/.test(line) ? [] : [prefixOf(line, { path, line: at + 1 })]));
}

function prefixOf(text: string, place: { readonly path: string; readonly line: number }): OwnPrefix {
  const [prefix, name = '', expiry = '', policy = ''] = text.split('\t').map((part) => part.trim());
  const parsed = parsePrefix(prefix);
  if (parsed === null) throw new CodedError('KNOWN_LINE', { ...place, value: prefix, expected: 'an address prefix' });
  const until = expiry === '' ? Number.POSITIVE_INFINITY : endOf(expiry);
  if (Number.isNaN(until))
    throw new CodedError('KNOWN_LINE', { ...place, value: expiry, expected: 'a date such as 2027-01-31' });
  if (policy !== '' && !isPolicy(policy))
    throw new CodedError('KNOWN_LINE', { ...place, value: policy, expected: 'allow, label or ignore' });
  const said = name === '' ? prefix : name;
  return { ...parsed, prefix, from: place.path, name: said, until, ...(policy !== '' && { policy }) };
}

const isPolicy = (text: string): text is KnownPolicy => KNOWN_POLICIES.some((policy) => policy === text);

/** A date counts to its end. */
const endOf = (text: string): number =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? timeOf(`${text}T23:59:59.999999Z`) : timeOf(text);

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CodedError('INPUT_MISSING', { path }, error);
    throw new CodedError('INPUT_UNREADABLE', { path, reason: message }, error);
  }
}
