import { isPrivate } from '../../record/address.ts';
import { Did, type ExecutionBatch } from '../../record/execution.ts';
import { TextTable } from '../../record/text.ts';
import { hash4Signed } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import { type Block, FanOut } from './fan-out.ts';
import { FirstWords } from './first-words.ts';
import { isWatched, unlikeItsKind } from './kinds.ts';
import { scannerOf } from './scanners.ts';
import { Running } from './running.ts';
import { isScript, isServersAccount, oddStarts } from './servers.ts';
import { describe, fanOutReason, type Notice, type Seen, type Sighting, Sightings } from './sightings.ts';
import { Spawned } from '../after/spawned.ts';
import { type Talker, Talks } from './talks.ts';

/**
 * Process telemetry (DS0029): what programs on our own hosts did, joined to the contacts that they made by host address,
 * time and service. Looks for
 *
 *   scanners      names of programs that scan, and command lines of such as have been given another name
 *   fan-out       one process that tries neighbour after neighbour, or port after port
 *   first words   a program that never talked before, or not so, once the fleet's profile is old enough
 *   other kinds   a program that speaks what programs of its kind do not
 *   servers       that start what servers hardly ever start (spawned.ts)
 *
 * Memory is fixed; what begins first goes first. Blind to a scanner in a process that always talks (a library in the
 * browser), and to a host whose telemetry tells neither its name nor its address.
 */
const HOSTS = 1 << 12;
const ADDRESSES = 1 << 13;
const IMAGES = 1 << 13;
const COMMANDS = 1 << 13;
/** Fewer than one in 2^10 connections of a program is so unlike its kind for a good reason. */
const UNLIKE = 10;
/** µs by which telemetry and packets of one thing may differ, and before which a program was started. */
const APART = 300e6;
const decoder = new TextDecoder();

/** Processes that a finding names. */
const MAKERS = 3;

/** A row of executions with the ids of its texts. */
type Actor = Talker & { readonly row: number };

export class Processes {
  /** executions seen */
  seen = 0;
  readonly #seed: number;
  readonly #hosts: TextTable;
  readonly #images: TextTable;
  readonly #commands: TextTable;
  /** by id of a command: 1 + the image with which it has been looked at and is no scanner's */
  readonly #plain = new Int32Array(COMMANDS + 1);
  /** own addresses → host; host → place of its first address */
  readonly #addresses: KeyTable;
  readonly #hostAt = new Int32Array(ADDRESSES);
  readonly #placeOf = new Int32Array(HOSTS + 1).fill(-1);
  readonly #running: Running;
  readonly #talks: Talks;
  readonly #fan: FanOut;
  readonly #firstWords: FirstWords;
  readonly #sightings = new Sightings();
  /** what servers started, and who had asked them then */
  readonly spawned: Spawned;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#hosts = new TextTable(HOSTS, HOSTS * 32, seed);
    this.#images = new TextTable(IMAGES, IMAGES * 96, seed, 384);
    this.#commands = new TextTable(COMMANDS, COMMANDS * 192, seed, 1152);
    this.#addresses = new KeyTable(ADDRESSES, seed);
    this.#running = new Running(this.#images, seed);
    this.#talks = new Talks(seed);
    this.#fan = new FanOut(seed);
    this.#firstWords = new FirstWords(seed);
    this.spawned = new Spawned({
      at: (words, at) => this.#hostOf(words, at),
      isPublic: (host) => this.#isPublic(host),
      count: () => this.#hosts.size,
    });
  }

  observe(batch: ExecutionBatch, from: number, to: number): void {
    const { text, did, address } = batch;
    this.seen += to - from;
    for (let row = from; row < to; row += 1) {
      const host = this.#hosts.intern(text, batch.host[row], batch.hostLength[row]);
      const image = this.#images.intern(text, batch.image[row], batch.imageLength[row]);
      const told = this.#commands.intern(text, batch.command[row], batch.commandLength[row]);
      const place = this.#place(address, row * 8, host);
      const owner = this.#owner(batch, row, host, image);
      if (did[row] === Did.started) this.#started(batch, { row, host, image, place, owner, command: told });
      else if (!isLoop(address, row * 8 + 4)) {
        const command = told > 0 ? told : this.#running.commandOf(host, batch.process[row], image);
        this.#talked(batch, { row, host, image, place, owner, command });
      }
    }
  }

  /** Whether telemetry has come from a host with the address that stands in `words`. */
  isHost(words: Uint32Array): boolean {
    return this.#addresses.findAt(words, 0) >= 0;
  }

  /**
   * The processes that made the connections of an own address between two times (µs), one sentence each without its full
   * stop, those with most connections first; none made any: scanners that were started on that host then.
   *
   * @param services protocol << 16 | port, of which one must have been used; none: any
   */
  of(address: Uint32Array, from: number, to: number, services: readonly number[] = []): string[] {
    const place = this.#addresses.findAt(address, 0);
    if (place < 0) return [];
    const talks = this.#talks.of(place, from - APART, to + APART, services).slice(0, MAKERS);
    const made = talks.map(({ image, command, host, process, connections }) => {
      const who = { image: this.#images.get(image), command: this.#commands.get(command), process };
      const connected = connections === 1 ? 'one connection' : `${connections} connections`;
      return `${describe({ ...who, hostName: this.#hosts.get(host), user: '' })} made ${connected} then`;
    });
    if (made.length > 0) return made;
    return this.#sightings.all
      .filter(({ kind, host }) => kind === 'scanner' && host === this.#hostAt[place])
      .filter(({ first, last }) => first <= to + APART && last >= from - APART)
      .slice(0, MAKERS)
      .map((seen) => `${describe(seen)} was started then: ${seen.reason}`);
  }

  /** What was noticed, in the order in which it began. */
  found(): Sighting[] {
    const { all } = this.#sightings;
    const blocksOf = new Map(all.map((seen) => [seen, seen.kind === 'fan-out' ? this.#blocks(seen) : []]));
    const wide = new Set(all.filter((seen) => blocksOf.get(seen)?.length).flatMap(({ owners }) => [...owners]));
    return (
      all
        .filter((seen) => seen.kind !== 'fan-out' || blocksOf.get(seen)?.length)
        // how a process was called that fans out is told with that
        .filter((seen) => seen.kind !== 'scanner' || ![...seen.owners].every((owner) => wide.has(owner)))
        .map((seen) => this.#sighting(seen, blocksOf.get(seen) ?? [], all))
        .sort((a, b) => a.first - b.first)
    );
  }

  #blocks({ owners }: Seen): Block[] {
    return [...owners].flatMap((owner) => this.#fan.of(owner)).sort((a, b) => b.bits - a.bits || a.port - b.port);
  }

  #sighting(seen: Seen, blocks: readonly Block[], all: readonly Seen[]): Sighting {
    const { kind, hostName, host, image, command, process } = seen;
    const isOf = (other: Seen): boolean => [...seen.owners].some((one) => other.owners.has(one));
    const called = blocks.length > 0 ? all.find((other) => other.kind === 'scanner' && isOf(other)) : undefined;
    const user = seen.user || (called?.user ?? '');
    const first = Math.min(seen.first, ...blocks.map((block) => block.first));
    const last = Math.max(seen.last, ...blocks.map((block) => block.last));
    const row = ({ reason, bits, times, samples }: Seen) => ({ reason, bits, times, samples });
    const rows = [row(seen)];
    if (kind === 'first words' || kind === 'other kind')
      rows[0] = { ...rows[0], reason: `${describe(seen)}: ${seen.reason}` };
    if (blocks.length > 0) {
      rows[0] = { ...row(seen), reason: fanOutReason(blocks), bits: blocks[0].bits, times: blocks[0].targets };
      if (called) rows.push(row(called));
    }
    const [owner] = seen.owners;
    const place = host > 0 && this.#placeOf[host] >= 0 ? this.#placeOf[host] : this.#talks.placeOf(owner);
    const address = place < 0 ? undefined : this.#addresses.keys.slice(4 * place, 4 * place + 4);
    return { kind, host: hostName, address, image, command, user, process, rows, first, last, blocks };
  }

  /** Remembers which host has an own address; its place, −1: the address is not told, or there is no room. */
  #place(words: Uint32Array, at: number, host: number): number {
    if ((words[at] | words[at + 1] | words[at + 2] | words[at + 3]) === 0 || isLoop(words, at)) return -1;
    // of a process that listens at all addresses
    if (words[at + 3] === 0 && (words[at + 2] === 0 || words[at + 2] === 0xffff)) return -1;
    const place = this.#addresses.insertAt(words, at);
    if (place < 0) return -1;
    this.#hostAt[place] = host;
    if (host > 0 && this.#placeOf[host] < 0) this.#placeOf[host] = place;
    return place;
  }

  /** A number for a process: its host (or address, where that has no name), id and image. */
  #owner({ address, process }: ExecutionBatch, row: number, host: number, image: number): number {
    return hash4Signed(this.#seed, host > 0 ? host : address[row * 8 + 3] | 0, process[row] | 0, image, host);
  }

  #started(batch: ExecutionBatch, actor: Actor): void {
    const { row, host, image, command } = actor;
    this.spawned.begin(host, batch.time[row]);
    const server = this.#serverBehind(batch, row, host, image);
    // What a page of the site starts is its author's business.
    const isPage = server > 0 && isScript(this.#command(batch, row));
    this.#running.start(host, batch.process[row], image, command, isPage ? 0 : server);
    if (server > 0 && !isPage) this.#startedBy(batch, actor, server);
    if (command > 0 && image > 0 && this.#plain[command] === image + 1) return;
    const scanner = scannerOf(this.#image(batch, row), this.#command(batch, row));
    if (scanner) this.#notice(batch, actor, 'scanner', scanner.what, scanner.what, scanner.bits);
    else this.#plain[command] = image + 1;
  }

  /** The image of the server that a process comes of, as an id: its parent, or what that comes of; 0: of none. */
  #serverBehind(
    { text, parent, parentLength, parentProcess, daemon, user, userLength }: ExecutionBatch,
    row: number,
    host: number,
    image: number,
  ): number {
    if (this.#running.isServer(image)) return 0;
    const starter = this.#images.intern(text, parent[row], parentLength[row]);
    const server = this.#running.serverOf(host, parentProcess[row], starter);
    // Whose parent was forked and not started is known by the account that it runs under.
    if (server >= 0 || starter > 0 || daemon[row] === 0) return Math.max(0, server);
    if (!isServersAccount(decoder.decode(text.subarray(user[row], user[row] + userLength[row])))) return 0;
    return this.#images.intern(text, user[row], userLength[row]);
  }

  #startedBy(batch: ExecutionBatch, { row, host }: Actor, server: number): void {
    const command = this.#command(batch, row);
    const odd = oddStarts(this.#image(batch, row), command);
    if (odd.length === 0) return;
    const hostName = this.#hosts.get(host);
    this.spawned.start(batch, row, { host, hostName, server: this.#images.get(server), command, odd });
  }

  #hostOf(words: Uint32Array, at: number): number {
    const place = this.#addresses.findAt(words, at);
    return place < 0 ? 0 : this.#hostAt[place];
  }

  /** Whether a host has told an address that strangers can reach. */
  #isPublic(host: number): boolean {
    const { keys, extent } = this.#addresses;
    for (let place = 0; place < extent; place += 1)
      if (this.#hostAt[place] === host && !isPrivate(keys, 4 * place)) return true;
    return false;
  }

  #talked(batch: ExecutionBatch, actor: Actor): void {
    const { time, protocol, opened, did, peerPort, ownPort, address } = batch;
    const { row, owner } = actor;
    const at = row * 8 + 4;
    const first = this.#firstWords.hear(batch, row);
    if (first) this.#notice(batch, actor, 'first words', first.same, first.reason, first.bits);
    if (opened[row] === 0) this.#running.serve(actor.host, batch.process[row], actor.image, actor.command);
    if (did[row] !== Did.connected) return;
    const port = opened[row] === 1 ? peerPort[row] : ownPort[row];
    this.#talks.note(batch, row, actor, (protocol[row] << 16) | port);
    const isTold = (address[at] | address[at + 1] | address[at + 2] | address[at + 3]) !== 0;
    if (opened[row] === 0 || !isTold) return;
    if (this.#fan.add(owner, address, at, port, protocol[row], time[row]))
      this.#notice(batch, actor, 'fan-out', owner, '', 0);
    if (!isWatched(port)) return;
    const unlike = unlikeItsKind(this.#image(batch, row), port);
    if (unlike !== undefined) this.#notice(batch, actor, 'other kind', unlike, unlike, UNLIKE);
  }

  #notice(
    batch: ExecutionBatch,
    actor: Actor,
    kind: Notice['kind'],
    same: string | number,
    reason: string,
    bits: number,
  ): void {
    const { row, host, owner } = actor;
    const command = this.#commands.get(actor.command);
    this.#sightings.note(batch, row, { kind, same, reason, bits, host, owner, command });
  }

  #image(batch: ExecutionBatch, row: number): string {
    return this.#sightings.text(batch, batch.image[row], batch.imageLength[row]);
  }

  #command(batch: ExecutionBatch, row: number): string {
    return this.#sightings.text(batch, batch.command[row], batch.commandLength[row]);
  }
}

/** ::1 (RFC 4291) or 127/8 (RFC 1122). */
function isLoop(words: Uint32Array, at: number): boolean {
  if (words[at] !== 0 || words[at + 1] !== 0) return false;
  return words[at + 2] === 0xffff ? words[at + 3] >>> 24 === 127 : words[at + 2] === 0 && words[at + 3] === 1;
}
