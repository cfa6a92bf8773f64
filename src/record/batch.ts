/**
 * A batch is a few thousand records of one kind, held as columns: one typed array a field, row after row.
 * The arrays are made once and overwritten for every batch. Whoever reads a batch copies what it keeps.
 *
 * All columns of a batch are views of one buffer, so that a batch can live in shared memory and be
 * filled by one thread and read by another without being copied.
 */

/** The number type of a column. */
type Cell = 'f64' | 'u32' | 'i32' | 'u16' | 'u8';

/** Column name → [number type, cells per row]. Rows of a column with several cells are interleaved. */
export type Schema = Readonly<Record<string, readonly [Cell, number]>>;

type ArrayOf<C extends Cell> = C extends 'f64'
  ? Float64Array
  : C extends 'u32'
    ? Uint32Array
    : C extends 'i32'
      ? Int32Array
      : C extends 'u16'
        ? Uint16Array
        : Uint8Array;

/** The columns that a schema describes. */
export type Columns<S extends Schema> = { readonly [K in keyof S]: ArrayOf<S[K][0]> };

/** What every batch has, whatever its kind. */
export type Batch<S extends Schema> = Columns<S> & {
  /** How many rows the columns can hold. */
  readonly capacity: number;
  /** Numbers about the whole batch that must cross threads with it; `head[0]` is the count of valid rows. */
  readonly head: Float64Array;
  /** Rows 0 … count − 1 are valid. */
  count: number;
};

const WIDTH: Readonly<Record<Cell, number>> = { f64: 8, u32: 4, i32: 4, u16: 2, u8: 1 };
const ARRAY = {
  f64: Float64Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

/** Cells in the head of every batch. What each means is said by the record kind that uses it. */
export const HEAD_CELLS = 16;

const aligned = (bytes: number): number => (bytes + 63) & ~63;

/** Bytes that a batch of this schema needs; a multiple of 64. */
export function bytesOf(schema: Schema, capacity: number): number {
  let bytes = aligned(HEAD_CELLS * 8);
  for (const [cell, width] of Object.values(schema)) bytes += aligned(WIDTH[cell] * width * capacity);
  return bytes;
}

/** A prototype whose properties are cells of a batch's head: name → cell. */
export function headOf(cells: Readonly<Record<string, number>>): object {
  const prototype = {};
  for (const [name, cell] of Object.entries(cells))
    Object.defineProperty(prototype, name, {
      get(this: { readonly head: Float64Array }) {
        return this.head[cell];
      },
      set(this: { readonly head: Float64Array }, value: number) {
        this.head[cell] = value;
      },
    });
  return prototype;
}

const HEAD = headOf({ count: 0 });

/** Gives columns the properties of their head. All batches of a kind are then of one shape, and a column costs one load. */
export function withHead(columns: object, head: object): object {
  return Object.setPrototypeOf(columns, head) as object;
}

/**
 * Lays a batch out over a buffer, column by column in the order of the schema, each on a 64-byte boundary.
 *
 * @param buffer at least `bytesOf(schema, capacity)` bytes after `start`; made here when absent
 */
export function allocate<S extends Schema>(
  schema: S,
  capacity: number,
  buffer: ArrayBufferLike = new ArrayBuffer(bytesOf(schema, capacity)),
  start = 0,
): Batch<S> {
  // made of entries at once: given one by one, so many properties would become a dictionary, and a column many loads
  const cells: [string, unknown][] = [
    ['capacity', capacity],
    ['head', new Float64Array(buffer, start, HEAD_CELLS)],
  ];
  let at = start + aligned(HEAD_CELLS * 8);
  for (const [name, [cell, width]] of Object.entries(schema)) {
    cells.push([name, new ARRAY[cell](buffer as ArrayBuffer, at, width * capacity)]);
    at += aligned(WIDTH[cell] * width * capacity);
  }
  return withHead(Object.fromEntries(cells), HEAD) as unknown as Batch<S>;
}

/**
 * Copies rows `from` … `to` − 1 of one batch behind the rows of another of the same schema.
 *
 * @returns false, and copies nothing, when they do not fit
 */
export function append<S extends Schema>(
  schema: S,
  into: Batch<S>,
  batch: Batch<S>,
  from: number,
  to: number,
): boolean {
  if (into.count + to - from > into.capacity) return false;
  for (const name in schema) {
    const [, width] = schema[name];
    copyCells(batch[name] as Uint8Array, from * width, to * width, into[name] as Uint8Array, into.count * width);
  }
  into.count += to - from;
  return true;
}

/** Cell by cell: rows come a few at a time, and a view of each column for each of them would be garbage. */
function copyCells(source: Uint8Array, from: number, to: number, into: Uint8Array, at: number): void {
  for (let cell = from; cell < to; cell += 1) into[at + cell - from] = source[cell];
}

/** Makes the rows of one batch those of another of the same schema, which must have room for them. */
export function copyRows<S extends Schema>(schema: S, into: Batch<S>, batch: Batch<S>): void {
  for (const [name, [, width]] of Object.entries(schema))
    (into[name] as Uint8Array).set((batch[name] as Uint8Array).subarray(0, batch.count * width));
  into.count = batch.count;
}

/** The same rows in another order: row n is that at `order[n]`, for as many rows as that has. */
export function copyInOrder<S extends Schema>(schema: S, into: Batch<S>, batch: Batch<S>, order: Uint32Array): void {
  for (const [name, [, width]] of Object.entries(schema)) {
    const [source, target] = [batch[name] as Uint8Array, into[name] as Uint8Array];
    for (let row = 0; row < order.length; row += 1)
      copyCells(source, order[row] * width, (order[row] + 1) * width, target, row * width);
  }
  into.count = order.length;
}
