// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { ended, flagWordsIn, protocolBefore } from './asa-text.ts';
import { endInto, NO_ADDRESS } from './cisco-end.ts';
import { cisco } from './ios.ts';
import { COLON_COMMA, Named, Slot } from './keyed.ts';
import { Pending } from './pending.ts';
import { addressSession, End, Session, tellSession, turn } from './session.ts';
import { Asked, OPTIONS_UNTOLD, tellPacket } from './tell.ts';
import { numberAfter, Verdict, verdictIn, wordIn } from './words.ts';

/*
 * Cisco ASA, PIX, FWSM and FTD (Cisco, "Syslog Messages" of ASA 9 and of Secure Firewall Threat Defense).
 *
 *   message = … "%" ("ASA" | "FTD" | "PIX" | "FWSM") "-" [class "-"] level "-" id ":" SP text
 *
 *   fromTo   106001 106006 106007 106012 106015 106016 106017 106021 313004 500004 710002 710003 710005 710006
 *            … protocol … " from " end " to " end ["flags" words "on interface" …]
 *   sourceTo 106010 106014 106023 305005 305006 305013   … protocol "src " end "dst " end ["(type " n ", code " n ")"]
 *   arrow    106100 106102 106103      "access-list " name SP ("permitted" | "denied" | "est-allowed") SP protocol SP end "->" end …
 *   built    302013 302015 302303      "Built " ("inbound" | "outbound") SP protocol " connection " id " for " end "(…) to " end …
 *   teardown 302014 302016 302304      "Teardown " protocol " connection " id " for " end " to " end " duration " … " bytes " n [SP reason]
 *   icmp     302020                    "Built " ("inbound" | "outbound") " ICMP connection for faddr " end " gaddr " end " laddr " end …
 *   event    430002 430003             name ":" SP value *("," SP name ":" SP value)    FTD; 430002 begins what 430003 ends
 *
 * Of a connection built inbound the first end began it, outbound the second; of ICMP `faddr` is the foreign end.
 * 313001, 313005, 313008 tell of no target; 733100 … are the firewall's own alarms: notes.
 */
const Form = { note: 0, fromTo: 1, sourceTo: 2, arrow: 3, built: 4, teardown: 5, icmp: 6, begun: 7, ended: 8 } as const;

const FORMS: ReadonlyMap<number, number> = new Map([
  ...[106001, 106006, 106007, 106012, 106015, 106016, 106017, 106021, 313004, 500004].map(
    (id) => [id, Form.fromTo] as const,
  ),
  ...[710002, 710003, 710005, 710006].map((id) => [id, Form.fromTo] as const),
  ...[106010, 106014, 106023, 305005, 305006, 305013].map((id) => [id, Form.sourceTo] as const),
  ...[106100, 106102, 106103].map((id) => [id, Form.arrow] as const),
  ...[302013, 302015, 302303].map((id) => [id, Form.built] as const),
  ...[302014, 302016, 302304].map((id) => [id, Form.teardown] as const),
  [302020, Form.icmp],
  [430002, Form.begun],
  [430003, Form.ended],
]);

const SPACE = 32;

class Asa implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();
  readonly #pending: Pending;
  readonly #named = new Named();
  readonly #session = new Session();
  /** ports of the flow in hand */
  #sourcePort = 0;
  #targetPort = 0;

  constructor({ input }: ReaderContext) {
    this.#input = input;
    this.#pending = new Pending(input);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const mark = cisco(line);
    if (mark < 0 || !isAsa(bytes, mark + 1, end)) return Line.foreign;
    const colon = find(bytes, 58, mark, Math.min(end, mark + 40));
    const id = numberIn(bytes, colon - 6, colon);
    if (id < 100_000) return Line.foreign;
    const form = FORMS.get(id) ?? Form.note;
    if (form === Form.note) return Line.used;
    const batch = sheaf.contacts;
    this.#pending.expire(line.time, batch);
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#form(form, bytes, colon + 1, end, batch, row);
  }

  end({ contacts }: Sheaf): void {
    this.#pending.end(contacts);
  }

  #form(form: number, bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    switch (form) {
      case Form.fromTo:
        return this.#denied(bytes, from, to, ' from ', ' to ', batch, row);
      case Form.sourceTo:
        return this.#denied(bytes, from, to, ' src ', ' dst ', batch, row);
      case Form.arrow:
        return this.#arrow(bytes, from, to, batch, row);
      case Form.built:
        return this.#built(bytes, from, to, batch, row);
      case Form.teardown:
        return this.#teardown(bytes, from, to, batch, row);
      case Form.icmp:
        return this.#icmp(bytes, from, to, batch, row);
      default:
        return this.#event(form, bytes, from, to, batch, row);
    }
  }

  #denied(
    bytes: Uint8Array,
    from: number,
    to: number,
    one: string,
    two: string,
    batch: ContactBatch,
    row: number,
  ): number {
    const source = findText(bytes, one, from, to);
    const target = source < 0 ? -1 : findText(bytes, two, source, to);
    if (target < 0) return Line.used;
    const protocol = protocolBefore(bytes, from, source);
    if (protocol <= 0) return Line.used;
    if (!this.#ends(bytes, source + one.length, target + two.length, to, batch, row))
      return Weird['line-field-impossible'];
    const verdict = verdictIn(bytes, from, source) === Verdict.passed ? Verdict.passed : Verdict.refused;
    return this.#tell(protocol, verdict, bytes, target, to, batch, row);
  }

  #arrow(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const arrow = findText(bytes, '-> ', from, to);
    let end = arrow - 1;
    while (end > from && bytes[end - 1] === SPACE) end -= 1;
    let source = end;
    while (source > from && bytes[source - 1] !== SPACE) source -= 1;
    if (arrow < 0 || !this.#ends(bytes, source, arrow + 3, to, batch, row)) return Weird['line-malformed'];
    const protocol = protocolBefore(bytes, from, source);
    if (protocol <= 0) return Line.used;
    // The name of the list comes first, and may hold any word.
    const list = findText(bytes, 'access-list ', from, source);
    const words = list < 0 ? from : find(bytes, SPACE, list + 12, source);
    if (protocol === ICMP || protocol === ICMP6) {
      // The ports of ICMP are type and code of what was asked.
      batch.targetPort[row] = this.#sourcePort;
      this.#targetPort = this.#sourcePort;
    }
    return this.#tell(protocol, verdictIn(bytes, words, source), bytes, to, to, batch, row);
  }

  /** A packet that was looked at alone. */
  #tell(
    protocol: number,
    verdict: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    batch: ContactBatch,
    row: number,
  ): number {
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    batch.protocol[row] = protocol;
    const flags = findText(bytes, ' flags ', from, to);
    if (protocol === TCP && flags >= 0) {
      batch.flags[row] = flagWordsIn(bytes, flags + 7, to);
      batch.options[row] = OPTIONS_UNTOLD;
      setPorts(batch, row, this.#sourcePort, this.#targetPort);
      tellPacket(batch, row, verdict, this.#asked);
      batch.traits[row] |= Trait.untold | (batch.address[row * 8 + 6] === 0xffff ? 0 : Trait.v6);
      return Line.used;
    }
    if (!isIcmp) setPorts(batch, row, this.#sourcePort, this.#targetPort);
    const type = isIcmp ? numberAfter(bytes, 'type ', from, to) : -1;
    if (type >= 0) setPorts(batch, row, Math.max(0, numberAfter(bytes, 'code ', from, to)), type);
    if (!addressSession(batch, row, type >= 0 || (isIcmp && from === to))) return Line.used;
    this.#session.clear();
    this.#session.verdict = verdict;
    if (!this.#asked.knows(batch, row)) tellSession(batch, row, this.#session);
    return Line.used;
  }

  #built(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const id = this.#connection(bytes, from, to, batch, row);
    if (id === undefined) return Weird['line-malformed'];
    if (findText(bytes, ' outbound ', from, from + 24) >= 0) turn(batch, row);
    if (!addressSession(batch, row, false)) return Line.used;
    this.#asked.remember(batch, row);
    this.#pending.hold(id, batch, row);
    return Line.used;
  }

  #teardown(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const id = this.#connection(bytes, from, to, batch, row);
    if (id === undefined) return Weird['line-malformed'];
    const foreign = batch.address[row * 8 + 3];
    if (!this.#pending.take(id, batch, row)) {
      if (batch.sourcePort[row] < 1024 && batch.targetPort[row] >= 1024) turn(batch, row);
      if (!addressSession(batch, row, false)) return Line.used;
    }
    const inbound = batch.address[row * 8 + 3] === foreign;
    ended(bytes, findText(bytes, ' duration ', from, to), to, inbound, batch, row);
    batch.tries[row] = 1;
    batch.count = row + 1;
    return Line.used;
  }

  /** Reads both ends of a connection; returns the hash of its number. */
  #connection(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number | undefined {
    const at = findText(bytes, ' connection ', from, to);
    const source = at < 0 ? -1 : findText(bytes, ' for ', at, to);
    const target = source < 0 ? -1 : findText(bytes, ' to ', source, to);
    if (target < 0 || !this.#ends(bytes, source + 5, target + 4, to, batch, row)) return undefined;
    batch.protocol[row] = Math.max(0, protocolBefore(bytes, from, at));
    setPorts(batch, row, this.#sourcePort, this.#targetPort);
    return wordIn(bytes, at + 12, source);
  }

  #icmp(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const foreign = findText(bytes, ' faddr ', from, to);
    const local = foreign < 0 ? -1 : findText(bytes, ' laddr ', foreign, to);
    if (local < 0 || !this.#ends(bytes, foreign + 7, local + 7, to, batch, row)) return Weird['line-malformed'];
    if (findText(bytes, ' outbound ', from, from + 24) >= 0) turn(batch, row);
    const v6 = batch.address[row * 8 + 2] !== 0xffff;
    batch.protocol[row] = v6 ? ICMP6 : ICMP;
    const type = numberAfter(bytes, ' type ', local, to);
    setPorts(batch, row, 0, Math.max(0, type));
    if (!addressSession(batch, row, type >= 0)) return Line.used;
    this.#session.clear();
    this.#session.verdict = Verdict.passed;
    tellSession(batch, row, this.#session);
    return Line.used;
  }

  #event(form: number, bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const named = this.#named;
    named.scan(bytes, from, to, COLON_COMMA);
    const protocol = named.protocol(Slot.protocol);
    const source = named.address(Slot.source, batch.address, row * 8);
    if (!source || !named.address(Slot.target, batch.address, row * 8 + 4)) return Line.used;
    if (protocol < 0) return Line.used;
    batch.protocol[row] = protocol;
    setPorts(batch, row, Math.max(0, named.number(Slot.sourcePort)), Math.max(0, named.number(Slot.targetPort)));
    if (!addressSession(batch, row, false)) return Line.used;
    const session = this.#session;
    session.clear();
    session.verdict = verdictIn(bytes, named.start(Slot.action), named.end(Slot.action));
    const id = Math.imul(named.word(Slot.session), 31) ^ named.word(Slot.instance);
    if (form === Form.begun && session.verdict !== Verdict.refused) {
      this.#pending.hold(id, batch, row);
      return Line.used;
    }
    if (form === Form.ended) this.#pending.take(id, batch, row);
    session.end = form === Form.ended ? End.timeout : End.none;
    session.packetsOut = named.number(Slot.packetsOut);
    session.packetsIn = named.number(Slot.packetsIn);
    session.bytesOut = named.number(Slot.bytesOut);
    session.bytesIn = named.number(Slot.bytesIn);
    tellSession(batch, row, session);
    return Line.used;
  }

  #ends(bytes: Uint8Array, source: number, target: number, to: number, batch: ContactBatch, row: number): boolean {
    const one = endInto(bytes, source, wordEnd(bytes, source, to), batch.address, row * 8);
    const other = endInto(bytes, target, wordEnd(bytes, target, to), batch.address, row * 8 + 4);
    this.#sourcePort = Math.max(0, one);
    this.#targetPort = Math.max(0, other);
    return one !== NO_ADDRESS && other !== NO_ADDRESS;
  }
}

function setPorts(batch: ContactBatch, row: number, source: number, target: number): void {
  batch.sourcePort[row] = source;
  batch.targetPort[row] = target;
}

const isAsa = (bytes: Uint8Array, at: number, to: number): boolean =>
  standsAt(bytes, at, to, 'ASA-') ||
  standsAt(bytes, at, to, 'FTD-') ||
  standsAt(bytes, at, to, 'PIX-') ||
  standsAt(bytes, at, to, 'FWSM-');

/** A word ends at a blank; a comma or a stop that ends it is left in. */
function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  return find(bytes, SPACE, from, to);
}

export const asa: Dialect = {
  name: 'cisco-asa',
  about: 'Cisco ASA, PIX, FWSM and FTD: denied packets, connections built and torn down, connection events.',
  sample:
    'Nov 21 23:27:44 fw %ASA-4-106023: Deny tcp src outside:192.0.2.77/51234 dst inside:198.51.100.22/445 by access-group "outside_in" [0x0, 0x0]',
  programs: [],
  reader: (context) => new Asa(context),
};
