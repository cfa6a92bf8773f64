// Hot: `#split` looks at every byte of a file that counts octets.
import { Passing } from '../carry/passing.ts';

/*
 * Octet counting (RFC 6587 section 3.4.1), as collectors write what came over TCP or TLS (RFC 5425 section 4.3):
 *
 *   frames = *(length SP message [LF])
 *   length = NONZERO *DIGIT    bytes of the message, which begins with "<"
 *
 * A line is made of each message, in place: the first digit behind one becomes a line end, line ends within one blanks.
 */
const LF = 10;
const SPACE = 32;
const ZERO = 48;
const LESS = 60;
/** Longest message that is followed. */
const LONGEST = 1 << 20;

const State = { length: 0, begins: 1, message: 2, plain: 3 } as const;

/** A source whose messages are lines; bytes of any other are let be. */
export class OctetFrames extends Passing {
  #state: number = State.length;
  #left = 0;
  #isFirst = true;

  read(into: Uint8Array): number | Promise<number> {
    const length = this.source.read(into);
    return typeof length === 'number' ? this.#split(into, length) : length.then((read) => this.#split(into, read));
  }

  #split(bytes: Uint8Array, length: number): number {
    for (let at = 0; at < length; at += 1) {
      if (this.#state === State.plain) return length;
      if (this.#state === State.message) this.#within(bytes, at);
      else this.#before(bytes, at);
    }
    return length;
  }

  #within(bytes: Uint8Array, at: number): void {
    if (bytes[at] === LF) bytes[at] = SPACE;
    this.#left -= 1;
    if (this.#left === 0) this.#state = State.length;
  }

  #before(bytes: Uint8Array, at: number): void {
    const byte = bytes[at];
    const digit = byte - ZERO;
    if (this.#state === State.begins) {
      this.#state = byte === LESS && this.#left > 1 ? State.message : State.plain;
      this.#left -= 1;
    } else if (digit >= (this.#left === 0 ? 1 : 0) && digit <= 9 && this.#left < LONGEST) {
      if (this.#left === 0 && !this.#isFirst) bytes[at] = LF;
      this.#left = this.#left * 10 + digit;
      this.#isFirst = false;
    } else if (byte === SPACE && this.#left > 0) this.#state = State.begins;
    else if (byte !== LF || this.#left > 0 || this.#isFirst) this.#state = State.plain;
  }
}
