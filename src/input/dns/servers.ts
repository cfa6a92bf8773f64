// Hot: `read` runs once a line.
import { RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, findText } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Found, Phrase } from '../phrase.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { keyOf, Questions, rcodeOf, traitsOf } from './question.ts';

/*
 * CoreDNS, plugin `log` in its common form (coredns.io/plugins/log), behind a stamp that the container's log has added;
 * PowerDNS Authoritative (pdns_server settings: log-dns-queries; pdns/packethandler.cc, tcpreceiver.cc); NSD (xfrd, query.c).
 *
 *   coredns  = "[INFO] " peer " - " id SP DQUOTE type SP class SP name SP transport SP size SP do SP bufsize DQUOTE SP rcode SP flags …
 *   peer     = address ":" port | "[" address "]:" port
 *   powerdns = "Remote " address " wants '" name "|" type "', do = " …
 *            | "AXFR of domain '" name "' initiated by " address …
 *            | "AXFR of domain '" name "' denied: client IP " address …
 *   nsd      = "info: axfr for " ["zone "] name " from " ["client "] address " refused" …
 */
const INFO = '[INFO] ';
const NOERROR = 0;
const REFUSED = 5;

interface Said {
  readonly phrase: Phrase;
  /** −1: not told; −2: it is the word that `agent` begins with */
  readonly rcode: number;
  readonly traits: number;
}

const said = (pattern: string, rcode: number, traits = 0): Said => ({ phrase: new Phrase(pattern), rcode, traits });
const transfer = RequestTrait.zoneTransfer | RequestTrait.proven;

const COREDNS: readonly Said[] = [
  said('{source}:{port} - {count} "{word} {…} {name} udp {…}" {agent}', -2),
  said('[{source}]:{port} - {count} "{word} {…} {name} udp {…}" {agent}', -2),
  said('{source}:{port} - {count} "{word} {…} {name} {…}" {agent}', -2, RequestTrait.proven),
  said('[{source}]:{port} - {count} "{word} {…} {name} {…}" {agent}', -2, RequestTrait.proven),
];

const POWERDNS: readonly Said[] = [
  said("Remote {source} wants '{name}|{word}', {…}", -1),
  said("Remote {source}<-{…} wants '{name}|{word}', {…}", -1),
  said("AXFR of domain '{name}' initiated by {source}{…}", NOERROR, transfer),
  said("AXFR of domain '{name}' denied: client IP {source} {…}", REFUSED, transfer),
  said("AXFR-out zone '{name}', client '{source}:{port}', transfer initiated{…}", NOERROR, transfer),
  said("AXFR-out zone '{name}', client '{source}:{port}', {…}denied{…}", REFUSED, transfer),
];

const NSD: readonly Said[] = [
  said('info: axfr for zone {name} from client {source} refused{…}', REFUSED, transfer),
  said('info: axfr for {name} from {source} refused{…}', REFUSED, transfer),
  said('info: axfr for {name} from client {source}{…}', NOERROR, transfer),
];

class Server implements DialectReader {
  readonly #says: readonly Said[];
  readonly #program: string;
  readonly #found = new Found();
  readonly #questions: Questions;

  constructor({ input }: ReaderContext, says: readonly Said[], program: string) {
    this.#says = says;
    this.#program = program;
    this.#questions = new Questions(input, 0);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const isOwn = line.program === '';
    let from = line.message;
    if (this.#says === COREDNS) {
      const info = findText(bytes, INFO, line.host, Math.min(end, line.message + 64));
      if (info < 0) return isOwn ? Line.foreign : Line.used;
      from = info + INFO.length;
    }
    const found = this.#found;
    const match = this.#says.find(({ phrase }) => phrase.match(bytes, from, end, found));
    if (!match) return line.program.startsWith(this.#program) ? Line.used : Line.foreign;
    const { address, name, nameEnd, word, wordEnd, agent, agentEnd } = found;
    const key = keyOf(address, bytes, name, nameEnd, word, wordEnd);
    const heard = isOwn ? { bytes, time: line.time, record: line.record, host: 0, hostEnd: 0 } : line;
    const { requests } = sheaf;
    const held = this.#questions.ask(key, heard, address, name, nameEnd, requests);
    held.traits = match.traits | traitsOf(bytes, name, nameEnd, word, wordEnd);
    const rcode = match.rcode === -2 ? rcodeOf(bytes, agent, find(bytes, 32, agent, agentEnd)) : match.rcode;
    if (rcode >= 0) this.#questions.answer(key, rcode, requests);
    else this.#questions.give(key, requests);
    return Line.used;
  }
}

export const coredns: Dialect = {
  name: 'coredns',
  about: 'CoreDNS with the plugin `log`, behind a stamp: questions and how they were answered.',
  sample:
    '2026-11-21T23:28:03.123Z [INFO] 192.0.2.7:50759 - 29008 "A IN www.example.org. udp 41 false 4096" NXDOMAIN qr,aa 68 0.0002s',
  programs: ['coredns'],
  reader: (context) => new Server(context, COREDNS, 'coredns'),
};

export const powerdns: Dialect = {
  name: 'powerdns',
  about: 'PowerDNS Authoritative with log-dns-queries: questions and zone transfers.',
  sample:
    "Nov 21 23:28:03 ns1 pdns_server[501]: Remote 192.0.2.7 wants 'www.example.org|A', do = 0, bufsize = 512: packetcache MISS",
  programs: ['pdns*'],
  reader: (context) => new Server(context, POWERDNS, 'pdns'),
};

export const nsd: Dialect = {
  name: 'nsd',
  about: 'NSD: zone transfers.',
  sample: 'Nov 21 23:28:03 ns1 nsd[501]: info: axfr for example.org. from 192.0.2.7 refused, no acl matches',
  programs: ['nsd'],
  reader: (context) => new Server(context, NSD, 'nsd'),
};
