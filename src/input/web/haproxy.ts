// Hot: `read` runs once a line.
import { Asked, beginRequest, Reply, type RequestBatch, replyOfStatus, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { peerInto } from './forwarded.ts';
import { setAgent, setReferer, setRequestLine, setSite } from './text.ts';

/*
 * HAProxy's log formats (HAProxy configuration manual, section 8.2), as it writes them to syslog.
 *
 *   line   = client ":" port SP "[" stamp "]" SP frontend ["~"] (http | tcp | error)          "~": over TLS
 *   http   = SP backend "/" server SP 5timers SP status SP bytes SP cookie SP cookie SP state SP 5counts SP 2counts
 *            *(SP "{" captured *("|" captured) "}") SP DQUOTE request DQUOTE               section 8.2.3
 *   tcp    = SP backend "/" server SP 3timers SP bytes SP state SP 5counts SP 2counts      section 8.2.2
 *   error  = "/" binding ":" SP text                                                       section 8.2.5
 *   stamp  = 21/Nov/2026:23:27:01.127, local time      request = the line, or "<BADREQ>"
 *   timers = numbers with "/" between them; a "+" may stand before numbers, -1 is "not reached"
 *
 * Captured headers have no names. One with a scheme is taken for the referer, one with a blank or a slash for the user
 * agent, one with a dot and nothing of that for the host.
 */
const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const SLASH = 47;
const BAR = 124;
const TILDE = 126;

/** Words between the frontend and the request. */
const WORDS = 12;

class Haproxy implements LineParser, DialectReader {
  readonly #stamps: Stamps;
  readonly #input: number;
  /** where the words begin, and where the last one ends */
  readonly #words = new Int32Array(WORDS + 1);

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  read({ bytes, message, end, record, host, hostEnd, program }: SyslogLine, sheaf: Sheaf): number {
    const said = this.line(bytes, message, end, sheaf, record);
    const { requests } = sheaf;
    const row = requests.count - 1;
    if (said === Line.used && requests.siteLength[row] === 0) setSite(requests, row, bytes, host, hostEnd);
    // what else it says is of its own affairs
    return said === Line.foreign && program !== '' ? Weird['line-not-about-network'] : said;
  }

  line(bytes: Uint8Array, from: number, to: number, { requests: batch }: Sheaf, record: number): number {
    const client = find(bytes, SPACE, from, to);
    const stampEnd = bytes[client + 1] === 91 ? this.#stamps.common(bytes, client + 2) : -1;
    if (stampEnd < 0 || stampEnd + 2 >= to || bytes[stampEnd] !== 93) return Line.foreign;
    const row = beginRequest(batch);
    if (!peerInto(bytes, from, client, batch.address, row * 8)) return Line.foreign;
    const frontend = stampEnd + 2;
    const frontendEnd = find(bytes, SPACE, frontend, to);
    if (bytes[frontendEnd - 1] === TILDE) batch.traits[row] |= RequestTrait.encrypted;
    const words = this.#split(bytes, frontendEnd + 1, to);
    const counts = words < 4 ? 0 : slashes(bytes, this.#words[1], this.#words[2]);
    if (counts === 4) this.#http(bytes, to, batch, row);
    else if (counts === 2) this.#tcp(bytes, batch, row);
    else if (bytes[frontendEnd - 1] !== 58 || !failed(bytes, frontendEnd, to, batch, row)) return Line.foreign;
    batch.time[row] = this.#stamps.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.traits[row] |= RequestTrait.proven;
    batch.count = row + 1;
    return Line.used;
  }

  /** Splits at blanks; returns how many words there are, at most WORDS, the last of which has all the rest. */
  #split(bytes: Uint8Array, from: number, to: number): number {
    const words = this.#words;
    let count = 0;
    for (let at = from; at < to && count < WORDS; count += 1) {
      words[count] = at;
      const end = count === WORDS - 1 ? to : find(bytes, SPACE, at, to);
      words[count + 1] = end + 1;
      at = end + 1;
    }
    return count;
  }

  #http(bytes: Uint8Array, to: number, batch: RequestBatch, row: number): void {
    const words = this.#words;
    const status = numberIn(bytes, words[2], words[3] - 1);
    if (status >= 100 && status < 1000) {
      batch.status[row] = status;
      batch.reply[row] = replyOfStatus(status);
    }
    const size = bytes[words[3]] === PLUS ? words[3] + 1 : words[3];
    const bytesSent = numberIn(bytes, size, words[4] - 1);
    if (bytesSent >= 0) batch.bytes[row] = Math.min(bytesSent, 0xfffffffe);
    // behind the state and the counts; quotes within captured headers and requests are written in another way
    const open = find(bytes, QUOTE, words[8], to);
    const end = find(bytes, QUOTE, open + 1, to);
    if (standsAt(bytes, open + 1, end, '<BADREQ>')) broken(batch, row);
    else if (open < to) setRequestLine(batch, row, bytes, open + 1, end);
    if (bytes[words[9]] === 123) captured(bytes, words[9], open, batch, row);
  }

  /** A connection of which only the ends are known. */
  #tcp(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const words = this.#words;
    const size = bytes[words[2]] === PLUS ? words[2] + 1 : words[2];
    const bytesSent = numberIn(bytes, size, words[3] - 1);
    if (bytesSent >= 0) batch.bytes[row] = Math.min(bytesSent, 0xfffffffe);
    // who ended it, and when: `PR` the proxy refused it, `SC` the server could not be reached
    const who = bytes[words[3]];
    if (who === 80) batch.reply[row] = Reply.denied;
    else if (who === 83) batch.reply[row] = Reply.failed;
  }
}

/** Headers that were captured, of the request and of the answer. */
function captured(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
  for (let at = from + 1; at < to; ) {
    let end = at;
    while (end < to && bytes[end] !== BAR && bytes[end] !== 125) end += 1;
    if (end > at) header(bytes, at, end, batch, row);
    // the headers of the answer stand in braces of their own
    if (bytes[end] === 125) return;
    at = end + 1;
  }
}

function header(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
  const isText = find(bytes, SPACE, from, to) < to || find(bytes, SLASH, from, to) < to;
  if (standsAt(bytes, from, to, 'http://') || standsAt(bytes, from, to, 'https://'))
    setReferer(batch, row, bytes, from, to);
  else if (isText) setAgent(batch, row, bytes, from, to);
  else if (find(bytes, 46, from, to) < to && batch.siteLength[row] === 0) setSite(batch, row, bytes, from, to);
}

/** Whether the text is of a connection that failed before it was a request. */
function failed(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): boolean {
  if (
    findText(bytes, 'SSL handshake', from, to) < 0 &&
    findText(bytes, 'heartbeat', from, to) < 0 &&
    findText(bytes, 'onnection', from, to) < 0
  )
    return false;
  broken(batch, row);
  return true;
}

function broken(batch: RequestBatch, row: number): void {
  batch.asked[row] = Asked.nothing;
  batch.reply[row] = Reply.malformed;
  batch.traits[row] |= RequestTrait.brokenLine;
}

function slashes(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to && at - from < 64; at += 1) if (bytes[at] === SLASH) count += 1;
  return count;
}

const SAMPLE =
  '192.0.2.7:55032 [21/Nov/2026:23:27:01.885] https-in~ web/web1 0/0/0/169/169 404 1541 - - ---- 12/9/0/0/0 0/0 {www.example.org|curl/8.10.1} "GET /admin HTTP/1.1"';

export const haproxy = lineInput({
  name: 'haproxy',
  about: 'HTTP and TCP log of HAProxy without syslog around it.',
  sample: SAMPLE,
  parser: (context) => new Haproxy(context),
});

export const haproxyDialect: Dialect = {
  name: 'haproxy',
  about: 'HTTP and TCP log of HAProxy.',
  sample: `Nov 21 23:27:02 lb1 haproxy[3946303]: ${SAMPLE}`,
  programs: ['haproxy*'],
  reader: (context) => new Haproxy(context),
};
