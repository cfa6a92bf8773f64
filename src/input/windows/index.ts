import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { logon } from '../auth/windows-logon.ts';
import { Passing } from '../carry/passing.ts';
import { type DocumentFormat, documentInput } from '../documents.ts';
import type { ByteSource, ReaderContext, RecordInput } from '../input.ts';
import { Line, type LineFormat, type LineParser, lineInput } from '../lines.ts';
import { processes } from '../process/windows.ts';
import { Stamps } from '../stamp.ts';
import { asciiInto } from '../texts.ts';
import { type EventKind, type EventReader, eventOfJson, eventOfXml, type WindowsEvent } from './event.ts';

/** Every kind of events that is read. Add one: one import, one line. */
const kinds: readonly EventKind[] = [logon, processes];

const encoder = new TextEncoder();
const BRACE = 123;

class Events {
  readonly #readers: readonly EventReader[];
  readonly #stamps: Stamps;
  readonly #stamp = new Uint8Array(48);

  constructor(context: ReaderContext) {
    this.#readers = kinds.map((kind) => kind(context));
    this.#stamps = new Stamps(context.dating);
  }

  read(event: WindowsEvent, sheaf: Sheaf, record: number): number {
    asciiInto(this.#stamp, event.time);
    if (this.#stamps.iso(this.#stamp, 0) < 0) return Weird['line-time-impossible'];
    for (const reader of this.#readers) {
      const said = reader.read(event, this.#stamps.time, sheaf, record);
      if (said !== Line.foreign) return said;
    }
    return Weird['line-of-another-program'];
  }
}

type EventOf = (bytes: Uint8Array, from: number, to: number) => WindowsEvent | number;

/** Reads events by what finds one in bytes: the event, or what the bytes are instead. */
class EventParser implements LineParser {
  readonly #events: Events;
  readonly #eventOf: EventOf;

  constructor(context: ReaderContext, eventOf: EventOf) {
    this.#events = new Events(context);
    this.#eventOf = eventOf;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const event = this.#eventOf(bytes, from, to);
    return typeof event === 'number' ? event : this.#events.read(event, sheaf, record);
  }
}

/** Takes every event, for recognising: most of them concern nothing that is read here. */
const anyEvent = (eventOf: EventOf): LineParser => ({
  line(bytes, from, to) {
    const event = eventOf(bytes, from, to);
    return typeof event === 'number' ? event : Line.used;
  },
});

const ofJson: EventOf = eventOfJson;

const ABOUT = 'logins, remote desktop, Sysmon, processes and their connections.';

const jsonFormat: DocumentFormat = {
  name: 'windows-json',
  about: `Events of Windows as lines of JSON (Winlogbeat, NXLog, evtx_dump, Wazuh, Vector): ${ABOUT}`,
  sample:
    '{"@timestamp":"2026-11-21T23:28:03.123Z","winlog":{"event_id":4625,"provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"dc1","event_data":{"TargetUserName":"admin","Status":"0xc000006d","SubStatus":"0xc000006a","LogonType":"3","IpAddress":"192.0.2.7","IpPort":"50123"}}}',
  arrays: [],
  elements: 'objects',
  parser: (context) => new EventParser(context, ofJson),
};

/** A line that does not begin an object costs no look into it. */
const ofJsonLine: EventOf = (bytes, from, to) => (bytes[from] === BRACE ? ofJson(bytes, from, to) : Line.foreign);

const anyLine = lineInput({ ...jsonFormat, parser: () => anyEvent(ofJsonLine) });

export const windowsJson: RecordInput = {
  ...lineInput({ ...jsonFormat, parser: (context) => new EventParser(context, ofJsonLine) }),
  recognise: (head, name, context) => anyLine.recognise(head, name, context),
};

const anyJson = documentInput({ ...jsonFormat, parser: () => anyEvent(ofJson) });

/** A little less sure than of lines, whose damage stays within a line; and of XML than of lines of a program that hold it. */
const LESS = 0.99;

export const windowsDocument: RecordInput = {
  ...documentInput({
    ...jsonFormat,
    name: 'windows-document',
    about: `Events of Windows as one JSON document or objects over many lines (evtx_dump, Get-WinEvent): ${ABOUT}`,
    sample:
      '[{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":3,"TimeCreated":{"#attributes":{"SystemTime":"2026-11-21T23:28:03.123456Z"}},"Computer":"pc7"},"EventData":{"UtcTime":"2026-11-21 23:28:03.120","ProcessId":4711,"Image":"C:\\\\Windows\\\\System32\\\\svchost.exe","Protocol":"tcp","Initiated":true,"SourceIp":"198.51.100.7","SourcePort":50123,"DestinationIp":"192.0.2.9","DestinationPort":443}}}]',
  }),
  recognise: (head, name, context) => LESS * anyJson.recognise(head, name, context),
};

const ofXml: EventOf = (bytes, from, to) => {
  const event = eventOfXml(bytes, from, to);
  if (event !== undefined) return event;
  let at = from;
  while (at < to && bytes[at] <= 32) at += 1;
  // The end of the list, and the blanks behind it.
  return at === to || (bytes[at] === 60 && bytes[at + 1] === 47) ? Line.used : Line.foreign;
};

const xmlFormat: LineFormat = {
  name: 'windows-xml',
  about: `Events of Windows as XML (wevtutil, Event Viewer): ${ABOUT}`,
  sample:
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4625</EventID><TimeCreated SystemTime="2026-11-21T23:28:03.1234567Z"/><Computer>dc1</Computer></System><EventData><Data Name="TargetUserName">admin</Data><Data Name="Status">0xc000006d</Data><Data Name="SubStatus">0xc0000064</Data><Data Name="IpAddress">192.0.2.7</Data></EventData></Event>',
  parser: (context) => new EventParser(context, ofXml),
};

const xmlLines = lineInput(xmlFormat);
const anyXml = lineInput({ ...xmlFormat, parser: () => anyEvent(ofXml) });

const END = encoder.encode('</Event>');
const LF = 10;
const CR = 13;
const SPACE = 32;

/** Makes one line of each event, whatever lines the file has: line ends become blanks, and the `>` of `</Event>` a line end. */
class EventLines extends Passing {
  /** bytes of `</Event>` that stand before what is read next */
  #matched = 0;

  read(into: Uint8Array): number | Promise<number> {
    const length = this.source.read(into);
    return typeof length === 'number' ? this.#split(into, length) : length.then((read) => this.#split(into, read));
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
    // At hand: a number, no promise.
    void split.read(bytes);
    return LESS * anyXml.recognise(bytes, name, context);
  },
  open: (source, context) => xmlLines.open(new EventLines(source), context),
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
