/** Addresses as findings write them, read back far enough to be sorted and drawn. */

/** `203.0.113.10` → its 32 bits; undefined: no IPv4 address. */
export function ipv4Of(text: string): number | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** `203.0.113.0/24` → its first address and how many; undefined: no IPv4 network. */
export function ipv4Network(text: string): { readonly first: number; readonly bits: number } | undefined {
  const [address, length = '32', ...rest] = text.split('/');
  const first = ipv4Of(address);
  const bits = Number(length);
  if (first === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || bits > 32) return undefined;
  return { first: first - (first % 2 ** (32 - bits)), bits };
}

/** 32 bits → `203.0.113.10` */
export const ipv4Text = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** A text by which addresses sort as numbers do, IPv4 first; what is no address sorts as it is, last. */
export function addressKey(text: string): string {
  const four = ipv4Of(text);
  if (four !== undefined) return `4${String(four).padStart(10, '0')}`;
  if (!/^[\da-f:]{2,39}$/i.test(text)) return `9${text}`;
  const [head, tail] = text
    .toLowerCase()
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - (tail?.length ?? 0)) }, () => '0');
  return `6${[...head, ...zeros, ...(tail ?? [])].map((group) => group.padStart(4, '0')).join('')}`;
}
