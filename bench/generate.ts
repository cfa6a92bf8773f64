import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SYN } from '../src/record/tcp-flags.ts';
import { type Ends, Frames, type Stack, stacks, written } from '../src/rehearse/frames.ts';
import { Random } from '../src/rehearse/random.ts';
import { plans, Scanner } from '../src/rehearse/scanners.ts';
import {
  type Actor,
  Backscatter,
  dnsMessage,
  Exchange,
  Knock,
  Refusal,
  Session,
  type Stage,
} from '../src/rehearse/traffic.ts';
import { fileSink } from './file-sink.ts';

/**
 * Large captures for speed and memory, the same for the same seed:
 *
 *     node bench/generate.ts packets COUNT FILE [--seed 1]                       what a busy border sees
 *     node bench/generate.ts flood   COUNT FILE [--seed 1] [--every 1000000] [--ipv6]   one SYN per forged source
 *
 * The truth is written beside the capture, as FILE.truth.json.
 */
export interface Truth {
  home: string[];
  scanners: { address: string; kind: string; probes: number }[];
}

const START = 1_767_225_600e6;
const CROWD = 3000;
const NETWORKS = [0xc0000200, 0xc6336400, 0xcb007100];
const RESOLVERS = [0x09090909, 0x01010101, 0x08080404];
const KNOCKED = [22, 23, 445, 2375, 5555, 8728];

const DIALOGUES = Array.from({ length: 512 }, (_, nth) => {
  const id = nth * 127 + 1;
  return [dnsMessage(id, 'www.example.com', 0), dnsMessage(id, 'www.example.com', 1 + (id & 3))] as const;
});

const addresses = NETWORKS.flatMap((network) => Array.from({ length: 254 }, (_, host) => network + 1 + host));
const live = new Map(
  addresses
    .filter((address) => address % 7 === 3)
    .map((address, nth) => [address, new Set(nth % 3 ? [22, 80, 443] : [25, 443, 993, 8080])] as const),
);
const hosts = [...live.keys()];

/** Some address that is not ours, nor anybody's special range. */
function outside(random: Random): number {
  return ((random.below(100) + 11) * 0x1000000 + (random.word() & 0xffffff)) >>> 0;
}

function between(source: number, target: number, sourcePort: number, targetPort: number): Ends {
  return { source, target, sourcePort, targetPort };
}

/** A visitor, one of ours who goes out, a question for a resolver, or what nobody asked for. */
function someone(stage: Stage, scans: Scanner[]): Actor {
  const { random } = stage;
  const roll = random.below(1000);
  const host = random.pick(hosts);
  const stranger = outside(random);
  const stack: Stack = random.pick([stacks.linux, stacks.windows]);
  if (roll < 560) {
    const ends = between(stranger, host, random.port(), random.pick([...(live.get(host) as Set<number>)]));
    return new Session(stage, ends, stack, 2 + random.below(24));
  }
  if (roll < 720)
    return new Session(stage, between(host, stranger, random.port(), 443), stacks.server, random.below(30));
  if (roll < 880) {
    const ends = between(host, random.pick(RESOLVERS), random.port(), 53);
    const [question, answer] = random.pick(DIALOGUES);
    return new Exchange(stage, ends, question, answer);
  }
  if (roll < 985) {
    const ends = between(stranger, random.pick(addresses), random.port(), random.pick(KNOCKED));
    return live.has(ends.target as number) ? new Refusal(stage, ends) : new Knock(stage, ends, stacks.device, 1);
  }
  if (roll < 992) return new Backscatter(stage, stranger, () => random.pick(addresses), 4 + random.below(60));
  const scan = new Scanner(stage, { addresses, live }, stranger, random.pick(plans));
  scans.push(scan);
  return scan;
}

/** What a busy border sees: about 50,000 packets a second. */
export function packets(path: string, count: number, seed: number): Truth {
  const random = new Random(seed);
  const out = new Frames(fileSink(path), random, START);
  const scans: Scanner[] = [];
  const stage = { out, random };
  const crowd = Array.from({ length: CROWD }, () => someone(stage, scans));
  while (out.count < count) {
    out.time += 1 + random.below(39);
    const turn = random.below(CROWD);
    if (!crowd[turn].step()) crowd[turn] = someone(stage, scans);
  }
  out.close();
  const scanners = scans.map((scan) => ({ address: written(scan.source), kind: scan.plan.name, probes: scan.probes }));
  return { home: NETWORKS.map((network) => `${written(network)}/24`), scanners };
}

const SCANNER = 0xc6120022;
const SERVER6 = Uint32Array.of(0x20010db8, 0x00070000, 0, 0x50);
const SCANNER6 = Uint32Array.of(0x20010db8, 0x5c4a0001, 0, 0x22);

/** One SYN from every source, all forged, and one real scanner that sends one packet in `every`. */
export function flood(path: string, count: number, seed: number, every: number, six: boolean): Truth {
  const random = new Random(seed);
  const out = new Frames(fileSink(path), random, START);
  const scanner = between(SCANNER, 0, 40000, 8291);
  const seq = random.word() | 1;
  let probes = 0;
  for (let nth = 1; nth <= count; nth++) {
    out.time += 1 + random.below(3);
    if (nth % every !== 0) forged(out, random, nth, six);
    else out.tcp(probed(scanner, probes++, six), SYN, seq, 0, stacks.nmap);
  }
  out.close();
  const home = [six ? '2001:db8:7::/64' : `${written(NETWORKS[0])}/24`];
  return { home, scanners: [{ address: six ? '2001:db8:5c4a:1::22' : written(SCANNER), kind: 'hidden', probes }] };
}

/** nth → an address of its own: multiplying by an odd number permutes the 32-bit words */
function forged(out: Frames, random: Random, nth: number, six: boolean): void {
  const word = Math.imul(nth, 0x9e3779b1) >>> 0;
  const ends: Ends = { source: word, target: hosts[0], sourcePort: random.port(), targetPort: 80 };
  if (six) {
    ends.source = Uint32Array.of(0x2a000000 | random.below(0x10000), random.word(), word, random.word());
    ends.target = SERVER6;
  }
  out.tcp(ends, SYN, random.word(), 0, stacks.bare);
}

function probed(scanner: Ends, nth: number, six: boolean): Ends {
  if (six) return { ...scanner, source: SCANNER6, target: Uint32Array.of(0x20010db8, 0x00070000, 0, 0x100 + nth) };
  return { ...scanner, target: NETWORKS[0] + ((nth * 37) % 256) };
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      every: { type: 'string', default: '1000000' },
      ipv6: { type: 'boolean', default: false },
    },
  });
  const [kind, count, path] = positionals;
  if (!count || !path || (kind !== 'packets' && kind !== 'flood')) {
    process.stderr.write('usage: node bench/generate.ts packets|flood COUNT FILE [--seed N] [--every N] [--ipv6]\n');
    process.exitCode = 2;
    return;
  }
  const seed = Number(values.seed);
  const truth =
    kind === 'packets'
      ? packets(path, Number(count), seed)
      : flood(path, Number(count), seed, Number(values.every), values.ipv6);
  writeFileSync(`${path}.truth.json`, JSON.stringify(truth));
}

if (import.meta.main) main();
