// Hot: `ask`, until a request asks for something that is not there.
import type { Ledger } from '../../ledger/ledger.ts';
import { isV4 } from '../../record/address.ts';
import { latinBytes, latinText } from '../../record/latin.ts';
import { hashCaseless } from '../../record/name.ts';
import { Asked, Reply, type RequestBatch, RequestTrait } from '../../record/request.ts';
import { hash4Signed, hashWords } from '../../table/hash.ts';
import { Counts } from '../../table/counts.ts';

/**
 * Notes of names that sources asked for and did not get, by site, for crowds: a list of names that is shared out among
 * many sources, each of which asks for too few. Of a source only the first few are noted, of a site the last few
 * thousand; what they come to is judged at the end (crowds.ts), when it is known who got anything at all.
 */
export interface Note {
  readonly time: number;
  readonly input: number;
  readonly record: number;
  readonly source: Uint32Array;
  /** the source, and the prefix that one subscriber has: its address (IPv4), its /64 (IPv6) */
  readonly who: string;
  readonly group: string;
  readonly name: string;
  readonly agent: string;
  /** upper bound on a benign source's chance to miss it */
  readonly p0: number;
  /** a login that was accepted: not a guess */
  readonly admitted: boolean;
}

/** The latest notes of a kind. */
interface Noted {
  readonly notes: Note[];
  /** hash of a source → names of it that were noted */
  readonly bySource: Counts;
  /** the oldest note in `notes`, once it is full */
  next: number;
}

/** A site, and what was not got there. */
export interface Watch extends Noted {
  /** one of Asked */
  readonly asked: number;
  readonly site: string;
  readonly port: number;
  readonly server: Uint32Array;
}

/** Names of one source that are noted. */
export const PER_SOURCE = 32;
const WATCHES = 64;
const NOTES = 2048;
/** Bytes of a name, and of a user agent, that are kept: what crawlers call themselves may stand at its end. */
const LONGEST = 96;
const LONGEST_AGENT = 256;
/** Bound from which on a name is missed because something led there: a link, or others in a folder that is gone. */
const LED = 0.6;
/** Bits of content from which on a request is noted as one for a weakness. */
const WEAK = 3;

export class NameNotes {
  readonly watches: Watch[] = [];
  /** first user agents of sources, by hash */
  readonly #agents: Counts;
  /** sources that asked for a path */
  sources = 0;
  readonly #weak: Noted;
  readonly #byKey = new Map<number, Watch>();
  readonly #content: number;
  readonly #seed: number;

  /** @param content number of the stream of meanings */
  constructor(content: number, seed: number) {
    this.#content = content;
    this.#seed = seed | 0;
    this.#agents = new Counts(seed ^ 0x55, 1 << 12);
    this.#weak = { notes: [], bySource: new Counts(seed ^ 0x77, 1 << 16), next: 0 };
  }

  /** Takes requests that were admitted and charged. */
  ask(batch: RequestBatch, from: number, to: number, { asking, accounts }: Ledger): void {
    const { account, first, missed, p0, request } = asking.admission;
    const { asked, reply, traits, text, agent, agentLength } = batch;
    const width = accounts.streams.length;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0 || first[row] === 0 || (traits[row] & RequestTrait.copy) !== 0) continue;
      const kind = asked[row];
      if (request[row] === 1 && kind === Asked.path) {
        this.sources += 1;
        this.#agents.add(hashCaseless(text, agent[row], Math.min(agentLength[row], LONGEST_AGENT)));
      }
      const refused = kind === Asked.user && reply[row] !== Reply.answered;
      const gone = kind === Asked.path && missed[row] === 1 && p0[row] < LED;
      if (refused || gone) this.#note(this.#watch(batch, row), batch, row, p0[row]);
      if (kind === Asked.path && reply[row] !== Reply.answered && accounts.bits[mine * width + this.#content] >= WEAK)
        this.#note(this.#weak, batch, row, 1);
    }
  }

  /** Requests for weaknesses that were not answered, each source's first few. */
  get weak(): readonly Note[] {
    return this.#weak.notes;
  }

  /** Sources that came with this user agent first. */
  agentSources(agent: string): number {
    const bytes = latinBytes(agent);
    return this.#agents.get(hashCaseless(bytes, 0, bytes.length));
  }

  /** Notes a name, unless its source has had its share. */
  #note(list: Noted, batch: RequestBatch, row: number, p0: number): void {
    const source = hashWords(this.#seed, batch.address, row * 8);
    list.bySource.add(source);
    if (list.bySource.get(source) > PER_SOURCE) return;
    const note = noteOf(batch, row, p0);
    if (list.notes.length < NOTES) list.notes.push(note);
    else {
      list.notes[list.next] = note;
      list.next = (list.next + 1) % NOTES;
    }
  }

  #watch(batch: RequestBatch, row: number): Watch {
    const { asked, site, siteLength, text, address, input, port } = batch;
    const at = row * 8 + 4;
    const isNamed = siteLength[row] > 0;
    const where = isNamed
      ? hashCaseless(text, site[row], siteLength[row])
      : (address[at] ^ address[at + 1] ^ address[at + 3] ^ Math.imul(input[row] + 1, 0x9e3779b1)) | 0;
    const key = hash4Signed(this.#seed, where, asked[row], 0, 0);
    const known = this.#byKey.get(key);
    if (known) return known;
    if (this.#byKey.size >= WATCHES) this.#makeRoom();
    const watch: Watch = {
      asked: asked[row],
      site: textOf(text, site[row], siteLength[row], LONGEST),
      port: port[row],
      server: address.slice(at, at + 4),
      notes: [],
      bySource: new Counts(this.#seed, 1 << 14),
      next: 0,
    };
    this.#byKey.set(key, watch);
    this.watches.push(watch);
    return watch;
  }

  /** The site where fewest sources missed anything goes. */
  #makeRoom(): void {
    let leaving: [number, Watch] | undefined;
    for (const entry of this.#byKey) {
      const isPoorer = !leaving || entry[1].bySource.size < leaving[1].bySource.size;
      if (isPoorer) leaving = entry;
    }
    if (!leaving) return;
    this.#byKey.delete(leaving[0]);
    this.watches.splice(this.watches.indexOf(leaving[1]), 1);
  }
}

function noteOf(batch: RequestBatch, row: number, p0: number): Note {
  const { time, input, record, address, text, name, nameLength, agent, agentLength, reply } = batch;
  const source = address.slice(row * 8, row * 8 + 4);
  return {
    time: time[row],
    input: input[row],
    record: record[row],
    source,
    who: source.join(),
    group: isV4(source, 0) ? source.join() : `${source[0]},${source[1]}`,
    name: textOf(text, name[row], nameLength[row], LONGEST),
    agent: textOf(text, agent[row], agentLength[row], LONGEST_AGENT),
    p0,
    admitted: reply[row] === Reply.accepted,
  };
}

const textOf = (bytes: Uint8Array, from: number, length: number, longest: number): string =>
  latinText(bytes, from, from + Math.min(length, longest));
