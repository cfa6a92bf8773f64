// Hot: `protocolIn` runs once a row.
import { latinText } from '../../record/latin.ts';
import { numberIn } from '../field.ts';

/*
 * Names that flow tools print for IP protocol numbers: those of nfdump (its table of 138 names, five characters at most),
 * where they differ also those of the registry (IANA, "Assigned Internet Protocol Numbers") and of argus and Suricata.
 * The name's place is its number; `?`: it is printed as a number.
 */
const NFDUMP =
  '? ICMP IGMP GGP IPIP ST TCP CBT EGP IGP BBN NVPII PUP ARGUS ENCOM XNET CHAOS UDP MUX DCN HMP PRM XNS Trnk1 Trnk2 ' +
  'Leaf1 Leaf2 RDP IRTP ISO-4 NETBK MFESP MEINP DCCP 3PC IDPR XTP DDP ? TP++ IL IPv6 SDRP Rte6 Frag6 IDRP RSVP GRE MHRP ' +
  'BNA ESP AH INLSP SWIPE NARP MOBIL TLSP SKIP ICMP6 NOHE6 OPTS6 HOST CFTP NET SATNT KLAN RVD IPPC FS SATM VISA IPCV ' +
  'CPNX CPHB WSN PVP BSATM SUNND WBMON WBEXP ISOIP VMTP SVMTP VINES TTP NSIGP DGP TCF EIGRP OSPF S-RPC LARP MTP AX.25 ' +
  'OS MICP SCCSP ETHIP ENCAP ? GMTP IFMP PNNI PIM ARIS SCPS QNX A/N IPcmp SNP CpqPP IPXIP VRRP PGM 0hop L2TP DDX IATP ' +
  'STP SRP UTI SMP SM PTP ISIS4 FIRE CRTP CRUDP ? IPLT SPS PIPE SCTP FC ? MHEAD UDP-L MPLS';
const OTHERS: readonly (readonly [string, number])[] = [
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  // argus cuts names after five letters, and this is the one of them that is common
  ['ipv6-*', 58],
  ['ipv6-opts', 60],
  ['ipv6-no', 59],
  ['ipv6-frag', 44],
  ['ipv6-route', 43],
  ['udplite', 136],
  ['ospfigp', 89],
  ['ipnip', 4],
];
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...NFDUMP.split(' ')
    .map((name, number): [string, number] => [name.toLowerCase(), number])
    .filter(([name]) => name !== '?'),
  ...OTHERS,
]);

/** Number of the protocol that bytes[from … to) name, or −1. */
export function protocolIn(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] | 32;
  if (to - from === 3) {
    const last = bytes[to - 1] | 32;
    if (first === 116 && last === 112) return 6;
    if (first === 117 && last === 112) return 17;
  }
  const number = numberIn(bytes, from, to);
  if (number >= 0) return number < 256 ? number : -1;
  return protocolOf(latinText(bytes, from, Math.min(to, from + 16)));
}

/** Number of a protocol by its name, or −1. */
export const protocolOf = (name: string): number => NUMBERS.get(name.toLowerCase()) ?? -1;

const FLAGS = new Uint8Array(256);
for (const [letter, flag] of Object.entries({ C: 128, W: 128, E: 64, U: 32, A: 16, P: 8, R: 4, S: 2, F: 1 }))
  FLAGS[letter.charCodeAt(0)] = flag;

/** TCP flags written as letters, in any order, with or without dots between. */
export function flagsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) flags |= FLAGS[bytes[at]];
  return flags;
}
