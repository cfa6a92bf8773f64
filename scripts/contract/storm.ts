import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACK, SYN } from '../../src/record/tcp-flags.ts';
import { fileSink } from '../../bench/file-sink.ts';
import { type Ends, Frames, stacks } from '../../src/rehearse/frames.ts';
import { Random } from '../../src/rehearse/random.ts';
import type { Finding, Summary } from '../../src/finding/finding.ts';
import { notifications } from '../../src/triage/silence.ts';
import { linesOf, vedette } from './child.ts';
import { AS_STARTED, few, grouped, inScratch, type Promised } from './promise.ts';

/**
 * A scan of every port of a /24 is one finding, and an hour of what everybody on the Internet receives is few.
 *
 *     node scripts/contract/storm.ts PORTS FILE     writes the storm; FILE may be a pipe
 */

const START = 1_767_225_600e6;
const HOME = 0xcb007100;
const SCANNER = 0x2d21c05a;
const HOSTS = 256;
const MOST = 20;

function storm(path: string, ports: number): void {
  const random = new Random(2);
  const out = new Frames(fileSink(path), random, START);
  for (let nth = 0; nth < ports * HOSTS; nth++) {
    out.time += 50;
    const target = HOME + (Math.imul(nth, 149) & 255);
    const ends: Ends = { source: SCANNER, target, sourcePort: random.port(), targetPort: 1 + (nth >>> 8) };
    out.tcp(ends, SYN, random.word(), 0, stacks.linux);
  }
  out.close();
}

const COMMON = [23, 22, 445, 80, 443, 3389, 8080, 5555, 2323, 1433, 6379, 8443, 5060, 25];
const BACKGROUND = 20_000;

/** Who sends the background: nobody but ordinary stacks, or also programs that every packet of theirs gives away. */
type Senders = 'ordinary' | 'tools';

interface Visit {
  readonly at: number;
  readonly source: number;
  readonly port: number;
  /** 0 … 99: how often it tries, or that it answers a flood in our name */
  readonly kind: number;
  /** 0 … 9: ZMap, masscan, or an ordinary stack */
  readonly sender: number;
}

/**
 * An hour of background on a /24: sources that try one address, some two or three addresses on one port, and answers
 * to floods in our name. Nobody goes on.
 */
function background(path: string, senders: Senders): void {
  const random = new Random(8);
  const visits = Array.from({ length: BACKGROUND }, () => ({
    at: random.below(3600) * 1e6 + random.below(1e6),
    source: (0x14000000 + random.below(0x58000000)) >>> 0,
    port: random.pick(COMMON),
    kind: random.below(100),
    sender: senders === 'tools' ? random.below(10) : 9,
  }));
  const out = new Frames(fileSink(path), random, START);
  for (const visit of visits.sort((one, other) => one.at - other.at)) {
    out.time = START + visit.at;
    if (visit.kind >= 88) backscatter(out, random, visit);
    else for (let times = visit.kind < 75 ? 1 : visit.kind < 85 ? 2 : 3; times > 0; times--) knock(out, random, visit);
  }
  out.close();
}

function knock(out: Frames, random: Random, { source, port, sender }: Visit): void {
  const target = HOME + random.below(HOSTS);
  const seq = random.word();
  const stack = sender < 4 ? stacks.zmap : sender < 6 ? stacks.bare : stacks.linux;
  out.ipId = sender < 4 ? 54_321 : sender < 6 ? (target ^ port ^ seq) & 0xffff : -1;
  out.tcp({ source, target, sourcePort: random.port(), targetPort: port }, SYN, seq, 0, stack);
}

function backscatter(out: Frames, random: Random, { source }: Visit): void {
  out.ipId = -1;
  for (let nth = 0; nth < 4; nth++) {
    const ends = { source, target: HOME + random.below(HOSTS), sourcePort: 443, targetPort: random.port() };
    out.tcp(ends, SYN | ACK, random.word(), random.word(), stacks.server);
  }
}

/** The storm goes through a pipe: all of it is more than a gigabyte. */
function stormed(ports: number, folder: string): Promise<Finding[]> {
  const command = `'${process.execPath}' '${fileURLToPath(import.meta.url)}' ${ports} /dev/stdout | '${process.execPath}' ${AS_STARTED.map((word) => `'${word}'`).join(' ')} analyze --quiet --format ndjson -`;
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_STATE_HOME: folder },
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(linesOf<Finding>({ status, stdout: Buffer.concat(out), stderr: '' })));
  });
}

/** What an hour of background brings. */
interface Hour {
  readonly findings: readonly Finding[];
  /** findings that are told one by one, and digests */
  readonly notifications: number;
}

async function hour(senders: Senders, folder: string): Promise<Hour> {
  const path = join(folder, `${senders}.pcap`);
  background(path, senders);
  const ended = await vedette(['analyze', '--quiet', '--format', 'ndjson', path], [], folder);
  if (ended.status !== 0) throw new Error(ended.stderr);
  const findings = linesOf<Finding>(ended).filter(isFinding);
  const [summary] = linesOf<Summary>(ended).filter((line) => !isFinding(line));
  return { findings, notifications: notifications(findings, summary.digest) };
}

const isFinding = ({ kind }: { readonly kind: string }): boolean => kind !== 'summary';

const told = ({ findings, notifications: many }: Hour): string =>
  `${grouped(findings.length)} findings${few(findings.map(({ kind, decidedBy }) => `${kind} by ${decidedBy}`))}, ${many} notifications`;

export const storms: Promised = {
  id: 26,
  promised: `every port of ${HOSTS} hosts is 1 finding; any hour of background gives at most ${MOST} notifications`,
  keep: (full) =>
    inScratch(async (folder) => {
      const ports = full ? 65_535 : 4096;
      const storm = stormed(ports, folder); // two processes of its own
      const [ordinary, tools] = [await hour('ordinary', folder), await hour('tools', folder)];
      const [first, ...more] = (await storm).filter(isFinding);
      const probes = first?.probes ?? 0;
      return {
        got:
          `${grouped(ports)} ports × ${HOSTS} hosts: ${more.length + (first ? 1 : 0)} findings, with ` +
          `${grouped(probes)} of ${grouped(ports * HOSTS)} probes; an hour of ${grouped(BACKGROUND)} background ` +
          `sources with ordinary stacks: ${told(ordinary)}; where six of ten of them are ZMap or masscan, and who tries ` +
          `two addresses is named by the marks of its tool: ${told(tools)}`,
        pass:
          first !== undefined &&
          more.length === 0 &&
          ordinary.notifications <= MOST &&
          tools.notifications <= MOST &&
          tools.findings.length > 0,
      };
    }),
};

if (import.meta.main) storm(process.argv[3], Number(process.argv[2]));
