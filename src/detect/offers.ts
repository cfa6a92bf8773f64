import { type ContactBatch, Outcome } from '../record/contact.ts';
import { HINTS, TLS_HELLO } from '../record/hint.ts';
import { FirstContact } from '../ledger/first-contact.ts';

// Hot: once a TLS connection.

/**
 * Offers: what a source's TLS hellos offer to a service. A program offers the same each time; who wants to know what a
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
 * What was seen is remembered by source: a "seen before" that is false costs bits. Blind to hellos that come later in a
 * connection (STARTTLS), and to those within QUIC.
 */

const P0 = 0.5;
const P1 = 0.8;
/** What a hello multiplies in that offers something new, and one that was sent before. */
const NEW = P1 / P0;
const SAME = (1 - P1) / (1 - P0);
/** By hint, from TLS_HELLO on: log2 of one source in how many sends such a hello. */
const GONE_BITS = [0, 8, 4, 12, 18];

const FRESH = 0;
const AGAIN = 1;
const OLD = 2;

/** Components of the stream that hellos are charged to. */
export const OFFERS = 2;
export const OFFER_REASONS = [
  'a TLS hello that offers something else than all before to this service',
  'a TLS hello that offers what one before offered',
  ...GONE_BITS.slice(1).map((_, old) => HINTS[TLS_HELLO + 1 + old].name),
];

/** The largest factors that a hello of a reason brings. */
export const mostOffer = (reason: number): readonly number[] => [
  reason === AGAIN ? 1 : NEW,
  reason >= OLD ? 2 ** GONE_BITS[reason - OLD + 1] : 1,
];

const SERVICE = 0x51 << 24;
const VERSION = 0x52 << 24;

export class Offers {
  readonly #seen: FirstContact;
  readonly #who = new Uint32Array(8);

  constructor(seed: number) {
    this.#seen = new FirstContact(20, seed ^ 0x6b43a9b5);
  }

  /**
   * Reads the hello of a connection that came to an exchange, or ended without one, and remembers it.
   *
   * @param factors where its two factors go, from `at` on
   * @returns number of the reason; −1: nothing to charge
   */
  read(batch: ContactBatch, row: number, factors: Float64Array, at: number): number {
    const { hint, outcome, payload, address, targetPort } = batch;
    if (outcome[row] !== Outcome.exchanged && outcome[row] !== Outcome.unheard) return -1;
    const words = row * 8;
    const isFirst = this.#seen.isFirst(address, words, SERVICE | targetPort[row]);
    const isNew = this.#seen.isFirst(address, words, payload[row] ^ Math.imul(targetPort[row], 0x9e3779b1));
    const version = hint[row] - TLS_HELLO;
    const isGone = version > 0 && this.#isNewVersion(address, words, version);
    if (isFirst && !isGone) return -1;
    factors[at] = isFirst ? 1 : isNew ? NEW : SAME;
    factors[at + 1] = isGone ? 2 ** GONE_BITS[version] : 1;
    return isGone ? OLD + version - 1 : isNew ? FRESH : AGAIN;
  }

  /** Whether the source at `words[at]` … never offered so old a version to anybody. */
  #isNewVersion(words: Uint32Array, at: number, version: number): boolean {
    for (let word = 0; word < 4; word += 1) this.#who[word] = words[at + word];
    return this.#seen.isFirst(this.#who, 0, VERSION | version);
  }
}
