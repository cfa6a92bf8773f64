// Hot: called for every segment.
import { Flag } from './tell.ts';

/** Letters of flags: S A . F R P U E C W(CWR, as tcpdump prints it). */
export function flagsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) flags |= FLAG_LETTERS[bytes[at] & 127];
  return flags;
}

const FLAG_LETTERS = new Uint16Array(128);
for (const [letter, flag] of [
  ['S', Flag.syn],
  ['A', Flag.ack],
  ['.', Flag.ack],
  ['F', Flag.fin],
  ['R', Flag.rst],
  ['P', Flag.psh],
  ['U', Flag.urg],
  ['E', Flag.ece],
  ['C', Flag.cwr],
  ['W', Flag.cwr],
] as const)
  FLAG_LETTERS[letter.charCodeAt(0)] = flag;
