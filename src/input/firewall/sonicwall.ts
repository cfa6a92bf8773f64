import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { EQUAL_SPACE, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn } from './words.ts';

/*
 * Events of SonicWall (SonicWall, "SonicOS Log Events Reference Guide"): named values.
 *
 *   line = "id=" name " sn=" serial " time=" DQUOTE stamp [SP zone] DQUOTE " fw=" address " pri=" n " c=" n " m=" id " msg=" DQUOTE text DQUOTE
 *          *(SP name "=" value)
 *   src, dst = address ":" port [":" interface];   proto = protocol "/" service
 *
 * m=98 opens a connection, m=537 closes it; m=82 and 83 are the firewall's own suspicions of a scan: notes. Of the others
 * the words of `msg` and `fw_action` tell whether a packet was dropped.
 */
const OPENED = 98;
const CLOSED = 537;
const SUSPICIONS: ReadonlySet<number> = new Set([82, 83, 177, 178, 179]);

const vendor: Vendor = {
  style: EQUAL_SPACE,
  start: ({ bytes, host, end }) => {
    const near = Math.min(end, host + 120);
    const id = findText(bytes, 'id=', host, near);
    return id < 0 || findText(bytes, ' sn=', id, near) < 0 ? -1 : id;
  },
  judge: (named, session, { bytes, host, end }) => {
    const event = named.number(Slot.event);
    if (SUSPICIONS.has(event)) return Phase.note;
    if (event === OPENED) return Phase.start;
    if (event === CLOSED) return Phase.end;
    const text = findText(bytes, 'msg="', host, end);
    const told = verdictIn(bytes, named.start(Slot.action), named.end(Slot.action));
    session.verdict = told !== Verdict.none || text < 0 ? told : verdictIn(bytes, text, Math.min(end, text + 80));
    return session.verdict === Verdict.refused ? Phase.single : Phase.note;
  },
};

export const sonicwall: Dialect = {
  name: 'sonicwall',
  about: 'Connections and dropped packets of SonicWall.',
  sample:
    'Nov 21 23:27:44 fw id=firewall sn=000000000000 time="2026-11-21 23:27:44" fw=198.51.100.1 pri=5 c=256 m=36 msg="TCP connection dropped" n=1 src=192.0.2.77:51234:X1 dst=198.51.100.22:445:X0 proto=tcp/445',
  programs: [''],
  reader: (context) => new NamedReader(vendor, context),
};
