// Hot: `line` runs once a line.
import { beginRequest, replyOfStatus, Asked, RequestTrait, verbOf } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';

/*
 * The common and the combined log format, with or without the virtual host in front
 * (Apache mod_log_config, "Custom Log Formats"; Nginx ngx_http_log_module, `combined`).
 *
 *   line    = [site SP] address SP site-or-ident SP user SP "[" stamp "]" SP request SP status SP bytes [SP referer SP agent] [more]
 *   site    = host [":" port]
 *   request = DQUOTE [verb SP target [SP "HTTP/" digit "." digit]] DQUOTE      what a client sent, escaped with backslashes
 *   status  = 3DIGIT         bytes = number | "-"         referer, agent = DQUOTE text DQUOTE, "-" when absent
 */
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const DASH = 45;

class Combined implements LineParser {
  readonly #stamps: Stamps;
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const batch = sheaf.requests;
    const row = beginRequest(batch);
    const { address } = batch;
    let at = from;
    let end = find(bytes, SPACE, at, to);
    if (!addressInto(bytes, at, end, address, row * 8)) {
      setSite(batch, row, bytes, at, end);
      at = end + 1;
      end = find(bytes, SPACE, at, to);
      if (!addressInto(bytes, at, end, address, row * 8)) return Line.foreign;
    }
    const open = find(bytes, 91, end, to);
    const stampEnd = this.#stamps.common(bytes, open + 1);
    if (stampEnd < 0 || bytes[stampEnd] !== 93 || bytes[stampEnd + 2] !== QUOTE) return Line.foreign;
    batch.time[row] = this.#stamps.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    const line = stampEnd + 3;
    const lineEnd = quoteEnd(bytes, line, to);
    const statusAt = lineEnd + 2;
    const status = numberIn(bytes, statusAt, statusAt + 3);
    if (status < 0 || statusAt + 3 > to) return Line.foreign;
    batch.asked[row] = Asked.path;
    batch.status[row] = status;
    batch.reply[row] = replyOfStatus(status);
    this.#request(bytes, line, lineEnd, batch, row);
    const sizeEnd = find(bytes, SPACE, statusAt + 4, to);
    const size = numberIn(bytes, statusAt + 4, sizeEnd);
    if (size >= 0) batch.bytes[row] = size;
    else if (bytes[statusAt + 4] === DASH) batch.bytes[row] = 0;
    if (sizeEnd + 1 < to && bytes[sizeEnd + 1] === QUOTE) this.#client(bytes, sizeEnd + 2, to, batch, row);
    batch.traits[row] |= RequestTrait.proven;
    batch.count = row + 1;
    return Line.used;
  }

  /** verb, target and version of the request line. */
  #request(bytes: Uint8Array, from: number, to: number, batch: Sheaf['requests'], row: number): void {
    const verbEnd = find(bytes, SPACE, from, to);
    let targetEnd = to;
    // The last blank is the one before the version: targets in logs can hold blanks.
    if (to - from >= 8 && bytes[to - 9] === SPACE && bytes[to - 8] === 72 && bytes[to - 4] === 47) targetEnd = to - 9;
    else batch.traits[row] |= RequestTrait.brokenLine;
    if (verbEnd >= targetEnd) {
      batch.name[row] = from;
      batch.nameLength[row] = Math.min(0xffff, to - from);
      batch.traits[row] |= RequestTrait.brokenLine;
      return;
    }
    batch.verb[row] = verbOf(bytes, from, verbEnd);
    batch.name[row] = verbEnd + 1;
    batch.nameLength[row] = Math.min(0xffff, targetEnd - verbEnd - 1);
  }

  /** Referer and user agent. */
  #client(bytes: Uint8Array, referer: number, to: number, batch: Sheaf['requests'], row: number): void {
    const refererEnd = quoteEnd(bytes, referer, to);
    batch.traits[row] |= RequestTrait.refererTold;
    if (!(refererEnd - referer === 1 && bytes[referer] === DASH)) {
      batch.referer[row] = referer;
      batch.refererLength[row] = Math.min(0xffff, refererEnd - referer);
    }
    const agent = refererEnd + 3;
    if (bytes[agent - 1] !== QUOTE || agent > to) return;
    const agentEnd = quoteEnd(bytes, agent, to);
    batch.traits[row] |= RequestTrait.agentTold;
    if (agentEnd - agent === 1 && bytes[agent] === DASH) return;
    batch.agent[row] = agent;
    batch.agentLength[row] = Math.min(0xffff, agentEnd - agent);
  }
}

/** Place of the quote that ends a text; quotes after a backslash are part of it. `to` when there is none. */
function quoteEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, to);
}

function setSite(batch: Sheaf['requests'], row: number, bytes: Uint8Array, from: number, to: number): void {
  let end = to;
  let port = 0;
  let scale = 1;
  for (let at = to - 1; at > from && to - at < 7; at -= 1) {
    const digit = bytes[at] - 48;
    if (bytes[at] === 58) {
      end = at;
      break;
    }
    if (digit < 0 || digit > 9) break;
    port += digit * scale;
    scale *= 10;
  }
  if (end < to) batch.port[row] = port;
  batch.site[row] = from;
  batch.siteLength[row] = Math.min(0xffff, end - from);
}

export const combined = lineInput({
  name: 'combined',
  about: 'Access log of Apache, Nginx and others: common, combined, and combined with the virtual host in front.',
  sample:
    '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
  parser: (context) => new Combined(context),
});
