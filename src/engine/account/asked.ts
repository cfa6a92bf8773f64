import { type WordlistMatch, type WordlistMatcher, UNDECIDED } from '../../detect/wordlists.ts';
import { AGENT } from '../../record/habit.ts';
import { Guesses } from '../../detect/wordlist/words.ts';
import type { Finding, Learned } from '../../finding/finding.ts';
import { pathText } from '../../finding/exposure-key.ts';
import { timeText } from '../../finding/time.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { Find, Quest, Sequence } from '../../ledger/quest.ts';
import { formatAddress } from '../../record/address.ts';
import { protocolName } from '../../record/protocols.ts';
import { Asked, BYTES_UNKNOWN } from '../../record/request.ts';
import { AGENTS, agentOf, agentVersion } from '../../detect/web/agents.ts';
import { betrayedBy, defaultAgentOf } from '../../detect/web/signatures.ts';
import { FAMILIES, familyOfRequest, type Technique } from '../../detect/web/families.ts';
import { latinBytes } from '../../record/latin.ts';
import { tellingOf } from './telling.ts';

/** What a finding says of requests for names: which list they were read from, and what was there. */

/** Guesses that make it worth comparing them with lists. */
const ENOUGH = 8;

/** The list that the names were read from: of what was guessed most, paths, hosts, or DNS names and users. */
export function wordlistOf({ quest }: Dossier, matcher: () => WordlistMatcher): Finding['wordlist'] {
  if (!quest || quest.guessed + quest.hostsAsked.length < ENOUGH) return null;
  const { pathsAsked, hostsAsked, namesAsked } = quest;
  const [most] = [pathsAsked, hostsAsked, namesAsked].sort((a, b) => b.length - a.length);
  if (most.length < ENOUGH) return null;
  const match = matcher().match(guessesOf(most, most === pathsAsked));
  return match.candidates.length === 0 && match.name === UNDECIDED
    ? { name: UNDECIDED, from: 0, to: most.length, of: most.length, next: [] }
    : shown(match);
}

const shown = ({ name, from, to, of, next }: WordlistMatch): Finding['wordlist'] => ({
  name,
  from,
  to,
  of,
  next: [...next],
});

function guessesOf(sequence: Sequence, arePaths: boolean): Guesses {
  const guesses = new Guesses();
  for (const name of sequence.all()) {
    const bytes = latinBytes(name);
    if (arePaths) guesses.addPath(bytes, 0, bytes.length);
    else guesses.addName(bytes, 0, bytes.length);
  }
  return guesses;
}

/** A fact before it is known whether it is news. */
export type Fact = Omit<Learned, 'firstTime'>;

/** Answers that told that a name exists. */
export function namesLearned(dossier: Dossier): Fact[] {
  if (!dossier.quest) return [];
  return tellingOf(dossier.quest).map((find) => factOf(find, protocolName(dossier.carrier(find.asked, find.port))));
}

/** Where it was found: the server's address, or else the name of the site. */
const addressOf = ({ server, site }: Find): string =>
  server.some((word) => word !== 0) ? formatAddress(server, 0) : site;

function factOf(find: Find, protocol: string): Fact {
  const { time, site, status, bytes, server, port, asked } = find;
  const name = asked === Asked.path ? pathText(find.name) : find.name;
  const told = server.some((word) => word !== 0);
  const address = addressOf(find);
  return {
    address,
    protocol,
    ...(told && port !== 0 && { port }),
    state: 'open',
    ...(asked === Asked.path && { service: 'http' }),
    ...(site !== '' && { host: site }),
    ...(asked === Asked.path
      ? { path: name }
      : asked === Asked.dnsName
        ? { service: 'dns', host: name }
        : { user: name }),
    ...(status !== 0 && { status }),
    ...(bytes !== BYTES_UNKNOWN && { bytes }),
    at: timeText(time),
  };
}

/** What the names that were asked for look for. */
export interface Aims {
  /** distinct targets by what their family is for */
  readonly counts: Readonly<Record<Technique, number>>;
  /** family → distinct targets, most first */
  readonly families: readonly (readonly [name: string, targets: number])[];
}

/** Families weaker than this are asked for by people too. */
const TELLING = 5;

/** Sorts the targets of a quest by their families. */
export function aimsOf(quest: Quest): Aims {
  const counts: Record<Technique, number> = { vulnerability: 0, fingerprinting: 0, enumeration: 0 };
  const families = new Map<string, number>();
  for (const target of quest.pathsAsked.all()) {
    const bytes = latinBytes(target);
    const { name, bits, technique } = FAMILIES[familyOfRequest(1, false, bytes, 0, bytes.length)];
    if (bits < TELLING) continue;
    counts[technique] += 1;
    families.set(name, (families.get(name) ?? 0) + 1);
  }
  return { counts, families: [...families].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)) };
}

/** Bits that a program's own name in the user agent is worth. */
const NAMED = 30;

/** Bits that a text in a request, which only one program sends, is worth; and a default that others could send too. */
const BETRAYED = 24;
const BY_DEFAULT = 12;

/** The program that made the requests: by its name, by what it sends, or by the user agent it has by default. */
export function askingTool(quest: Quest, isWordlist: boolean): Finding['tool'] {
  const told = askingToolOf(quest.agents, quest.pathsAsked.all());
  if (told) return told;
  const [agent] = [...quest.agents].sort((a, b) => b[1] - a[1])[0] ?? [''];
  const usual = isWordlist ? defaultAgentOf(agent) : undefined;
  return usual === undefined ? null : { name: usual, bits: BY_DEFAULT, marks: [`its default user agent "${agent}"`] };
}

/** The same by its name and by what it sends alone. @param agents user agent → requests */
export function askingToolOf(agents: ReadonlyMap<string, number>, paths: readonly string[]): Finding['tool'] {
  const named = agentTool(agents);
  if (named) return named;
  for (const text of [...agents.keys(), ...paths]) {
    const betrayed = betrayedBy(text);
    if (betrayed) return { name: betrayed.tool, bits: BETRAYED, marks: [`"${betrayed.sign}" in its requests`] };
  }
  return null;
}

/** The program that the user agents name: the one with the most requests. */
function agentTool(agents: ReadonlyMap<string, number>): Finding['tool'] {
  for (const [text] of [...agents].sort((a, b) => b[1] - a[1])) {
    const bytes = latinBytes(text);
    const agent = AGENTS[agentOf(bytes, 0, bytes.length)];
    const name = agent.tool ?? agent.research;
    if (name === undefined || (agent.kind !== AGENT.tool && agent.kind !== AGENT.research)) continue;
    const version = agentVersion(bytes, 0, bytes.length);
    return { name, ...(version !== '' && { version }), bits: NAMED, marks: [`user agent "${text}"`] };
  }
  return null;
}

/** The research scanner that its requests name, '' none. */
export function researcherOf(quest: Quest): string {
  for (const text of quest.agents.keys()) {
    const bytes = latinBytes(text);
    const { kind, research } = AGENTS[agentOf(bytes, 0, bytes.length)];
    if (kind === AGENT.research && research !== undefined) return research;
  }
  return '';
}

/** Share of requests that must bear a crawler's name. */
const NEARLY_ALL = 0.9;

/** The crawler that nearly all requests say they come from, '' none. */
export function crawlerOf(quest: Quest): string {
  const byName = new Map<string, number>();
  let all = 0;
  for (const [text, requests] of quest.agents) {
    all += requests;
    const bytes = latinBytes(text);
    const { kind, name } = AGENTS[agentOf(bytes, 0, bytes.length)];
    if (kind === AGENT.crawler || kind === AGENT.service) byName.set(name, (byName.get(name) ?? 0) + requests);
  }
  for (const [name, requests] of byName) if (requests >= NEARLY_ALL * all) return name;
  return '';
}

const ROBOTS = '/robots.txt';
/** A page within a folder of a folder: the outer one. */
const DEEP = /^(\/[^/?]+\/)[^/?]+\/[^?]/;

/**
 * Share of the paths that lie deep in one folder of which nothing was there, of who asked for the rules of the site first
 * (RFC 9309): pages that were moved, which links elsewhere still lead to. 0: it did not ask for them.
 */
export function movedOf({ pathsAsked, finds }: Quest): number {
  const paths = pathsAsked.all();
  if (paths[0] !== ROBOTS) return 0;
  const folders = new Map<string, number>();
  for (const path of paths) {
    const folder = DEEP.exec(path)?.[1];
    if (folder !== undefined) folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  for (const { name } of finds) folders.delete(DEEP.exec(name)?.[1] ?? '');
  return Math.max(0, ...folders.values()) / Math.max(1, paths.length - 1);
}
