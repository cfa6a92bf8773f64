import type { Finding } from '../../finding/finding.ts';
import { type Dossier, inTime, type Visits } from '../../ledger/dossier.ts';
import { formatPrefix } from '../../record/address.ts';
import { METHODS } from '../../record/contact.ts';
import { protocolName } from '../../record/protocols.ts';
import { hash4 } from '../../table/hash.ts';
import { distinct, longestIncreasing, orderLog2P, reversedBytes } from '../../table/order.ts';
import type { Aims } from './asked.ts';

/** What of a dossier stands in a finding as it was seen, without any judgement. */

export const SERVICES_SHOWN = 100;

/** The id of a finding: the same for the same source and first probe, whatever else is in the data. */
export function idOf(kind: string, words: ArrayLike<number>, time: number): string {
  const high = Math.floor(time / 2 ** 32);
  const low = (time % 2 ** 32) >>> 0;
  const a = hash4(kind.charCodeAt(0), words[0], words[1], words[2], words[3]);
  const b = hash4(kind.charCodeAt(1), high, low, a, words[3]);
  const c = hash4(kind.charCodeAt(2), b, a, low, high);
  return `${kind}-${b.toString(16).padStart(8, '0')}${c.toString(16).padStart(8, '0')}`;
}

/** The networks of 256 that addresses lie in, which a crowd goes over: the one, or how many. */
export function blocksText(addresses: readonly number[]): string {
  const blocks = new Set(addresses.map((word) => word >>> 8));
  const [block] = blocks;
  return blocks.size === 1
    ? formatPrefix(Uint32Array.of(0, 0, 0xffff, (block << 8) >>> 0), 0, 120)
    : `${blocks.size} networks of 256`;
}

export const best = (one: Finding['tool'], other: Finding['tool']): Finding['tool'] =>
  one && (!other || one.bits > other.bits) ? one : other;

export const targetsOf = ({ addresses, quest }: Dossier, ports: number): Finding['targets'] => ({
  addresses: addresses.size,
  ports,
  paths: quest?.paths.size ?? 0,
  names: (quest?.names.size ?? 0) + (quest?.hosts.size ?? 0),
});

export function shapeOf({ addresses, services }: Dossier, [first]: readonly string[], aims?: Aims): Finding['shape'] {
  if (first === 'T1595.003') return 'wordlist';
  if (first === 'T1595.002' && aims)
    return aims.counts.fingerprinting > aims.counts.vulnerability ? 'fingerprinting' : 'vulnerability';
  if (addresses.size >= 4 && services.size >= 4) return 'block-scan';
  if (addresses.size > services.size) return 'address-scan';
  return services.size > 1 ? 'port-scan' : 'single-service';
}

export function methodsOf({ methods }: Dossier): string[] {
  const used = METHODS.map((name, method) => ({ name, count: methods[method] })).filter(
    ({ name, count }) => name !== null && count > 0,
  );
  return used.sort((a, b) => b.count - a.count).map(({ name }) => name as string);
}

export function servicesOf({ services }: Dossier): Finding['services'] {
  return services.sorted().map(([key, probes]) => ({ protocol: protocolName(key >>> 16), port: key & 0xffff, probes }));
}

/** Bits of order below which a sequence counts as random. */
const ORDERED = -20;
const ENOUGH_VISITS = 12;

export function orderOf(visits: Visits, addresses: number): Finding['order'] {
  const byAddress = addresses >= ENOUGH_VISITS;
  const column = byAddress ? visits.address : visits.port;
  const values = distinct(inTime(visits).map((at) => column[at]));
  if (values.length < ENOUGH_VISITS) return null;
  const isOrdered = (list: number[]): boolean => orderLog2P(list.length, longestIncreasing(list)) < ORDERED;
  if (isOrdered(values)) return 'sequential';
  if (isOrdered(values.map((value) => -value))) return 'descending';
  return byAddress && isOrdered(values.map(reversedBytes)) ? 'reverse-byte' : 'permuted';
}
