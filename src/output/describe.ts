import { techniqueName } from '../finding/attack.ts';
import type { Finding, Service } from '../finding/finding.ts';
import { timeOf } from '../finding/time.ts';
import { bitsText, counted, durationText, grouped, listed, rateText } from './layout.ts';
import { printable } from './printable.ts';

/** A finding in words: one function a question. Texts from the wire are escaped and capped here, before they are joined. */

/** Characters of one text from the wire that are shown. */
const CAP = 60;

export const wire = (text: string): string => printable(text, CAP);

/** Text from the wire in quotes that it cannot close. */
export const quoted = (text: string): string => `"${wire(text).replace(/"/g, "'")}"`;

/** `2026-11-21 22:34:32` */
export const clock = (time: string): string => time.slice(0, 19).replace('T', ' ');

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

/** The members of a campaign that sent most. */
export function membersText(finding: Finding): string {
  const members = finding.members ?? [];
  const shown = members.slice(0, 6).map(({ address, probes }) => `${wire(address)} (${grouped(probes)})`);
  const more = (finding.memberCount ?? members.length) - shown.length;
  return shown.length === 0 || more <= 0 ? shown.join(', ') : `${shown.join(', ')} and ${grouped(more)} more`;
}

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
