// Hot: called for the parts of every line.
import { type ContactBatch, Method, Outcome, Proof } from '../../record/contact.ts';
import { TCP } from '../../record/protocols.ts';
import { find, findText } from '../field.ts';
import { FLAG_WORDS } from './flags.ts';
import { numberAfter, protocolIn, wordIn } from './words.ts';

const SPACE = 32;

/** The last word before `to` that is a protocol; −1: none is. */
export function protocolBefore(bytes: Uint8Array, from: number, to: number): number {
  for (let end = to; end > from; end -= 1) {
    while (end > from && bytes[end - 1] === SPACE) end -= 1;
    let at = end;
    while (at > from && bytes[at - 1] !== SPACE) at -= 1;
    const protocol = protocolIn(bytes, at, end);
    if (protocol >= 0) return protocol;
    end = at;
  }
  return -1;
}

/** `SYN ACK  on interface outside` */
export function flagWordsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) {
    const end = find(bytes, SPACE, at, to);
    const flag = FLAG_WORDS.get(wordIn(bytes, at, end)) ?? 0;
    if (flag === 0 && end > at) break;
    flags |= flag;
    at = end;
  }
  return flags;
}

/**
 * How a connection ended: ` duration 0:00:30 bytes 0 SYN Timeout`. Bytes are payload, of both ends together. `Reset-I` came
 * from the inner end, `Reset-O` from the outer.
 */
export function ended(
  bytes: Uint8Array,
  from: number,
  to: number,
  inbound: boolean,
  batch: ContactBatch,
  row: number,
): void {
  const { outcome, proof, method, protocol } = batch;
  if (from < 0 || protocol[row] !== TCP || method[row] !== Method.tcpSyn) return;
  const payload = numberAfter(bytes, ' bytes ', from, to);
  const has = (text: string): boolean => findText(bytes, text, from, to) >= 0;
  const byTarget = has(inbound ? 'Reset-I' : 'Reset-O');
  if (has('SYN Timeout')) outcome[row] = Outcome.unanswered;
  else if (payload === 0 && byTarget) {
    outcome[row] = Outcome.refused;
    proof[row] = Proof.closed;
  } else if (payload === 0 && has('Reset-')) {
    outcome[row] = Outcome.answered;
    proof[row] = Proof.brokenOff;
  } else if (has('FINs') || payload > 0) {
    outcome[row] = Outcome.answered;
    method[row] = Method.tcpConnect;
    proof[row] = Proof.handshake;
  }
}
