import type { Exposure } from '../../src/finding/exposure.ts';
import type { LearnedResult } from '../../src/engine/learned.ts';
import type { Finding, Summary } from '../../src/finding/finding.ts';

/** A whole finding and a whole summary for tests; what a test is about is given, the rest is plausible. */

export function exampleFinding(over: Partial<Finding> = {}): Finding {
  return {
    id: '4f2a91c3d0e7',
    kind: 'scan',
    techniques: ['T1595.001', 'T1595.002'],
    source: { address: '198.18.10.11', proven: true },
    firstSeen: '2026-11-21T22:34:32.694069Z',
    lastSeen: '2026-11-21T22:34:36.589086Z',
    status: 'closed',
    bits: 37.2,
    bar: 20,
    decidedBy: 'misses',
    account: [
      {
        stream: 'misses',
        bits: 34,
        reason: 'closed port of a host that answers',
        contacts: 7,
        evidence: [
          { input: 'a.pcap', record: 3, time: '2026-11-21T22:34:32.694069Z' },
          { input: 'a.pcap', record: 5, time: '2026-11-21T22:34:32.700000Z' },
        ],
      },
      {
        stream: 'misses',
        bits: 5.2,
        reason: 'address that never answered',
        contacts: 2,
        evidence: [{ input: 'a.pcap', record: 9, time: '2026-11-21T22:34:33.000000Z' }],
      },
      {
        stream: 'order',
        bits: 11.25,
        reason: '24 ports in ascending order',
        contacts: 24,
        evidence: [{ input: 'a.pcap', record: 11, time: '2026-11-21T22:34:33.100000Z' }],
      },
      { stream: 'misses', bits: -2, reason: 'best of 4 streams', contacts: 0, evidence: [] },
    ],
    shape: 'block-scan',
    methods: ['tcp-syn', 'icmp-echo'],
    probes: 2619,
    targets: { addresses: 256, ports: 100, paths: 0, names: 0 },
    services: [
      { protocol: 'tcp', port: 443, probes: 262 },
      { protocol: 'tcp', port: 80, probes: 261 },
    ],
    order: 'permuted',
    rate: 672.39,
    tool: { name: 'nmap', version: '7', bits: 32, marks: ['one seq and source port over all probes'] },
    wordlist: null,
    learned: [
      {
        address: '203.0.113.10',
        protocol: 'tcp',
        port: 22,
        state: 'open',
        service: 'ssh',
        banner: 'SSH-2.0-OpenSSH_9.2',
        at: '2026-11-21T22:34:32.700000Z',
        firstTime: true,
      },
      {
        address: '203.0.113.10',
        protocol: 'tcp',
        port: 80,
        state: 'open',
        at: '2026-11-21T22:34:32.710000Z',
        firstTime: true,
      },
      {
        address: '203.0.113.11',
        protocol: 'tcp',
        port: 23,
        state: 'closed',
        at: '2026-11-21T22:34:32.720000Z',
        firstTime: true,
      },
    ],
    advice: [
      {
        mitigation: 'M1056',
        target: '203.0.113.10 tcp/22',
        text: 'Close what nobody uses.',
        why: 'it answers strangers',
        verify: 'nc -zvw3 203.0.113.10 22  # from outside; expect refused or timed out',
      },
    ],
    followedBy: [],
    related: [],
    triage: {
      class: 'localised',
      targetedness: 60,
      priority: 55,
      reasons: ['the pace would need 71.6 Mpps for the whole Internet'],
      rejected: ['outage: the targets answer others'],
    },
    inputs: ['a.pcap'],
    caveats: [],
    ...over,
  };
}

export function exampleSummary(over: Partial<Summary> = {}): Summary {
  return {
    kind: 'summary',
    inputs: [
      {
        name: 'a.pcap',
        format: 'pcap',
        records: 3227,
        used: 3221,
        duplicate: 0,
        late: 0,
        malformed: { 'ip-header-cut': 3, 'tcp-header-cut': 1 },
        unsupported: 2,
        shed: 0,
        noted: { 'tcp-checksum-offload': 12 },
        assumed: [],
      },
    ],
    contacts: 2631,
    sources: 4,
    findings: 1,
    noise: {
      sources: 3,
      probes: 12,
      topServices: [{ protocol: 'tcp', port: 23, probes: 9 }],
      newServices: [],
      tools: [],
      knownScanners: { findings: 0, share: 0 },
    },
    explained: [
      {
        source: '198.51.100.7',
        what: 'backscatter of an attack on its tcp/443 with forged sources',
        because: '4,446 answers to 381 of our addresses, none of which showed life',
        probes: 4446,
      },
    ],
    policy: [
      {
        prefix: '198.51.100.0/24',
        policy: 'allow',
        reason: 'our auditors',
        until: '2026-10-31T23:59:59.999999Z',
        from: 'own.txt',
        state: 'expired',
        sources: 1,
        probes: 40,
      },
      { prefix: '192.0.2.7', policy: 'label', from: '--allow', state: 'unused', sources: 0, probes: 0 },
    ],
    nearest: [
      {
        source: '192.0.2.44',
        bits: 9.25,
        decidedBy: 'misses',
        reason: 'tried a port that is closed on a live host',
        contacts: 4,
      },
    ],
    bar: 20,
    falsePerDay: 1,
    contactsPerDay: 2631,
    home: { networks: ['203.0.113.0/24'], inferred: true },
    span: { first: '2026-11-21T22:34:32.567000Z', last: '2026-11-21T22:34:37.850000Z' },
    digest: [],
    findingsPerDay: null,
    clocks: [],
    seconds: 0.31,
    ...over,
  };
}

/** A campaign of many sources. */
export function exampleCampaign(over: Partial<Finding> = {}): Finding {
  return exampleFinding({
    id: '9ab10c22aa01',
    kind: 'campaign',
    source: null,
    members: Array.from({ length: 12 }, (_, at) => ({ address: `192.0.2.${at + 1}`, probes: 12 - at })),
    memberCount: 251,
    decidedBy: 'crowd',
    account: [
      { stream: 'crowd', bits: 40, reason: 'new sources in reverse-byte order', contacts: 251, evidence: [] },
      { stream: 'crowd', bits: -2.8, reason: 'best of 7 streams', contacts: 0, evidence: [] },
    ],
    order: 'reverse-byte',
    tool: null,
    learned: [],
    ...over,
  });
}

/** Nothing answered anybody. */
export const exampleLearned = (over: Partial<LearnedResult> = {}): LearnedResult => ({
  exposures: [],
  tallies: new Map(),
  unkept: 0,
  answers: { tcp: 0, udp: 0, icmp: 0 },
  seconds: 3600,
  ...over,
});

/** A service that one scanner was told of. */
export const exampleExposure = (over: Partial<Exposure> = {}): Exposure => ({
  kind: 'exposure',
  what: 'service',
  address: '203.0.113.10',
  protocol: 'tcp',
  port: 22,
  state: 'open',
  firstSeen: '2026-11-21T22:30:00.000000Z',
  lastSeen: '2026-11-21T22:40:00.000000Z',
  scanners: 1,
  firstTold: { source: '198.18.10.11', finding: 'scan-4f2a91c3', at: '2026-11-21T22:34:32.700000Z', minutes: 4.545 },
  lastTold: '2026-11-21T22:34:32.700000Z',
  toldTo: [{ source: '198.18.10.11', finding: 'scan-4f2a91c3', at: '2026-11-21T22:34:32.700000Z' }],
  targeted: false,
  use: { clients: 2, last30Days: 1, atLeast: false, last: '2026-11-21T22:31:00.000000Z' },
  ...over,
});
