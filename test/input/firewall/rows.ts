import assert from 'node:assert/strict';
import type { RecordInput } from '../../../src/input/input.ts';
import { trialContext } from '../../../src/input/trial.ts';
import { formatAddress } from '../../../src/record/address.ts';
import { type ContactBatch, contactSchema } from '../../../src/record/contact.ts';
import { allocateSheaf } from '../../../src/record/sheaf.ts';
import type { WeirdCounts } from '../../../src/record/weird.ts';
import { sourceOf } from '../captures.ts';

/** A contact as an object. */
export type Row = Record<Exclude<keyof typeof contactSchema, 'address'>, number> & {
  readonly source: string;
  readonly target: string;
};

export interface Read {
  readonly records: number;
  readonly rows: readonly Row[];
  readonly weird: WeirdCounts;
}

/** 22 November 2026 */
const ANCHOR = Date.UTC(2026, 10, 22) * 1000;

/** Reads lines through an input; checks that every record is used or counted. */
export async function read(input: RecordInput, lines: readonly string[], step = 1 << 20): Promise<Read> {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const context = {
    ...trialContext(),
    input: 3,
    dating: { anchor: ANCHOR, zone: 0, assumed: { year: false, zone: false, columns: false } },
  };
  const reader = input.open(sourceOf(bytes, [step]), context);
  const sheaf = allocateSheaf();
  const rows: Row[] = [];
  while (await reader.fill(sheaf))
    for (let row = 0; row < sheaf.contacts.count; row += 1) rows.push(rowOf(sheaf.contacts, row));
  assert.equal(reader.records, lines.filter((line) => line !== '').length, 'every line is a record');
  reader.close();
  return { records: reader.records, rows, weird: context.weird };
}

/** The one contact that a line comes to. */
export async function one(input: RecordInput, ...lines: readonly string[]): Promise<Row> {
  const { rows } = await read(input, lines);
  assert.equal(rows.length, 1, lines.join('\n'));
  return rows[0];
}

function rowOf(batch: ContactBatch, row: number): Row {
  const fields: Record<string, number | string> = {};
  for (const name of Object.keys(contactSchema) as (keyof typeof contactSchema)[])
    if (name !== 'address') fields[name] = batch[name][row];
  fields.source = formatAddress(batch.address, row * 8);
  fields.target = formatAddress(batch.address, row * 8 + 4);
  return fields as unknown as Row;
}

/** The fields of `row` that `expected` names equal it. */
export function has(row: Row, expected: Partial<Row>): void {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, row[name as keyof Row]]));
  assert.deepEqual(found, expected);
}

/** µs of a time in UTC. */
export const micros = (text: string, fraction = 0): number => Date.parse(text) * 1000 + fraction;
