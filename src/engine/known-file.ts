import { readFileSync } from 'node:fs';
import { CodedError } from '../config/errors.ts';
import { timeOf } from '../finding/time.ts';
import { parsePrefix } from '../table/prefix.ts';
import { KNOWN_POLICIES, Known, type KnownPolicy, type OwnPrefix } from '../triage/known.ts';

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

const SHIPPED = new URL('../../data/known/known.bin', import.meta.url);

const shipped = (): Uint8Array => readFileSync(SHIPPED);

/** @param lists files of the operator's own */
export const knownScanners = (lists: readonly string[]): Known => new Known(shipped, lists.flatMap(ownPrefixes));

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
  return { ...parsed, name: name === '' ? prefix : name, until, ...(policy !== '' && { policy }) };
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
