// Hot: called for every segment.
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../../record/tcp-flags.ts';
import { vocabulary } from './words.ts';

export const FLAG_NAMES: readonly (readonly [name: string, flag: number])[] = [
  ['fin', FIN],
  ['syn', SYN],
  ['rst', RST],
  ['psh', PSH],
  ['ack', ACK],
  ['urg', URG],
  ['ece', ECE],
  ['cwr', CWR],
];

export const FLAG_WORDS = vocabulary(FLAG_NAMES);

/** Letters of flags: S A . F R P U E C W(CWR, as tcpdump prints it). */
export function flagsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) flags |= FLAG_LETTERS[bytes[at] & 127];
  return flags;
}

const FLAG_LETTERS = new Uint16Array(128);
for (const [name, flag] of [...FLAG_NAMES, ['.', ACK], ['w', CWR]] as const)
  FLAG_LETTERS[name.toUpperCase().charCodeAt(0)] = flag;
