// Hot: `read` runs once a line.
import { beginContact } from '../../record/contact.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Columns } from './columns.ts';
import { addressSession, Session, tellSession } from './session.ts';
import { protocolIn, Verdict } from './words.ts';

/*
 * Traffic logs of WatchGuard Fireboxes (WatchGuard, "Read a Log Message"; Fireware "Log Catalog", 3000-0148 and its like):
 *
 *   line    = … "firewall: msg_id=" DQUOTE "3000-" number DQUOTE SP verdict SP packet            syslog
 *   verdict = "Allow" | "Deny"
 *   packet  = interface SP interface SP length SP protocol SP header SP ttl SP source SP target SP port SP port …
 *             of ICMP type and code stand for the ports; the name of an interface has no blank in it
 */
const MARK = 'msg_id="3000-';
const AFTER = MARK.length + 6;
/** Bytes of the envelope, and of the serial numbers in it. */
const NEAR = 200;
const SPACE = 32;
const Column = { verdict: 0, protocol: 4, source: 7, target: 8, sourcePort: 9, targetPort: 10 } as const;

class WatchGuard implements DialectReader {
  readonly #input: number;
  readonly #columns = new Columns(Column.targetPort + 1);
  readonly #session = new Session();

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, { contacts: batch }: Sheaf): number {
    const { bytes, host, end } = line;
    const mark = findText(bytes, MARK, host, Math.min(end, host + NEAR));
    if (mark < 0) return Line.foreign;
    const c = this.#columns;
    const count = c.split(bytes, mark + AFTER, end, SPACE);
    const isAllowed = standsAt(bytes, c.start(Column.verdict), end, 'Allow ');
    if (!isAllowed && !standsAt(bytes, c.start(Column.verdict), end, 'Deny ')) return Line.used;
    const protocol = protocolIn(bytes, c.start(Column.protocol), c.end(Column.protocol));
    if (count <= Column.target || protocol < 0) return Line.used;
    const row = beginContact(batch);
    if (
      !this.#address(Column.source, batch.address, row * 8) ||
      !this.#address(Column.target, batch.address, row * 8 + 4)
    )
      return Line.used;
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    batch.protocol[row] = protocol;
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    const [first, second] = [c.number(Column.sourcePort), c.number(Column.targetPort)];
    batch.sourcePort[row] = Math.max(0, isIcmp ? second : first);
    batch.targetPort[row] = Math.max(0, isIcmp ? first : second);
    if (!addressSession(batch, row, isIcmp && first >= 0)) return Line.used;
    this.#session.clear();
    this.#session.verdict = isAllowed ? Verdict.passed : Verdict.refused;
    tellSession(batch, row, this.#session);
    return Line.used;
  }

  #address(column: number, words: Uint32Array, at: number): boolean {
    const c = this.#columns;
    return addressInto(c.bytes, c.start(column), c.end(column), words, at);
  }
}

export const watchGuard: Dialect = {
  name: 'watchguard',
  about: 'Traffic logs of WatchGuard Fireboxes.',
  sample:
    'Nov 21 23:27:44 fw FVE000000000001 firewall: msg_id="3000-0148" Deny 0-External 1-Trusted 40 tcp 20 240 192.0.2.77 198.51.100.22 51234 445 offset 5 S 3843294829 win 1024 (Unhandled External Packet-00)',
  programs: [],
  reader: (context) => new WatchGuard(context),
};
