// Hot: `tell` runs once a line.
import { Asked, beginRequest, Reply, RequestTrait } from '../record/request.ts';
import type { Sheaf } from '../record/sheaf.ts';
import type { ReaderContext } from './input.ts';
import { Line } from './lines.ts';
import { Found, Phrase } from './phrase.ts';
import type { Dialect, DialectReader, SyslogLine } from './syslog/dialect.ts';

/** What it means when a program says something: one request, or several alike, or none. */
export interface Saying {
  readonly phrase: Phrase;
  /** one of Asked; −1: it says nothing of a request */
  readonly asked: number;
  /** one of Reply */
  readonly reply: number;
  /** bits of RequestTrait, besides those of the service */
  readonly traits: number;
  /** port of the service, where the phrase is of one of several */
  readonly port: number;
}

/** What may be told besides, in a table of sayings. */
interface More {
  readonly traits?: number;
  readonly port?: number;
}

const saying = (pattern: string, asked: number, reply: number, { traits = 0, port = 0 }: More = {}): Saying => ({
  phrase: new Phrase(pattern),
  asked,
  reply,
  traits,
  port,
});

const { secretGuessed, versionAsked, brokenLine } = RequestTrait;

/** Says that a password was wrong, of a user that there is or may be. */
export const denied = (pattern: string, more?: More): Saying =>
  saying(pattern, Asked.user, Reply.denied, { ...more, traits: secretGuessed | (more?.traits ?? 0) });
/** Says that there is no such user. */
export const missed = (pattern: string, more?: More): Saying => saying(pattern, Asked.user, Reply.missed, more);
/** Says that somebody is in. */
export const accepted = (pattern: string, more?: More): Saying => saying(pattern, Asked.user, Reply.accepted, more);
/** Says that a user was named and sent away without having tried a password. */
export const barred = (pattern: string, more?: More): Saying => saying(pattern, Asked.user, Reply.denied, more);
/** Says that a user was named, and neither let in nor refused. */
export const named = (pattern: string, more?: More): Saying => saying(pattern, Asked.user, Reply.unknown, more);
/** Says that somebody came and went, without a name or a secret. */
export const visited = (pattern: string, more?: More): Saying => saying(pattern, Asked.nothing, Reply.unknown, more);
/** Says that something was taken from somebody. */
export const taken = (pattern: string, more?: More): Saying => saying(pattern, Asked.nothing, Reply.answered, more);
/** Says that somebody was sent away without having named anything. */
export const refused = (pattern: string, more?: More): Saying => saying(pattern, Asked.nothing, Reply.denied, more);
/** Says that the server was too busy. */
export const busy = (pattern: string, more?: More): Saying => saying(pattern, Asked.nothing, Reply.failed, more);
/** Says that somebody did not speak the protocol of the service. */
export const garbled = (pattern: string, more?: More): Saying =>
  saying(pattern, Asked.nothing, Reply.malformed, { ...more, traits: brokenLine | (more?.traits ?? 0) });
/** Says that no version or algorithm was agreed on. */
export const versions = (pattern: string, more?: More): Saying =>
  saying(pattern, Asked.nothing, Reply.malformed, { ...more, traits: versionAsked | (more?.traits ?? 0) });
/** Says nothing of a request; stands before sayings that would fit as well. */
export const beside = (pattern: string): Saying => saying(pattern, -1, Reply.unknown);

/** Says what goes on with a service. */
export interface Service {
  readonly name: string;
  /** One sentence for `vedette formats` and the docs. */
  readonly about: string;
  readonly sample: string;
  /** As in Dialect. */
  readonly programs: readonly string[];
  /** the port that it has by nature, for lines hardly ever tell it; 0: it has none, or several */
  readonly port: number;
  /** bits of RequestTrait that all its requests have: `proven` where it speaks TCP */
  readonly traits: number;
  /** It writes files of its own as well, in which no program is named. */
  readonly ownFiles?: boolean;
  /** Where in bytes[from … to) what is said begins; absent: at once. */
  readonly begins?: (bytes: Uint8Array, from: number, to: number) => number;
  /** tried in this order */
  readonly says: readonly Saying[];
}

/** Where a line comes from, and when. */
export type Origin = Pick<SyslogLine, 'bytes' | 'time' | 'host' | 'hostEnd' | 'record'>;

const SPACE = 32;

/** Tells what a service says, line by line. */
export class Teller {
  readonly found = new Found();
  readonly #service: Service;
  readonly #input: number;
  /** by the first byte of what is said: the sayings that can be it, in their order */
  readonly #byFirst: readonly (readonly Saying[])[];

  constructor(service: Service, { input }: ReaderContext) {
    this.#service = service;
    this.#input = input;
    const { says } = service;
    const free = says.filter(({ phrase }) => phrase.first < 0);
    this.#byFirst = Array.from({ length: 256 }, (_, byte) =>
      says.some(({ phrase }) => phrase.first === byte)
        ? says.filter(({ phrase }) => phrase.first < 0 || phrase.first === byte)
        : free,
    );
  }

  /** What bytes[from … to) say; undefined when the service does not say so. `found` holds the gaps. */
  understand(bytes: Uint8Array, from: number, to: number): Saying | undefined {
    if (from >= to) return undefined;
    const says = this.#byFirst[bytes[from]];
    for (let n = 0; n < says.length; n += 1) if (says[n].phrase.match(bytes, from, to, this.found)) return says[n];
    return undefined;
  }

  /** Appends a row of it, if it says one; a source is part of every row. */
  append(said: Saying, line: Origin, { requests: batch }: Sheaf): void {
    const { found } = this;
    if (said.asked < 0 || !found.sourceTold) return;
    const row = beginRequest(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    for (let word = 0; word < 8; word += 1) batch.address[row * 8 + word] = found.address[word];
    batch.port[row] = said.port || this.#service.port;
    batch.asked[row] = said.asked;
    batch.reply[row] = said.reply;
    batch.traits[row] = said.traits | this.#service.traits;
    batch.name[row] = found.name;
    batch.nameLength[row] = Math.min(0xffff, found.nameEnd - found.name);
    if (said.asked === Asked.user && found.nameEnd === found.name) {
      batch.asked[row] = Asked.nothing;
      if (said.reply === Reply.missed) batch.reply[row] = Reply.denied; // no name was missed
    }
    batch.agent[row] = found.agent;
    batch.agentLength[row] = Math.min(0xffff, found.agentEnd - found.agent);
    batch.site[row] = line.host;
    batch.siteLength[row] = line.hostEnd - line.host;
    batch.count = row + 1;
  }

  /** Understands and appends; whether it was understood. */
  tell(from: number, to: number, line: Origin, sheaf: Sheaf): boolean {
    const said = this.understand(line.bytes, from, to);
    if (said !== undefined) this.append(said, line, sheaf);
    return said !== undefined;
  }
}

/** A dialect that is nothing but a table of sayings. What else its programs say is of no request. */
export const dialectOf = (service: Service): Dialect => ({
  name: service.name,
  about: service.about,
  sample: service.sample,
  programs: service.programs,
  reader: (context) => new ServiceReader(service, context),
});

class ServiceReader implements DialectReader {
  readonly #teller: Teller;
  readonly #anybody: boolean;
  readonly #ownFiles: boolean;
  readonly #begins: Service['begins'];

  constructor(service: Service, context: ReaderContext) {
    this.#teller = new Teller(service, context);
    this.#begins = service.begins;
    this.#anybody = service.programs.length === 0;
    this.#ownFiles = this.#anybody || service.ownFiles === true;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    if (line.program === '' && !this.#ownFiles) return Line.foreign;
    let to = line.end;
    while (to > line.message && line.bytes[to - 1] === SPACE) to -= 1;
    const from = this.#begins ? this.#begins(line.bytes, line.message, to) : line.message;
    const row = sheaf.requests.count;
    if (this.#teller.tell(from, to, line, sheaf)) {
      // Without a program's name before it, what stands there need not be a host.
      if (line.program === '' && sheaf.requests.count > row) sheaf.requests.siteLength[row] = 0;
      return Line.used;
    }
    return this.#anybody || line.program === '' ? Line.foreign : Line.used;
  }
}
