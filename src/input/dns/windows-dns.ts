// Hot: `line` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { daysOf } from '../stamp.ts';
import { keyOf, Questions, rcodeOf, traitsOf } from './question.ts';

/*
 * The debug log of the DNS server of Windows (Microsoft Learn, "DNS logging and diagnostics"; the log's own head).
 *
 *   line   = date SP time SP thread SP "PACKET" SP id SP ("UDP" | "TCP") SP ("Rcv" | "Snd") SP address SP xid SP ["R"] SP opcode SP "[" flags SP rcode "]" SP type SP name
 *   date   = the server's own way: 11/21/2026 with AM or PM, 21/11/2026, 21.11.2026, 2026-11-21; in its own zone
 *   name   = *("(" length ")" label) "(0)"
 *
 * A question is received (`Rcv`, no R), its answer sent (`Snd`, R): joined by the address, the question and the xid. What
 * the server asks others (`Snd` without R, `Rcv` with R) is none of theirs. A head of 30 lines, empty lines and lines of
 * other contexts (EVENT, and details of packets) stand between.
 */
const SPACE = 32;
const PACKET = ' PACKET ';
const HEAD = 'DNS Server log file';
/** µs that a question waits for its answer */
const PATIENCE = 10e6;

class WindowsDns implements LineParser {
  readonly #questions: Questions;
  readonly #zone: number;
  readonly #words = new Uint32Array(8);
  readonly #name = new Uint8Array(256);
  #time = 0;
  /** a line that nobody else writes has been seen: what is not understood is of other contexts, or details */
  #isKnown = false;

  constructor({ input, dating }: ReaderContext) {
    this.#questions = new Questions(input, PATIENCE);
    this.#zone = dating.zone;
  }

  line(bytes: Uint8Array, from: number, to: number, { requests: batch }: Sheaf, record: number): number {
    const after = this.#stamp(bytes, from, to);
    const packet = after < 0 ? -1 : findText(bytes, PACKET, after, Math.min(to, after + 24));
    if (packet < 0) {
      if (standsAt(bytes, from, to, HEAD)) this.#isKnown = true;
      return this.#isKnown ? Line.used : Line.foreign;
    }
    this.#isKnown = true;
    this.#questions.expire(this.#time, batch);
    const way = findText(bytes, ' Rcv ', packet, Math.min(to, packet + 60));
    const isReceived = way >= 0;
    const sent = isReceived ? way : findText(bytes, ' Snd ', packet, Math.min(to, packet + 60));
    const open = find(bytes, 91, packet, to);
    const close = find(bytes, 93, open, to);
    if (sent < 0 || close >= to) return Line.used;
    const address = sent + 5;
    const addressEnd = find(bytes, SPACE, address, to);
    const words = this.#words.fill(0);
    if (!addressInto(bytes, address, addressEnd, words, 0)) return Line.foreign;
    let xid = addressEnd;
    while (bytes[xid] === SPACE) xid += 1;
    const isAnswer = findText(bytes, ' R ', xid, open) >= 0;
    if (isReceived === isAnswer) return Line.used;
    let type = close + 1;
    while (bytes[type] === SPACE) type += 1;
    const typeEnd = find(bytes, SPACE, type, to);
    const length = this.#labels(bytes, typeEnd, to);
    const name = this.#name;
    const key = keyOf(words, name, 0, length, 0, 0) ^ keyOf(words, bytes, xid, xid + 4, type, typeEnd);
    if (isReceived || !this.#questions.get(key)) {
      const heard = { bytes: name, time: this.#time, record, host: 0, hostEnd: 0 };
      const held = this.#questions.ask(key, heard, words, 0, length, batch);
      held.traits = traitsOf(bytes, 0, 0, type, typeEnd) | traitsOf(name, 0, length, 0, 0);
    }
    if (isAnswer) {
      let rcode = close;
      while (bytes[rcode - 1] !== SPACE && rcode > open) rcode -= 1;
      this.#questions.answer(key, rcodeOf(bytes, rcode, close), batch);
    }
    return Line.used;
  }

  end({ requests }: Sheaf): void {
    this.#questions.end(requests);
  }

  /** Reads `(3)www(7)example(0)` as `www.example` into the name; returns its length. */
  #labels(bytes: Uint8Array, from: number, to: number): number {
    const name = this.#name;
    let length = 0;
    let at = find(bytes, 40, from, to);
    while (at < to && length < 255) {
      const close = find(bytes, 41, at, to);
      const label = numberIn(bytes, at + 1, close);
      if (label <= 0) break;
      if (length > 0) name[length++] = 46;
      for (let n = 0; n < label && length < 255 && close + 1 + n < to; n += 1) name[length++] = bytes[close + 1 + n];
      at = close + 1 + label;
    }
    return length;
  }

  /** Reads date and time; returns where they end, −1 when there are none. */
  #stamp(bytes: Uint8Array, from: number, to: number): number {
    const dateEnd = find(bytes, SPACE, from, Math.min(to, from + 11));
    const clockEnd = find(bytes, SPACE, dateEnd + 1, Math.min(to, dateEnd + 10));
    const sign = bytes[from + 4] === 45 ? 45 : bytes[from + 1] < 48 ? bytes[from + 1] : bytes[from + 2];
    if (sign !== 45 && sign !== 46 && sign !== 47) return -1;
    const second = find(bytes, sign, from, dateEnd);
    const third = find(bytes, sign, second + 1, dateEnd);
    const hour = find(bytes, 58, dateEnd + 1, clockEnd);
    const minute = find(bytes, 58, hour + 1, clockEnd);
    const a = numberIn(bytes, from, second);
    const b = numberIn(bytes, second + 1, third);
    const c = numberIn(bytes, third + 1, dateEnd);
    const seconds = numberIn(bytes, minute + 1, clockEnd);
    let hours = numberIn(bytes, dateEnd + 1, hour);
    const minutes = numberIn(bytes, hour + 1, minute);
    if (a < 0 || b < 1 || c < 1 || hours < 0 || minutes < 0 || seconds < 0) return -1;
    const half = bytes[clockEnd + 2] === 77 ? bytes[clockEnd + 1] : 0;
    if (half !== 0) hours = (hours % 12) + (half === 80 ? 12 : 0);
    // Who writes AM and PM writes the month first.
    const monthFirst = sign === 47 && a <= 12 && (half !== 0 || b > 12);
    const [year, month, day] = a > 31 ? [a, b, c] : monthFirst ? [c, a, b] : [c, b, a];
    if (month > 12 || day > 31 || year < 1990) return -1;
    this.#time = (daysOf(year, month, day) * 86_400 + (hours * 60 + minutes - this.#zone) * 60 + seconds) * 1e6;
    return half === 0 ? clockEnd : clockEnd + 3;
  }
}

export const windowsDns = lineInput({
  name: 'windows-dns',
  about: 'Debug log of the DNS server of Windows: questions and how they were answered.',
  sample:
    '11/21/2026 11:28:03 PM 0E5C PACKET  00000000028657F0 UDP Snd 192.0.2.7       8c5f R Q [8385 A DR NXDOMAIN] A      (3)www(7)example(3)org(0)',
  parser: (context) => new WindowsDns(context),
});
