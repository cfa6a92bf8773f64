import { formatAddress } from '../../src/record/address.ts';
import type { ByteSource, RecordInput } from '../../src/input/input.ts';
import { trialContext } from '../../src/input/trial.ts';
import { Asked, Reply, RequestTrait } from '../../src/record/request.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import type { WeirdCounts } from '../../src/record/weird.ts';

/** A row of requests, as a test reads it: names for numbers, text for addresses, nothing for what is not told. */
export interface ReadRequest {
  readonly time: string;
  readonly record: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly asked: string;
  readonly reply: string;
  readonly status: number;
  readonly name: string;
  readonly site: string;
  readonly agent: string;
  readonly traits: readonly string[];
}

const nameOf = (names: object, value: number): string =>
  Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);

/** Bytes as a source that gives at most `most` at once. */
export function bytesSource(bytes: Uint8Array, most = Number.MAX_SAFE_INTEGER): ByteSource {
  let at = 0;
  return {
    name: 'test',
    size: bytes.length,
    consumed: 0,
    trouble: undefined,
    read(into) {
      const length = Math.min(into.length, bytes.length - at, most);
      into.set(bytes.subarray(at, at + length));
      at += length;
      return length;
    },
    close() {},
  };
}

/** Stamps without a year are of 2026, those without a zone are UTC. */
const DATING = { anchor: Date.UTC(2026, 11, 1) * 1000, zone: 0, assumed: { year: false, zone: false, columns: false } };

/** Reads lines as one format to the end, and tells its rows of requests, its records and what was weird. */
export async function readRequests(
  format: RecordInput,
  lines: readonly string[] | string,
  most?: number,
): Promise<{ readonly rows: readonly ReadRequest[]; readonly records: number; readonly weird: WeirdCounts }> {
  const text = typeof lines === 'string' ? lines : `${lines.join('\n')}\n`;
  const context = { ...trialContext(), dating: DATING };
  const reader = format.open(bytesSource(new TextEncoder().encode(text), most), context);
  const sheaf = allocateSheaf();
  const rows: ReadRequest[] = [];
  while (await reader.fill(sheaf)) {
    const { requests: batch } = sheaf;
    const textAt = (start: number, length: number): string =>
      length === 0 ? '' : new TextDecoder().decode(batch.text.subarray(start, start + length));
    for (let row = 0; row < batch.count; row += 1)
      rows.push({
        time: `${new Date(batch.time[row] / 1000).toISOString().slice(0, -1)}${String(batch.time[row] % 1000).padStart(3, '0')}`,
        record: batch.record[row],
        from: formatAddress(batch.address, row * 8),
        to: batch.address.subarray(row * 8 + 4, row * 8 + 8).some((word) => word !== 0)
          ? formatAddress(batch.address, row * 8 + 4)
          : '',
        port: batch.port[row],
        asked: nameOf(Asked, batch.asked[row]),
        reply: nameOf(Reply, batch.reply[row]),
        status: batch.status[row],
        name: textAt(batch.name[row], batch.nameLength[row]),
        site: textAt(batch.site[row], batch.siteLength[row]),
        agent: textAt(batch.agent[row], batch.agentLength[row]),
        traits: Object.entries(RequestTrait)
          .filter(([, bit]) => (batch.traits[row] & bit) !== 0)
          .map(([name]) => name),
      });
  }
  return { rows, records: reader.records, weird: context.weird };
}

/** What a row comes to in short: `192.0.2.7 user admin missed`. */
export const short = ({ from, asked, name, reply }: ReadRequest): string =>
  [from, asked, ...(name === '' ? [] : [name]), reply].join(' ');
