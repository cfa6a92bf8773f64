// Hot: `line` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import { find } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { type DialectReader, Unwrapped } from '../syslog/dialect.ts';
import { anyKeyed } from './any-keyed.ts';
import { cef, leef, leef2, leef2Caret } from './cef.ts';
import { fortinet } from './fortinet.ts';
import { paloAlto } from './paloalto.ts';
import { sonicwall } from './sonicwall.ts';
import { sophos } from './sophos.ts';

/*
 * What firewalls send that put no stamp of syslog before their lines, or one of their own, as a collector wrote it:
 *
 *   line = ["<" number ">"] [stamp SP host SP program ": "] message
 *   stamp = "2026:11:21-23:27:44"          Sophos UTM
 *
 * The messages are those of the dialects; they tell the time themselves.
 */
const DIALECTS = [fortinet, paloAlto, sonicwall, sophos, cef, leef, leef2, leef2Caret, anyKeyed];

const LESS = 60;
const GREATER = 62;
const COLON = 58;
const SPACE = 32;
/** bytes of a stamp of Sophos UTM */
const OWN_STAMP = 19;

class Bare implements LineParser {
  readonly #readers: readonly DialectReader[];
  readonly #line = new Unwrapped();
  readonly #stamps: Stamps;
  readonly #stamp = new Uint8Array(OWN_STAMP + 1);

  constructor(context: ReaderContext) {
    this.#readers = DIALECTS.map((dialect) => dialect.reader(context));
    this.#stamps = new Stamps(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const line = this.#line;
    const close = bytes[from] === LESS ? find(bytes, GREATER, from, Math.min(to, from + 6)) : from;
    const start = bytes[close] === GREATER ? close + 1 : from;
    line.bytes = bytes;
    line.time = this.#ownStamp(bytes, start, to);
    line.host = start;
    line.hostEnd = start;
    line.message = start;
    line.end = to;
    line.record = record;
    for (const reader of this.#readers) {
      const said = reader.read(line, sheaf);
      if (said !== Line.foreign) return said;
    }
    return Line.foreign;
  }

  end(sheaf: Sheaf): void {
    for (const reader of this.#readers) reader.end?.(sheaf);
  }

  /** µs since 1970; NaN: no stamp stands here. */
  #ownStamp(bytes: Uint8Array, at: number, to: number): number {
    if (at + OWN_STAMP > to || bytes[at + 4] !== COLON || bytes[at + 7] !== COLON) return Number.NaN;
    const stamp = this.#stamp;
    for (let n = 0; n < OWN_STAMP; n += 1) stamp[n] = n === 4 || n === 7 ? 45 : n === 10 ? SPACE : bytes[at + n];
    return this.#stamps.iso(stamp, 0) < 0 ? Number.NaN : this.#stamps.time;
  }
}

export const bareFirewall = lineInput({
  name: 'firewall-lines',
  about: 'Lines of firewalls without a stamp of syslog: Fortinet, Palo Alto, SonicWall, Sophos, CEF, LEEF.',
  sample:
    'date=2026-11-21 time=23:27:44 devname="fw" devid="FGT60F0000000000" tz="+0000" logid="0000000013" type="traffic" subtype="forward" srcip=192.0.2.77 srcport=51234 dstip=198.51.100.22 dstport=445 sessionid=4711 proto=6 action="deny" sentbyte=0 rcvdbyte=0',
  parser: (context) => new Bare(context),
});
