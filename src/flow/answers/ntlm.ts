import { ascii, Composed, indexOf, little16, little32 } from './text.ts';

// Hot: the second packet of every file server.

/*
 * The challenge of NTLM ([MS-NLMP] sections 2.2.1.2, 2.2.2.1, 2.2.2.10), little-endian, wherever it stands in an answer:
 *   "NTLMSSP" NUL, type 32 (2), target (16, 16, 32), flags 32, challenge(8), 0(8), info = size 16, room 16, offset 32,
 *   version = major 8, minor 8, build 16, …
 *   info = *(kind 16, size 16, UTF-16);  1: name of the computer in NetBIOS, 2: of its domain, 3: of the computer in DNS
 */
const CHALLENGE = Uint8Array.of(...ascii('NTLMSSP'), 0, 2, 0, 0, 0);
const INFO = 40;
const VERSION = 48;
const LEAST = 56;
const WITH_VERSION = 0x02000000;
const PAIRS = 16;
/** Kinds of names that tell who it is, the best first. */
const NAMES = [3, 1];
const WINDOWS = ascii(', Windows ');
const DOT = ascii('.');

const composed = new Composed();

/** Who the server says it is: `host, Windows 10.0.20348`; null: no challenge stands there. */
export function challengeIn(bytes: Uint8Array, from: number, end: number): Composed | null {
  const at = indexOf(bytes, from, end, CHALLENGE);
  if (at < 0 || at + LEAST > end) return null;
  const start = at + little32(bytes, at + INFO + 4);
  const last = start + little16(bytes, at + INFO);
  if (start < at + VERSION || last > end) return null;
  composed.begin(DOT);
  composed.used = 0;
  for (let k = 0; k < NAMES.length && composed.used === 0; k += 1) addName(bytes, start, last, NAMES[k]);
  if (composed.used === 0) return null;
  if ((little32(bytes, at + 20) & WITH_VERSION) === 0 || bytes[at + VERSION] === 0) return composed;
  return composed
    .add(WINDOWS, 0, WINDOWS.length)
    .decimal(bytes[at + VERSION])
    .add(DOT, 0, 1)
    .decimal(bytes[at + VERSION + 1])
    .add(DOT, 0, 1)
    .decimal(little16(bytes, at + VERSION + 2));
}

/** Adds the name of this kind, the low bytes of its letters. */
function addName(bytes: Uint8Array, from: number, end: number, kind: number): void {
  let at = from;
  for (let n = 0; n < PAIRS && at + 4 <= end; n += 1) {
    const next = at + 4 + little16(bytes, at + 2);
    if (next > end) return;
    if (little16(bytes, at) === kind) for (let k = at + 4; k + 1 < next; k += 2) composed.add(bytes, k, k + 1);
    at = next;
  }
}
