// Hot: `line` runs once a line.
import { Asked, beginRequest, replyOfStatus, RequestTrait, verbOf } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';

/*
 * Squid's native access log (Squid, "LogFormat", `squid`):
 *
 *   line   = seconds "." ms 1*SP elapsed SP client SP code "/" status SP bytes SP verb SP url SP user SP hierarchy "/" peer SP type
 *   url    = absolute, or host ":" port after CONNECT
 *
 * The client asked the proxy for what is elsewhere: the target stays absolute, as it was sent.
 */
const SPACE = 32;
const SLASH = 47;

class Squid implements LineParser {
  readonly #stamps: Stamps;
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, { requests: batch }: Sheaf, record: number): number {
    const stampEnd = this.#stamps.epoch(bytes, from);
    if (stampEnd - from !== 14 || bytes[from + 10] !== 46 || stampEnd >= to) return Line.foreign;
    const row = beginRequest(batch);
    const elapsed = wordAt(bytes, stampEnd, to);
    const client = wordAt(bytes, find(bytes, SPACE, elapsed, to), to);
    const code = find(bytes, SPACE, client, to) + 1;
    if (code >= to || !addressInto(bytes, client, code - 1, batch.address, row * 8)) return Line.foreign;
    const size = find(bytes, SPACE, code, to) + 1;
    const slash = find(bytes, SLASH, code, size);
    const status = numberIn(bytes, slash + 1, size - 1);
    const verb = find(bytes, SPACE, size, to) + 1;
    const url = find(bytes, SPACE, verb, to) + 1;
    if (status < 0 || url >= to) return Line.foreign;
    const urlEnd = find(bytes, SPACE, url, to);
    const length = numberIn(bytes, size, verb - 1);
    if (length >= 0) batch.bytes[row] = Math.min(length, 0xfffffffe);
    batch.time[row] = this.#stamps.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.status[row] = status;
    batch.reply[row] = replyOfStatus(status);
    batch.asked[row] = Asked.path;
    batch.verb[row] = verbOf(bytes, verb, url - 1);
    batch.name[row] = url;
    batch.nameLength[row] = Math.min(0xffff, urlEnd - url);
    batch.traits[row] = RequestTrait.proven;
    batch.count = row + 1;
    return Line.used;
  }
}

/** Where the next word begins; numbers in front are padded with blanks. */
function wordAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === SPACE) at += 1;
  return at;
}

export const squid = lineInput({
  name: 'squid',
  about: 'Native access log of the Squid proxy.',
  sample:
    '1795303621.403      4 192.0.2.7 TCP_DENIED/403 4099 GET http://www.example.org/admin - HIER_NONE/- text/html',
  parser: (context) => new Squid(context),
});
