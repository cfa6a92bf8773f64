// Hot: once a request.
import { latinBytes } from '../../record/latin.ts';

/** Targets of the web that are read without their query. */
const QUESTION = 63;

/** Where the path of a target, bytes[from … from + length), ends: at its query, or with it. */
export function endOfPath(bytes: Uint8Array, from: number, length: number): number {
  let at = from;
  while (at < from + length && bytes[at] !== QUESTION) at += 1;
  return at;
}

const LOGIN_WORDS = ['login', 'signin', 'sign-in', 'logon', 'auth', 'session'].map(latinBytes);

/** Whether the path of a target is called like one that people log in at. */
export function namesLogin(bytes: Uint8Array, from: number, length: number): boolean {
  const to = endOfPath(bytes, from, length);
  for (let at = from; at < to; at += 1)
    for (let word = 0; word < LOGIN_WORDS.length; word += 1)
      if (standsAt(bytes, at, to, LOGIN_WORDS[word])) return true;
  return false;
}

function standsAt(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false;
  for (let n = 0; n < word.length; n += 1) if ((bytes[at + n] | 32) !== (word[n] | 32)) return false;
  return true;
}
