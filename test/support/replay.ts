import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { run } from '../../src/engine/run.ts';
import type { Finding } from '../../src/finding/finding.ts';
import type { Expected, Question, Scan } from './truth.ts';

/** A test case, read. */
export interface Case {
  readonly name: string;
  readonly input: string;
  readonly question: Question;
  readonly expected: Expected;
}

const CASES = fileURLToPath(new URL('../cases/', import.meta.url));

const read = (name: string, file: string): unknown => JSON.parse(readFileSync(join(CASES, name, file), 'utf8'));

/** The input of a case: a capture or a log, whatever it is called. */
function inputOf(name: string): string {
  const input = readdirSync(join(CASES, name)).find((file) => file.startsWith('input.'));
  if (input === undefined) throw new Error(`case ${name} has no input`);
  return input;
}

/** All cases, by name. */
export function cases(): Case[] {
  return readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => ({
      name,
      input: join(CASES, name, inputOf(name)),
      question: read(name, 'case.json') as Question,
      expected: read(name, 'expected.json') as Expected,
    }));
}

/** What is found in a capture, with the defaults of the command line and nothing told about the own network. */
export async function findingsIn(input: string, workers = 1): Promise<Finding[]> {
  const { findings } = await run({ paths: [input], workers, home: [], falsePerDay: 1 });
  return findings;
}

const blamed = ({ source, members }: Finding): string[] => [
  ...(source ? [source.address] : []),
  ...(members ?? []).map(({ address }) => address),
];
/** An anomaly states a fact and blames nobody; so does what triage explained as innocent. */
const accuses = ({ kind, triage }: Finding): boolean => kind !== 'anomaly' && triage.class !== 'innocent';
const endpoint = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Those findings that name one of the sources. */
export function naming(scan: Scan, findings: readonly Finding[]): Finding[] {
  const sources = new Set(scan.sources);
  return findings.filter((finding) => accuses(finding) && blamed(finding).some((address) => sources.has(address)));
}

/** Ports that findings say are open, as the truth writes them. */
export function opened(findings: readonly Finding[]): string[] {
  const facts = findings.flatMap(({ learned }) => learned);
  const open = facts.filter(({ state, port }) => state === 'open' && port !== undefined);
  return [...new Set(open.map(({ protocol, address, port = 0 }) => `${protocol} ${endpoint(address, port)}`))].sort();
}

/** In what the findings differ from the truth, a sentence each. */
export function differences(expected: Expected, findings: readonly Finding[]): string[] {
  const known = new Set([...expected.spared, ...expected.scans.flatMap(({ sources }) => sources)]);
  const wrong = findings
    .filter(accuses)
    .flatMap(blamed)
    .filter((address) => !known.has(address));
  return [
    ...[...new Set(wrong)].slice(0, 5).map((address) => `blames ${address}, who does not scan`),
    ...expected.scans.flatMap((scan) => shortcomings(scan, naming(scan, findings))),
  ];
}

function shortcomings(scan: Scan, mine: readonly Finding[]): string[] {
  const named = new Set(mine.flatMap(blamed));
  const hit = scan.sources.filter((source) => named.has(source)).length;
  const enough = scan.atLeast ?? scan.sources.length;
  if (hit < enough) return [`names ${hit} of ${scan.sources.length} sources, not ${enough} (${scan.sources[0]} …)`];
  const said: string[] = [];
  const techniques = mine.map((finding) => finding.techniques[0] ?? 'none');
  const off = techniques.find((technique) => !scan.techniques.includes(technique));
  if (off) said.push(`says ${off}, not ${scan.techniques.join(' or ')}`);
  const tools = mine.map(({ tool }) => tool?.name.toLowerCase() ?? 'none');
  if (scan.tool !== null && !tools.includes(scan.tool)) said.push(`says tool ${tools.join(', ')}, not ${scan.tool}`);
  if (scan.open && opened(mine).join() !== scan.open.toSorted().join()) {
    said.push(`says open ${opened(mine).join(', ') || 'nothing'}, not ${scan.open.join(', ') || 'nothing'}`);
  }
  return said;
}

/** What must not depend on how packets were wrapped: everything but where they were read. */
export function essence({
  kind,
  techniques,
  source,
  shape,
  probes,
  targets,
  services,
  tool,
  learned,
  bits,
}: Finding): unknown {
  return { kind, techniques, source, shape, probes, targets, services, tool: tool?.name, open: learned, bits };
}

/** A case as the coverage page shows it. */
export interface Row {
  readonly case: string;
  readonly question: string;
  /** who should be found; 'nobody' */
  readonly expected: string;
  readonly found: boolean;
  /** '' or in what it differs */
  readonly differs: string;
  /** probes and seconds until the first finding about the scan; null: none, or nothing to find */
  readonly probesToFinding: number | null;
  readonly secondsToFinding: number | null;
  readonly bits: number | null;
  readonly bar: number | null;
  readonly technique: string | null;
  readonly methods: readonly string[];
  readonly tool: string | null;
  readonly gap: string | null;
  /** all that was found */
  readonly findings: readonly Finding[];
}

/** Replays one case. */
export async function replayed({ name, input, question, expected }: Case): Promise<Row> {
  const findings = await findingsIn(input);
  const differs = differences(expected, findings);
  const [scan] = expected.scans;
  const [best] = scan ? naming(scan, findings).toSorted((a, b) => b.bits - a.bits) : [];
  const first = scan && best ? await earliest(input, scan) : null;
  return {
    case: name,
    question: question.question,
    expected: scan ? (scan.sources.length === 1 ? scan.sources[0] : `${scan.sources.length} sources`) : 'nobody',
    found: best !== undefined,
    differs: differs.join('; '),
    probesToFinding: first?.probes ?? null,
    secondsToFinding: first ? (Date.parse(first.lastSeen) - Date.parse(first.firstSeen)) / 1000 : null,
    bits: best?.bits ?? null,
    bar: best?.bar ?? null,
    technique: best?.techniques[0] ?? null,
    methods: best?.methods ?? [],
    tool: best?.tool?.name ?? null,
    gap: expected.gap ?? null,
    findings,
  };
}

/** Records of the first beginning that is tried; most scans are found within a few of them. */
const FIRST_TRY = 16;

/**
 * The finding as it stands in the shortest beginning of the capture that has one: what a run would say that ended
 * there. Beginnings grow until one has it, then the last step is halved, since more packets never take a finding away.
 */
export async function earliest(input: string, scan: Scan): Promise<Finding | null> {
  const bytes = gunzipSync(readFileSync(input));
  const ends = input.endsWith('.pcap.gz') ? recordEnds(bytes) : lineEnds(bytes);
  const folder = mkdtempSync(join(tmpdir(), 'vedette-replay-'));
  const path = join(folder, 'beginning');
  let best: Finding | null = null;
  try {
    for (let low = 1, high = ends.length, step = FIRST_TRY; low <= high; step *= 4) {
      const middle = best ? (low + high) >> 1 : Math.min(step, high);
      writeFileSync(path, bytes.subarray(0, ends[middle - 1]));
      const [finding] = naming(scan, await findingsIn(path));
      if (finding) best = finding;
      if (finding) high = middle - 1;
      else low = middle + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return best;
}

/** Where each line of a log ends. */
function lineEnds(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  return ends;
}

/** Where each record of a little-endian pcap file ends. */
function recordEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 24; at + 16 <= bytes.length; ends.push(at)) at += 16 + bytes.readUInt32LE(at + 8);
  return ends;
}
