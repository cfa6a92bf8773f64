import { type ContactBatch, Outcome } from '../record/contact.ts';
import { HINTS, SSH_OFFER, STARTTLS_HELLO, TLS_HELLO } from '../record/hint.ts';
import { FirstContact } from '../ledger/first-contact.ts';

// Hot: once a TLS connection.

/**
 * Offers: what a source's TLS and SSH hellos offer to a service. A program offers the same each time; who wants to know what a
 * service would take offers something else each time, old versions among it: sslscan, testssl.sh, sslyze, nmap's
 * ssl-enum-ciphers. Two e-processes:
 *
 * *Something new.* The first hello to a service tells nothing. Each further one offers what none before did with
 * probability at most `P0` for a benign source: clients come back, and of the people behind one address most have one of
 * a few browsers; `P1` for a scanner.
 *
 * *Versions that are gone* (RFC 6176: SSL 2, RFC 7568: SSL 3, RFC 8996: TLS 1.0 and 1.1), each once a source, at a stated
 * bound. A device that nobody has updated sends one of them; one that falls back from version to version when a
 * handshake fails sends those from TLS 1.1 down to SSL 3, which together stay under the bar.
 *
 * *Left.* Who only wants the answer leaves when it has come, and says nothing more: JARM, testssl.sh, ssh-audit. A client that
 * gives up does so again and again with the same offer; of further connections that it leaves at most `LEFT_P0` offer something
 * that none did that it left before (people behind one address who stop loading a page have a few browsers).
 *
 * What was seen is remembered by source: a "seen before" that is false costs bits. Of hellos that come later in a connection
 * (STARTTLS, SSH) all is read at its end. Blind to hellos within QUIC.
 */

const P0 = 0.5;
const P1 = 0.8;
/** What a hello multiplies in that offers something new, and one that was sent before. */
const NEW = P1 / P0;
const SAME = (1 - P1) / (1 - P0);
/** By hint, from TLS_HELLO on: log2 of one source in how many sends such a hello. */
const GONE_BITS = [0, 8, 4, 12, 18];

/** The same of a hello after whose answer the source left. */
const LEFT_P0 = 0.1;
const LEFT_P1 = 0.9;
/** An offer that was left for the first time was mostly charged as new when it came: of one event both would be too much. */
const LEFT_NEW = LEFT_P1 / LEFT_P0 / NEW;
const LEFT_SAME = (1 - LEFT_P1) / (1 - LEFT_P0);
/** Bytes of an answer that takes up an offer: more than an alert, or than the banner and the lines before a late hello. */
const ANSWER = 60;
const LATE_ANSWER = 600;
/** Bytes that a source may say after its offer, and has still only looked: in SSH, its part of a key. */
const KEY = 64;

const FRESH = 0;
const AGAIN = 1;
const LEFT = 2;
const OLD = 3;

/** Components of the stream that hellos are charged to. */
export const OFFERS = 2;
export const OFFER_REASONS = [
  'a TLS hello that offers something else than all before to this service',
  'a TLS hello that offers what one before offered',
  'another offer that was answered, and the source left: it wanted no more than the answer',
  ...GONE_BITS.slice(1).map((_, old) => HINTS[TLS_HELLO + 1 + old].name),
];

/** The largest factors that a hello of a reason brings. */
export const mostOffer = (reason: number): readonly number[] => [
  reason === AGAIN ? 1 : reason === LEFT ? NEW * LEFT_NEW : NEW,
  reason >= OLD ? 2 ** GONE_BITS[reason - OLD + 1] : 1,
];

const SERVICE = 0x51 << 24;
const LEAVES = 0x53 << 24;
const VERSION = 0x52 << 24;

/** Whether nothing came after the offer and its answer. */
function isLeft({ hint, bytesOut, bytesIn, length }: ContactBatch, row: number): boolean {
  const isLate = hint[row] >= STARTTLS_HELLO;
  const spare = hint[row] === SSH_OFFER ? KEY : 0;
  return bytesOut[row] - length[row] <= spare && bytesIn[row] >= (isLate ? LATE_ANSWER : ANSWER);
}

export class Offers {
  readonly #seen: FirstContact;
  readonly #who = new Uint32Array(8);

  constructor(seed: number) {
    this.#seen = new FirstContact(20, seed ^ 0x6b43a9b5);
  }

  /**
   * Reads the hello of a connection that came to an exchange, or ended, and remembers it.
   *
   * @param factors where its two factors go, from `at` on
   * @returns number of the reason; −1: nothing to charge
   */
  read(batch: ContactBatch, row: number, factors: Float64Array, at: number): number {
    const { hint, outcome, bytesIn } = batch;
    const isLate = hint[row] >= STARTTLS_HELLO;
    if (outcome[row] === Outcome.exchanged || (outcome[row] === Outcome.unheard && bytesIn[row] === 0))
      return isLate ? -1 : this.#hello(batch, row, factors, at);
    if (outcome[row] !== Outcome.unheard && outcome[row] !== Outcome.ended) return -1;
    const reason = isLate ? this.#hello(batch, row, factors, at) : -1;
    const left = isLeft(batch, row) ? this.#left(batch, row) : 1;
    if (left === 1) return reason;
    if (reason < 0) factors.fill(1, at, at + OFFERS);
    factors[at] *= left;
    return left > 1 ? LEFT : reason < 0 ? AGAIN : reason;
  }

  #hello({ hint, payload, address, targetPort }: ContactBatch, row: number, factors: Float64Array, at: number): number {
    const words = row * 8;
    const isFirst = this.#seen.isFirst(address, words, SERVICE | targetPort[row]);
    const isNew = this.#seen.isFirst(address, words, payload[row] ^ Math.imul(targetPort[row], 0x9e3779b1));
    const version = hint[row] < STARTTLS_HELLO ? hint[row] - TLS_HELLO : 0;
    const isGone = version > 0 && this.#isNewVersion(address, words, version);
    if (isFirst && !isGone) return -1;
    factors[at] = isFirst ? 1 : isNew ? NEW : SAME;
    factors[at + 1] = isGone ? 2 ** GONE_BITS[version] : 1;
    return isGone ? OLD + version - 1 : isNew ? FRESH : AGAIN;
  }

  /** What a hello multiplies in whose answer was all that its source wanted. */
  #left({ payload, address, targetPort }: ContactBatch, row: number): number {
    const words = row * 8;
    const isFirst = this.#seen.isFirst(address, words, LEAVES | targetPort[row]);
    const isNew = this.#seen.isFirst(address, words, payload[row] ^ Math.imul(targetPort[row] + 1, 0x85ebca6b));
    return isFirst ? 1 : isNew ? LEFT_NEW : LEFT_SAME;
  }

  /** Whether the source at `words[at]` … never offered so old a version to anybody. */
  #isNewVersion(words: Uint32Array, at: number, version: number): boolean {
    for (let word = 0; word < 4; word += 1) this.#who[word] = words[at + word];
    return this.#seen.isFirst(this.#who, 0, VERSION | version);
  }
}
