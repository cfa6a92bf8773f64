import type { AccountRow, Advice, Finding, Learned, Summary, Trace } from './finding.ts';

/**
 * The one written form of a finding: keys in the order of the schema, bits to 3 decimals, so that the same finding is the
 * same bytes whatever built it. Rounded rows must still add up, so the total is the sum of the rounded rows.
 */

/** Rounded to so many: bits, mostly. */
export const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

/** Six significant digits: a rate may be one probe a month. */
const significant = (value: number): number => Number(value.toPrecision(6));

/** Sum of the deciding stream's rows in whole thousandths of a bit, where sums are exact. */
export function sumOf(account: readonly AccountRow[], stream: string): number {
  let sum = 0;
  for (const row of account) if (row.stream === stream) sum += Math.round(row.bits * 1000);
  return sum / 1000;
}

/** The rounded total: that of the rows when it says the same as the unrounded one, which it does unless rows are missing. */
function totalBits(finding: Finding, account: readonly AccountRow[]): number {
  const sum = sumOf(account, finding.decidedBy);
  return Math.abs(sum - finding.bits) <= 0.0005 * (account.length + 1) ? sum : thousandths(finding.bits);
}

type Evidence = AccountRow['evidence'][number];

const evidenceOf = ({ input, record, time, bits }: Evidence): Evidence => ({
  input,
  record,
  time,
  ...(bits !== undefined && { bits: thousandths(bits) }),
});

const rowOf = ({ stream, bits, reason, contacts, evidence }: AccountRow): AccountRow => ({
  stream,
  bits: thousandths(bits),
  reason,
  contacts,
  evidence: evidence.map(evidenceOf),
});

const learnedOf = (fact: Learned): Learned => ({
  address: fact.address,
  protocol: fact.protocol,
  ...(fact.port !== undefined && { port: fact.port }),
  state: fact.state,
  ...(fact.service !== undefined && { service: fact.service }),
  ...(fact.banner !== undefined && { banner: fact.banner }),
  ...(fact.host !== undefined && { host: fact.host }),
  ...(fact.path !== undefined && { path: fact.path }),
  ...(fact.user !== undefined && { user: fact.user }),
  ...(fact.status !== undefined && { status: fact.status }),
  ...(fact.bytes !== undefined && { bytes: fact.bytes }),
  at: fact.at,
  firstTime: fact.firstTime,
});

const sourceOf = (source: Finding['source']): Finding['source'] =>
  source && {
    address: source.address,
    ...(source.prefix !== undefined && { prefix: source.prefix }),
    ...(source.asn !== undefined && { asn: source.asn }),
    proven: source.proven,
  };

const progressOf = ({ what, within, done, of, end }: NonNullable<Finding['progress']>): Finding['progress'] => ({
  what,
  within,
  done,
  of,
  ...(end && { end: { from: end.from, to: end.to } }),
});

const membersOf = (finding: Finding): Pick<Finding, 'members' | 'memberCount' | 'progress'> => ({
  ...(finding.members && {
    members: finding.members.map(({ address, probes, bits, share }) => ({
      address,
      probes,
      ...(bits !== undefined && { bits: thousandths(bits) }),
      ...(share !== undefined && { share: thousandths(share) }),
    })),
  }),
  ...(finding.memberCount !== undefined && { memberCount: finding.memberCount }),
  ...(finding.progress && { progress: progressOf(finding.progress) }),
});

const toolOf = (tool: Finding['tool']): Finding['tool'] =>
  tool && {
    name: tool.name,
    ...(tool.version !== undefined && { version: tool.version }),
    bits: thousandths(tool.bits),
    marks: tool.marks,
  };

const wordlistOf = (list: Finding['wordlist']): Finding['wordlist'] =>
  list && { name: list.name, from: list.from, to: list.to, of: list.of, next: list.next };

const followUpOf = (later: Finding['followedBy'][number]): Finding['followedBy'][number] => ({
  technique: later.technique,
  at: later.at,
  source: later.source,
  target: later.target,
  gapSeconds: thousandths(later.gapSeconds),
  bits: thousandths(later.bits),
  reason: later.reason,
  ...(later.evidence && { evidence: later.evidence.map(evidenceOf) }),
});

const serviceOf = ({ protocol, port, probes }: Finding['services'][number]): Finding['services'][number] => ({
  protocol,
  port,
  probes,
});

const triageOf = (triage: Finding['triage']): Finding['triage'] => ({
  class: triage.class,
  targetedness: triage.targetedness,
  priority: triage.priority,
  reasons: triage.reasons,
  rejected: triage.rejected,
  ...(triage.notify !== undefined && { notify: triage.notify }),
});

export const adviceOf = ({ mitigation, target, text, why, verify }: Advice): Advice => ({
  mitigation,
  target,
  text,
  why,
  verify,
});

const traceOf = ({ opened, addresses, visits, asks }: Trace): Trace => ({
  ...(opened !== undefined && { opened }),
  addresses,
  visits,
  asks,
});

/** The finding in its written form. */
export function canonicalFinding(finding: Finding): Finding {
  const account = finding.account.map(rowOf);
  const { addresses, ports, paths, names } = finding.targets;
  return {
    id: finding.id,
    kind: finding.kind,
    techniques: finding.techniques,
    source: sourceOf(finding.source),
    ...membersOf(finding),
    firstSeen: finding.firstSeen,
    lastSeen: finding.lastSeen,
    status: finding.status,
    bits: totalBits(finding, account),
    bar: thousandths(finding.bar),
    decidedBy: finding.decidedBy,
    account,
    shape: finding.shape,
    methods: finding.methods,
    probes: finding.probes,
    targets: { addresses, ports, paths, names },
    services: finding.services.map(serviceOf),
    order: finding.order,
    rate: significant(finding.rate),
    tool: toolOf(finding.tool),
    wordlist: wordlistOf(finding.wordlist),
    learned: finding.learned.map(learnedOf),
    advice: finding.advice.map(adviceOf),
    followedBy: finding.followedBy.map(followUpOf),
    related: finding.related.map(({ technique, why }) => ({ technique, why })),
    triage: triageOf(finding.triage),
    inputs: finding.inputs,
    caveats: finding.caveats,
    ...(finding.trace !== undefined && { trace: traceOf(finding.trace) }),
  };
}

/** Counters by name, names in order. */
const sorted = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

const countsOf = (input: Summary['inputs'][number]): Summary['inputs'][number] => ({
  name: input.name,
  format: input.format,
  records: input.records,
  used: input.used,
  duplicate: input.duplicate,
  late: input.late,
  malformed: sorted(input.malformed),
  unsupported: input.unsupported,
  shed: input.shed,
  noted: sorted(input.noted),
  assumed: input.assumed,
});

type Entry = NonNullable<Summary['policy']>[number];

const policyOf = ({ prefix, policy, reason, until, from, state, sources, probes }: Entry): Entry => ({
  prefix,
  policy,
  ...(reason !== undefined && { reason }),
  ...(until !== undefined && { until }),
  from,
  state,
  sources,
  probes,
});

/** The summary in its written form. */
export function canonicalSummary(summary: Summary): Summary {
  const { noise, home, span } = summary;
  return {
    kind: 'summary',
    inputs: summary.inputs.map(countsOf),
    contacts: summary.contacts,
    sources: summary.sources,
    findings: summary.findings,
    noise: {
      sources: noise.sources,
      probes: noise.probes,
      topServices: noise.topServices.map(serviceOf),
      newServices: noise.newServices.map(serviceOf),
      tools: noise.tools.map((tool) => ({ name: tool.name, findings: tool.findings })),
      knownScanners: { findings: noise.knownScanners.findings, share: thousandths(noise.knownScanners.share) },
    },
    digest: summary.digest.map(({ what, hour, findings, sources, ports }) => ({
      what,
      hour,
      findings,
      sources,
      ports,
    })),
    findingsPerDay: summary.findingsPerDay && {
      findings: thousandths(summary.findingsPerDay.findings),
      notifications: thousandths(summary.findingsPerDay.notifications),
    },
    explained: summary.explained.map(({ source, what, because, probes }) => ({ source, what, because, probes })),
    ...(summary.policy && { policy: summary.policy.map(policyOf) }),
    nearest: summary.nearest.map(({ source, bits, decidedBy, reason, contacts }) => ({
      source,
      bits: thousandths(bits),
      decidedBy,
      reason,
      contacts,
    })),
    bar: thousandths(summary.bar),
    falsePerDay: summary.falsePerDay,
    contactsPerDay: summary.contactsPerDay === null ? null : significant(summary.contactsPerDay),
    home: { networks: home.networks, inferred: home.inferred },
    span: span && { first: span.first, last: span.last },
    clocks: summary.clocks.map(({ input, other, aheadSeconds, pairs }) => ({ input, other, aheadSeconds, pairs })),
    seconds: thousandths(summary.seconds),
  };
}
