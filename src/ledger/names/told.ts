// Hot: once a name that is not there.
import { isDigit, isLetter } from '../../record/ascii.ts';
import { segmentEnd } from '../../record/name.ts';

/**
 * Names that nobody guessed: whoever asks for them was told them, or made them of another name.
 *
 * Names that a resolver made of another zone's name and one of its own search domains: `www.example.com.our.zone`
 * (resolv.conf(5), "search" and "ndots"). Who asked never meant a name of ours.
 */
const ENDS: readonly string[] = 'com net org edu gov mil info biz xyz online arpa local localdomain lan internal'.split(
  ' ',
);
const CODES = ENDS.map((end) => Array.from(end, (letter) => letter.charCodeAt(0)));

const DOT = 46;

/** Whether the label before `zone` ends another name: a generic top-level domain, or two letters of a country. */
export function isSearched(bytes: Uint8Array, from: number, zone: number): boolean {
  const end = zone - 1;
  let start = end;
  while (start > from && bytes[start - 1] !== DOT) start -= 1;
  // One label alone is a name of ours: `com.our.zone`.
  if (start <= from || end <= start) return false;
  if (end - start === 2) return isLetter(bytes[start]) && isLetter(bytes[start + 1]);
  return CODES.some(
    (code) => code.length === end - start && code.every((letter, n) => (bytes[start + n] | 32) === letter),
  );
}

/**
 * First labels that systems and programs ask for by themselves, below the domain that they were told: proxies (WPAD),
 * tunnels (ISATAP, RFC 5214), mail and meetings of Microsoft, thunderbird's and others' set-up of mail, printers
 * (RFC 6763), policies of mail (RFC 8461). Labels that begin with an underscore are no hosts (RFC 8552).
 */
const BY_THEMSELVES: readonly string[] =
  'wpad isatap autodiscover autoconfig lyncdiscover lyncdiscoverinternal sip sipinternal sipexternal enterpriseregistration enterpriseenrollment mta-sts openpgpkey'.split(
    ' ',
  );
const LABELS = BY_THEMSELVES.map((label) => Array.from(label, (letter) => letter.charCodeAt(0)));
const UNDERSCORE = 95;

/** Whether a DNS name is one that is asked for by programs of themselves. */
export function isSystemName(bytes: Uint8Array, from: number, length: number): boolean {
  for (let at = from; at < from + length; at += 1)
    if (bytes[at] === UNDERSCORE && (at === from || bytes[at - 1] === DOT)) return true;
  let end = from;
  while (end < from + length && bytes[end] !== DOT) end += 1;
  return LABELS.some(
    (label) =>
      label.length === end - from &&
      label.every((letter, n) => bytes[from + n] === letter || (bytes[from + n] | 32) === letter),
  );
}

/** Hexadecimal digits of an identifier, and how many of them must be digits. */
const TOKEN = 8;
const DIGITS = 2;
const HYPHEN = 45;
const SEMICOLON = 59;
const QUESTION = 63;

/**
 * Whether an identifier stands in the path: eight or more hexadecimal digits, in groups or not, with no letter beside them,
 * both digits and letters among them. Programs name things so (RFC 9562; digests of files), and only programs know them.
 * Parameters of a segment (`;jsessionid=…`) are no part of the path: whoever guesses may append some.
 */
export function isToken(bytes: Uint8Array, from: number, length: number): boolean {
  let digits = 0;
  let letters = 0;
  let isWhole = true;
  for (let at = from; at <= from + length; at += 1) {
    const byte = at < from + length ? bytes[at] : QUESTION;
    const small = byte | 32;
    if (isDigit(byte)) digits += 1;
    else if (small >= 97 && small <= 102) letters += 1;
    else if (isLetter(byte)) isWhole = false;
    else if (byte !== HYPHEN) {
      if (isWhole && digits + letters >= TOKEN && digits >= DIGITS && letters > 0) return true;
      if (byte === QUESTION) return false;
      if (byte === SEMICOLON) at = segmentEnd(bytes, at, from + length) - 1;
      digits = 0;
      letters = 0;
      isWhole = true;
    }
  }
  return false;
}
