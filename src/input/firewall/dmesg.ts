// Hot: `line` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { find } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { type DialectReader, Unwrapped } from '../syslog/dialect.ts';
import { netfilter } from './netfilter.ts';

/*
 * What `dmesg` prints of the kernel's buffer (dmesg(1)).
 *
 *   line  = [facility ":" level ":" SP | "<" number ">"] "[" stamp "]" SP message
 *   stamp = *SP seconds "." digits          since boot
 *         | weekday SP "Nov 21 23:27:01 2026"      -T
 *
 * When the machine was booted is not told: seconds since boot are laid from 1970 on, so that distances are right.
 */
const BRACKET = 91;
const BRACKET_END = 93;
const SPACE = 32;
/** facility and level with their colons */
const HEAD_MAX = 24;

class Dmesg implements LineParser {
  readonly #reader: DialectReader;
  readonly #stamps: Stamps;
  readonly #line = new Unwrapped();

  constructor(context: ReaderContext) {
    this.#reader = netfilter.reader(context);
    this.#stamps = new Stamps(context.dating);
    this.#line.program = 'kernel';
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const open = find(bytes, BRACKET, from, Math.min(to, from + HEAD_MAX));
    const close = this.#stamp(bytes, open);
    if (close < 0 || close >= to || bytes[close] !== BRACKET_END) return Line.foreign;
    const line = this.#line;
    line.bytes = bytes;
    line.time = this.#stamps.time;
    line.message = close + 2;
    line.host = line.message;
    line.hostEnd = line.message;
    line.end = to;
    line.record = record;
    const said = this.#reader.read(line, sheaf);
    return said === Line.foreign ? Weird['line-of-another-program'] : said;
  }

  /** Where the stamp ends; −1: there is none. */
  #stamp(bytes: Uint8Array, open: number): number {
    if (bytes[open] !== BRACKET) return -1;
    let at = open + 1;
    while (bytes[at] === SPACE) at += 1;
    const since = this.#stamps.epoch(bytes, at);
    return since >= 0 ? since : bytes[at + 3] === SPACE ? this.#stamps.syslog(bytes, at + 4) : -1;
  }
}

export const dmesg = lineInput({
  name: 'dmesg',
  about: 'Messages of the kernel as dmesg prints them: packets that netfilter logged.',
  sample:
    '[ 5130.096477] [UFW BLOCK] IN=eth0 OUT= MAC=02:00:5e:10:00:17:8e:2d:45:9e:b1:1d:08:00 SRC=192.0.2.77 DST=198.51.100.22 LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=39682 DPT=8080 WINDOW=65535 RES=0x00 SYN URGP=0',
  parser: (context) => new Dmesg(context),
});
