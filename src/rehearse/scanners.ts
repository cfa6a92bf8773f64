import { ACK, FIN, PSH, RST, SYN, URG } from '../record/tcp-flags.ts';
import { type Ends, reversed, type Stack, stacks } from './frames.ts';
import { type Actor, dnsMessage, type Stage } from './traffic.ts';

/** What a scanner does: which packets it makes, and over which targets it goes. */
export interface Plan {
  readonly name: string;
  /** `hosts`: one port, every address; `ports`: every port of one host; `both`: some ports of every address */
  readonly over: 'hosts' | 'ports' | 'both';
  readonly probe: Probe;
  /** TCP flags of the probe */
  readonly flags: number;
  readonly stack: Stack;
  readonly ports: readonly number[];
  /** what ties its header fields together, as its tool does it */
  readonly mark: 'none' | 'masscan' | 'zmap' | 'mirai' | 'nmap';
  /** a source port of its own for every probe, as a whole TCP/IP stack has it */
  readonly freshPort?: true;
  /** stops after so many probes */
  readonly most?: number;
}

/** How a target is asked. `syn`: a TCP segment with the flags of the plan. */
export type Probe =
  | 'syn'
  | 'connect'
  | 'ping'
  | 'timestamp'
  | 'mask'
  | 'information'
  | 'dns'
  | 'udp'
  | 'sctp-init'
  | 'sctp-cookie'
  | 'ip'
  | 'arp'
  | 'trace';

const COMMON = [22, 23, 80, 443, 445, 3389, 5060, 6379, 8080, 8443];
const TELNET = [23, 2323];
const syn = { probe: 'syn', flags: SYN } as const;

/**
 * masscan: ip_id = target ^ port ^ seq; ZMap before 4.1: ip_id = 54321; Mirai: seq = target;
 * nmap: one sequence number and one source port for all probes of a scan.
 */
export const plans: readonly Plan[] = [
  { name: 'nmap sweep', over: 'hosts', ...syn, stack: stacks.nmap, ports: COMMON, mark: 'nmap' },
  { name: 'nmap ports', over: 'ports', ...syn, stack: stacks.nmap, ports: [], mark: 'nmap' },
  { name: 'connect sweep', over: 'hosts', ...syn, stack: stacks.linux, ports: COMMON, mark: 'none' },
  { name: 'masscan', over: 'both', ...syn, stack: stacks.bare, ports: COMMON, mark: 'masscan' },
  { name: 'zmap', over: 'hosts', ...syn, stack: stacks.zmap, ports: COMMON, mark: 'zmap' },
  { name: 'mirai', over: 'both', ...syn, stack: stacks.device, ports: TELNET, mark: 'mirai' },
  { name: 'xmas', over: 'ports', ...syn, flags: FIN | PSH | URG, stack: stacks.nmap, ports: [], mark: 'none' },
  { name: 'null', over: 'ports', ...syn, flags: 0, stack: stacks.nmap, ports: [], mark: 'none' },
  { name: 'fin', over: 'ports', ...syn, flags: FIN, stack: stacks.nmap, ports: [], mark: 'none' },
  { name: 'ping sweep', over: 'hosts', probe: 'ping', flags: 0, stack: stacks.linux, ports: [0], mark: 'none' },
  { name: 'dns sweep', over: 'hosts', probe: 'dns', flags: 0, stack: stacks.linux, ports: [53], mark: 'none' },
];

/** The own network, as a scanner meets it. */
export interface Field {
  readonly addresses: readonly number[];
  /** live address → its open TCP ports */
  readonly live: ReadonlyMap<number, ReadonlySet<number>>;
}

/** ICMP types (RFC 792, RFC 950); an error that says that nothing listens at a port */
const TIMESTAMP = 13;
const INFORMATION = 15;
const MASK = 17;
const UNREACHABLE = 3;
const PORT = 3;
/** UDP port that traceroute counts up from */
const TRACE_PORT = 33434;
/** last words of link-layer addresses */
const ROUTER = 2;
const NEIGHBOUR = 0x77;
const NOTHING = new Uint8Array(0);
/** INIT: initiate tag, window, streams out and in, first TSN (RFC 9260 section 3.3.2). COOKIE ECHO with four bytes (3.3.11). */
const INIT = Uint8Array.of(1, 0, 0, 20, 1, 2, 3, 4, 0, 0, 0x80, 0, 0, 10, 8, 0, 1, 2, 3, 4);
const COOKIE = Uint8Array.of(10, 0, 0, 8, 1, 2, 3, 4);

/** IPv4 and UDP headers of a datagram without data, as an ICMP error quotes them (RFC 792). */
function quoteOf({ source, target, sourcePort, targetPort }: Ends): Uint8Array {
  const quote = new Uint8Array(28);
  const view = new DataView(quote.buffer);
  view.setUint32(0, 0x4500001c);
  view.setUint32(8, 0x33110000);
  view.setUint32(12, source as number);
  view.setUint32(16, target as number);
  view.setUint16(20, sourcePort);
  view.setUint16(22, targetPort);
  view.setUint16(24, 8);
  return quote;
}

/** any odd number that shares no factor with a count of targets walks over all of them once */
const STRIDE = 7919;

/** One scan, from its first probe to its last; live hosts answer it. */
export class Scanner implements Actor {
  readonly source: number;
  readonly plan: Plan;
  probes = 0;
  readonly #stage: Stage;
  readonly #field: Field;
  readonly #victim: number;
  readonly #port: number;
  readonly #key: number;
  readonly #sourcePort: number;
  readonly #total: number;
  #answer: (() => void) | null = null;

  constructor(stage: Stage, field: Field, source: number, plan: Plan) {
    const { random } = stage;
    this.#stage = stage;
    this.#field = field;
    this.source = source;
    this.plan = plan;
    this.#victim = random.pick([...field.live.keys()]);
    this.#port = plan.ports.length > 0 ? random.pick(plan.ports) : 0;
    this.#key = random.word();
    this.#sourcePort = random.port();
    const hosts = field.addresses.length;
    const all = plan.over === 'hosts' ? hosts : plan.over === 'ports' ? 1000 : hosts * plan.ports.length;
    this.#total = Math.min(all, plan.most ?? all);
  }

  step(): boolean {
    const answer = this.#answer;
    if (answer) {
      this.#answer = null;
      answer();
      return this.probes < this.#total;
    }
    const ends = this.#aim();
    this.probes++;
    this.#send(ends);
    return this.probes < this.#total || this.#answer !== null;
  }

  #aim(): Ends {
    const { over, ports } = this.plan;
    const turn = (this.probes * STRIDE + (this.#key & 0xffff)) % this.#total;
    const sourcePort = this.plan.freshPort ? this.#stage.random.port() : this.#sourcePort;
    const host = over === 'ports' ? this.#victim : this.#field.addresses[turn % this.#field.addresses.length];
    const port = over === 'hosts' ? this.#port : over === 'ports' ? 1 + turn : ports[turn % ports.length];
    return { source: this.source, target: host, sourcePort, targetPort: port };
  }

  #send(ends: Ends): void {
    const { out } = this.#stage;
    const { source, target } = ends;
    const id = (this.#key & 0xffff0000) >>> 0;
    switch (this.plan.probe) {
      case 'syn':
      case 'connect':
        return this.#segment(ends);
      case 'ping':
        return this.#echo(ends);
      case 'timestamp':
        return out.icmp(ends, TIMESTAMP, 0, id, 51, 12);
      case 'mask':
        return out.icmp(ends, MASK, 0, id, 51, 4);
      case 'information':
        return out.icmp(ends, INFORMATION, 0, id, 51, 0);
      case 'dns':
        return out.udp(ends, 51, dnsMessage(this.#key & 0xffff, 'www.example.com', 0));
      case 'udp':
        return this.#datagram(ends);
      case 'sctp-init':
        return out.sctp(ends, 0, 51, INIT);
      case 'sctp-cookie':
        return out.sctp(ends, this.#key, 51, COOKIE);
      case 'ip':
        return out.ip(source, target, 1 + ((ends.targetPort * 7) % 250), 51, NOTHING);
      case 'arp':
        return this.#whoHas(ends);
      default:
        return out.udp({ ...ends, targetPort: TRACE_PORT + (this.probes % 8) }, 1 + (this.probes % 4), 32);
    }
  }

  /** A closed port of a living host says so. */
  #datagram(ends: Ends): void {
    const { out } = this.#stage;
    out.udp(ends, 51, 0);
    if (!this.#field.live.has(ends.target as number)) return;
    this.#answer = () => out.icmp(reversed(ends), UNREACHABLE, PORT, 0, 64, quoteOf(ends));
  }

  #whoHas({ source, target }: Ends): void {
    const { out } = this.#stage;
    const [own, asked] = [source as number, target as number];
    out.link = NEIGHBOUR;
    out.arp(1, own, asked);
    out.link = ROUTER;
    if (this.#field.live.has(asked)) this.#answer = () => out.arp(2, asked, own);
  }

  #segment(ends: Ends): void {
    const { out, random } = this.#stage;
    const { mark, flags, stack } = this.plan;
    const target = ends.target as number;
    const seq = mark === 'nmap' ? this.#key : mark === 'mirai' ? target : random.word();
    if (mark === 'zmap') out.ipId = 54321;
    if (mark === 'masscan') out.ipId = (target ^ ends.targetPort ^ seq) & 0xffff;
    out.mayFragment = mark === 'nmap';
    out.tcp(ends, flags, seq, 0, stack);
    out.mayFragment = false;
    out.ipId = -1;
    const open = this.#field.live.get(target);
    if (!open || (flags !== SYN && open.has(ends.targetPort))) return;
    const back = reversed(ends);
    const next = (seq + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    this.#answer = open.has(ends.targetPort)
      ? () => this.#opened(ends, next)
      : () => out.tcp(back, RST | ACK, 0, next, stacks.closed);
  }

  /** SYN-ACK, and the RST that a half-open scan sends for it; a whole connection is made first, and then broken off. */
  #opened(ends: Ends, next: number): void {
    const { out, random } = this.#stage;
    const back = random.word();
    out.tcp(reversed(ends), SYN | ACK, back, next, stacks.server);
    this.#answer = () => out.tcp(ends, RST, next, 0, stacks.closed);
    if (this.plan.probe !== 'connect') return;
    const acknowledged = (back + 1) >>> 0;
    this.#answer = () => {
      out.tcp(ends, ACK, next, acknowledged, this.plan.stack);
      this.#answer = () => out.tcp(ends, RST | ACK, next, acknowledged, stacks.closed);
    };
  }

  #echo(ends: Ends): void {
    const { out } = this.#stage;
    const rest = ((this.#key & 0xffff0000) | (this.probes & 0xffff)) >>> 0;
    out.icmp(ends, 8, 0, rest, 51, 16);
    if (this.#field.live.has(ends.target as number)) {
      this.#answer = () => out.icmp(reversed(ends), 0, 0, rest, 64, 16);
    }
  }
}
