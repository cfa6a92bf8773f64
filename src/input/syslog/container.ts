import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { find, standsAt } from '../field.ts';
import type { Input, ReaderContext, RecordInput } from '../input.ts';
import { parseObject, textAt } from '../json.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Carried } from './carried.ts';

/*
 * What programs in containers wrote, as the runtime keeps it: the envelope of a line in any format that is known.
 *
 *   docker = '{"log":' text ',"stream":"stdout","time":"' RFC3339 '"}'            Docker, "JSON File logging driver";
 *            in any order and with more, "attrs"; a text without a line end at its end goes on in the next line
 *   cri    = RFC3339 SP ("stdout" | "stderr") SP tags SP text                     Kubernetes, "CRI logging", kubelet-cri-logging;
 *            tags = ("F" | "P") *(":" tag)                                        P: the line goes on in the next
 *
 * What stands in a text is told by `Carried`. A file holds what one container wrote.
 */
const SPACE = 32;
const BRACE = 123;
const PARTIAL = 80;
const FULL = 70;
/** Bytes of a text that is put together of parts. */
const LONGEST = 1 << 16;
const decoder = new TextDecoder();

class Container implements LineParser {
  readonly #stamps: Stamps;
  readonly #stampBytes = new Uint8Array(64);
  readonly #carried: Carried;
  #record = 0;
  /** beginnings of texts of which the rest is in later lines, by stream */
  readonly #begun = new Map<string, string>();

  constructor(context: ReaderContext, inputs: () => readonly Input[]) {
    this.#stamps = new Stamps(context.dating);
    this.#carried = new Carried(context, inputs);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    this.#record = record;
    return bytes[from] === BRACE ? this.#docker(bytes, from, to, sheaf) : this.#cri(bytes, from, to, sheaf);
  }

  end(sheaf: Sheaf): void {
    this.#carried.end(sheaf);
  }

  #docker(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf): number {
    const value = parseObject(bytes, from, to);
    if (typeof value === 'number') return value;
    if (typeof value['log'] !== 'string' || typeof value['stream'] !== 'string') return Line.foreign;
    const stamp = textAt(value, 'time');
    this.#stampBytes.fill(0);
    for (let at = 0; at < Math.min(stamp.length, 40); at += 1) this.#stampBytes[at] = stamp.charCodeAt(at);
    if (this.#stamps.iso(this.#stampBytes, 0) < 0) return Weird['line-time-impossible'];
    return this.#part(value['log'], value['stream'], value['log'].endsWith('\n'), sheaf);
  }

  #cri(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf): number {
    const stream = this.#stamps.iso(bytes, from) + 1;
    const isNamed = stream > 0 && (standsAt(bytes, stream, to, 'stdout ') || standsAt(bytes, stream, to, 'stderr '));
    const tag = bytes[stream + 7];
    if (!isNamed || (tag !== FULL && tag !== PARTIAL)) return Line.foreign;
    const text = Math.min(to, find(bytes, SPACE, stream + 7, to) + 1);
    const name = bytes[stream + 3] === 111 ? 'stdout' : 'stderr';
    return this.#part(decoder.decode(bytes.subarray(text, to)), name, tag === FULL, sheaf);
  }

  /** Puts parts together; what is whole is read. */
  #part(text: string, stream: string, isWhole: boolean, sheaf: Sheaf): number {
    const whole = ((this.#begun.get(stream) ?? '') + text).slice(0, LONGEST);
    if (!isWhole) {
      this.#begun.set(stream, whole);
      return Line.used;
    }
    this.#begun.delete(stream);
    const said = whole.trimEnd();
    if (said === '') return Line.used;
    const { time } = this.#stamps;
    return this.#carried.text(said, { time, host: '', program: '', record: this.#record }, sheaf);
  }
}

const ENVELOPE = /^(?:\{"log":\s*"|\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP][ :])/;

/** @param inputs all formats, of which those of lines may stand in a container's log */
export const containerOver = (inputs: () => readonly Input[]): RecordInput =>
  lineInput({
    name: 'container',
    about: 'Logs of containers, Docker (json-file) and Kubernetes (CRI): lines of any format that is known.',
    sample:
      '{"log":"192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] \\"GET /admin HTTP/1.1\\" 404 153 \\"-\\" \\"curl/8.10.1\\"\\n","stream":"stdout","time":"2026-11-21T23:27:01.403127123Z"}',
    envelope: ENVELOPE,
    parser: (context) => new Container(context, inputs),
  });
