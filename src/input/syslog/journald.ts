import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext, RecordInput } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput, numberAt, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { Unwrapped } from './dialect.ts';
import { readPut } from './put.ts';
import { Readers } from './readers.ts';

/*
 * What `journalctl -o json` prints (systemd.journal-fields(7), journalctl(1) "json"): one object an entry.
 *
 *   __REALTIME_TIMESTAMP   µs since 1970 when the journal took it; _SOURCE_REALTIME_TIMESTAMP: when it was written
 *   MESSAGE                text; an array of bytes where they are not UTF-8; null where it is too long
 *   SYSLOG_IDENTIFIER      the program; else _COMM
 *   _HOSTNAME
 *
 * Vector's source "journald" calls the message `message` and the host `host`.
 *
 * A field that came several times is an array. The message is handed to the dialects of syslog.
 */
class Journald implements JsonParser {
  readonly #readers: Readers;
  readonly #entry = new Unwrapped();

  constructor(context: ReaderContext) {
    this.#readers = new Readers(context);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const received = numberAt(value, '__REALTIME_TIMESTAMP');
    if (Number.isNaN(received)) return Line.foreign;
    const written = numberAt(value, '_SOURCE_REALTIME_TIMESTAMP');
    const message = textOf(pick(value, 'MESSAGE') ?? pick(value, 'message'));
    if (message === '') return Line.used;
    const entry = this.#entry;
    entry.time = written > 0 ? written : received;
    if (!(entry.time >= 0 && entry.time < Number.MAX_SAFE_INTEGER)) return Weird['line-time-impossible'];
    entry.record = record;
    entry.program = textAt(value, 'SYSLOG_IDENTIFIER') || textAt(value, '_COMM');
    return readPut(this.#readers, entry, textAt(value, '_HOSTNAME') || textAt(value, 'host'), message, sheaf);
  }

  end(sheaf: Sheaf): void {
    this.#readers.end(sheaf);
  }
}

/** A text, or bytes as an array. A line break within a message ends what is read of it. */
function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return firstLine(value);
  if (!Array.isArray(value) || !value.every((byte) => typeof byte === 'number' && byte >= 0 && byte < 256)) return '';
  return firstLine(new TextDecoder().decode(Uint8Array.from(value as number[])));
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

const input = jsonLinesInput({
  name: 'journald',
  about: 'The journal of systemd, as journalctl -o json prints it: what programs wrote, by the dialects of syslog.',
  sample:
    '{"__REALTIME_TIMESTAMP":"1795303664123456","_HOSTNAME":"fw","SYSLOG_IDENTIFIER":"kernel","_TRANSPORT":"kernel","MESSAGE":"[UFW BLOCK] IN=eth0 OUT= MAC=02:00:5e:10:00:17:8e:2d:45:9e:b1:1d:08:00 SRC=192.0.2.77 DST=198.51.100.22 LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=39682 DPT=8080 WINDOW=65535 RES=0x00 SYN URGP=0"}',
  parser: (context) => new Journald(context),
});

const decoder = new TextDecoder();

/** Known by its names, not by what its programs wrote: of those most concern no scan. */
export const journald: RecordInput = {
  ...input,
  recognise(head) {
    const end = head.indexOf(10);
    const first = decoder.decode(head.subarray(0, end < 0 ? head.length : end));
    return first.startsWith('{') && first.includes('"__REALTIME_TIMESTAMP"') ? 0.97 : 0;
  },
};
