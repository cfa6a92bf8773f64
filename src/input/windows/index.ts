import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { logon } from '../auth/windows-logon.ts';
import type { ByteSource, ReaderContext, RecordInput } from '../input.ts';
import { type JsonParser, jsonLinesInput } from '../json.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import type { JsonObject } from '../json.ts';
import { Stamps } from '../stamp.ts';
import { eventOfJson, eventOfXml, type WindowsEvent } from './event.ts';

/** Reads one kind of events. */
export interface EventReader {
  /**
   * Appends what the event says.
   *
   * @param time µs since 1970
   * @returns Line.used; Line.foreign when it is none of this kind
   */
  read(event: WindowsEvent, time: number, sheaf: Sheaf, record: number): number;
}

/** A kind of events. */
export type EventKind = (context: ReaderContext) => EventReader;

/** Every kind of events that is read. Add one: one import, one line. */
const kinds: readonly EventKind[] = [logon];

const encoder = new TextEncoder();

class Events {
  readonly #readers: readonly EventReader[];
  readonly #stamps: Stamps;
  readonly #stamp = new Uint8Array(48);

  constructor(context: ReaderContext) {
    this.#readers = kinds.map((kind) => kind(context));
    this.#stamps = new Stamps(context.dating);
  }

  read(event: WindowsEvent, sheaf: Sheaf, record: number): number {
    this.#stamp.fill(0);
    encoder.encodeInto(event.time, this.#stamp);
    if (this.#stamps.iso(this.#stamp, 0) < 0) return Weird['line-time-impossible'];
    for (const reader of this.#readers) {
      const said = reader.read(event, this.#stamps.time, sheaf, record);
      if (said !== Line.foreign) return said;
    }
    return Weird['line-of-another-program'];
  }
}

class JsonEvents implements JsonParser {
  readonly #events: Events;

  constructor(context: ReaderContext) {
    this.#events = new Events(context);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const event = eventOfJson(value);
    return event === undefined ? Line.foreign : this.#events.read(event, sheaf, record);
  }
}

export const windowsJson = jsonLinesInput({
  name: 'windows-json',
  about: 'events of Windows as JSON lines (Winlogbeat, NXLog, evtx_dump, Wazuh, Vector): logins, remote desktop',
  sample:
    '{"@timestamp":"2026-11-21T23:28:03.123Z","winlog":{"event_id":4625,"provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"dc1","event_data":{"TargetUserName":"admin","Status":"0xc000006d","SubStatus":"0xc000006a","LogonType":"3","IpAddress":"192.0.2.7","IpPort":"50123"}}}',
  parser: (context) => new JsonEvents(context),
});

class XmlEvents implements LineParser {
  readonly #events: Events;

  constructor(context: ReaderContext) {
    this.#events = new Events(context);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const event = eventOfXml(bytes, from, to);
    if (event !== undefined) return this.#events.read(event, sheaf, record);
    let at = from;
    while (at < to && bytes[at] <= 32) at += 1;
    // The end of the list, and the blanks behind it.
    return at === to || (bytes[at] === 60 && bytes[at + 1] === 47) ? Line.used : Line.foreign;
  }
}

const xmlLines = lineInput({
  name: 'windows-xml',
  about: 'events of Windows as XML (wevtutil, Event Viewer): logins, remote desktop',
  sample:
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4625</EventID><TimeCreated SystemTime="2026-11-21T23:28:03.1234567Z"/><Computer>dc1</Computer></System><EventData><Data Name="TargetUserName">admin</Data><Data Name="Status">0xc000006d</Data><Data Name="SubStatus">0xc0000064</Data><Data Name="IpAddress">192.0.2.7</Data></EventData></Event>',
  parser: (context) => new XmlEvents(context),
});

const END = encoder.encode('</Event>');
const LF = 10;
const CR = 13;
const SPACE = 32;

/** Makes one line of each event, whatever lines the file has: line ends become blanks, and the `>` of `</Event>` a line end. */
class EventLines implements ByteSource {
  readonly #source: ByteSource;
  /** bytes of `</Event>` that stand before what is read next */
  #matched = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get name(): string {
    return this.#source.name;
  }

  get size(): number | undefined {
    return this.#source.size;
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  get trouble(): ByteSource['trouble'] {
    return this.#source.trouble;
  }

  read(into: Uint8Array): number | Promise<number> {
    const length = this.#source.read(into);
    return typeof length === 'number' ? this.#split(into, length) : length.then((read) => this.#split(into, read));
  }

  close(): void {
    this.#source.close();
  }

  #split(bytes: Uint8Array, length: number): number {
    let matched = this.#matched;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[at];
      if (byte === END[matched]) matched += 1;
      else matched = byte === END[0] ? 1 : 0;
      if (byte === LF || byte === CR) bytes[at] = SPACE;
      else if (matched === END.length) {
        bytes[at] = LF;
        matched = 0;
      }
    }
    this.#matched = matched;
    return length;
  }
}

export const windowsXml: RecordInput = {
  ...xmlLines,
  recognise: (head, name, context) => {
    if (head.indexOf(60) > 512) return 0;
    const split = new EventLines({ ...NOTHING, read: (into) => (into.set(head), head.length) });
    const bytes = new Uint8Array(head.length);
    split.read(bytes);
    return xmlLines.recognise(bytes, name, context);
  },
  open: (source, context) => xmlLines.open(new EventLines(source), context) as ReturnType<RecordInput['open']>,
};

/** A source without bytes. */
const NOTHING: ByteSource = {
  name: '',
  size: undefined,
  consumed: 0,
  trouble: undefined,
  read: () => 0,
  close: () => {},
};
