import { parseAddress } from '../../src/record/address.ts';
import { parsePrefix, PrefixMatch } from '../../src/table/prefix.ts';

/**
 * Addresses of others do not leave the corpus: what is printed keeps the first octet (IPv4) or the first group (IPv6).
 * Addresses that stand for nobody are printed whole.
 */

/** RFC 1918, 3927, 5737, 6890 and 3849, 4193, 4291: private, local, for documentation. */
const NOBODY = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '::1/128',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
];

const nobody = new PrefixMatch();
for (const text of NOBODY) {
  const prefix = parsePrefix(text);
  if (prefix) nobody.add(prefix.words, 0, prefix.bits, 1);
}

const V4 = /\b(\d{1,3})(?:\.\d{1,3}){3}\b/g;
const V6 = /\b([0-9a-f]{1,4}):(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}/gi;

const MAC = /\b([0-9a-f]{2})(?::[0-9a-f]{2}){5}\b/gi;

function isNobody(address: string): boolean {
  const words = parseAddress(address);
  return words === null || nobody.contains(words, 0);
}

/** The text with every address of somebody masked. */
export const masked = (text: string): string =>
  text
    .replaceAll(MAC, '$1:x')
    .replaceAll(V4, (address: string, first: string) => (isNobody(address) ? address : `${first}.x.x.x`))
    .replaceAll(V6, (found: string, first: string) => {
      const address = found.replace(/(?<!:):$/, ''); // a colon of the sentence
      return isNobody(address) ? found : `${first}:x${found.slice(address.length)}`;
    });
