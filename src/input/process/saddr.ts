/*
 * struct sockaddr as the audit log writes it, in hexadecimal digits.
 *
 *   family (2, in the host's order)   AF_INET = 2, AF_INET6 = 10
 *   inet    port (2, network order)  address (4)
 *   inet6   port (2)  flow (4)  address (16)  scope (4)
 */
const INET = 2;
const INET6 = 10;
const MAPPED = 0xffff;

/** Address and port of a socket; undefined for other families and what is cut. */
export function socketAddress(hex: string): { readonly address: Uint32Array; readonly port: number } | undefined {
  if (hex.length < 16 || hex.length > 512 || !/^[0-9a-fA-F]+$/u.test(hex)) return undefined;
  const low = wordAt(hex, 0, 2);
  const family = wordAt(hex, 2, 2) || low;
  const port = wordAt(hex, 4, 4);
  if (family === INET || low === INET) return { address: Uint32Array.of(0, 0, MAPPED, wordAt(hex, 8, 8)), port };
  if ((family !== INET6 && low !== INET6) || hex.length < 48) return undefined;
  return { address: Uint32Array.from({ length: 4 }, (_, word) => wordAt(hex, 16 + 8 * word, 8)), port };
}

const wordAt = (hex: string, at: number, digits: number): number => Number.parseInt(hex.slice(at, at + digits), 16);

const decoder = new TextDecoder();

/** The text that hexadecimal digits stand for; undefined when they are none. Only such texts are written so that need it. */
export function hexText(value: string): string | undefined {
  if (value.length < 2 || value.length % 2 !== 0 || !/^[0-9A-F]+$/u.test(value)) return undefined;
  const bytes = Uint8Array.from({ length: value.length / 2 }, (_, at) => wordAt(value, 2 * at, 2));
  return decoder.decode(bytes);
}
