// Hot: once a recipient that there is not.
import { blend, FNV_START } from '../../record/fnv.ts';
import { hashWords } from '../../table/hash.ts';
import { findText } from '../field.ts';

/*
 * Who sends to many makes the return address of each mail tell whom it was for, so that what comes back names who left
 * (variable envelope return paths; D. J. Bernstein 1997). Who looks for mailboxes sends nothing that could come back:
 * the address is one, or drawn by lot at domains of others, or at ours.
 *
 *   envelope = … "from=<" local "@" domain "> to=<" user "@" home ">" …
 */
const SLOTS = 1 << 10;
const AT = 64;
const CLOSE = 62;

/** The return addresses that clients gave last, each client in the place that its address tells. */
export class Envelopes {
  readonly #client = new Int32Array(SLOTS);
  readonly #local = new Int32Array(SLOTS);
  readonly #domain = new Int32Array(SLOTS);

  /**
   * Whether the mail that bytes[from … to) tell of has another return address than the last one of this client, at the
   * same domain, which is not the one that it is for.
   *
   * @param client address, four words
   */
  vary(bytes: Uint8Array, from: number, to: number, client: Uint32Array): boolean {
    const sender = after('from=<', bytes, from, to);
    const recipient = sender < 0 ? -1 : after('to=<', bytes, sender, to);
    const place = sender < 0 ? -1 : findText(bytes, '@', sender, to);
    if (recipient < 0 || place < 0 || place > recipient) return false;
    const domain = hashTo(CLOSE, bytes, place + 1, to);
    const local = hashTo(AT, bytes, sender, to);
    const home = findText(bytes, '@', recipient, to);
    const isOurs = home >= 0 && hashTo(CLOSE, bytes, home + 1, to) === domain;
    const who = hashWords(FNV_START, client, 0);
    const slot = who & (SLOTS - 1);
    const isKnown = this.#client[slot] === who && this.#domain[slot] === domain;
    const isOther = isKnown && this.#local[slot] !== local;
    this.#client[slot] = who;
    this.#domain[slot] = domain;
    this.#local[slot] = local;
    return isOther && !isOurs;
  }
}

/** Where the text behind a mark begins; −1: there is no such mark. */
function after(mark: string, bytes: Uint8Array, from: number, to: number): number {
  const at = findText(bytes, mark, from, to);
  return at < 0 ? -1 : at + mark.length;
}

function hashTo(end: number, bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let at = from; at < to && bytes[at] !== end; at += 1) hash = blend(hash, bytes[at] | 32);
  return hash;
}
