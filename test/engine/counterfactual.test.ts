import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { misses } from '../../src/detect/misses.ts';
import { type Counterfactual, counterfactuals } from '../../src/engine/counterfactual.ts';
import { run } from '../../src/engine/run.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { decode } from '../../src/input/capture/decode/index.ts';
import { openInput } from '../../src/input/index.ts';
import { trialContext } from '../../src/input/trial.ts';
import { formatAddress } from '../../src/record/address.ts';
import { allocatePackets, Kind, type PacketBatch } from '../../src/record/packet.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { Frames, stacks } from '../../src/rehearse/frames.ts';
import { Random } from '../../src/rehearse/random.ts';
import { Session } from '../../src/rehearse/traffic.ts';
import { exampleFinding } from '../finding/example.ts';
import { cases } from '../support/replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'vedette-counterfactual-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Who sent a packet, what of whom it is about, and, where it is an answer, what of the sender it would be about. */
interface Seen {
  readonly from: string;
  readonly to: string;
  readonly about: string;
  readonly answers: string | null;
}

function seenOf(batch: PacketBatch, row: number): Seen {
  const [from, to] = [formatAddress(batch.address, row * 8), formatAddress(batch.address, row * 8 + 4)];
  const kind = batch.kind[row];
  const ported = kind === Kind.tcp || kind === Kind.udp || kind === Kind.sctp;
  const asks = ported ? batch.targetPort[row] : `${kind} ${batch.sourcePort[row]}`;
  return { from, to, about: `${to} ${asks}`, answers: ported ? `${from} ${batch.sourcePort[row]}` : null };
}

async function packetsOf(path: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  const opened = await openInput(path, trialContext());
  assert.ok(opened.carries === 'packets');
  const batch = allocatePackets();
  while (await opened.reader.fill(batch)) {
    decode(batch, new WeirdCounts(), 0);
    for (let row = 0; row < batch.count; row += 1) seen.push(seenOf(batch, row));
  }
  opened.reader.close();
  return seen;
}

/** The capture without those packets of one source, both ways, that are about other targets than the ones kept. */
async function cut(path: string, source: string, keep: (targets: string[]) => readonly string[]): Promise<string> {
  const packets = await packetsOf(path);
  const targets = [...new Set(packets.filter(({ from }) => from === source).map(({ about }) => about))];
  const kept = new Set(keep(targets));
  const bytes = gunzipSync(readFileSync(path));
  const parts = [bytes.subarray(0, 24)];
  for (let at = 24, nth = 0; at + 16 <= bytes.length; nth += 1) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    const { from, to, about, answers } = packets[nth];
    const dropped = from === source ? !kept.has(about) : to === source && answers !== null && !kept.has(answers);
    if (!dropped) parts.push(bytes.subarray(at, end));
    at = end;
  }
  const file = join(folder, 'cut.pcap');
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

const blames = (findings: readonly Finding[], source: string): boolean =>
  findings.some((finding) => finding.kind !== 'anomaly' && finding.source?.address === source);

const findingsIn = async (path: string, home: readonly string[]): Promise<Finding[]> =>
  (await run({ paths: [path], workers: 1, home, falsePerDay: 1 })).findings;

const isStop = (one: Counterfactual): one is Counterfactual & { kind: 'stop' } => one.kind === 'stop';

/** At least one for each stream that decides, and each way to ask. */
const CHOSEN = new Set([
  'arp-scan',
  'curl-loop',
  'fping6-list',
  'hidden-among-visitors',
  'hping-udp-one-host',
  'hping-xmas-sweep',
  'masscan-two-ports',
  'nmap-connect-in-order',
  'nmap-discover-timestamp',
  'nmap-sctp-init',
  'nmap-syn',
  'zmap-winbox',
]);
const scans = cases().filter(({ name }) => CHOSEN.has(name));

describe('had it stopped so early, there would be no finding', () => {
  for (const { name, input, question } of scans)
    it(name, async () => {
      const { home } = question;
      const [finding] = (await findingsIn(input, home)).filter(({ kind, source }) => kind === 'scan' && source);
      assert.ok(finding?.source);
      const stop = counterfactuals(finding).find(isStop);
      assert.ok(stop, 'a scan that a detector decided has a number of targets that would be too few');
      const { address } = finding.source;
      const first = await cut(input, address, (targets) => targets.slice(0, stop.most));
      assert.equal(blames(await findingsIn(first, home), address), false, `the first ${stop.most} targets`);
      const last = await cut(input, address, (targets) => targets.slice(-stop.most || targets.length));
      assert.equal(blames(await findingsIn(last, home), address), false, `the last ${stop.most} targets`);
    });
});

describe('how early is told in what the source did', () => {
  const account: Finding['account'] = [
    { stream: 'misses', bits: 30, reason: misses.reasons[0], contacts: 9, evidence: [] },
  ];
  for (const [methods, what] of [
    [['tcp-syn', 'udp'], 'target'],
    [['http', 'dns'], 'request'],
    [['tcp-syn', 'http'], 'probe'],
  ] as const)
    it(methods.join(' and '), () => {
      const finding = exampleFinding({ methods: [...methods], account, decidedBy: 'misses', bits: 30 });
      assert.equal(counterfactuals(finding).find(isStop)?.what, what);
    });
});

/** The capture with so many visits of the source to one service of ours, all of which are answered. */
function withVisits(path: string, source: string, target: number, port: number, visits: number): string {
  const bytes = gunzipSync(readFileSync(path));
  const start = bytes.readUInt32LE(24) * 1e6 + bytes.readUInt32LE(28);
  const random = new Random(1);
  const parts: Uint8Array[] = [bytes];
  const out = new Frames({ write: (part) => parts.push(part.slice()), close: () => {} }, random, start);
  const [a, b, c, d] = source.split('.').map(Number);
  for (let visit = 0; visit < visits; visit += 1) {
    const ends = {
      source: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0,
      target,
      sourcePort: 20_000 + visit,
      targetPort: port,
    };
    const session = new Session({ out, random }, ends, stacks.linux, 1);
    while (session.step()) out.time += 100;
  }
  out.close();
  const file = join(folder, 'visits.pcap');
  // of the second capture the header goes
  parts[1] = parts[1].subarray(24);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

const isExchanges = (one: Counterfactual): one is Counterfactual & { kind: 'exchanges' } => one.kind === 'exchanges';

it('with so many completed exchanges it would be explained', async () => {
  const one = cases().find(({ name }) => name === 'half-open-one-host');
  assert.ok(one);
  const { home } = one.question;
  const [finding] = await findingsIn(one.input, home);
  const [{ address }] = [finding.source ?? { address: '' }];
  const enough = counterfactuals(finding).find(isExchanges);
  assert.ok(enough);
  const file = withVisits(one.input, address, 0x0b470450, 25, enough.exchanges);
  const { findings, summary } = await run({ paths: [file], workers: 1, home, falsePerDay: 1 });
  assert.equal(blames(findings, address), false);
  assert.ok(summary.explained.some(({ source }) => source === address));
});

it('what decides by how it was asked is not excused by exchanges', async () => {
  const one = cases().find(({ name }) => name === 'nmap-null');
  assert.ok(one);
  const [finding] = await findingsIn(one.input, one.question.home);
  const kinds = counterfactuals(finding).map(({ kind }) => kind);
  assert.ok(kinds.includes('no-exchange') && !kinds.includes('exchanges'));
});
