import { compile, type Template } from './templates.ts';

/*
 * NetFlow and IPFIX messages, in network byte order.
 *
 *   v1 = version(2) count(2) uptime(4) seconds(4) nanoseconds(4) count*52                     Cisco, "NetFlow Export
 *   v5 = version(2) count(2) uptime(4) seconds(4) nanoseconds(4) sequence(4)                  Datagram Formats"
 *        engine(2) sampling(2) count*48             sampling: mode in 2 bits, one packet in so many in 14
 *   v7 = as v5, with reserved(4) for engine and sampling, count*52
 *   v9 = version(2) count(2) uptime(4) seconds(4) sequence(4) source(4) *set                  RFC 3954 section 5
 *   ipfix = version(2) length(2) seconds(4) sequence(4) domain(4) *set                        RFC 7011 section 3
 *
 *   set = id(2) length(2) *record pad            id 0 (v9), 2 (ipfix): templates    1 (v9), 3 (ipfix): options templates
 *                                                from 256: data of the template with that number; all else is skipped
 */
export const V9 = 9;
export const IPFIX = 10;
export const FIRST_DATA = 256;

/** The layout of a version without templates. */
export interface Fixed {
  readonly header: number;
  readonly template: Template;
}

/** Elements of what the records of the old versions hold before their flags, each with its length. */
const COMMON: readonly (readonly [element: number, length: number])[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
];
const PADDING = 210;
const fixed = (header: number, ...rest: readonly (readonly [number, number])[]): Fixed => ({
  header,
  template: compile(
    [...COMMON, ...rest].map(([element, length]) => ({ element, length, enterprise: 0 })),
    false,
  ),
});

/** Version → the layout of its messages. */
export const FIXED: ReadonlyMap<number, Fixed> = new Map([
  [1, fixed(16, [PADDING, 2], [4, 1], [5, 1], [6, 1], [PADDING, 11])],
  [5, fixed(24, [PADDING, 1], [6, 1], [4, 1], [5, 1], [PADDING, 8])],
  [7, fixed(24, [PADDING, 1], [6, 1], [4, 1], [5, 1], [PADDING, 12])],
]);
/** Records of one datagram at most: what fits into 64 KB. */
const COUNT_MAX = 1364;

/** Earliest and latest export that is believed: 1996 (NetFlow came) … 2100. */
const EXPORTED_MIN = 820_454_400;
const EXPORTED_MAX = 4_102_444_800;

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 65_536 + u16(bytes, at + 2);

/**
 * Length of the message at `at`, which ends before `end`: as it says itself (IPFIX), as its count says, or (v9, which
 * says neither) up to what is no set. 0: no message of a known version and a believable time; −1: more bytes are needed.
 */
export function messageLength(bytes: Uint8Array, at: number, end: number): number {
  const version = at + 2 > end ? 0 : u16(bytes, at);
  if (version !== V9 && version !== IPFIX && !FIXED.has(version)) return 0;
  if (at + (version === IPFIX ? 16 : 20) > end) return -1;
  const seconds = u32(bytes, at + (version === IPFIX ? 4 : 8));
  if (seconds < EXPORTED_MIN || seconds > EXPORTED_MAX) return 0;
  if (version === V9) return setsLength(bytes, at, end);
  const count = u16(bytes, at + 2);
  if (version === IPFIX) return count < 16 ? 0 : at + count > end ? -1 : count;
  const { header, template } = FIXED.get(version) as Fixed;
  if (count === 0 || count > COUNT_MAX) return 0;
  const length = header + count * template.size;
  return at + length > end ? -1 : length;
}

function setsLength(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 20;
  while (at + 4 <= end) {
    const id = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const padding = id === 0 && length === 0;
    if (!padding && (length < 4 || (id > 1 && id < FIRST_DATA))) return at - start;
    if (at + length > end) return -1;
    at += padding ? 4 : length;
  }
  return at === end ? at - start : -1;
}

/** Whether a datagram is a message of NetFlow or IPFIX, by version, time, and its first set or its length. */
export function isMessage(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 24 > end) return false;
  if (u16(bytes, at) !== V9) return messageLength(bytes, at, end) > 0;
  const seconds = u32(bytes, at + 8);
  const id = u16(bytes, at + 20);
  const length = u16(bytes, at + 22);
  const isSet = (id < 2 || id >= FIRST_DATA) && length >= 4 && at + 20 + length <= end;
  return isSet && seconds >= EXPORTED_MIN && seconds <= EXPORTED_MAX;
}
