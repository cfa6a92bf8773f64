// Hot: `read` runs once a line.
import { Asked, beginRequest, Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, findText } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Columns } from './columns.ts';
import { stampIn } from './stamped.ts';

/*
 * GlobalProtect of PAN-OS (Palo Alto Networks, "GlobalProtect Log Fields"): values separated by commas.
 *
 *   0 future, 1 received, 2 serial, 3 "GLOBALPROTECT", 4–5 future, 6 generated, 7 vsys, 8 event, 9 stage, 10 method, 11 tunnel,
 *   12 user, 13 region, 14 machine, 15 public address, 16 public IPv6 address, … 28 "success" | "failure"
 *   event of a login ends in "-auth": portal-auth, gateway-auth
 */
const { proven, secretGuessed } = RequestTrait;
const Column = { generated: 6, event: 8, user: 12, v4: 15, v6: 16, status: 28 } as const;
const TYPE = ',GLOBALPROTECT,';
/** Bytes of the record before its type. */
const NEAR = 160;
const COMMA = 44;
const HTTPS = 443;
const encoder = new TextEncoder();
const [AUTH, FAILURE, SUCCESS] = ['-auth', 'failure', 'success'].map((word) => encoder.encode(word));

class GlobalProtect implements DialectReader {
  readonly #input: number;
  readonly #stamps: Stamps;
  readonly #columns = new Columns(Column.status + 1);

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#stamps = new Stamps(dating);
  }

  read(line: SyslogLine, { requests: batch }: Sheaf): number {
    const { bytes, end } = line;
    const from = recordAt(bytes, line.host, end);
    if (from < 0) return Line.foreign;
    const c = this.#columns;
    if (c.split(bytes, from, end, COMMA) <= Column.status) return Weird['line-malformed'];
    const isFailure = this.#is(Column.status, FAILURE, false);
    if (!this.#is(Column.event, AUTH, true) || (!isFailure && !this.#is(Column.status, SUCCESS, false)))
      return Line.used;
    const time = Number.isNaN(line.time)
      ? stampIn(bytes, c.start(Column.generated), c.end(Column.generated), this.#stamps)
      : line.time;
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const row = beginRequest(batch);
    if (!this.#address(Column.v4, batch.address, row) && !this.#address(Column.v6, batch.address, row))
      return Weird['line-field-impossible'];
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    batch.port[row] = HTTPS;
    batch.asked[row] = Asked.user;
    batch.reply[row] = isFailure ? Reply.denied : Reply.accepted;
    batch.traits[row] = isFailure ? proven | secretGuessed : proven;
    batch.name[row] = c.start(Column.user);
    batch.nameLength[row] = c.length(Column.user);
    if (batch.nameLength[row] === 0) batch.asked[row] = Asked.nothing;
    batch.count = row + 1;
    return Line.used;
  }

  /** Whether a column holds the word, or ends in it. */
  #is(column: number, word: Uint8Array, atEnd: boolean): boolean {
    const c = this.#columns;
    const start = c.end(column) - word.length;
    if (start < c.start(column) || (!atEnd && start > c.start(column))) return false;
    return word.every((byte, nth) => c.bytes[start + nth] === byte);
  }

  /** Writes the address in the column; whether one is told: 0.0.0.0 is none. */
  #address(column: number, words: Uint32Array, row: number): boolean {
    const c = this.#columns;
    return addressInto(c.bytes, c.start(column), c.end(column), words, row * 8) && words[row * 8 + 3] !== 0;
  }
}

/** Where the record begins: three values before its type; −1: nowhere. */
function recordAt(bytes: Uint8Array, from: number, to: number): number {
  const type = findText(bytes, TYPE, from, Math.min(to, from + NEAR));
  let commas = 0;
  let at = type - 1;
  for (; at > from && commas < 2; at -= 1) if (bytes[at] === COMMA) commas += 1;
  return type < 0 || commas < 2 ? -1 : at;
}

export const globalProtect: Dialect = {
  name: 'globalprotect',
  about: 'Logins at GlobalProtect portals and gateways of PAN-OS (Palo Alto Networks).',
  sample:
    'Nov 21 23:28:03 fw 1,2026/11/21 23:28:03,000000000001,GLOBALPROTECT,0,2561,2026/11/21 23:28:03,vsys1,portal-auth,login,LDAP,,admin,,host1,192.0.2.7,0.0.0.0,0.0.0.0,0.0.0.0,,,6.2.4,Windows,"Microsoft Windows 11",1,,,"Authentication failed",failure,,0,,0,portal,1,0x0',
  programs: [''],
  reader: (context) => new GlobalProtect(context),
};
