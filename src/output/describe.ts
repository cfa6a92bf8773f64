import { techniqueName } from '../finding/attack.ts';
import { exposureKey, whatOf } from '../finding/exposure-key.ts';
import type { LearnedSummary } from '../finding/exposure.ts';
import type { Finding, Learned, Service, Summary } from '../finding/finding.ts';
import { timeOf } from '../finding/time.ts';
import { bitsText, counted, durationText, grouped, listed, rateText } from './layout.ts';
import { printable } from './printable.ts';

/** A finding in words: one function a question. Texts from the wire are escaped and capped here, before they are joined. */

/** Characters of one text from the wire that are shown. */
const CAP = 60;

const wire = (text: string): string => printable(text, CAP);

/** Text from the wire in quotes that it cannot close. */
const quoted = (text: string): string => `"${wire(text).replace(/"/g, "'")}"`;

/** `2026-11-21 22:34:32` */
const clock = (time: string): string => time.slice(0, 19).replace('T', ' ');

/** From first to last, the date not said twice: `2026-11-21 22:34:32 – 22:34:36 UTC`. */
export function spanText(first: string, last: string): string {
  const [from, to] = [clock(first), clock(last)];
  const sameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from} – ${sameDay ? to.slice(11) : to} UTC`;
}

/** Seconds between two times of a finding. */
export function secondsBetween(first: string, last: string): number {
  return Math.max(0, (timeOf(last) - timeOf(first)) / 1e6);
}

/** `tcp/443`, `icmp/8`; ARP and the protocols of IP have nothing to number. */
export function serviceName({ protocol, port }: Pick<Service, 'protocol' | 'port'>): string {
  return /^(?:arp|ip-\d+)$/.test(protocol) ? protocol : `${wire(protocol)}/${port}`;
}

export function serviceText(service: Service): string {
  return `${serviceName(service)} (${grouped(service.probes)})`;
}

/** Who did it: the address and how sure it is, or how many took part. */
export function who(finding: Finding): string {
  const { source } = finding;
  if (source === null) return counted(finding.memberCount ?? finding.members?.length ?? 0, 'source');
  const address = wire(source.prefix ?? source.address);
  const network = source.asn === undefined ? '' : ` AS${source.asn}`;
  return `${address}${network} (${source.proven ? 'proven' : 'claimed'})`;
}

/** Ids of the techniques, the first with its name. */
export function techniquesText({ techniques }: Finding): string {
  const [first, ...others] = techniques;
  if (first === undefined) return '';
  return [`${wire(first)} ${techniqueName(first)}`.trim(), ...others.map(wire)].join(', ');
}

/** The tool and what betrayed it. */
export function toolText({ tool }: Finding): string {
  if (tool === null) return '';
  const name = `${wire(tool.name)}${tool.version === undefined ? '' : ` ${wire(tool.version)}`}`;
  return `${name} (${bitsText(tool.bits)} bits: ${listed(tool.marks.map(wire), 3, '; ')})`;
}

/** Words of a list that are said to come next. */
const NEXT = 5;

/** The list that the names are taken from, how far it has come, and what comes next; '' where it is no matter of lists. */
export function wordlistText({ wordlist, shape }: Finding): string {
  if (wordlist === null) return '';
  const { name, from, to, of, next } = wordlist;
  if (name === 'undecided') return shape === 'wordlist' ? 'undecided: no known list leads' : '';
  const after = next.length === 0 ? '' : `; next would come ${next.slice(0, NEXT).map(quoted).join(', ')}`;
  return `${wire(name)}, words ${grouped(from)} to ${grouped(to)} of ${grouped(of)}${after}`;
}

const ORDERS: Readonly<Record<string, string>> = {
  sequential: 'in sequential order',
  descending: 'in descending order',
  permuted: 'in permuted order',
  'reverse-byte': 'in reverse-byte order',
  dictionary: 'in dictionary order',
};

const SHAPES: Readonly<Record<NonNullable<Finding['shape']>, string>> = {
  'address-scan': 'address scan',
  'port-scan': 'port scan',
  'block-scan': 'block scan',
  wordlist: 'wordlist scan',
  vulnerability: 'vulnerability scan',
  fingerprinting: 'fingerprinting',
  'single-service': 'scan of one service',
};

/** What the methods address beside a host: ports, protocols of IP, several of these, or nothing that is counted. */
function countedBy(methods: readonly string[]): readonly [one: string, many: string] | undefined {
  const kinds = new Set(
    methods.map((method) =>
      /^(?:icmp-.*|arp|nd)$/.test(method) ? '' : method === 'ip-protocol' ? 'protocol' : 'port',
    ),
  );
  if (kinds.size > 1) return ['service', 'services'];
  if (kinds.has('')) return undefined;
  return kinds.has('protocol') ? ['protocol', 'protocols'] : ['port', 'ports'];
}

/** How it was done: shape, methods, order. */
export function how(finding: Finding): string {
  const isOfProtocols = finding.shape === 'port-scan' && countedBy(finding.methods)?.[0] === 'protocol';
  const shape = finding.shape === null ? '' : `${isOfProtocols ? 'protocol scan' : SHAPES[finding.shape]} by `;
  const order = finding.order === null ? '' : ` ${ORDERS[finding.order]}`;
  return `${shape}${listed(finding.methods.map(wire), 6)}${order}`;
}

/** How much of it there was. */
export function howMuch(finding: Finding): string {
  const { addresses, ports, paths, names } = finding.targets;
  const beside = countedBy(finding.methods);
  const targets = [
    [addresses, 'address', 'addresses'],
    [beside === undefined ? 0 : ports, ...(beside ?? ['', ''])],
    [paths, 'path', 'paths'],
    [names, 'name', 'names'],
  ] as const;
  const reached = targets.filter(([many]) => many > 0).map(([many, one, several]) => counted(many, one, several));
  const seconds = secondsBetween(finding.firstSeen, finding.lastSeen);
  const pace = finding.rate > 0 && seconds > 0 ? `, ${rateText(finding.rate)}` : '';
  return `${counted(finding.probes, 'probe')} to ${reached.join(', ')} in ${durationText(seconds)}${pace}`;
}

/** The ports that took a fair share of the probes; none when they were spread evenly over many. */
export function servicesText({ services, probes }: Finding): string {
  return services
    .filter((service) => service.probes * 20 >= probes)
    .slice(0, 5)
    .map(serviceText)
    .join(', ');
}

/** The bits, the bar, and the mechanism that decided. */
export function bitsOverBar(finding: Finding): string {
  return `${bitsText(finding.bits)} over a bar of ${bitsText(finding.bar)}, decided by ${wire(finding.decidedBy)}`;
}

function factText(fact: Learned): string {
  if (fact.path !== undefined) return `${wire(fact.path)} ${fact.status ?? ''}`.trim();
  if (fact.user !== undefined) return `user ${quoted(fact.user)}`;
  const port = fact.port === undefined ? wire(fact.protocol) : `${wire(fact.protocol)}/${fact.port}`;
  const service = fact.service === undefined || fact.service === '' ? '' : ` ${wire(fact.service)}`;
  return `${port}${service}${fact.banner === undefined ? '' : ` ${quoted(fact.banner)}`}`;
}

/** What is there and is no port: a path that is forbidden is not open. */
const NAMED = [
  ['path', 'paths'],
  ['name', 'names'],
  ['user', 'users'],
] as const;

/** What it was told: counts by kind and state, then what is there by address; '' where nobody asked in order to learn. */
export function learnedText({ kind, learned, targets }: Finding): string {
  if (learned.length === 0) {
    if (kind !== 'scan' && kind !== 'campaign') return '';
    return targets.paths + targets.names > 0
      ? 'nothing that it asked for was told to be there'
      : 'nothing was answered';
  }
  const isNamed = (fact: Learned): boolean => fact.state === 'open' && NAMED.some(([what]) => what === whatOf(fact));
  const states = (['open', 'closed', 'filtered', 'up'] as const)
    .map((state) => [learned.filter((fact) => fact.state === state && !isNamed(fact)).length, state] as const)
    .filter(([many]) => many > 0)
    .map(([many, state]) => `${grouped(many)} ${state}`);
  for (const [what, several] of NAMED) {
    const many = learned.filter((fact) => isNamed(fact) && whatOf(fact) === what).length;
    if (many > 0) states.push(counted(many, what, several));
  }
  const open = new Map<string, string[]>();
  for (const fact of learned) {
    if (fact.state !== 'open') continue;
    const address = wire(fact.host ?? fact.address);
    open.set(address, [...(open.get(address) ?? []), factText(fact)]);
  }
  const hosts = [...open].map(([address, facts]) => `${address} ${listed(facts, 6)}`.trimStart());
  return [states.join(', '), ...(hosts.length > 0 ? [listed(hosts, 8, '; ')] : [])].join(': ');
}

/** How many facts of each kind. */
export type FactCounts = LearnedSummary['told'];

/** Facts that scans and campaigns learned, each counted once. */
export function factsTold(findings: readonly Finding[]): FactCounts {
  const told = { service: new Set(), path: new Set(), name: new Set(), user: new Set(), host: new Set() };
  for (const { kind, learned } of findings)
    if (kind === 'scan' || kind === 'campaign')
      for (const fact of learned) told[whatOf(fact)].add(exposureKey({ ...fact, what: whatOf(fact) }));
  const { service, path, name, user, host } = told;
  return { services: service.size, paths: path.size, names: name.size, users: user.size, hosts: host.size };
}

/** `6 services, 16 paths`; '' none. */
export function factsText({ services, paths, names, users, hosts }: FactCounts): string {
  const counts = [
    [services, 'service', 'services'],
    [paths, 'path', 'paths'],
    [names, 'name', 'names'],
    [users, 'user', 'users'],
    [hosts, 'living host', 'living hosts'],
  ] as const;
  const told = counts.filter(([many]) => many > 0).map(([many, one, several]) => counted(many, one, several));
  return told.join(', ');
}

/** The members of a campaign that sent most. */
export function membersText(finding: Finding): string {
  const members = finding.members ?? [];
  const shown = members.slice(0, 6).map(({ address, probes }) => `${wire(address)} (${grouped(probes)})`);
  const more = (finding.memberCount ?? members.length) - shown.length;
  return shown.length === 0 || more <= 0 ? shown.join(', ') : `${shown.join(', ')} and ${grouped(more)} more`;
}

/** What is said when there is no finding: that nobody scanned only where somebody was seen to do anything. */
export const noneText = ({ contacts }: Summary): string =>
  contacts === 0 ? 'Nothing to judge: no contact was told by what was read.' : 'No scan: no account reached the bar.';

/** The steps of an intrusion, in their order; '' for what is none. */
export function chainText({ kind, account }: Finding): string {
  return kind === 'intrusion' ? account.map(({ reason }) => printable(reason, 240)).join(' → ') : '';
}

/** What to do at once where somebody got in; '' for what is no intrusion. */
export function responseText({ kind, advice: [first] }: Finding): string {
  return kind === 'intrusion' && first !== undefined ? `${wire(first.target)}: ${first.text}` : '';
}

/** What came of it: later stages by the same actors. */
export function followedText({ followedBy }: Finding): string {
  return followedBy
    .map(
      (later) =>
        `${wire(later.technique)} ${techniqueName(later.technique)} on ${wire(later.target)} by ${wire(later.source)} ` +
        `${durationText(later.gapSeconds)} later (${bitsText(later.bits)} bits)`,
    )
    .join('; ');
}

/** Reasons that are shown where not all are. */
const REASONS = 2;

/** Class and priority with the first reasons, or, in full, all of them and how the priority comes about. */
export function triageText({ triage, account }: Finding, full = false): string {
  const told = new Set(account.map(({ reason }) => reason));
  const isNew = (why: string): boolean => !why.startsWith('priority ') && !told.has(why);
  const reasons = full ? triage.reasons : triage.reasons.filter(isNew);
  const shown = (full ? reasons : reasons.slice(0, REASONS)).map((reason) => printable(reason, 160));
  const more = reasons.length - shown.length;
  const why = [...shown, ...(more > 0 ? [counted(more, 'more reason')] : [])].join('; ');
  return `${triage.class}, priority ${triage.priority} of 100${why === '' ? '' : `: ${why}`}`;
}

export function caveatsText({ caveats }: Finding): string {
  return caveats.reduce((all, caveat) => {
    const between = all === '' ? '' : all.endsWith('.') ? ' ' : '; ';
    return `${all}${between}${printable(caveat, 160)}`;
  }, '');
}

/** `ip-header-cut 2, tcp-header-cut 1`, most first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const most = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return listed(
    most.filter(([, many]) => many > 0).map(([name, many]) => `${wire(name)} ${grouped(many)}`),
    4,
  );
}

/** The bar and where it comes from. */
export function barText(summary: Summary): string {
  const { bar, contactsPerDay, falsePerDay } = summary;
  if (contactsPerDay === null) return `${bitsText(bar)} bits (as given)`;
  const accepted = counted(falsePerDay, 'false finding');
  const needed = Math.log2(Math.max(1, contactsPerDay) / falsePerDay);
  // There is a least bar, below which figures this small would not be trusted.
  if (needed >= bar - 0.05)
    return `${bitsText(bar)} bits (${accepted} a day at ${grouped(Math.round(contactsPerDay))} first contacts a day)`;
  return `${bitsText(bar)} bits, the least${needed > 0 ? ` (for ${accepted} a day ${bitsText(needed)} would do)` : ''}`;
}

/** Own networks, and who said so. */
export function homeText({ home }: Summary): string {
  if (home.networks.length === 0) return 'none found; say --home PREFIX';
  return `${listed(home.networks.map(wire), 4)} (${home.inferred ? 'inferred' : 'as given'})`;
}
