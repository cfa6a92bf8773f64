import type { RecordInput } from '../../../src/input/input.ts';
import { trialContext } from '../../../src/input/trial.ts';
import { formatAddress } from '../../../src/record/address.ts';
import { Asked, Reply, RequestTrait, VERBS } from '../../../src/record/request.ts';
import { allocateSheaf, type Sheaf } from '../../../src/record/sheaf.ts';
import { WEIRDS } from '../../../src/record/weird.ts';
import { parsePrefix, PrefixMatch } from '../../../src/table/prefix.ts';
import { sourceOf } from '../captures.ts';

/** What lines of web logs become. */

export interface Row {
  readonly time: string;
  readonly source: string;
  readonly server: string;
  readonly port: number;
  readonly asked: string;
  readonly reply: string;
  readonly verb: string;
  readonly status: number;
  readonly bytes: number;
  /** names of RequestTrait */
  readonly traits: string;
  readonly name: string;
  readonly site: string;
  readonly agent: string;
  readonly referer: string;
}

export interface Outcome {
  readonly rows: Row[];
  readonly records: number;
  readonly weird: Readonly<Record<string, number>>;
}

export interface Shape {
  readonly proxies?: readonly string[];
  readonly logFormats?: readonly string[];
  /** minutes east */
  readonly zone?: number;
  readonly piece?: number;
}

const nameOf = (names: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(names).find((name) => names[name] === value) ?? String(value);

function matchOf(prefixes: readonly string[]): PrefixMatch {
  const match = new PrefixMatch();
  for (const text of prefixes) {
    const { words, bits } = parsePrefix(text) ?? { words: new Uint32Array(4), bits: 0 };
    match.add(words, 0, bits, 1);
  }
  return match;
}

/** µs since 1970 as RFC 3339, all six places of the second. */
const stampOf = (time: number): string =>
  new Date(Math.floor(time / 1e6) * 1000).toISOString().replace('.000Z', `.${String(time % 1e6).padStart(6, '0')}`);

function rowOf({ requests: batch }: Sheaf, row: number): Row {
  const text = (column: 'name' | 'site' | 'agent' | 'referer'): string =>
    Buffer.from(batch.text.subarray(batch[column][row], batch[column][row] + batch[`${column}Length`][row])).toString(
      'latin1',
    );
  return {
    time: stampOf(batch.time[row]),
    source: formatAddress(batch.address, row * 8),
    server: formatAddress(batch.address, row * 8 + 4),
    port: batch.port[row],
    asked: nameOf(Asked, batch.asked[row]),
    reply: nameOf(Reply, batch.reply[row]),
    verb: VERBS[batch.verb[row]],
    status: batch.status[row],
    bytes: batch.bytes[row],
    traits: Object.entries(RequestTrait)
      .filter(([, bit]) => (batch.traits[row] & bit) !== 0)
      .map(([name]) => name)
      .join(' '),
    name: text('name'),
    site: text('site'),
    agent: text('agent'),
    referer: text('referer'),
  };
}

/** Reads lines as a format. */
export async function read(input: RecordInput, text: string | Uint8Array, shape: Shape = {}): Promise<Outcome> {
  const { proxies, logFormats = [], zone = 0, piece = 1 << 16 } = shape;
  const trial = trialContext();
  const context = { ...trial, dating: { ...trial.dating, anchor: Date.UTC(2026, 10, 22) * 1000, zone }, logFormats };
  const bytes = typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : text;
  const reader = input.open(sourceOf(bytes, [piece]), { ...context, proxies: proxies && matchOf(proxies) });
  const sheaf = allocateSheaf();
  const rows: Row[] = [];
  while (await reader.fill(sheaf)) for (let row = 0; row < sheaf.requests.count; row += 1) rows.push(rowOf(sheaf, row));
  reader.close();
  const { counts } = context.weird;
  const weird = Object.fromEntries(WEIRDS.flatMap(([name], at) => (counts[at] > 0 ? [[name, counts[at]]] : [])));
  return { rows, records: reader.records, weird };
}

/** The only row of a line. */
export async function one(input: RecordInput, line: string, shape?: Shape): Promise<Row> {
  const { rows, weird } = await read(input, line, shape);
  if (rows.length !== 1) throw new Error(`${rows.length} rows, ${JSON.stringify(weird)}: ${line}`);
  return rows[0];
}
