import { createWriteStream, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CodedError, closest } from '../config/errors.ts';
import type { Settings } from '../config/options.ts';
import { makeFolder } from '../engine/lists/folder.ts';
import type { RunOptions } from '../engine/options.ts';
import { timeOf, timeText } from '../finding/time.ts';
import { counted } from '../output/layout.ts';
import { jsonLine } from '../output/ndjson.ts';
import { printable } from '../output/printable.ts';
import { maskTo } from '../record/address.ts';
import { parsePrefix } from '../table/prefix.ts';
import { type Log, LOGS, logOf, type LogScan, logScans } from '../rehearse/logs.ts';
import { framesOf, recordMaker } from '../rehearse/merge.ts';
import { type Scan, scans } from '../rehearse/scans.ts';
import { play, type Setting, type Truth } from '../rehearse/stage.ts';
import { type Verdict, verdictOn } from '../rehearse/verdict.ts';
import { runOptions } from './analyze.ts';
import type { Ports } from './ports.ts';
import { type Before, openRecords } from './records.ts';

/**
 * `vedette rehearse`: writes labelled synthetic scans, as captures and logs of their own or into a copy of the
 * operator's, so that a whole pipeline can be tried without sending a packet. `--check` analyses them at once.
 */
export interface Rehearsal {
  readonly out: string;
  readonly method: readonly string[];
  readonly seed: string;
  readonly mixed?: true;
  readonly into?: string;
  readonly check?: true;
}

/** One file that was written, and what is in it. */
interface Written {
  readonly path: string;
  readonly truth: readonly Truth[];
}

const START = 1_767_225_600e6;
const HOUR = 3600e6;
/** Long enough for the slowest scan. */
const LONG = 72 * HOUR;
/** Networks that are nobody's (RFC 5737); where none is given, the last of them is at home. */
const NOBODY = [0xc6336400, 0xc0000200, 0xcb007100] as const;
const LEAST_HOME = 62;

const NAMES = [...scans, ...logScans].map(({ name }) => name);

interface Chosen {
  readonly packets: readonly Scan[];
  readonly lines: readonly LogScan[];
}

function chosenOf(methods: readonly string[]): Chosen {
  const all = methods.length === 0 || methods.includes('all');
  const unknown = methods.find((name) => name !== 'all' && !NAMES.includes(name));
  if (unknown !== undefined)
    throw new CodedError('OPTION_VALUE', {
      option: '--method',
      value: unknown,
      expected: `all or ${NAMES.join(', ')}`,
      closest: closest(unknown, NAMES),
    });
  const isChosen = ({ name }: { readonly name: string }): boolean => all || methods.includes(name);
  return { packets: scans.filter(isChosen), lines: logScans.filter(isChosen) };
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CodedError('OPTION_VALUE', { option: '--seed', value: text, expected: 'a whole number under 1000000000' });
}

/** The first IPv4 network among the prefixes, as its first host address and how many there are, at most 254. */
function homeOf(prefixes: readonly string[]): Pick<Setting, 'home' | 'size'> {
  for (const text of prefixes) {
    const prefix = parsePrefix(text);
    if (prefix === null || text.includes(':')) continue;
    const words = new Uint32Array(4);
    maskTo(prefix.words, 0, prefix.bits, words, 0);
    const size = Math.min(254, 2 ** (128 - prefix.bits) - 2);
    if (size >= LEAST_HOME) return { home: words[3] + 1, size };
  }
  throw new CodedError('OPTION_VALUE', {
    option: '--home',
    value: prefixes.join(', '),
    expected: 'an IPv4 network of /26 or larger here',
  });
}

function settingOf(prefixes: readonly string[], seed: number, start: number, length: number): Setting {
  const { home, size } = prefixes.length === 0 ? { home: NOBODY[2] + 1, size: 254 } : homeOf(prefixes);
  const networks = NOBODY.filter((network) => network + 254 < home || network > home + size);
  const outside = networks.slice(0, 2).flatMap((network) => Array.from({ length: 250 }, (_, nth) => network + 1 + nth));
  return { seed, start, length, home, size, outside, benign: true };
}

/** A file a scan, or one of each kind with all of them. */
function write(
  { packets, lines }: Chosen,
  { out, mixed }: Rehearsal,
  prefixes: readonly string[],
  seed: number,
): Written[] {
  const setting = (length: number): Setting => settingOf(prefixes, seed, START, length);
  const lengthOf = (some: readonly Scan[]): number => (some.some(({ gap }) => gap > HOUR / 60) ? LONG : HOUR);
  const written: Written[] = [];
  const save = (name: string, bytes: Uint8Array | string, truth: readonly Truth[]): void => {
    const path = join(out, name);
    writeFileSync(path, bytes);
    written.push({ path, truth });
  };
  for (const some of mixed ? [packets] : packets.map((scan) => [scan])) {
    if (some.length === 0) continue;
    const { capture, truth } = play(some, setting(lengthOf(some)));
    save(`${mixed ? 'mixed' : some[0].name}.pcap`, capture, truth);
  }
  const logs = Object.keys(LOGS) as Log[];
  for (const some of mixed
    ? logs.map((log) => lines.filter((scan) => scan.log === log))
    : lines.map((scan) => [scan])) {
    if (some.length === 0) continue;
    const [{ log, name }] = some;
    const { lines: said, truth } = logOf(log, some, setting(HOUR));
    save(mixed ? LOGS[log] : `${name}.log`, said.map(({ text }) => `${text}\n`).join(''), truth);
  }
  return written;
}

/** What kind of log a line's stamp speaks for. */
function logsLike(head: Uint8Array): readonly Log[] {
  const line = new TextDecoder('latin1').decode(head.subarray(0, 1024)).split('\n')[0];
  if (/\[\d\d\/[A-Z][a-z]{2}\/\d{4}:/.test(line)) return ['web'];
  if (/^\d\d-[A-Z][a-z]{2}-\d{4} /.test(line)) return ['bind'];
  return /^[A-Z][a-z]{2} [ \d]\d \d\d:/.test(line) ? ['auth', 'dns'] : [];
}

/** One of our records, for a capture or a log. */
interface Ours {
  readonly time: number;
  readonly bytes: Uint8Array;
}

/** A copy of the operator's capture or log, with the scans in it in the order of time. */
async function writeInto(
  file: string,
  chosen: Chosen,
  said: Rehearsal,
  options: RunOptions,
  seed: number,
  ports: Ports,
): Promise<Written[]> {
  const { summary } = await (await ports.engine())(options);
  if (summary.span === null) throw new CodedError('INPUT_EMPTY', { path: file });
  const path = join(said.out, basename(file).replace(/\.(gz|zst)$/, ''));
  if (resolve(path) === resolve(file))
    throw new CodedError('OUTPUT_UNWRITABLE', { path, reason: 'it is what the scans go into' });
  const records = await openRecords(file, options.zone ?? 0);
  const [start, end] = [timeOf(summary.span.first), timeOf(summary.span.last)];
  const isLog = records.carrier === 'lines';
  const nets = isLog || options.home.length > 0 ? options.home : summary.home.networks;
  const setting: Setting = { ...settingOf(nets, seed, start, Math.max(end - start, 1)), benign: false };
  const { ours, truth } = isLog
    ? linesFor(file, records.head, chosen.lines, setting)
    : framesFor(file, records, chosen.packets, setting);
  const out = createWriteStream(path);
  const put = (bytes: Uint8Array): Promise<void> =>
    new Promise((done, fail) => out.write(bytes, (error) => (error ? fail(error) : done())));
  let next = 0;
  const before: Before = (time) => {
    if (next >= ours.length || ours[next].time > time) return null;
    const from = next;
    while (next < ours.length && ours[next].time <= time) next += 1;
    const due = ours.slice(from, next).map(({ bytes }) => bytes);
    return () => put(Buffer.concat(due));
  };
  await records.each(before, async (bytes) => {
    await put(bytes);
    return true;
  });
  await put(Buffer.concat(ours.slice(next).map(({ bytes }) => bytes)));
  await new Promise<void>((done) => out.end(done));
  return [{ path, truth }];
}

function framesFor(
  file: string,
  { carrier, head }: { readonly carrier: 'pcap' | 'pcapng' | 'lines'; readonly head: Uint8Array },
  chosen: readonly Scan[],
  setting: Setting,
): { ours: Ours[]; truth: readonly Truth[] } {
  const make = recordMaker(carrier, head);
  if (make === null || chosen.length === 0) throw new CodedError('REHEARSAL_MISFIT', { path: file });
  const { capture, truth } = play(chosen, setting);
  const ours = framesOf(capture).flatMap((frame) => {
    const bytes = make(frame);
    return bytes === null ? [] : [{ time: frame.time, bytes }];
  });
  return { ours, truth };
}

function linesFor(
  file: string,
  head: Uint8Array,
  chosen: readonly LogScan[],
  setting: Setting,
): { ours: Ours[]; truth: Truth[] } {
  const logs = logsLike(head);
  const fitting = chosen.filter(({ log }) => logs.includes(log));
  if (fitting.length === 0) throw new CodedError('REHEARSAL_MISFIT', { path: file });
  const parts = logs.map((log) =>
    logOf(
      log,
      fitting.filter((scan) => scan.log === log),
      setting,
    ),
  );
  const lines = parts.flatMap((part) => part.lines).sort((a, b) => a.time - b.time);
  const encoder = new TextEncoder();
  return {
    ours: lines.map(({ time, text }) => ({ time, bytes: encoder.encode(`${text}\n`) })),
    truth: parts.flatMap(({ truth }) => truth),
  };
}

const truthLine = (path: string, { expected, first, last, ...truth }: Truth): string =>
  jsonLine({ file: basename(path), ...truth, first: timeText(first), last: timeText(last), expected });

function verdictText({ method, expected }: Truth, { detected, technique, differs }: Verdict): string {
  if (!detected) return `  missed    ${`${method.padEnd(18)}${printable(differs.join('; '))}`.trimEnd()}\n`;
  const right = technique === expected.technique ? technique : `${technique}, not ${expected.technique}`;
  const other = differs.length === 0 ? '' : `; ${differs.join('; ')}`;
  return `  detected  ${method.padEnd(18)}${right}${printable(other)}\n`;
}

/** Analyses what was written, file by file. @returns how many scans were missed or named wrongly */
async function check(written: readonly Written[], options: RunOptions, ports: Ports): Promise<number> {
  const run = await ports.engine();
  let wrong = 0;
  for (const { path, truth } of written) {
    const { findings } = await run({ ...options, paths: [path] });
    for (const one of truth) {
      const verdict = verdictOn(one, findings);
      if (!verdict.detected || verdict.technique !== one.expected.technique) wrong += 1;
      ports.stdout.write(verdictText(one, verdict));
    }
  }
  const all = written.reduce((sum, { truth }) => sum + truth.length, 0);
  ports.stdout.write(`${counted(all - wrong, 'scan')} of ${all} detected with the right technique.\n`);
  return wrong;
}

/** @returns the exit code: 1 when a check found a scan missed or named wrongly */
export async function rehearse(said: Rehearsal, settings: Settings, ports: Ports): Promise<number> {
  const chosen = chosenOf(said.method);
  const seed = seedOf(said.seed);
  const options = await runOptions(said.into === undefined ? [] : [said.into], settings);
  try {
    makeFolder(said.out);
  } catch (error) {
    throw new CodedError(
      'OUTPUT_UNWRITABLE',
      { path: said.out, reason: error instanceof Error ? error.message : '' },
      error,
    );
  }
  const written =
    said.into === undefined
      ? write(chosen, said, settings.home, seed)
      : await writeInto(said.into, chosen, said, options, seed, ports);
  const truth = written.flatMap((file) => file.truth.map((one) => truthLine(file.path, one)));
  writeFileSync(join(said.out, 'truth.jsonl'), truth.join(''));
  if (!settings.quiet)
    ports.stderr.write(
      `${counted(truth.length, 'scan')} in ${counted(written.length, 'file')} of ${printable(said.out)}, the truth in truth.jsonl\n`,
    );
  return said.check && (await check(written, options, ports)) > 0 ? 1 : 0;
}
