// Hot: `line` runs once a line.
import { latinText } from '../../record/latin.ts';
import { Weird } from '../../record/weird.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Tells, Written } from './entry.ts';
import { type Part, Plan } from './plan.ts';

/*
 * The extended log file format (W3C working draft WD-logfile-960323), as IIS and CloudFront write it.
 *
 *   file   = *(directive | line)
 *   directive = "#Fields:" 1*(SP name) | "#Date:" SP date SP clock | "#" other           at the start, and again in mid-file
 *   line   = value *(separator value)         separator: a blank (IIS) or a tab (CloudFront); "-": nothing
 *   date, clock = 2026-11-21, 23:27:01 in UTC
 *
 * Names: Microsoft, "W3C Extended Log File Format (IIS)"; AWS, "Standard logging reference". IIS writes `+` for a blank in
 * headers, CloudFront percent-encodes them; neither has quotes.
 */
const HASH = 35;

/** Field → what it tells; names in small letters. Add one: a line. */
const FIELDS: Readonly<Record<string, number>> = {
  date: Tells.date,
  time: Tells.clock,
  'c-ip': Tells.client,
  'x-forwarded-for': Tells.forwarded,
  'cs(x-forwarded-for)': Tells.forwarded,
  'cs-method': Tells.verb,
  'cs-uri': Tells.target,
  'cs-uri-stem': Tells.path,
  'cs-uri-query': Tells.query,
  'sc-status': Tells.status,
  'sc-bytes': Tells.bytes,
  'cs(user-agent)': Tells.agent,
  'cs(referer)': Tells.referer,
  'x-host-header': Tells.host,
  'cs(host)': Tells.host,
  'cs-host': Tells.host,
  's-ip': Tells.address,
  's-port': Tells.port,
  'cs-protocol': Tells.scheme,
  'ssl-protocol': Tells.tls,
};

/** CloudFront's fields in their order, for parts of files without a head. */
const CLOUDFRONT =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol';

/** The columns that a head names. */
class Columns {
  readonly plan: Plan;
  readonly hasDate: boolean;

  constructor(names: readonly string[], separator: string) {
    const told = names.map((name) => FIELDS[name.toLowerCase()] ?? Tells.nothing);
    // of two hosts the one that the client named counts: CloudFront has its own name in cs(Host)
    const named = names.indexOf('x-host-header');
    const parts = told.map((tells, at) => (tells === Tells.host && named >= 0 && at !== named ? Tells.nothing : tells));
    this.plan = new Plan({
      parts: parts.flatMap((tells, at): Part[] => (at === 0 ? [tells] : [separator, tells])),
      isEscaped: false,
    });
    this.hasDate = told.includes(Tells.date);
  }

  /** Whether these columns are of a log of requests. */
  get areOfRequests(): boolean {
    return (
      this.plan.tells(Tells.client) &&
      this.plan.tells(Tells.clock) &&
      [Tells.target, Tells.path].some((name) => this.plan.tells(name))
    );
  }
}

class W3c implements LineParser {
  readonly #entry: Entry;
  readonly #stamps: Stamps;
  readonly #separator: string;
  #columns: Columns | undefined;
  /** `2026-11-21T23:27:01.000Z`, put together for each line; the date may be that of the head */
  readonly #moment = new Uint8Array(40);
  #hasDate = false;

  constructor(context: ReaderContext, separator: string) {
    this.#entry = new Entry(context);
    this.#entry.written = separator === '\t' ? Written.percent : Written.plus;
    this.#stamps = new Stamps(context.dating);
    this.#separator = separator;
    if (separator === '\t') this.#columns = new Columns(CLOUDFRONT.split(' '), separator);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (bytes[from] === HASH) return this.#directive(bytes, from, to);
    const columns = this.#columns;
    const entry = this.#entry;
    if (columns === undefined || !columns.plan.read(bytes, from, to, entry, this.#stamps)) return Line.foreign;
    if (columns.hasDate) this.#setDate(bytes, entry.from[Tells.date], entry.to[Tells.date]);
    entry.time = this.#hasDate ? this.#time(bytes, entry.from[Tells.clock], entry.to[Tells.clock]) : -1;
    // a line of another format with as many columns has no time in that place
    return entry.time < 0 ? Line.foreign : entry.append(bytes, sheaf.requests, record);
  }

  /** Directives come again when the server starts, and the columns may then be others. */
  #directive(bytes: Uint8Array, from: number, to: number): number {
    if (standsAt(bytes, from, to, '#Fields:')) {
      const names = latinText(bytes, from + 8, Math.min(to, from + 4096))
        .trim()
        .split(/[ \t]+/);
      const columns = new Columns(names, this.#separator);
      this.#columns = columns.areOfRequests ? columns : undefined;
      return this.#columns === undefined ? Weird['line-not-about-network'] : Line.used;
    }
    const date = standsAt(bytes, from, to, '#Date: ');
    if (date) this.#setDate(bytes, from + 7, from + 17);
    return date ||
      ['#Software: ', '#Version: ', '#Start-Date: ', '#End-Date: ', '#Remark: '].some((name) =>
        standsAt(bytes, from, to, name),
      )
      ? Line.used
      : Line.foreign;
  }

  #setDate(bytes: Uint8Array, from: number, to: number): void {
    if (to - from !== 10) return;
    for (let n = 0; n < 10; n += 1) this.#moment[n] = bytes[from + n];
    this.#moment[10] = 84;
    this.#hasDate = true;
  }

  /** µs since 1970; −1: no moment. */
  #time(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length < 8 || length > 20) return -1;
    for (let n = 0; n < length; n += 1) this.#moment[11 + n] = bytes[from + n];
    this.#moment[11 + length] = 90;
    return this.#stamps.iso(this.#moment, 0) === 12 + length ? this.#stamps.time : -1;
  }
}

export const iis = lineInput({
  name: 'iis',
  about: 'W3C extended log of IIS and others, with its columns in any order.',
  sample: [
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    '2026-11-21 23:27:01 198.51.100.20 GET /admin - 443 - 192.0.2.7 curl/8.10.1 - 404 0 2 15',
  ].join('\n'),
  parser: (context) => new W3c(context, ' '),
});

export const cloudfront = lineInput({
  name: 'cloudfront',
  about: 'Standard access log of AWS CloudFront.',
  sample: [
    '2026-11-21	23:27:01	CDG50-P2	703	192.0.2.7	GET	d111111abcdef8.cloudfront.net	/admin	404	-	curl/8.10.1	-	-	Error',
    '375WZmnR4hhhnlZKNn0D	www.example.org	https	62	0.113	-	TLSv1.3',
  ].join('\t'),
  parser: (context) => new W3c(context, '\t'),
});
