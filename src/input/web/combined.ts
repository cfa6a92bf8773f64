// Hot: `line` runs once a line.
import { beginRequest, type RequestBatch, replyOfStatus, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, numberIn, v4Before } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Seek } from '../seek.ts';
import { Stamps } from '../stamp.ts';
import { clientInto, Forwarded, isList } from './forwarded.ts';
import { isNothing, quoteEnd, setAgent, setReferer, setRequestLine, setSite, unescaped } from './text.ts';

/*
 * The common and the combined log format and what is like them (Apache mod_log_config, "Custom Log Formats"; Nginx
 * ngx_http_log_module, `combined`, and the `main` of its packages; Varnish varnishncsa; Traefik `common`; ingress-nginx;
 * Tomcat AccessLogValve; Jetty NCSA; morgan `combined`; lighttpd mod_accesslog; gunicorn).
 *
 *   line    = [site SP] source SP words SP "[" stamp "]" SP request SP status SP bytes [SP referer SP agent] [SP more]
 *   source  = address *("," SP address)                     several: X-Forwarded-For
 *   words   = [ident] [SP user] [SP …]                      an ident that is not "-" is the site, as lighttpd writes it
 *   site    = host [":" port]
 *   request = DQUOTE what the client sent, escaped DQUOTE   see `setRequestLine`
 *   status  = 3DIGIT | "-"      bytes = number | "-"        referer, agent = DQUOTE text DQUOTE, "-" when absent
 *   more    = fields of any kind; the first quoted one that is a list of addresses is X-Forwarded-For
 */
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const DASH = 45;
const OPEN = 91;
const CLOSE = 93;
const BACKSLASH = 92;

/** Words between the source and the stamp in which a stamp is looked for. */
const STAMPS_TRIED = 8;

/** Reads lines of this format, wherever they stand. */
export class Combined implements LineParser {
  readonly #stamps: Stamps;
  readonly #input: number;
  readonly #forwarded: Forwarded;
  readonly #quotes = new Seek(QUOTE);
  readonly #backslashes = new Seek(BACKSLASH);

  constructor({ dating, input, proxies }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#input = input;
    this.#forwarded = new Forwarded(proxies);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const batch = sheaf.requests;
    const row = beginRequest(batch);
    const words = this.#source(bytes, from, to, batch, row);
    if (words < 0) return Line.foreign;
    const stampEnd = this.#stampBehind(bytes, words, to);
    if (stampEnd < 0) return Line.foreign;
    this.#backslashes.follow(bytes, from);
    this.#quotes.follow(bytes, from);
    const isPlain = this.#backslashes.next(stampEnd) >= to;
    const line = stampEnd + 3;
    const lineEnd = isPlain ? find(bytes, QUOTE, line, to) : quoteEnd(bytes, line, to);
    const statusAt = lineEnd + 2;
    const status = statusIn(bytes, statusAt, to);
    if (status < 0) return Line.foreign;
    setSecondWord(batch, row, bytes, words, to);
    batch.time[row] = this.#stamps.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.status[row] = status;
    batch.reply[row] = replyOfStatus(status);
    batch.traits[row] |= RequestTrait.proven;
    setRequestLine(batch, row, bytes, line, isPlain ? lineEnd : unescaped(bytes, line, lineEnd));
    const sizeAt = find(bytes, SPACE, statusAt, to) + 1;
    const sizeEnd = find(bytes, SPACE, sizeAt, to);
    const size = numberIn(bytes, sizeAt, sizeEnd);
    if (size >= 0) batch.bytes[row] = size > 0xfffffffe ? 0xfffffffe : size;
    else if (bytes[sizeAt] === DASH) batch.bytes[row] = 0;
    if (sizeEnd + 1 < to && bytes[sizeEnd + 1] === QUOTE) this.#client(bytes, sizeEnd + 2, to, batch, row, isPlain);
    batch.count = row + 1;
    return Line.used;
  }

  /** Reads source and site in front; returns where the source ends, −1 when there is none. */
  #source(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): number {
    const { address } = batch;
    const usual = v4Before(bytes, from, to, address, row * 8);
    if (usual > 0) return usual;
    const end = find(bytes, SPACE, from, to);
    if (bytes[end - 1] === COMMA) return this.#list(bytes, from, to, batch, row);
    // `203.0.113.10:80 192.0.2.7 - -`: a virtual host may be an address, and the client then stands behind it.
    const second = this.#list(bytes, end + 1, to, batch, row);
    if (second >= 0) setSite(batch, row, bytes, from, end);
    else if (clientInto(bytes, from, end, address, row * 8)) return end;
    return second;
  }

  /** One address, or several with commas between them. */
  #list(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): number {
    let end = find(bytes, SPACE, from, to);
    while (end > from && end < to && bytes[end - 1] === COMMA) end = find(bytes, SPACE, end + 1, to);
    return end > from && this.#forwarded.setFirst(batch, row, bytes, from, end) ? end : -1;
  }

  /** End of the stamp between the brackets that a quote follows; −1: there is none. */
  #stampBehind(bytes: Uint8Array, words: number, to: number): number {
    // the usual ` - - [`
    let open = bytes[words + 5] === OPEN ? words + 5 : find(bytes, OPEN, words, to);
    for (let tries = 0; tries < STAMPS_TRIED && open < to; tries += 1) {
      const end = this.#stamps.common(bytes, open + 1);
      if (end >= 0 && bytes[end] === CLOSE && bytes[end + 2] === QUOTE && end + 2 < to) return end;
      open = find(bytes, OPEN, open + 1, to);
    }
    return -1;
  }

  /** Referer, user agent, and whom the request was forwarded for. */
  #client(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number, isPlain: boolean): void {
    const refererEnd = isPlain ? find(bytes, QUOTE, from, to) : quoteEnd(bytes, from, to);
    const agent = refererEnd + 3;
    setReferer(batch, row, bytes, from, isPlain ? refererEnd : unescaped(bytes, from, refererEnd));
    if (agent > to || bytes[agent - 1] !== QUOTE) return;
    const agentEnd = isPlain ? Math.min(to, this.#quotes.next(agent)) : quoteEnd(bytes, agent, to);
    setAgent(batch, row, bytes, agent, isPlain ? agentEnd : unescaped(bytes, agent, agentEnd));
    if (agentEnd + 2 < to) this.#forward(bytes, agentEnd + 1, to, batch, row);
  }

  #forward(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
    for (let open = find(bytes, QUOTE, from, to); open < to; ) {
      const end = quoteEnd(bytes, open + 1, to);
      if (isList(bytes, open + 1, end)) {
        if (this.#forwarded.believes(batch, row)) this.#forwarded.set(batch, row, bytes, open + 1, end);
        else batch.traits[row] |= RequestTrait.hearsay;
        return;
      }
      open = find(bytes, QUOTE, end + 1, to);
    }
  }
}

function setSecondWord(batch: RequestBatch, row: number, bytes: Uint8Array, words: number, to: number): void {
  if (bytes[words + 1] === DASH || bytes[words + 1] === OPEN || batch.siteLength[row] > 0) return;
  setSite(batch, row, bytes, words + 1, find(bytes, SPACE, words + 1, to));
}

/** Three digits, 0 for `-`, −1 for anything else. */
function statusIn(bytes: Uint8Array, at: number, to: number): number {
  if (at + 3 <= to) {
    const hundreds = bytes[at] - 48;
    const tens = bytes[at + 1] - 48;
    const ones = bytes[at + 2] - 48;
    if (hundreds >= 0 && hundreds <= 9 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)
      return hundreds * 100 + tens * 10 + ones;
  }
  return at < to && isNothing(bytes, at, at + 1) && bytes[at + 1] === SPACE ? 0 : -1;
}

export const combined = lineInput({
  name: 'combined',
  about: 'Access log of Apache, Nginx and others: common, combined, and combined with the virtual host in front.',
  sample:
    '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
  parser: (context) => new Combined(context),
});
