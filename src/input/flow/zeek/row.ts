// Hot: every row of a log is split here.
import type { Sheaf } from '../../../record/sheaf.ts';
import { addressInto, numberIn } from '../../field.ts';

/** One kind of Zeek's logs. */
export interface ZeekLog {
  /** as `#path` and `_path` call it */
  readonly path: string;
  /** fields that are read; the first are those of ENDS. What a log lacks is unset. */
  readonly fields: readonly string[];
  /** fields of which one at least is in every such log, and in no other of those read here */
  readonly own: readonly string[];
  /** Appends what a row says; returns one of Line, or the Weird that it is. */
  read(row: ZeekRow, sheaf: Sheaf): number;
}

/** When and between whom: the first fields of every log that is read. */
export const ENDS = ['ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'] as const;
/** Places of ENDS. */
const Field = { sourceHost: 1, sourcePort: 2, targetHost: 3, targetPort: 4 } as const;

const FIELDS = 32;

/** A row: where its fields stand. A field that is unset, empty or not in the log is of no length. */
export class ZeekRow {
  bytes: Uint8Array = new Uint8Array(0);
  /** µs since 1970 */
  time = 0;
  input = 0;
  record = 0;
  /** by place in `fields` of the log */
  readonly from = new Int32Array(FIELDS);
  readonly to = new Int32Array(FIELDS);
  /** the log has such a field */
  readonly told = new Uint8Array(FIELDS);

  clear(): void {
    this.from.fill(0);
    this.to.fill(0);
    this.told.fill(0);
  }

  length(field: number): number {
    return this.to[field] - this.from[field];
  }

  /** A number without fraction; −1: unset, or none. */
  number(field: number): number {
    return numberIn(this.bytes, this.from[field], this.to[field]);
  }

  isTrue(field: number): boolean {
    return this.bytes[this.from[field]] === 84 && this.length(field) === 1;
  }

  isFalse(field: number): boolean {
    return this.bytes[this.from[field]] === 70 && this.length(field) === 1;
  }

  /** Writes originator and responder into eight words; false when one of them is no address. */
  ends(words: Uint32Array, at: number): boolean {
    const { bytes, from, to } = this;
    return (
      addressInto(bytes, from[Field.sourceHost], to[Field.sourceHost], words, at) &&
      addressInto(bytes, from[Field.targetHost], to[Field.targetHost], words, at + 4)
    );
  }

  /** Port of the originator (of ICMP: the type); 0 when it is not told; −1: impossible. */
  get sourcePort(): number {
    return this.#port(Field.sourcePort);
  }

  /** Port of the responder (of ICMP: the code); 0 when it is not told; −1: impossible. */
  get targetPort(): number {
    return this.#port(Field.targetPort);
  }

  #port(field: number): number {
    if (this.from[field] === this.to[field]) return 0;
    const port = this.number(field);
    return port > 0xffff ? -1 : port;
  }
}
