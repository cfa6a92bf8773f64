import type { Sheaf } from '../../record/sheaf.ts';
import { latinText } from '../../record/latin.ts';
import { find } from '../field.ts';
import type { Input, ReaderContext, RecordInput } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Shipments } from './shipments.ts';

/*
 * Lines of which a collector put the time and where they come from in front:
 *
 *   fluentd = RFC3339 TAB tag TAB object               Fluentd, "out_file", format `out_file`, its default
 *   logcli  = RFC3339 SP "{" labels "}" SP+ text       Grafana Loki, "LogCLI", output mode `default`
 *   labels  = [name "=" DQUOTE value DQUOTE *("," [SP] name "=" DQUOTE value DQUOTE)]
 *
 * Both become the object that a shipper would have sent, and are read as one.
 */
const TAB = 9;
const SPACE = 32;
const BRACE = 123;
const CLOSE = '"} ';
const NO_LABELS = '{} ';
const decoder = new TextDecoder();
const encoder = new TextEncoder();

class Tagged implements LineParser {
  readonly #stamps: Stamps;
  readonly #shipments: Shipments;

  constructor(context: ReaderContext, inputs: () => readonly Input[]) {
    this.#stamps = new Stamps(context.dating);
    this.#shipments = new Shipments(context, inputs);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const stampEnd = this.#stamps.iso(bytes, from);
    if (stampEnd < 0 || stampEnd >= to) return Line.foreign;
    const stamp = latinText(bytes, from, stampEnd);
    const object =
      bytes[stampEnd] === TAB ? fluentd(bytes, stampEnd + 1, to, stamp) : logcli(bytes, stampEnd, to, stamp);
    if (object === undefined) return Line.foreign;
    const line = encoder.encode(object);
    return this.#shipments.line(line, 0, line.length, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#shipments.end(sheaf);
  }
}

/** The record with the time in it, unless it has one. */
function fluentd(bytes: Uint8Array, from: number, to: number, stamp: string): string | undefined {
  const object = find(bytes, TAB, from, to) + 1;
  if (object >= to || bytes[object] !== BRACE) return undefined;
  const members = decoder.decode(bytes.subarray(object + 1, to)).trimStart();
  return members.startsWith('}') ? undefined : `{"time":${JSON.stringify(stamp)},${members}`;
}

function logcli(bytes: Uint8Array, from: number, to: number, stamp: string): string | undefined {
  if (bytes[from] !== SPACE || bytes[from + 1] !== BRACE) return undefined;
  const text = decoder.decode(bytes.subarray(from + 1, to));
  const end = text.startsWith(NO_LABELS) ? NO_LABELS.length : text.indexOf(CLOSE) + CLOSE.length;
  if (end < NO_LABELS.length) return undefined;
  const host = /[{ ,](?:host|hostname|instance|node_name)="([^"]*)"/.exec(text.slice(0, end))?.[1] ?? '';
  return JSON.stringify({ time: stamp, host, message: text.slice(end).trimStart() });
}

/** @param inputs all formats, of which those of lines may stand behind the tag */
export const taggedOver = (inputs: () => readonly Input[]): RecordInput =>
  lineInput({
    name: 'tagged',
    about: 'Files of Fluentd and output of LogCLI: lines or objects of any format behind a time and a tag or labels.',
    sample:
      '2026-11-21T23:27:01+00:00\tnginx.access\t{"message":"192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] \\"GET /admin HTTP/1.1\\" 404 153 \\"-\\" \\"curl/8.10.1\\""}',
    envelope: /^\d{4}-\d\d-\d\dT[\d:.,Z+-]+(?:\t[\w.-]+\t\{"| \{(?:\w+=".*")?\} )/,
    parser: (context) => new Tagged(context, inputs),
  });
