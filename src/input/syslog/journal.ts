import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { type JsonParser, numberAt, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { Unwrapped } from './dialect.ts';
import { readPut } from './put.ts';
import { Readers } from './readers.ts';

/*
 * Entries of the journal (systemd.journal-fields(7)), as `journalctl -o json` has them: one object an entry.
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
/** Reads entries by the names of their fields. */
export class Journal implements JsonParser {
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
