import {
  formatPrefix,
  isBroadcast,
  isMulticast,
  isPrivate,
  isUnspecified,
  maskTo,
  nearBits,
  neighbourhood,
} from '../record/address.ts';
import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { Asked, Reply, type RequestBatch } from '../record/request.ts';
import { type Prefix, PrefixMatch } from '../table/prefix.ts';

/**
 * The own (home) network: given by the operator, or inferred from held contacts, and said either way.
 *
 * At a border every contact has one end at home, so home is a small set of prefixes (/24, /64) that covers nearly all
 * contacts. Which of two ends it is, is told by, in this order:
 *  1. what the records say is at home (Zeek's local networks, the firewall of a host), and private addresses that talk
 *     with public ones;
 *  2. a prefix that asks many others, each for one or two addresses, near the sensor by its TTL or mostly answered, is at
 *     home and talks outwards (a resolver, a mail server, people at work);
 *  3. who calls back what came as a client, to a server of ours whose log does not name it, is at home: logs of few lines
 *     may show nothing but that call;
 *  4. otherwise home is what is asked; beside private home, private prefixes where several hosts are served, or serve.
 */
export interface Home {
  readonly networks: readonly string[];
  readonly inferred: boolean;
  readonly match: PrefixMatch;
}

/** A prefix that took part, and whom it asked and was asked by. */
interface Party extends Prefix {
  readonly text: string;
  readonly isPrivate: boolean;
  readonly asked: Set<Party>;
  readonly askedBy: Set<Party>;
  /** distinct addresses that it asked, and some of its own that were answered, or answered */
  readonly targets: Set<string>;
  readonly living: Set<string>;
  contacts: number;
  answered: number;
  near: number;
  /** whether anything of it was seen to answer */
  replied: boolean;
  /** whether a record says that it is at home */
  isHere: boolean;
  /** whether a client of it looked for much in vain */
  scans: boolean;
}

/** Addresses of a private prefix that are served or serve, until it is a subnet like others. */
const PEOPLE = 4;
const HOME_LIMIT = 64;
const PARTY_LIMIT = 8192;
/** Share of contacts that may have no end at home before another prefix is taken in. */
const UNCOVERED = 0.01;
/** Prefixes that ask something of a client of ours, until it is a server itself; of one that looked for much in vain. */
const ASKERS = 3;
const ASKERS_OF_SCANNER = 16;
/** Names that a client asked for in vain, from which on it was looking for what is there, and its neighbours are its own. */
const LOOKED = 20;
/** Addresses that somebody asks who calls back; more is a scan. */
const CALLED = 8;

/** How many IPv4 addresses the networks hold; IPv6 ones are beyond counting, and not counted. */
export function ipv4Addresses(networks: readonly string[]): number {
  let sum = 0;
  for (const network of networks) if (!network.includes(':')) sum += 2 ** (32 - Number(network.split('/')[1]));
  return sum;
}

/** The home network that the operator gave. */
export function givenHome(prefixes: readonly Prefix[]): Home {
  const match = new PrefixMatch();
  for (const { words, bits } of prefixes) match.add(words, 0, bits, 1);
  const networks = prefixes.map(({ words, bits }) => formatPrefix(words, 0, bits)).sort();
  return { networks, inferred: false, match };
}

/**
 * Infers home from contacts. Without a border in sight (one network only, and none of it private) there is none.
 *
 * @param requests what was asked meanwhile
 */
export function inferHome(contacts: ContactBatch, requests?: Asking): Home {
  const { parties, edges, total } = survey(contacts, requests ? clientsIn(requests) : NOBODY);
  const chosen = new Set<Party>();
  for (const party of parties) if (party.isHere || (party.isPrivate && bordersPublic(party))) chosen.add(party);
  for (;;) {
    const open = edges.filter(({ from, to }) => from !== to && !chosen.has(from) && !chosen.has(to));
    const uncovered = open.reduce((sum, edge) => sum + edge.contacts, 0);
    const next = uncovered > UNCOVERED * total && chosen.size < HOME_LIMIT ? strongest(open) : undefined;
    if (next === undefined) break;
    chosen.add(next);
  }
  if ([...chosen].some(({ isPrivate: within }) => within))
    for (const party of parties) if (chosen.size < HOME_LIMIT && isSubnet(party)) chosen.add(party);
  const home = givenHome([...chosen]);
  return { ...home, inferred: true };
}

interface Edge {
  readonly from: Party;
  readonly to: Party;
  contacts: number;
  /** of those, to addresses that are clients of our servers */
  toClients: number;
}

/** Who asked a web server, or one to log in to, whose log does not say which it is. */
interface Clients {
  readonly addresses: ReadonlySet<string>;
  /** prefixes of those who looked for much in vain */
  readonly scanners: ReadonlySet<string>;
}

type Asking = Pick<RequestBatch, 'count' | 'address' | 'asked' | 'reply'>;

const NOBODY: Clients = { addresses: new Set(), scanners: new Set() };

function clientsIn({ count, address, asked, reply }: Asking): Clients {
  const missed = new Map<string, number>();
  const scanners = new Set<string>();
  for (let row = 0; row < count && missed.size < PARTY_LIMIT; row += 1) {
    if (asked[row] !== Asked.path && asked[row] !== Asked.user) continue;
    const at = row * 8;
    if (!isUnspecified(address, at + 4)) continue;
    const client = address.slice(at, at + 4).join();
    const times = (missed.get(client) ?? 0) + (reply[row] === Reply.missed ? 1 : 0);
    missed.set(client, times);
    if (times === LOOKED) scanners.add(neighbourhood(address, at));
  }
  return { addresses: new Set(missed.keys()), scanners };
}

function survey(contacts: ContactBatch, clients: Clients): { parties: Party[]; edges: Edge[]; total: number } {
  const parties = new Map<string, Party>();
  const edges = new Map<string, Edge>();
  const { address, method, outcome, ttl, traits } = contacts;
  let total = 0;
  for (let row = 0; row < contacts.count; row += 1) {
    const at = row * 8;
    if (outcome[row] >= Outcome.exchanged || parties.size >= PARTY_LIMIT) continue;
    if (!isHost(address, at) || !isHost(address, at + 4)) continue;
    // An answer that nobody asked for has the roles reversed, and says nothing about who asks whom.
    if (method[row] === Method.strayAnswer || method[row] === Method.midstream) continue;
    total += 1;
    const from = partyOf(parties, address, at);
    const to = partyOf(parties, address, at + 4);
    from.asked.add(to);
    to.askedBy.add(from);
    from.contacts += 1;
    const target = address.slice(at + 4, at + 8).join();
    if (from.targets.size < PARTY_LIMIT) from.targets.add(target);
    if (outcome[row] === Outcome.answered) {
      from.answered += 1;
      if (from.living.size < PEOPLE) from.living.add(address.slice(at, at + 4).join());
      if (to.living.size < PEOPLE) to.living.add(target);
    }
    if (outcome[row] === Outcome.answered || outcome[row] === Outcome.refused) to.replied = true;
    if (isNear(ttl[row])) from.near += 1;
    if ((traits[row] & Trait.sourceHere) !== 0) from.isHere = true;
    if ((traits[row] & Trait.targetHere) !== 0) to.isHere = true;
    const key = `${from.text} ${to.text}`;
    const edge = edges.get(key) ?? { from, to, contacts: 0, toClients: 0 };
    edges.set(key, edge);
    edge.contacts += 1;
    to.scans ||= clients.scanners.has(to.text);
    if (clients.addresses.has(target)) edge.toClients += 1;
  }
  return { parties: [...parties.values()], edges: [...edges.values()], total };
}

function partyOf(parties: Map<string, Party>, words: Uint32Array, at: number): Party {
  const bits = nearBits(words, at);
  const prefix = new Uint32Array(4);
  maskTo(words, at, bits, prefix, 0);
  const text = neighbourhood(words, at);
  let party = parties.get(text);
  if (!party) {
    party = {
      words: prefix,
      bits,
      text,
      isPrivate: isPrivate(prefix, 0),
      asked: new Set(),
      askedBy: new Set(),
      targets: new Set(),
      living: new Set(),
      contacts: 0,
      answered: 0,
      near: 0,
      replied: false,
      isHere: false,
      scans: false,
    };
    parties.set(text, party);
  }
  return party;
}

const isHost = (words: Uint32Array, at: number): boolean =>
  !isMulticast(words, at) && !isBroadcast(words, at) && !isUnspecified(words, at);

/** Few hops from a usual first TTL: a sender near the sensor. */
const isNear = (ttl: number): boolean => (ttl > 60 && ttl <= 64) || (ttl > 124 && ttl <= 128) || ttl > 251;

/**
 * A private prefix is at home when it meets a public one, or talks within itself. One that is only asked, never says
 * anything, and is asked by nobody but who asks all over the place, is somebody else's: peers of calls name their private
 * addresses too (RFC 8445 section 5.1.1).
 */
function bordersPublic(party: Party): boolean {
  if (party.asked.has(party)) return true;
  for (const other of party.asked) if (!other.isPrivate) return true;
  for (const other of party.askedBy)
    if (!other.isPrivate && (party.replied || party.asked.size > 0 || !isScattered(other))) return true;
  return false;
}

/**
 * A private prefix where several hosts are served or serve, beside private home: subnets of one network meet no public
 * address where the sensor stands between them. One host that comes from another private prefix may be anybody.
 */
const isSubnet = ({ isPrivate: within, living }: Party): boolean => within && living.size >= PEOPLE;

/** Asks many prefixes, each for an address or two. */
const isScattered = ({ asked, targets }: Party): boolean => asked.size > 8 && targets.size < 3 * asked.size;

/** Asks all over the place from nearby or with success. */
const isOutward = (party: Party): boolean =>
  isScattered(party) && 2 * Math.max(party.near, party.answered) > party.contacts;

/** Whether it is asked by hardly anybody, and that calls back who asked it before, or a neighbour of who looked for much. */
const isCalledBack = ({ from, to, contacts, toClients }: Edge): boolean =>
  (to.askedBy.size < ASKERS && 2 * toClients > contacts) ||
  (to.scans && to.askedBy.size < ASKERS_OF_SCANNER && from.targets.size < CALLED);

/** The prefix that would cover the most: each open edge counts by the logarithm of its contacts. The first by text among equals. */
function strongest(open: readonly Edge[]): Party | undefined {
  const score = new Map<Party, number>();
  const add = (party: Party, contacts: number): void =>
    void score.set(party, (score.get(party) ?? 0) + Math.log2(1 + contacts));
  const callers = new Set(open.filter(isCalledBack).map(({ from }) => from));
  for (const edge of open) {
    const { from, to, contacts } = edge;
    if (!isCalledBack(edge)) add(to, contacts);
    if (callers.has(from) || isOutward(from)) add(from, contacts);
  }
  return [...score].sort(([a, x], [b, y]) => y - x || (a.text < b.text ? -1 : 1))[0]?.[0];
}
