import { Mark, MARKS } from '../detect/mark-table.ts';
import type { AccountRow, Finding } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { decode } from '../input/capture/decode/index.ts';
import { datingOf } from '../input/carry/dating.ts';
import { openInput } from '../input/index.ts';
import type { RecordReader } from '../input/input.ts';
import { trialContext } from '../input/trial.ts';
import { formatAddress, isV4 } from '../record/address.ts';
import { allocatePackets, Kind, type PacketBatch, Trait } from '../record/packet.ts';
import { allocateSheaf } from '../record/sheaf.ts';
import { WeirdCounts } from '../record/weird.ts';
import { contactText, executionText, requestText } from './rows.ts';

/** The records that a finding cites, read from the capture and decoded once more. */

/** One cited record in words; `words` is empty when the input does not hold it. */
export interface Cited {
  readonly input: string;
  readonly record: number;
  readonly words: string;
  /** why it was charged */
  readonly reasons: readonly string[];
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'];

const flagsText = (flags: number): string => FLAGS.filter((_, bit) => flags & (1 << bit)).join('+') || 'no flags';

const latin1 = new TextDecoder('latin1');
const WORDS = 120;

/** The first line of what a packet says, where it is text: a request, an answer, a greeting. The output escapes it. */
function wordsOf({ bytes, payload, payloadCaptured }: PacketBatch, row: number): string {
  const said = latin1.decode(bytes.subarray(payload[row], payload[row] + Math.min(payloadCaptured[row], WORDS)));
  const [line] = /^[ -~]{4,}(?=[\r\n]|$)/.exec(said) ?? [];
  return line === undefined ? '' : ` "${line}"`;
}

/** What kind of packet a row is, with the fields that marks speak about. */
function kindText(batch: PacketBatch, row: number): string {
  const { kind, protocol, flags, seq, window, sourcePort, targetPort, payloadLength } = batch;
  switch (kind[row]) {
    case Kind.tcp:
      return `tcp ${flagsText(flags[row])} seq ${seq[row]} win ${window[row]}${wordsOf(batch, row)}`;
    case Kind.udp:
      return `udp ${payloadLength[row]} bytes`;
    case Kind.icmp:
      return `icmp type ${sourcePort[row]} code ${targetPort[row]}`;
    case Kind.icmpError:
      return `icmp error type ${sourcePort[row]} code ${targetPort[row]}`;
    case Kind.sctp:
      return `sctp chunk ${flags[row]}`;
    case Kind.arp:
      return sourcePort[row] === 1 ? 'arp request' : `arp operation ${sourcePort[row]}`;
    case Kind.nd:
      return `neighbour discovery type ${sourcePort[row]}`;
    case Kind.fragment:
      return `fragment of IP protocol ${protocol[row]}`;
    case Kind.ip:
      return `IP protocol ${protocol[row]}`;
    default:
      return 'a frame that was not used';
  }
}

const hasPorts = (kind: number): boolean => kind === Kind.tcp || kind === Kind.udp || kind === Kind.sctp;

function endText(batch: PacketBatch, row: number, at: number, port: number): string {
  const address = formatAddress(batch.address, at);
  if (!hasPorts(batch.kind[row])) return address;
  return isV4(batch.address, at) ? `${address}:${port}` : `[${address}]:${port}`;
}

/** One line: when, who to whom, what. */
export function packetText(batch: PacketBatch, row: number): string {
  const clock = timeText(batch.time[row]).slice(11, 26);
  const source = endText(batch, row, row * 8, batch.sourcePort[row]);
  const target = endText(batch, row, row * 8 + 4, batch.targetPort[row]);
  const cut = batch.traits[row] & Trait.badChecksum ? ' (bad checksum)' : '';
  return `${clock}  ${source} → ${target}  ${kindText(batch, row)} ttl ${batch.ttl[row]}${cut}`;
}

const hex = (value: number, digits: number): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** The relation of a mark worked out with the numbers of one packet; empty where the mark is not one packet's. */
export function relationText(reason: string, batch: PacketBatch, row: number): string {
  const target = batch.address[row * 8 + 7];
  const seq = batch.seq[row];
  const port = batch.targetPort[row];
  switch (reason) {
    case MARKS[Mark.masscanId].name: {
      const low = [target, port, seq].map((value) => hex(value & 0xffff, 4)).join(' ^ ');
      return `${low} = ${hex((target ^ port ^ seq) & 0xffff, 4)}, IP id ${hex(batch.ipId[row], 4)}`;
    }
    case MARKS[Mark.seqTarget].name:
      return `seq ${hex(seq, 8)}, target ${hex(target, 8)}`;
    case MARKS[Mark.seqXorTarget].name:
      return `seq ^ target = ${hex(seq ^ target, 8)}`;
    case MARKS[Mark.idXorTarget].name:
      return `IP id ^ target = ${hex((batch.ipId[row] ^ target) & 0xffff, 4)}`;
    case MARKS[Mark.zmapId].name:
    case MARKS[Mark.idSame].name:
      return `IP id ${batch.ipId[row]}`;
    case MARKS[Mark.seqSame].name:
    case MARKS[Mark.seqHalves].name:
      return `seq ${hex(seq, 8)}`;
    case MARKS[Mark.portSame].name:
      return `source port ${batch.sourcePort[row]}`;
    default:
      return '';
  }
}

const keyOf = (input: string, record: number): string => `${record} ${input}`;

/** Cited records, each once, with the rows that cite it. */
function citations(finding: Finding): Map<string, { input: string; record: number; rows: AccountRow[] }> {
  const cited = new Map<string, { input: string; record: number; rows: AccountRow[] }>();
  for (const row of finding.account)
    for (const { input, record } of row.evidence) {
      const key = keyOf(input, record);
      const known = cited.get(key);
      if (known === undefined) cited.set(key, { input, record, rows: [row] });
      else known.rows.push(row);
    }
  return cited;
}

/** Reads one input as far as its last cited record. */
async function readCited(
  input: string,
  wanted: ReadonlyMap<number, readonly AccountRow[]>,
  found: (record: number, words: string) => void,
): Promise<void> {
  const weird = new WeirdCounts();
  const { carries, reader } = await openInput(input, { ...trialContext(), weird, dating: datingOf(input, 0) });
  const last = Math.max(...wanted.keys());
  try {
    if (carries === 'records') return await readRows(reader, wanted, found);
    const batch = allocatePackets();
    while (await reader.fill(batch)) {
      decode(batch, weird, 0);
      for (let row = 0; row < batch.count; row += 1) {
        const rows = wanted.get(batch.firstRecord + row);
        if (rows === undefined) continue;
        const relations = rows.map(({ reason }) => relationText(reason, batch, row)).filter((words) => words !== '');
        found(batch.firstRecord + row, [packetText(batch, row), ...relations].join('  '));
      }
      if (batch.firstRecord + batch.count > last) return;
    }
  } finally {
    reader.close();
  }
}

/** The same for records of a log: what their rows say, which may be told only after later lines of the same program. */
async function readRows(
  reader: RecordReader,
  wanted: ReadonlyMap<number, readonly AccountRow[]>,
  found: (record: number, words: string) => void,
): Promise<void> {
  const sheaf = allocateSheaf();
  const left = new Set(wanted.keys());
  const tell = (record: number, words: () => string): void => {
    if (!wanted.has(record)) return;
    found(record, words());
    left.delete(record);
  };
  while (left.size > 0 && (await reader.fill(sheaf))) {
    const { contacts, requests, executions } = sheaf;
    for (let row = 0; row < executions.count; row += 1)
      tell(executions.record[row], () => executionText(executions, row));
    for (let row = 0; row < contacts.count; row += 1) tell(contacts.record[row], () => contactText(contacts, row));
    for (let row = 0; row < requests.count; row += 1) tell(requests.record[row], () => requestText(requests, row));
  }
}

/** Every record that the account cites, decoded again, in the order of inputs and records. */
export async function citedPackets(finding: Finding): Promise<Cited[]> {
  const cited = [...citations(finding).values()];
  const words = new Map<string, string>();
  for (const input of new Set(cited.map((one) => one.input))) {
    const wanted = new Map(cited.filter((one) => one.input === input).map(({ record, rows }) => [record, rows]));
    await readCited(input, wanted, (record, line) => words.set(keyOf(input, record), line));
  }
  return cited
    .map(({ input, record, rows }) => ({
      input,
      record,
      words: words.get(keyOf(input, record)) ?? '',
      reasons: rows.map(({ reason }) => reason),
    }))
    .sort((a, b) => (a.input === b.input ? a.record - b.record : a.input < b.input ? -1 : 1));
}
