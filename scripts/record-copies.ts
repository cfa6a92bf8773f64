import type { Expected } from '../test/support/truth.ts';
import {
  cut,
  dispersed,
  extended,
  gre,
  inboundOnly,
  ipip,
  offloaded,
  paced,
  pppoe,
  qinq,
  type Rewrite,
  vxlan,
} from './record-rewrite.ts';
import { found, scans } from './record-scans.ts';

/** A case made from the capture of another one. */
interface Copy {
  readonly name: string;
  readonly of: string;
  readonly question: string;
  readonly rewrite: Rewrite;
  readonly expected: Expected;
}

const PLAIN = 'nmap-syn';
/** 11.71.4, 172.20.8, as in the frames */
const CLINIC = '0b4704';
const CAMPUS = 'ac14';

function truthOf(name: string): Expected {
  const recipe = scans.find((scan) => scan.name === name);
  if (!recipe) throw new Error(`no case named ${name}`);
  return recipe.expected;
}

/** The law of the wrappings: what is found does not depend on what the packets came in. */
const wrapped = (name: string, of: string, by: string, rewrite: Rewrite): Copy => ({
  name: `${of}-${name}`,
  of,
  question: `The same packets ${by}: the same findings.`,
  rewrite,
  expected: { ...truthOf(of), like: of },
});

const untold = (expected: Expected): Expected => ({
  ...expected,
  scans: expected.scans.map((scan) => ({ ...scan, open: [] })),
});

/** nth → an address in networks that have nothing in common, as hex */
const anywhere = (nth: number): string =>
  [26 + (nth % 7), (nth * 37) % 256, (nth * 101) % 256, 1 + ((nth * 53) % 254)].map(byte).join('');
const byte = (value: number): string => value.toString(16).padStart(2, '0');
const dotted = (hex: string): string => [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
const members = (count: number): string[] => Array.from({ length: count }, (_, nth) => dotted(anywhere(nth)));

const distributed = (count: number, tool: string | null): Expected => ({
  scans: [{ sources: members(count), atLeast: Math.ceil(count * 0.8), techniques: ['T1595.001'], tool, open: null }],
  spared: [],
});

export const copies: readonly Copy[] = [
  wrapped('gre', PLAIN, 'within GRE', gre),
  wrapped('vxlan', PLAIN, 'within VXLAN', vxlan),
  wrapped('ipip', PLAIN, 'within IPv4', ipip),
  wrapped('qinq', PLAIN, 'with two VLAN tags', qinq),
  wrapped('pppoe', PLAIN, 'in a PPPoE session', pppoe),
  wrapped('6in4', 'nmap6-syn', 'within IPv4', ipip),
  wrapped('extended', 'nmap6-syn', 'with destination options before every transport header', extended),
  wrapped('offloaded', PLAIN, 'with the checksums of our hosts not yet filled in', offloaded(CLINIC)),
  {
    name: 'ssh-loop-cut',
    of: 'ssh-loop',
    question: 'Cut after 64 bytes, within the options of the SYN: no banner can be read.',
    rewrite: cut(64),
    expected: truthOf('ssh-loop'),
  },
  {
    name: 'nmap-syn-one-sided',
    of: PLAIN,
    question:
      'Only what comes in is seen; the answers take another way. The scan is found, what it learned is not known.',
    rewrite: inboundOnly(CLINIC),
    expected: untold(truthOf(PLAIN)),
  },
  {
    name: 'zmap-slow',
    of: 'zmap-winbox',
    question: 'The same sweep at about one probe in 20 minutes, for a week.',
    rewrite: paced(1200),
    expected: truthOf('zmap-winbox'),
  },
  {
    name: 'hping-xmas-slow',
    of: 'hping-xmas-sweep',
    question: 'Sixty probes, about one an hour.',
    rewrite: paced(3600),
    expected: truthOf('hping-xmas-sweep'),
  },
  {
    name: 'ssh-loop-slow',
    of: 'ssh-loop',
    question: 'An ordinary stack tries port 22 of one address after the other, about one an hour.',
    rewrite: paced(3600),
    expected: truthOf('ssh-loop'),
  },
  {
    name: 'zmap-dispersed',
    of: 'zmap-ntp',
    question: 'Every address of a /24 is probed once, each time from another source.',
    rewrite: dispersed('21c81150', anywhere),
    expected: distributed(256, 'zmap'),
  },
  {
    name: 'curl-loop-dispersed',
    of: 'curl-loop',
    question:
      'Every address of a /24 is tried once on one odd port, each time from another source with an ordinary stack.',
    rewrite: dispersed('21c8111e', anywhere),
    expected: distributed(254, null),
  },
  {
    name: 'nmap-discover-udp-one-sided',
    of: 'nmap-discover-udp',
    question: 'A sweep with UDP of which only the questions are seen.',
    rewrite: inboundOnly(CAMPUS),
    expected: found('10.200.3.50', 'nmap', []),
  },
  {
    name: 'benign-nat-offloaded',
    of: 'benign-nat',
    question: 'The same people, the checksums of our hosts not yet filled in.',
    rewrite: offloaded(CLINIC),
    expected: { scans: [], spared: [], explained: 'many clients behind one address' },
  },
  {
    name: 'benign-nat-one-sided',
    of: 'benign-nat',
    question: 'The same people, without the answers: data without a handshake is no scan.',
    rewrite: inboundOnly(CLINIC),
    expected: { scans: [], spared: [], explained: 'asymmetric capture' },
  },
];
