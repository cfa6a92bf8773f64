import { exposureKey, whatOf } from '../finding/exposure-key.ts';
import type { LearnedSummary } from '../finding/exposure.ts';
import type { Finding, Learned } from '../finding/finding.ts';
import { quoted, wire } from './describe.ts';
import { counted, grouped, listed } from './layout.ts';

/** What was learned, in words: by one scan, and by all of them. */

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
