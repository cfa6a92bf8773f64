// Hot: `read` runs once a line of any program that no other dialect knows.
import { Asked, beginRequest, type RequestBatch, replyOfStatus, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { parseObject } from '../json.ts';
import { Line, type LineParser } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Combined } from './combined.ts';
import { ErrorLog } from './error-log.ts';
import { clientInto } from './forwarded.ts';
import { anyKnown } from './known.ts';
import { Pairs } from './pairs.ts';
import { setRequestLine, setSite } from './text.ts';
import { AnyWebJson } from './web-json.ts';

/*
 * Access and error logs that were sent to syslog or to the log of a container.
 *
 *   message = [cri] (combined | json | known | error | pairs | uvicorn)      see `known.ts`, `error-log.ts`, `pairs.ts`
 *   cri     = ("F" | "P") SP              Kubernetes' container log: "<stamp> stdout F <line>", of which the rest is the message
 *   uvicorn = ["INFO:" 1*SP] client " - " DQUOTE request DQUOTE SP status [SP reason]        without a stamp of its own
 */
const SPACE = 32;
const QUOTE = 34;
const BRACE = 123;

class WithinSyslog implements DialectReader {
  readonly #combined: Combined;
  readonly #known: LineParser;
  readonly #json: AnyWebJson;
  readonly #errors: ErrorLog;
  readonly #pairs: Pairs;
  readonly #input: number;

  constructor(context: ReaderContext) {
    this.#combined = new Combined(context);
    this.#known = anyKnown(context);
    this.#json = new AnyWebJson(context);
    this.#errors = new ErrorLog(context);
    this.#pairs = new Pairs(context);
    this.#input = context.input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end, host, hostEnd, record } = line;
    const isCri = (bytes[line.message] === 70 || bytes[line.message] === 80) && bytes[line.message + 1] === SPACE;
    const from = isCri ? line.message + 2 : line.message;
    const said = this.#said(line, from, end, sheaf, record);
    if (said !== Line.used) return said;
    const { requests } = sheaf;
    const row = requests.count - 1;
    if (requests.siteLength[row] === 0 && !isCri) setSite(requests, row, bytes, host, hostEnd);
    return Line.used;
  }

  #said(line: SyslogLine, from: number, to: number, sheaf: Sheaf, record: number): number {
    const { bytes } = line;
    if (bytes[from] === BRACE) {
      const value = parseObject(bytes, from, to);
      return typeof value === 'number' ? Line.foreign : this.#json.object(value, sheaf, record);
    }
    const combined = this.#combined.line(bytes, from, to, sheaf, record);
    if (combined !== Line.foreign) return combined;
    const known = this.#known.line(bytes, from, to, sheaf, record);
    if (known !== Line.foreign) return known;
    const error = this.#errors.within(bytes, from, to, line.time, sheaf, record);
    if (error !== Line.foreign) return error;
    const pairs = this.#pairs.within(bytes, from, to, line.time, sheaf, record);
    return pairs === Line.foreign ? this.#uvicorn(line, from, to, sheaf.requests) : pairs;
  }

  #uvicorn({ bytes, time, record }: SyslogLine, from: number, to: number, batch: RequestBatch): number {
    let at = from;
    if (standsAt(bytes, at, to, 'INFO:')) at += 5;
    while (at < to && bytes[at] === SPACE) at += 1;
    const client = find(bytes, SPACE, at, Math.min(to, at + 64));
    if (!standsAt(bytes, client, to, ' - "')) return Line.foreign;
    const request = client + 4;
    const end = find(bytes, QUOTE, request, to);
    const status = numberIn(bytes, end + 2, end + 5);
    if (status < 100 || end + 5 > to) return Line.foreign;
    const row = beginRequest(batch);
    if (!clientInto(bytes, at, client, batch.address, row * 8)) return Line.foreign;
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.status[row] = status;
    batch.reply[row] = replyOfStatus(status);
    batch.asked[row] = Asked.nothing;
    batch.traits[row] = RequestTrait.proven;
    setRequestLine(batch, row, bytes, request, end);
    batch.count = row + 1;
    return Line.used;
  }
}

export const webWithinSyslog: Dialect = {
  name: 'web',
  about:
    'Access and error log lines of web servers within syslog, journals and container logs: combined, JSON, uvicorn.',
  sample:
    'Nov 21 23:27:01 web1 nginx: 192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "curl/8.10.1"',
  programs: [],
  reader: (context) => new WithinSyslog(context),
};
