import { Asked, Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { hashCaseless, hashName, type NameHash } from '../record/name.ts';
import { blend } from '../record/fnv.ts';
import { latinText } from '../record/latin.ts';
import { Counts } from '../table/counts.ts';

// Hot: `observe` runs for every request of a source that has a dossier.

/** A thing that was there, and how it was answered. */
export interface Find {
  readonly time: number;
  readonly asked: number;
  /** the host of the site, or '' */
  readonly site: string;
  readonly name: string;
  readonly status: number;
  readonly bytes: number;
  /** the server, four words; zeros: not told */
  readonly server: Uint32Array;
  readonly port: number;
  /** how it was answered: one of Reply */
  readonly reply: number;
}

/** Names when they were asked for first, as columns that grow. */
export interface Asks {
  readonly time: number[];
  readonly name: string[];
  readonly missed: boolean[];
  /** place of the client among `Quest.agents`, −1: not kept */
  readonly agent: number[];
}

/** Of Missed (asking.ts): not there; as good as that, where all get the same answer; the next number, not there either; the next word as a value, that changes nothing. */
const MISSING = 1;
const FRESH = 3;
const NEXT = 6;
const VALUE = 7;
const ASKS = 256;
const FINDS = 4096;
const AGENTS = 32;
const NAMES = 1 << 18;
/** Bytes of a name that are kept. */
const LONGEST = 200;
/** Names of one kind that are kept in the order in which they were asked for: the first and the last half of so many. */
const KEPT = 4096;

/** Names in order of time: the first ones tell the list that they are from, the last ones how far it has come. */
export class Sequence {
  readonly #first: string[] = [];
  readonly #last: string[] = [];
  #next = 0;

  add(name: string): void {
    if (this.#first.length < KEPT / 2) this.#first.push(name);
    else if (this.#last.length < KEPT / 2) this.#last.push(name);
    else {
      this.#last[this.#next] = name;
      this.#next = (this.#next + 1) % this.#last.length;
    }
  }

  get length(): number {
    return this.#first.length + this.#last.length;
  }

  /** All that are kept. */
  all(): string[] {
    return [...this.#first, ...this.#last.slice(this.#next), ...this.#last.slice(0, this.#next)];
  }
}

/** What one source asked for by name during an episode: which names, what was there, how it calls itself. */
export class Quest {
  /** distinct targets, hosts, and DNS names or users, by hash */
  readonly paths: Counts;
  readonly hosts: Counts;
  readonly names: Counts;
  /** requests by the last word of the server’s address, 0 where that is not told */
  readonly servers: Counts;
  /** the same in order of time */
  readonly pathsAsked = new Sequence();
  readonly hostsAsked = new Sequence();
  readonly namesAsked = new Sequence();
  /** requests by Asked, and by Reply */
  readonly asked = new Uint32Array(8);
  readonly replies = new Uint32Array(8);
  readonly finds: Find[] = [];
  /** the first names of any kind */
  readonly asks: Asks = { time: [], name: [], missed: [], agent: [] };
  /** user agent → requests; the first few */
  readonly agents = new Map<string, number>();
  /** new names that were not there, or that nobody knew where all get the same answer */
  missed = 0;
  /** requests that told of another client, where nobody is believed who does */
  hearsay = 0;
  /** requests with and without a referer, of those whose log tells it */
  referred = 0;
  unreferred = 0;
  readonly #found: Counts;
  readonly #name: NameHash = { a: 0, b: 0 };
  /** the client that was seen last, and its place */
  #agent: string | undefined;
  #place = -1;
  readonly #places = new Map<string, number>();

  constructor(seed: number) {
    this.paths = new Counts(seed, NAMES);
    this.hosts = new Counts(seed ^ 1, NAMES);
    this.names = new Counts(seed ^ 2, NAMES);
    this.#found = new Counts(seed ^ 3, NAMES);
    this.servers = new Counts(seed ^ 4, NAMES);
  }

  /** Names that it may have guessed: those that were not there, and those whose answers are not visible. */
  get guessed(): number {
    return this.missed + Math.min(this.replies[Reply.unknown], this.paths.size + this.names.size);
  }

  /** The most names that one server was asked for: no more than it had requests. */
  get namesOfOne(): number {
    const [[, most] = [0, 0]] = this.servers.sorted();
    return Math.min(most, Math.max(this.paths.size, this.hosts.size, this.names.size));
  }

  /** @param missed as in RequestAdmission */
  observe(batch: RequestBatch, row: number, isFirst: boolean, missed: number): void {
    const { asked, reply, text, name, nameLength, site, siteLength, traits } = batch;
    if ((traits[row] & RequestTrait.copy) === 0) {
      this.asked[asked[row]] += 1;
      this.servers.add(batch.address[row * 8 + 7] >>> 0);
      if ((traits[row] & RequestTrait.hearsay) !== 0) this.hearsay += 1;
      this.replies[reply[row]] += 1;
      if ((isFirst && missed === MISSING) || missed === FRESH || missed === NEXT || missed === VALUE) this.missed += 1;
      this.#client(batch, row);
    }
    if (siteLength[row] > 0 && this.hosts.add(hashCaseless(text, site[row], siteLength[row]) >>> 0))
      this.#ask(this.hostsAsked, textOf(text, site[row], siteLength[row]), batch.time[row], missed);
    if (nameLength[row] === 0) return;
    const target = batch.nameHash[row];
    const isPath = asked[row] === Asked.path;
    if ((isPath ? this.paths : this.names).add(target >>> 0))
      this.#ask(
        isPath ? this.pathsAsked : this.namesAsked,
        textOf(text, name[row], nameLength[row]),
        batch.time[row],
        missed,
      );
    if (
      reply[row] === Reply.answered ||
      reply[row] === Reply.accepted ||
      (reply[row] === Reply.denied && tells(batch, row))
    )
      this.#find(batch, row, target);
  }

  #ask(sequence: Sequence, name: string, time: number, missed: number): void {
    sequence.add(name);
    if (this.asks.time.length >= ASKS) return;
    this.asks.time.push(time);
    this.asks.name.push(name);
    this.asks.missed.push(missed === MISSING || missed === FRESH || missed === NEXT);
    this.asks.agent.push(this.#place);
  }

  #find(batch: RequestBatch, row: number, target: number): void {
    const { text, name, nameLength, site, siteLength, address } = batch;
    hashName(text, site[row], siteLength[row], this.#name);
    const place = blend(blend(target ^ address[row * 8 + 7], batch.port[row]), this.#name.a);
    if (!this.#found.add(place >>> 0) || this.finds.length >= FINDS) return;
    this.finds.push({
      time: batch.time[row],
      asked: batch.asked[row],
      site: textOf(text, site[row], siteLength[row]),
      name: textOf(text, name[row], nameLength[row]),
      status: batch.status[row],
      bytes: batch.bytes[row],
      server: address.slice(row * 8 + 4, row * 8 + 8),
      port: batch.port[row],
      reply: batch.reply[row],
    });
  }

  #client({ agent, agentLength, refererLength, text }: RequestBatch, row: number): void {
    if (refererLength[row] > 0) this.referred += 1;
    else this.unreferred += 1;
    if (this.#agent === undefined || !sameText(this.#agent, text, agent[row], agentLength[row])) {
      this.#agent = textOf(text, agent[row], agentLength[row]);
      if (!this.#places.has(this.#agent) && this.#places.size < AGENTS)
        this.#places.set(this.#agent, this.#places.size);
      this.#place = this.#places.get(this.#agent) ?? -1;
    }
    if (this.#place >= 0) this.agents.set(this.#agent, (this.agents.get(this.#agent) ?? 0) + 1);
  }
}

function sameText(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== Math.min(length, LONGEST)) return false;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}

/** Cut to `LONGEST`. */
const textOf = (bytes: Uint8Array, from: number, length: number): string =>
  latinText(bytes, from, from + Math.min(length, LONGEST));

/** Kerberos says which of its users it does not know (RFC 4120 section 7.5.9). */
const KERBEROS = 88;

/** Whether a refusal told that there is such a thing: who logs in in vain is told no more than that, whoever he calls himself. */
const tells = ({ asked, status, port }: RequestBatch, row: number): boolean =>
  asked[row] !== Asked.user || status[row] !== 0 || port[row] === KERBEROS;
