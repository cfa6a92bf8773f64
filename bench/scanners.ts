import { ACK, type Ends, FIN, PSH, RST, reversed, type Stack, SYN, stacks, URG } from './frames.ts';
import { type Actor, dnsMessage, type Stage } from './traffic.ts';

/** What a scanner does: which packets it makes, and over which targets it goes. */
export interface Plan {
  readonly name: string;
  /** `hosts`: one port, every address; `ports`: every port of one host; `both`: some ports of every address */
  readonly over: 'hosts' | 'ports' | 'both';
  readonly probe: 'syn' | 'ping' | 'dns';
  /** TCP flags of the probe */
  readonly flags: number;
  readonly stack: Stack;
  readonly ports: readonly number[];
  /** what ties its header fields together, as its tool does it */
  readonly mark: 'none' | 'masscan' | 'zmap' | 'mirai' | 'nmap';
}

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
    this.#total = plan.over === 'hosts' ? hosts : plan.over === 'ports' ? 1000 : hosts * plan.ports.length;
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
    if (this.plan.probe === 'syn') this.#segment(ends);
    else if (this.plan.probe === 'ping') this.#echo(ends);
    else this.#stage.out.udp(ends, 51, dnsMessage(this.#key & 0xffff, 'www.example.com', 0));
    return this.probes < this.#total || this.#answer !== null;
  }

  #aim(): Ends {
    const { over, ports } = this.plan;
    const turn = (this.probes * STRIDE + (this.#key & 0xffff)) % this.#total;
    const host = over === 'ports' ? this.#victim : this.#field.addresses[turn % this.#field.addresses.length];
    const port = over === 'hosts' ? this.#port : over === 'ports' ? 1 + turn : ports[turn % ports.length];
    return { source: this.source, target: host, sourcePort: this.#sourcePort, targetPort: port };
  }

  #segment(ends: Ends): void {
    const { out, random } = this.#stage;
    const { mark, flags, stack } = this.plan;
    const target = ends.target as number;
    const seq = mark === 'nmap' ? this.#key : mark === 'mirai' ? target : random.word();
    if (mark === 'zmap') out.ipId = 54321;
    if (mark === 'masscan') out.ipId = (target ^ ends.targetPort ^ seq) & 0xffff;
    out.tcp(ends, flags, seq, 0, stack);
    out.ipId = -1;
    const open = this.#field.live.get(target);
    if (!open || (flags !== SYN && open.has(ends.targetPort))) return;
    const back = reversed(ends);
    const next = (seq + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    this.#answer = open.has(ends.targetPort)
      ? () => this.#opened(ends, next)
      : () => out.tcp(back, RST | ACK, 0, next, stacks.closed);
  }

  /** SYN-ACK, and the RST that a half-open scan sends for it. */
  #opened(ends: Ends, next: number): void {
    const { out, random } = this.#stage;
    out.tcp(reversed(ends), SYN | ACK, random.word(), next, stacks.server);
    this.#answer = () => out.tcp(ends, RST, next, 0, stacks.closed);
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
