import { latinText } from '../../record/latin.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, parseObject, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { Wanted } from '../wanted.ts';
import { fieldsOfMessage } from './message.ts';

/** An event of Windows, whatever it was exported by. */
export interface WindowsEvent {
  /** number of the event, such as 4625 */
  readonly id: number;
  /** provider or channel, such as `Microsoft-Windows-Security-Auditing`; '' when it is not told */
  readonly provider: string;
  /** the time as it is written: RFC 3339, or without a zone */
  readonly time: string;
  /** the host that wrote it */
  readonly computer: string;
  /** fields by name, such as `IpAddress` */
  readonly data: ReadonlyMap<string, string>;
}

type Path = readonly string[];

/*
 * Shapes of one event as JSON (each by its own exporter's documentation).
 *
 *   Winlogbeat, Elastic Agent   {"@timestamp", "winlog": {"event_id", "provider_name", "computer_name", "event_data": {…}}}
 *   NXLog, Splunk, Mordor       {"EventTime", "EventID", "SourceName", "Hostname", …fields}
 *   Azure Monitor               {"TimeGenerated", "EventID", "EventSourceName", "Computer", …fields}      table SecurityEvent
 *   evtx_dump                   {"Event": {"System": {"EventID" | {"#text"}, "TimeCreated": {"#attributes": {"SystemTime"}}, …}, "EventData": {…}}}
 *   Wazuh                       {"win": {"system": {"eventID", "systemTime", …}, "eventdata": {…}}}
 *   Get-WinEvent                {"Id", "ProviderName", "MachineName", "TimeCreated": RFC 3339 | "/Date(" ms ")/", "Message"}      ConvertTo-Json
 *   Vector, others              {"EventID" | "event_id", "TimeCreated" | "timestamp", "Computer", "EventData" | "event_data": {…}}
 */
const IDS: readonly Path[] = [
  ['winlog', 'event_id'],
  ['EventID'],
  ['Event', 'System', 'EventID'],
  ['Event', 'System', 'EventID', '#text'],
  ['data', 'win', 'system', 'eventID'],
  ['win', 'system', 'eventID'],
  ['event_id'],
  ['EventId'],
  ['System', 'EventID'],
];
const PROVIDERS: readonly Path[] = [
  ['winlog', 'provider_name'],
  ['SourceName'],
  ['EventSourceName'],
  ['Event', 'System', 'Provider', '#attributes', 'Name'],
  ['Event', 'System', 'Provider', '@Name'],
  ['data', 'win', 'system', 'providerName'],
  ['win', 'system', 'providerName'],
  ['provider_name'],
  ['ProviderName'],
  ['Provider'],
  ['Channel'],
];
const TIMES: readonly Path[] = [
  ['Event', 'System', 'TimeCreated', '#attributes', 'SystemTime'],
  ['Event', 'System', 'TimeCreated', '@SystemTime'],
  ['data', 'win', 'system', 'systemTime'],
  ['win', 'system', 'systemTime'],
  ['@timestamp'],
  ['EventTime'],
  ['TimeGenerated'],
  ['TimeCreated'],
  ['time_created'],
  ['timestamp'],
];
const COMPUTERS: readonly Path[] = [
  ['winlog', 'computer_name'],
  ['Hostname'],
  ['Computer'],
  ['Event', 'System', 'Computer'],
  ['data', 'win', 'system', 'computer'],
  ['win', 'system', 'computer'],
  ['computer'],
];
/** Of what Get-WinEvent gives; the number is an event's only beside these names. */
const POWERSHELL = ['Id', 'MachineName', 'Message'] as const;
const DATE = /^\/Date\((\d{1,15})\)\/$/;
const DATA: readonly Path[] = [
  ['winlog', 'event_data'],
  ['winlog', 'user_data'],
  ['Event', 'EventData'],
  ['Event', 'UserData', 'EventInfo'],
  ['data', 'win', 'eventdata'],
  ['win', 'eventdata'],
  ['EventData'],
  ['event_data'],
];

/** Fields that the readers of events ask for, in one of the two ways in which exporters write them. */
const FIELDS = [
  'UtcTime ProcessId ProcessID NewProcessId Image NewProcessName Application CommandLine User SubjectUserName',
  'ParentImage ParentProcessId ParentProcessName Protocol Initiated Direction SourceIp SourcePort DestinationIp DestinationPort',
  'SourceAddress DestAddress DestPort TargetUserName IpAddress Username ServiceName AccountName ClientAddress',
  'Param1 Param3 Address ClientIP IPString Status SubStatus',
].flatMap((names) => names.split(' ').flatMap((name) => [name, name.charAt(0).toLowerCase() + name.slice(1)]));
const LIST = 'Data';

/** What is read of an event. */
const WANTED = new Wanted([
  ...POWERSHELL.map((name) => [name]),
  ...IDS,
  ...PROVIDERS,
  ...TIMES,
  ...COMPUTERS,
  ...[[], ...DATA].flatMap((path) => [LIST, ...FIELDS].map((name) => [...path, name])),
]);

/** How a field is called, whichever way it is written. */
const NAMES = new Map(FIELDS.map((name) => [name, name.charAt(0).toUpperCase() + name.slice(1)]));

const firstText = (value: JsonObject, paths: readonly Path[]): string => {
  for (const path of paths) {
    const text = textAt(value, ...path);
    if (text !== '') return text;
  }
  return '';
};

/** The event that bytes[from … to) hold as an object; a number: what they are instead. */
export function eventOfJson(bytes: Uint8Array, from: number, to: number): WindowsEvent | number {
  const value = parseObject(bytes, from, to, WANTED);
  return typeof value === 'number' ? value : (eventOf(value) ?? Line.foreign);
}

/** The event that an object is; undefined when it is none. */
function eventOf(value: JsonObject): WindowsEvent | undefined {
  const [number, machine, message] = POWERSHELL.map((name) => textAt(value, name));
  const id = Number(firstText(value, IDS) || (machine === '' ? '' : number) || Number.NaN);
  const time = firstText(value, TIMES).replace(DATE, (_, ms: string) => new Date(Number(ms)).toISOString());
  const provider = firstText(value, PROVIDERS);
  const computer = firstText(value, COMPUTERS) || machine;
  if (!Number.isInteger(id) || time === '' || (provider === '' && computer === '')) return undefined;
  const within = DATA.map((path) => pick(value, ...path)).find(isObject);
  const isText = within === undefined && machine !== '';
  return { id, provider, time, computer, data: isText ? fieldsOfMessage(message) : fieldsOf(within ?? value) };
}

/** `{"IpAddress": "…"}`, or `{"Data": [{"@Name" | "#attributes": {"Name"}, "#text"}]}`. Wazuh writes `ipAddress`. */
function fieldsOf(value: JsonObject): Map<string, string> {
  const fields = new Map<string, string>();
  const list = pick(value, LIST);
  for (const item of Array.isArray(list) ? (list as readonly Json[]) : []) {
    const name = textAt(item, '@Name') || textAt(item, '#attributes', 'Name') || textAt(item, 'Name');
    if (name !== '') fields.set(name, textAt(item, '#text') || textAt(item, 'Value'));
  }
  for (const key of Object.keys(value)) {
    const text = typeof value[key] === 'boolean' ? String(value[key]) : textAt(value, key);
    if (text !== '') fields.set(NAMES.get(key) ?? key, text);
  }
  return fields;
}

/*
 * One event as XML (Microsoft Learn, "Event Schema"; wevtutil(1) /f:xml, Event Viewer "Save as XML"). Elements without
 * children are fields, by their attribute `Name`, or else by their own name.
 *
 *   event = "<Event" … ">" "<System>" "<Provider Name=" … "/>" "<EventID" … ">" id "</EventID>" … "<TimeCreated SystemTime=" … "/>" … "<Computer>" … "</System>"
 *           ("<EventData>" *("<Data Name=" quoted ">" text "</Data>") "</EventData>" | "<UserData>" … "</UserData>") …
 */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const decoded = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(#x?[0-9a-fA-F]{1,6}|[a-z]{2,4});/g, (all, name: string) => {
        if (!name.startsWith('#')) return ENTITIES.get(name) ?? all;
        const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
        return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : all;
      })
    : text;

/** The event of bytes[from … to), of which only one is looked at; undefined when it is none. */
export function eventOfXml(bytes: Uint8Array, from: number, to: number): WindowsEvent | undefined {
  const text = latinText(bytes, from, to);
  const start = text.search(/<Event[ >]/);
  const system = text.indexOf('<System', Math.max(0, start));
  if (start < 0 || system < 0) return undefined;
  const fields = elementsOf(text, system);
  const id = Number(fields.get('EventID') ?? Number.NaN);
  const time = attributeOf(text, '<TimeCreated', 'SystemTime', system);
  if (!Number.isInteger(id) || time === '') return undefined;
  const provider = attributeOf(text, '<Provider', 'Name', system);
  return { id, provider, time, computer: fields.get('Computer') ?? '', data: fields };
}

/** Names and texts of the elements that hold nothing but text. */
function elementsOf(text: string, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = text.indexOf('<', from); at >= 0; ) {
    const close = text.indexOf('>', at);
    if (close < 0) break;
    // a tag begins with the last sign before its end: of many in a row none is looked at twice
    const open = text.lastIndexOf('<', close);
    const next = text.indexOf('<', close);
    if (next < 0) break;
    at = next;
    const isLeaf = text[open + 1] !== '/' && text[close - 1] !== '/' && text[next + 1] === '/';
    if (!isLeaf) continue;
    const tag = text.slice(open + 1, close);
    const name = quotedAfter(tag, 'Name=') || (tag.split(' ', 1)[0] ?? '');
    fields.set(name, decoded(text.slice(close + 1, next)));
  }
  return fields;
}

function attributeOf(text: string, tag: string, name: string, from: number): string {
  const at = text.indexOf(tag, from);
  const close = at < 0 ? -1 : text.indexOf('>', at);
  return close < 0 ? '' : quotedAfter(text.slice(at, close), `${name}=`);
}

/** The quoted text behind a word, in either kind of quotes. */
function quotedAfter(text: string, word: string): string {
  const at = text.indexOf(word);
  if (at < 0) return '';
  const quote = text[at + word.length];
  const end = text.indexOf(quote, at + word.length + 1);
  return end < 0 || (quote !== '"' && quote !== "'") ? '' : decoded(text.slice(at + word.length + 1, end));
}

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
