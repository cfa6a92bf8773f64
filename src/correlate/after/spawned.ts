// Hot: `ask` for every request and `hear` for every contact, once there is telemetry of processes.
import { formatAddress, isPrivate, neighbourhood } from '../../record/address.ts';
import { type ContactBatch, tellsExchange } from '../../record/contact.ts';
import type { ExecutionBatch } from '../../record/execution.ts';
import { latinText } from '../../record/latin.ts';
import { TCP } from '../../record/protocols.ts';
import type { RequestBatch } from '../../record/request.ts';
import { type Cited, SECOND } from './access.ts';
import type { Ways } from './calls.ts';
import { commandIn } from './commands.ts';
import { Recent, type Source } from './notes.ts';
import { endOfPath } from './paths.ts';
import { innerOf, type OddStart } from '../process/servers.ts';

/**
 * Servers of ours that start what servers hardly ever start (servers.ts), and who had asked them for something within
 * seconds (DS0009 joined to DC0085, DC0078). What is started within a minute is one burst; what a server has started
 * before is usual for it. The requests before a burst are looked up among the last ones; those that are told after it are held against the bursts.
 *
 * Blind to what runs inside the server's own process, and where the clocks of log and telemetry are further apart.
 */
const RECENT = 1 << 13;
/** Bytes of a request's target that are kept. */
const TEXT = 256;
/** Bursts that are kept; of more, one of the server that has most goes. */
const BURSTS = 256;
const BURST = 60 * SECOND;
/** Commands of servers that are remembered, so that what comes again is known; of more, what came longest ago goes. */
const REMEMBERED = 1 << 12;
/** µs by which a request and what it sets off are told apart: a log tells whole seconds, and when it was answered. */
export const APART = 5 * SECOND;
/** Who asked about then, most of them; who is nearest in time stays. */
const MOST_ASKERS = 32;
const MOST_COMMANDS = 8;
const MOST_STARTS = 64;

/** What is known of the hosts that telemetry comes from. */
export interface Hosts {
  /** id of the host with the address that stands in words[at … at + 4); 0: of none */
  at: (words: Uint32Array, at: number) => number;
  /** whether an address is known by which strangers reach it */
  isPublic: (host: number) => boolean;
  readonly count: () => number;
}

/** A server, by its image, on a host. */
interface Starting {
  readonly host: number;
  readonly hostName: string;
  readonly server: string;
  readonly command: string;
  readonly odd: readonly OddStart[];
}

/** Somebody who asked about the time at which a server started something. */
export interface Asker {
  readonly source: string;
  readonly near: string;
  /** '' where the log does not tell it */
  readonly server: string;
  readonly port: number;
  /** '' of a contact whose content is not told */
  readonly path: string;
  readonly asked: Cited;
  /** µs from the request to the start; less than 0 where the request is told later */
  readonly gap: number;
  /** what was started stood in the request as a command */
  readonly isNamed: boolean;
  /** hosts that it may have been sent to, where its server is not known to be this host */
  readonly among: number;
}

interface Burst extends Omit<Starting, 'command' | 'odd'> {
  readonly commands: string[];
  readonly odd: Map<OddStart['kind'], OddStart>;
  readonly first: Cited;
  last: Cited;
  /** µs since 1970: of the starts, the first of them */
  readonly starts: number[];
  /** bursts of this server that were begun before it */
  readonly before: number;
  readonly askers: (Asker & { readonly words: Uint32Array })[];
}

/** What a server started, and who had asked it for something then. */
export interface Spawn extends Omit<Starting, 'command' | 'odd' | 'host'> {
  readonly commands: readonly string[];
  readonly odd: readonly OddStart[];
  readonly first: Cited;
  readonly last: Cited;
  readonly askers: readonly Asker[];
  /** bursts of this server before it, and for how many seconds its host had been heard of */
  readonly before: number;
  readonly seconds: number;
}

const decoder = new TextDecoder();

export class Spawned {
  readonly #hosts: Hosts;
  readonly #bursts: Burst[] = [];
  /** by host, server and command without its numbers: µs since 1970 of the first time */
  readonly #usual = new Map<string, number>();
  /** µs since 1970: telemetry of each host by its id */
  readonly #begun = new Map<number, number>();
  /** the last requests and contacts; none before the first telemetry */
  #recent: Recent | undefined;
  readonly #port = new Uint16Array(RECENT);
  #text = new Uint8Array(0);
  readonly #length = new Uint16Array(RECENT);

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  /** Telemetry of a host: from now on requests are remembered. */
  begin(host: number, time: number): void {
    const known = this.#begun.get(host);
    if (known === undefined || time < known) this.#begun.set(host, time);
    if (this.#recent) return;
    this.#text = new Uint8Array(TEXT * RECENT);
    this.#recent = new Recent(RECENT);
  }

  /** A server of ours has started something odd. */
  start({ time, input, record }: ExecutionBatch, row: number, starting: Starting): void {
    const at = { time: time[row], input: input[row], record: record[row] };
    const { host, hostName, server, command, odd } = starting;
    if (this.#isUsual(`${host} ${server} ${command.replace(/\d+/gu, '0')}`, at.time)) return;
    let burst = this.#bursts.findLast(
      (one) => one.host === host && one.server === server && Math.abs(at.time - one.first.time) <= BURST,
    );
    if (burst === undefined) {
      burst = this.#begin({ host, hostName, server }, at);
    } else if (at.time > burst.last.time) burst.last = at;
    if (burst.starts.length < MOST_STARTS) burst.starts.push(at.time);
    for (const one of odd) burst.odd.set(one.kind, one);
    if (command !== '' && burst.commands.length < MOST_COMMANDS && !burst.commands.includes(command))
      burst.commands.push(command);
    const recent = this.#recent;
    if (recent === undefined) return;
    for (let asked = 0; asked < RECENT; asked += 1)
      if (Math.abs(recent.time[asked] - at.time) <= APART) this.#asked(burst, asked, at.time);
  }

  #begin(which: Pick<Starting, 'host' | 'hostName' | 'server'>, at: Cited): Burst {
    const before = this.#bursts
      .filter(({ host, server }) => host === which.host && server === which.server)
      .reduce((most, one) => Math.max(most, one.before + 1), 0);
    if (this.#bursts.length >= BURSTS) this.#makeRoom();
    const burst = { ...which, commands: [], odd: new Map(), first: at, last: at, starts: [], askers: [], before };
    this.#bursts.push(burst);
    return burst;
  }

  /** Of the server that starts most goes what nobody had asked for, or what is told first. */
  #makeRoom(): void {
    const servers = Map.groupBy(this.#bursts, ({ host, server }) => `${host} ${server}`);
    const [its] = [...servers.values()].sort((a, b) => b.length - a.length);
    const goes = its.find(({ askers }) => askers.length === 0) ?? its[0];
    this.#bursts.splice(this.#bursts.indexOf(goes), 1);
  }

  /** Whether this server has started this before, in another burst. */
  #isUsual(key: string, time: number): boolean {
    const usual = this.#usual;
    const first = usual.get(key) ?? time;
    usual.delete(key);
    usual.set(key, first);
    const [oldest] = usual.keys();
    if (usual.size > REMEMBERED) usual.delete(oldest);
    return time - first > BURST;
  }

  /** Takes a request for a path. */
  ask(batch: RequestBatch, at: number): void {
    if (this.#recent === undefined) return;
    const row = this.#remember(batch, at, batch.port[at]);
    const length = Math.min(TEXT, batch.nameLength[at]);
    for (let n = 0; n < length; n += 1) this.#text[row * TEXT + n] = batch.text[batch.name[at] + n];
    this.#length[row] = length;
    this.#hold(row);
  }

  /** Takes contacts: a service whose content is not told was spoken with. */
  hear(batch: ContactBatch, from: number, to: number, { way }: Ways): void {
    if (this.#recent === undefined) return;
    const { protocol, targetPort } = batch;
    for (let row = from; row < to; row += 1) {
      if (way[row] !== INWARD || protocol[row] !== TCP || !tellsExchange(batch, row)) continue;
      const at = this.#remember(batch, row, targetPort[row]);
      this.#length[at] = 0;
      this.#hold(at);
    }
  }

  #remember(batch: Source, at: number, port: number): number {
    const row = (this.#recent as Recent).keep(batch, at);
    this.#port[row] = port;
    return row;
  }

  /** Holds what has just been remembered against the bursts of its time. */
  #hold(row: number): void {
    const time = (this.#recent as Recent).time[row];
    for (const burst of this.#bursts) {
      if (Math.abs(burst.first.time - time) > BURST + APART) continue;
      for (const started of burst.starts) if (Math.abs(started - time) <= APART) this.#asked(burst, row, started);
    }
  }

  /** Cold: who asked about the time at which something was started. */
  #asked(burst: Burst, row: number, started: number): void {
    const recent = this.#recent as Recent;
    const source = formatAddress(recent.address, row * 8);
    const gap = started - recent.time[row];
    const target = latinText(this.#text, row * TEXT, row * TEXT + this.#length[row]);
    const isNamed = isNamedIn(this.#text, row * TEXT, row * TEXT + this.#length[row], target, burst.commands);
    const same = burst.askers.findIndex((one) => one.source === source && one.port === this.#port[row]);
    const known = burst.askers[same];
    if (known && !better({ gap, isNamed }, known)) return;
    const words = recent.address.slice(row * 8 + 4, row * 8 + 8);
    const asker = {
      source,
      near: neighbourhood(recent.address, row * 8),
      server: words.some((word) => word !== 0) ? formatAddress(words, 0) : '',
      words,
      port: this.#port[row],
      path: target.slice(0, endOfPath(this.#text, row * TEXT, this.#length[row]) - row * TEXT),
      asked: { time: recent.time[row], input: recent.input[row], record: recent.record[row] },
      gap,
      isNamed,
      among: 1,
    };
    if (known) burst.askers[same] = asker;
    else if (burst.askers.length < MOST_ASKERS) burst.askers.push(asker);
    else {
      const worst = burst.askers.reduce((a, b) => (better(a, b) ? b : a));
      if (better(asker, worst)) burst.askers[burst.askers.indexOf(worst)] = asker;
    }
  }

  /** At the end of all data, in the order of time. */
  spawns(): Spawn[] {
    const bursts = this.#bursts.toSorted((a, b) => a.first.time - b.first.time);
    return bursts.map((burst) => {
      const { host, hostName, server, commands, odd, first, last, before } = burst;
      return {
        hostName,
        server,
        commands,
        odd: [...odd.values()].sort((a, b) => b.bits - a.bits),
        first,
        last,
        askers: burst.askers.flatMap((asker) => this.#placed(asker, host)),
        before,
        seconds: (first.time - (this.#begun.get(host) ?? first.time)) / SECOND,
      };
    });
  }

  /** Those who may have asked this host; with several in view, and an address that does not tell, it may be another. */
  #placed(asker: Burst['askers'][number], host: number): Asker[] {
    const { words, ...told } = asker;
    const { at, isPublic, count } = this.#hosts;
    if (told.server === '') return [{ ...told, among: Math.max(1, count()) }];
    const other = at(words, 0);
    if (other === host) return [told];
    // Behind a translation of addresses a host does not know how strangers call it.
    const isOther = other > 0 || isPublic(host) || isPrivate(words, 0);
    return isOther ? [] : [{ ...told, among: Math.max(1, count()) }];
  }
}

const INWARD = 0;

const better = (one: Pick<Asker, 'gap' | 'isNamed'>, other: Pick<Asker, 'gap' | 'isNamed'>): boolean =>
  one.isNamed === other.isNamed ? Math.abs(one.gap) < Math.abs(other.gap) : one.isNamed;

/**
 * Whether a target carries a command, and it is one of those that were started. A single word counts only behind a mark
 * that ends another command: `sort=id` asks for no program.
 */
function isNamedIn(bytes: Uint8Array, from: number, to: number, target: string, commands: readonly string[]): boolean {
  const query = endOfPath(bytes, from, to - from) - from + 1;
  if (query >= to - from || commandIn(bytes, from + query, to) === 0) return false;
  const plain = ` ${plainOf(target.slice(query))} `;
  return commands.some((command) => {
    const inner = innerOf(command);
    const at = inner.length < 2 ? -1 : plain.indexOf(inner);
    if (at <= 0 || WORD.test(plain[at - 1]) || WORD.test(plain[at + inner.length])) return false;
    return /\s/u.test(inner) || ENDS.test(plain.slice(0, at));
  });
}
const WORD = /[\w.-]/u;
const ENDS = /[;|&`(\n]\s*$/u;

/** A query with its escapes undone (application/x-www-form-urlencoded). */
function plainOf(query: string): string {
  const bytes = query
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0) & 255));
}
