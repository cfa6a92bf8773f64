import { ACK, FIN, PSH, SYN, URG } from '../record/tcp-flags.ts';
import { type Address, stacks } from './frames.ts';
import { type Field, type Plan, Scanner } from './scanners.ts';
import { type Actor, Knock, type Stage } from './traffic.ts';

/** One scan that can be rehearsed, and how a finding about it should look. */
export interface Scan {
  /** as `--method` takes it */
  readonly name: string;
  /** what it is modelled after, for the truth */
  readonly like: string;
  readonly expected: Shape;
  /** µs between two of its packets */
  readonly gap: number;
  /** The actors, and the addresses that they use out of those that are offered. */
  cast(stage: Stage, field: Field, offered: Offered): Cast;
}

/** How a finding should look. */
export interface Shape {
  readonly kind: 'scan' | 'campaign';
  readonly technique: 'T1595.001' | 'T1595.002' | 'T1595.003';
  /** in the words of the finding schema; empty: not told by the input */
  readonly method: string;
  readonly tool: string | null;
  readonly shape: 'address-scan' | 'port-scan' | 'block-scan' | 'wordlist' | 'vulnerability' | 'fingerprinting';
}

/** Addresses that are nobody's: one of a scanner's own, and many for scans that are spread over sources. */
export interface Offered {
  readonly one: number;
  readonly many: readonly number[];
}

export interface Cast {
  readonly sources: readonly Address[];
  readonly actors: readonly Actor[];
  /** µs between the beginnings of two actors */
  readonly apart: number;
}

const SECOND = 1e6;
const HOUR = 3600e6;
const MOST = 120;
const QUICK = 0.02 * SECOND;
const COMMON = [22, 23, 80, 443, 445, 3389, 5060, 6379, 8080, 8443];

const syn = { probe: 'syn', flags: SYN, mark: 'none', most: MOST } as const;
const hosts = { over: 'hosts', flags: 0, stack: stacks.linux, ports: [0], mark: 'none', most: MOST } as const;
/** Flags to the ports of one host, as nmap sends them (nmap.org/book/man-port-scanning-techniques.html). */
const stealth = { ...syn, over: 'ports', stack: stacks.nmap, ports: [], mark: 'nmap' } as const;
const scan = (shape: Shape['shape'], method: string, tool: string | null = null): Shape => ({
  kind: 'scan',
  technique: 'T1595.001',
  method,
  tool,
  shape,
});

/** A scan by one source with one plan. */
function planned(name: string, like: string, expected: Shape, plan: Omit<Plan, 'name'>, gap = QUICK): Scan {
  const cast = (stage: Stage, field: Field, { one }: Offered): Cast => ({
    sources: [one],
    actors: [new Scanner(stage, field, one, { name, ...plan })],
    apart: 0,
  });
  return { name, like, expected, gap, cast };
}

/** Sources that share targets out: one packet each, no target twice. */
function distributed(stage: Stage, field: Field, { many }: Offered): Cast {
  const targets = field.addresses.filter((address) => !field.live.has(address)).slice(0, many.length);
  const actors = targets.map((target, nth) => {
    const ends = { source: many[nth], target, sourcePort: stage.random.port(), targetPort: 5555 };
    return new Knock(stage, ends, stacks.device, 1);
  });
  return { sources: many.slice(0, targets.length), actors, apart: SECOND };
}

/** IPv6 neighbour solicitations (RFC 4861 section 4.3) for one address after the other, by a neighbour. */
class Neighbours implements Actor {
  static readonly source = Uint32Array.of(0x20010db8, 0, 0, 0x66);
  readonly #stage: Stage;
  #asked = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  step(): boolean {
    this.#asked += 1;
    const { out } = this.#stage;
    const wanted = Uint32Array.of(0x20010db8, 0, 0, 0x100 + this.#asked);
    // the group of all addresses that end alike: ff02::1:ffXX:XXXX (RFC 4291 section 2.7.1)
    const group = Uint32Array.of(0xff020000, 0, 1, (0xff000000 | (wanted[3] & 0xffffff)) >>> 0);
    const body = new Uint8Array(24);
    new DataView(body.buffer).setUint32(0, wanted[0]);
    new DataView(body.buffer).setUint32(12, wanted[3]);
    body.set([1, 1, 2, 0, 0, 0, 0, 0x66], 16);
    out.link = 0x66;
    out.icmp({ source: Neighbours.source, target: group, sourcePort: 0, targetPort: 0 }, 135, 0, 0, 255, body);
    out.link = 2;
    return this.#asked < MOST;
  }
}

/** Every scan that is made of packets. Add one: a line here. */
export const scans: readonly Scan[] = [
  planned(
    'tcp-syn',
    'nmap -sS: one sequence number and source port for all probes',
    scan('block-scan', 'tcp-syn', 'nmap'),
    { ...syn, over: 'both', stack: stacks.nmap, ports: COMMON, mark: 'nmap' },
  ),
  planned('tcp-connect', 'connections of an ordinary stack, broken off', scan('port-scan', 'tcp-connect'), {
    ...syn,
    probe: 'connect',
    over: 'ports',
    stack: stacks.linux,
    ports: [],
    freshPort: true,
  }),
  planned('tcp-fin', 'nmap -sF', scan('port-scan', 'tcp-fin'), { ...stealth, flags: FIN }),
  planned('tcp-null', 'nmap -sN', scan('port-scan', 'tcp-null'), { ...stealth, flags: 0 }),
  planned('tcp-xmas', 'nmap -sX', scan('port-scan', 'tcp-xmas'), { ...stealth, flags: FIN | PSH | URG }),
  planned('tcp-maimon', 'nmap -sM', scan('port-scan', 'tcp-maimon'), { ...stealth, flags: FIN | ACK }),
  planned('tcp-ack', 'nmap -sA: who filters', scan('port-scan', 'tcp-ack'), { ...stealth, flags: ACK }),
  planned('tcp-window', 'nmap -sW: the window of the RST is read', scan('address-scan', 'tcp-ack'), {
    ...stealth,
    flags: ACK,
    over: 'hosts',
    ports: [443],
  }),
  planned('tcp-odd', 'nmap --scanflags SYNFIN', scan('port-scan', 'tcp-odd'), { ...stealth, flags: SYN | FIN }),
  planned('udp', 'nmap -sU: datagrams without data', scan('port-scan', 'udp'), {
    ...hosts,
    probe: 'udp',
    over: 'ports',
    ports: [],
  }),
  planned('dns-sweep', 'one question to every address', scan('address-scan', 'udp'), {
    ...hosts,
    probe: 'dns',
    ports: [53],
  }),
  planned('sctp-init', 'nmap -sY', scan('address-scan', 'sctp-init'), { ...hosts, probe: 'sctp-init', ports: [2905] }),
  planned('sctp-cookie', 'nmap -sZ', scan('address-scan', 'sctp-cookie-echo'), {
    ...hosts,
    probe: 'sctp-cookie',
    ports: [2905],
  }),
  planned('ip-protocol', 'nmap -sO: one IP protocol after the other', scan('port-scan', 'ip-protocol'), {
    ...hosts,
    probe: 'ip',
    over: 'ports',
    ports: [],
  }),
  planned('icmp-echo', 'a ping sweep', scan('address-scan', 'icmp-echo'), { ...hosts, probe: 'ping' }),
  planned('icmp-timestamp', 'nmap -PP', scan('address-scan', 'icmp-timestamp'), { ...hosts, probe: 'timestamp' }),
  planned('icmp-mask', 'nmap -PM', scan('address-scan', 'icmp-mask'), { ...hosts, probe: 'mask' }),
  planned('icmp-information', 'information requests', scan('address-scan', 'icmp-other'), {
    ...hosts,
    probe: 'information',
  }),
  planned('arp', 'arp-scan', scan('address-scan', 'arp', 'nmap or arp-scan'), { ...hosts, probe: 'arp' }),
  {
    name: 'nd',
    like: 'neighbour solicitations for addresses in a row',
    expected: scan('address-scan', 'nd'),
    gap: QUICK,
    cast: (stage) => ({ sources: [Neighbours.source], actors: [new Neighbours(stage)], apart: 0 }),
  },
  planned('traceroute', 'the ways to many hosts are mapped', scan('block-scan', 'udp'), {
    ...hosts,
    probe: 'trace',
    ports: [33434],
  }),
  planned('masscan', 'masscan: IP id = target ^ port ^ sequence number', scan('block-scan', 'tcp-syn', 'masscan'), {
    ...syn,
    over: 'both',
    stack: stacks.bare,
    ports: COMMON,
    mark: 'masscan',
  }),
  planned('zmap', 'ZMap before 4.1: IP id 54321', scan('address-scan', 'tcp-syn', 'zmap'), {
    ...syn,
    over: 'hosts',
    stack: stacks.zmap,
    ports: [8291],
    mark: 'zmap',
  }),
  planned('mirai', 'Mirai: sequence number = target address', scan('address-scan', 'tcp-syn', 'mirai'), {
    ...syn,
    over: 'both',
    stack: stacks.device,
    ports: [23, 2323],
    mark: 'mirai',
  }),
  planned(
    'slow',
    'an ordinary stack, one probe an hour',
    scan('address-scan', 'tcp-syn'),
    { ...syn, over: 'hosts', stack: stacks.linux, ports: [3389], freshPort: true, most: 40 },
    HOUR,
  ),
  {
    name: 'distributed',
    like: 'one packet a source, the targets shared out',
    expected: { kind: 'campaign', technique: 'T1595.001', method: 'tcp-syn', tool: null, shape: 'address-scan' },
    gap: QUICK,
    cast: distributed,
  },
];
