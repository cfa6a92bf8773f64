import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError, closest } from '../config/errors.ts';
import { allocatePackets } from '../record/packet.ts';
import { allocateSheaf, batchesOf, type Sheaf } from '../record/sheaf.ts';
import { WeirdCounts } from '../record/weird.ts';
import { pcap } from './capture/pcap.ts';
import { pcapng } from './capture/pcapng.ts';
import { datingOf } from './carry/dating.ts';
import { filesOf, isRegular } from './carry/folder.ts';
import { type Opened, openSource, type SourceLimits } from './carry/open.ts';
import { anyJson } from './firewall/any-json.ts';
import { bareFirewall } from './firewall/bare.ts';
import { dmesg } from './firewall/dmesg.ts';
import { windowsFirewall } from './firewall/windows.ts';
import { nfdump } from './flow/nfdump.ts';
import { nfdumpJson } from './flow/nfdump-json.ts';
import { netflow, netflowIn } from './flow/netflow.ts';
import { nfcapd } from './flow/nfcapd.ts';
import { eve } from './flow/eve.ts';
import { nlb } from './flow/nlb.ts';
import { vpc } from './flow/vpc.ts';
import { argus } from './flow/argus.ts';
import { azure } from './flow/azure.ts';
import { gcp } from './flow/gcp.ts';
import { zeek } from './flow/zeek/index.ts';
import { type Input, nothingAssumed, type PacketReader, type ReaderContext, type RecordReader } from './input.ts';
import { trialContext } from './trial.ts';
import { InOrder } from './turned.ts';
import { containerOver } from './syslog/container.ts';
import { journalExport } from './syslog/journal-export.ts';
import { journald } from './syslog/journald.ts';
import { shippedOver } from './syslog/shipped.ts';
import { syslog } from './syslog/syslog.ts';
import { lokiOver } from './syslog/loki.ts';
import { tableOver } from './syslog/table.ts';
import { taggedOver } from './syslog/tagged.ts';
import { anyLogins } from './auth/any-json.ts';
import { mongodb } from './auth/database.ts';
import { loginJson } from './auth/login-json.ts';
import { adguard } from './dns/adguard.ts';
import { windowsDns } from './dns/windows-dns.ts';
import { auditLog } from './web/audit-log.ts';
import { combined } from './web/combined.ts';
import { errorLog } from './web/error-log.ts';
import { haproxy } from './web/haproxy.ts';
import { knownLogs } from './web/known.ts';
import { logFormat } from './web/log-format.ts';
import { squid } from './web/squid.ts';
import { cloudfront, iis } from './web/w3c.ts';
import { webColumns } from './web/guessed.ts';
import { webJson } from './web/web-json.ts';
import { webPairs } from './web/pairs.ts';
import { auditd } from './process/auditd.ts';
import { ecs } from './process/ecs.ts';
import { falco } from './process/falco.ts';
import { osquery } from './process/osquery.ts';
import { tetragon } from './process/tetragon.ts';
import { windowsDocument, windowsJson, windowsXml } from './windows/index.ts';

/** Formats that tell of one kind of thing. */
interface Group {
  readonly title: string;
  readonly inputs: readonly Input[];
}

/**
 * Every format that can be read, by what it tells of; the first of those that are equally sure is taken. Add an input: one
 * import, one line.
 */
export const groups: readonly Group[] = [
  {
    title: 'Flow records',
    inputs: [
      zeek,
      eve,
      netflowIn(pcap),
      netflowIn(pcapng),
      netflow,
      nfcapd,
      nfdump,
      nfdumpJson,
      argus,
      vpc,
      nlb,
      azure,
      gcp,
    ],
  },
  { title: 'Captures', inputs: [pcap, pcapng] },
  { title: 'Logins', inputs: [mongodb, ...loginJson, anyLogins] },
  { title: 'Name servers', inputs: [adguard, windowsDns] },
  {
    title: 'Web servers and proxies',
    inputs: [
      logFormat,
      combined,
      errorLog,
      auditLog,
      ...knownLogs,
      haproxy,
      iis,
      cloudfront,
      squid,
      ...webJson,
      webPairs,
      webColumns,
    ],
  },
  {
    title: 'Processes and events',
    inputs: [windowsJson, windowsDocument, windowsXml, auditd, osquery, tetragon, falco, ecs],
  },
  {
    title: 'Lines within what carries them',
    inputs: [
      journald,
      journalExport,
      containerOver(() => inputs),
      shippedOver(() => inputs),
      tableOver(() => inputs),
      lokiOver(() => inputs),
      taggedOver(() => inputs),
      syslog,
    ],
  },
  { title: 'Firewalls', inputs: [windowsFirewall, bareFirewall, dmesg, anyJson] },
];

export const inputs: readonly Input[] = groups.flatMap((group) => group.inputs);

/** An input that has been opened and recognised. Closing the reader closes the source. */
export type OpenInput = {
  readonly format: string;
  readonly source: Opened;
} & (
  | { readonly carries: 'packets'; readonly reader: PacketReader }
  | { readonly carries: 'records'; readonly reader: RecordReader }
);

/** What no format is surer of than this is not read as any. */
const LEAST_SURE = 0.05;

/** Those that are never sure come last: mostly they need not be asked. */
const IN_TURN = inputs.toSorted((a, b) => (b.atMost ?? 1) - (a.atMost ?? 1));

/** The format that the first bytes speak for most; none when they speak for none. What is tried is assumed for nobody. */
export function recognise(head: Uint8Array, name: string, given?: ReaderContext): Input | undefined {
  const context = given && { ...given, dating: { ...given.dating, assumed: nothingAssumed() } };
  let best: Input | undefined;
  let most = LEAST_SURE;
  for (const input of IN_TURN) {
    if ((input.atMost ?? 1) <= most) continue;
    const sure = input.recognise(head, name, context);
    if (sure <= most) continue;
    best = input;
    most = sure;
  }
  return best;
}

/** Opens a path or `-`, whatever its format and compression. Throws a coded error when there is nothing to read. */
export async function openInput(
  path: string,
  context: ReaderContext,
  limits: SourceLimits = {},
  format?: string,
): Promise<OpenInput> {
  const source = await openSource(path, limits);
  const input = inputs.find(({ name }) => name === format) ?? recognise(source.head, path, context);
  if (input !== undefined) return openAs(input, source, context);
  source.close();
  throw unrecognised(path, source.head);
}

function openAs(input: Input, source: Opened, context: ReaderContext): OpenInput {
  const format = input.name;
  if (input.carries === 'packets') return { carries: 'packets', format, source, reader: input.open(source, context) };
  const reader = new InOrder(input.open(source, context), source.name, context.weird);
  return { carries: 'records', format, source, reader };
}

/** Compression that is known and not taken off, by the program that does it, with its first bytes. */
const PACKED: readonly (readonly [how: string, magic: readonly number[]])[] = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
];

function unrecognised(path: string, head: Uint8Array): CodedError {
  if (head.length === 0) return new CodedError('INPUT_EMPTY', { path });
  const how = PACKED.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0];
  if (how !== undefined) return new CodedError('INPUT_PACKED', { path, how });
  const begins = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return new CodedError('INPUT_UNRECOGNISED', { path, head: begins });
}

/** What the operator's paths come to. */
export interface Expanded {
  /** Files in the order in which they are to be read: by the time of their first record. */
  readonly paths: readonly string[];
  /** µs since 1970 of their first records; beyond all others where there is none, 0: not looked at */
  readonly times: readonly number[];
  /** formats that the operator gave */
  readonly formats: readonly (string | undefined)[];
  /** Files of folders that are in no known format, or empty: left out. */
  readonly skipped: readonly string[];
}

interface Found {
  readonly path: string;
  /** the format that the operator gave */
  readonly format: string | undefined;
  /** stands in a folder that was given: may be left out */
  readonly inFolder: boolean;
}

/**
 * Replaces folders by the files in them, names each file once, and puts the files into the order of time. The order
 * stays as given where a pipe is among them, for looking into it would take its bytes away.
 */
export async function expand(given: readonly string[], context: ReaderContext = trialContext()): Promise<Expanded> {
  const found = uniqueFiles(given);
  const sortable = found.every(({ path, inFolder }) => inFolder || isRegular(path));
  if ((found.length <= 1 && !found[0]?.inFolder) || !sortable)
    return {
      paths: found.map(({ path }) => path),
      formats: found.map(({ format }) => format),
      times: found.map(() => 0),
      skipped: [],
    };
  const dated: (Found & { readonly time: number })[] = [];
  const skipped: string[] = [];
  for (const one of found) {
    const time = await firstTime(one, context);
    if (time === undefined) skipped.push(one.path);
    else dated.push({ ...one, time });
  }
  if (dated.length === 0) throw new CodedError('FOLDER_EMPTY', { path: given.join(', ') });
  dated.sort((one, other) => one.time - other.time);
  return {
    paths: dated.map(({ path }) => path),
    formats: dated.map(({ format }) => format),
    times: dated.map(({ time }) => time),
    skipped,
  };
}

function uniqueFiles(given: readonly string[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const argument of given) {
    const { path, format } = splitFormat(argument);
    const files = filesOf(path);
    if (files?.length === 0) throw new CodedError('FOLDER_EMPTY', { path });
    for (const file of files ?? [path]) {
      const key = file === '-' ? file : resolve(file);
      if (!found.has(key)) found.set(key, { path: file, format, inFolder: files !== undefined });
    }
  }
  return [...found.values()];
}

/** `FORMAT:FILE`, where FORMAT is the name of one; anything else is a path, unless only what is behind the colon is one. */
function splitFormat(argument: string): { path: string; format: string | undefined } {
  const colon = argument.indexOf(':');
  const format = argument.slice(0, Math.max(0, colon));
  const path = argument.slice(colon + 1);
  const names = inputs.map(({ name }) => name);
  if (names.includes(format)) return { path, format };
  const isMeant = colon > 0 && !existsSync(argument) && (path === '-' || existsSync(path));
  if (!isMeant) return { path: argument, format: undefined };
  throw new CodedError('FORMAT_UNKNOWN', { format, path, closest: closest(format, names) });
}

const LEAVES_OUT: ReadonlySet<string> = new Set(['INPUT_UNRECOGNISED', 'INPUT_PACKED', 'INPUT_EMPTY']);

/** Time of the first record in µs; beyond all others where there is none. Nothing for what a folder may leave out. */
async function firstTime({ path, format, inFolder }: Found, context: ReaderContext): Promise<number | undefined> {
  const trial = { ...context, weird: new WeirdCounts(), dating: datingOf(path, context.dating.zone) };
  try {
    const opened = await openInput(path, trial, {}, format);
    const time = await (opened.carries === 'packets' ? firstFrame(opened.reader) : firstRow(opened.reader));
    opened.reader.close();
    return time;
  } catch (error) {
    if (inFolder && error instanceof CodedError && LEAVES_OUT.has(error.code)) return undefined;
    throw error;
  }
}

async function firstFrame(reader: PacketReader): Promise<number> {
  const batch = allocatePackets(undefined, 0, 1);
  return (await reader.fill(batch)) ? batch.time[0] : Number.MAX_VALUE;
}

async function firstRow(reader: RecordReader): Promise<number> {
  const sheaf = allocateSheaf();
  while (await reader.fill(sheaf)) {
    const time = startOf(sheaf);
    if (time < Number.MAX_VALUE) return time;
  }
  return Number.MAX_VALUE;
}

/** Time of the first row of a sheaf, in µs; beyond all others when it is empty. */
export function startOf(sheaf: Sheaf): number {
  let start = Number.MAX_VALUE;
  for (const { time, count } of batchesOf(sheaf)) if (count > 0 && time[0] < start) start = time[0];
  return start;
}
