import { formatAddress } from '../../../src/record/address.ts';
import { METHODS, Outcome } from '../../../src/record/contact.ts';
import { allocateSheaf, type Sheaf } from '../../../src/record/sheaf.ts';
import { WEIRDS } from '../../../src/record/weird.ts';
import type { ByteSource, RecordInput } from '../../../src/input/input.ts';
import { trialContext } from '../../../src/input/trial.ts';

/** Bytes that come in pieces of a size. */
export function sourceOf(bytes: Uint8Array, piece = bytes.length): ByteSource {
  let at = 0;
  return {
    name: 'test',
    size: bytes.length,
    get consumed() {
      return at;
    },
    trouble: undefined,
    read(into) {
      const length = Math.min(piece, into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + length));
      at += length;
      return length;
    },
    close() {},
  };
}

const OUTCOMES = Object.keys(Outcome);

export interface Told {
  /** `source:port > target:port/protocol method outcome` */
  readonly contacts: string[];
  readonly requests: string[];
  readonly answers: string[];
  /** µs of the first of each */
  readonly times: number[];
  readonly proofs: number[];
  readonly records: number;
  readonly weird: Readonly<Record<string, number>>;
}

/** Reads a text, or bytes, as a format and says what it became. */
export async function read(input: RecordInput, text: string | Uint8Array, piece?: number): Promise<Told> {
  const context = {
    ...trialContext(),
    dating: { anchor: Date.UTC(2026, 10, 22) * 1000, zone: 0, assumed: { year: false, zone: false, columns: false } },
  };
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const reader = input.open(sourceOf(bytes, piece), context);
  const sheaf = allocateSheaf();
  const told = { contacts: [], requests: [], answers: [], times: [], proofs: [] } as Omit<Told, 'records' | 'weird'>;
  while (await reader.fill(sheaf)) note(sheaf, told);
  const { counts } = context.weird;
  const weird = Object.fromEntries(WEIRDS.map(([name], at) => [name, counts[at]] as const).filter(([, n]) => n > 0));
  return { ...told, records: reader.records, weird };
}

function note({ contacts: c, requests: r, answers: a }: Sheaf, told: Omit<Told, 'records' | 'weird'>): void {
  for (let row = 0; row < c.count; row += 1) {
    const ends = `${formatAddress(c.address, 8 * row)}:${c.sourcePort[row]} > ${formatAddress(c.address, 8 * row + 4)}`;
    const how = `${METHODS[c.method[row]] ?? c.method[row]} ${OUTCOMES[c.outcome[row]]}`;
    told.contacts.push(`${ends}:${c.targetPort[row]}/${c.protocol[row]} ${how}`);
    told.times.push(c.time[row]);
    told.proofs.push(c.proof[row]);
  }
  const text = (at: number, length: number): string =>
    new TextDecoder('latin1').decode(r.text.subarray(at, at + length));
  for (let row = 0; row < r.count; row += 1) {
    const ends = `${formatAddress(r.address, 8 * row)} > ${formatAddress(r.address, 8 * row + 4)}:${r.port[row]}`;
    const parts = [text(r.name[row], r.nameLength[row]), text(r.site[row], r.siteLength[row])];
    parts.push(text(r.agent[row], r.agentLength[row]), text(r.referer[row], r.refererLength[row]));
    told.requests.push(`${ends} asked ${r.asked[row]} reply ${r.reply[row]} ${r.status[row]} [${parts.join('|')}]`);
    told.times.push(r.time[row]);
  }
  for (let row = 0; row < a.count; row += 1)
    told.answers.push(
      `${formatAddress(a.address, 8 * row + 4)}:${a.targetPort[row]} ${new TextDecoder().decode(a.text.subarray(a.start[row], a.start[row] + a.length[row]))}`,
    );
}
