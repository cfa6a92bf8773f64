import { Did, type ExecutionBatch } from '../record/execution.ts';
import { TextTable } from '../record/text.ts';
import { hash4Signed, mixSigned } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';
import { Profile } from '../table/profile.ts';
import { type Block, FanOut } from './fan-out.ts';
import { unlikeItsKind } from './kinds.ts';
import { type Scanner, scannerOf } from './scanners.ts';

/**
 * Process telemetry (DS0029): what programs on our own hosts did, joined to the contacts that they made by host address,
 * time and service. Looks for
 *
 *   scanners      command lines and names of programs that scan
 *   fan-out       one process that tries neighbour after neighbour, or port after port
 *   first words   a program that never talked before, or not so, once the fleet's profile is old enough
 *   other kinds   a program that speaks what programs of its kind do not
 *
 * Blind to a process whose telemetry names neither address nor host, and to threads in a process that always talks.
 */
export interface Sighting {
  readonly kind: (typeof KINDS)[number];
  /** name of the host; '' where it is not told */
  readonly host: string;
  /** an address of the host, four words; undefined: none is known */
  readonly address: Uint32Array | undefined;
  readonly image: string;
  readonly command: string;
  readonly user: string;
  readonly process: number;
  readonly rows: readonly SightingRow[];
  readonly first: number;
  readonly last: number;
  /** what the process tried, where connections are told */
  readonly blocks: readonly Block[];
}

export interface SightingRow {
  readonly reason: string;
  readonly bits: number;
  /** executions that it stands for */
  readonly times: number;
  readonly samples: readonly { readonly time: number; readonly input: number; readonly record: number }[];
}

const KINDS = ['scanner', 'fan-out', 'first words', 'other kind'] as const;

/** A process that made connections of a source. */
export interface Maker {
  /** one sentence, without its full stop */
  readonly why: string;
}

const HOSTS = 1 << 12;
const ADDRESSES = 1 << 13;
const IMAGES = 1 << 13;
const COMMANDS = 1 << 13;
const RUNNING = 1 << 14;
const TALKS = 1 << 13;
const PROFILE = 1 << 14;
/** Sightings that are kept; later ones are not told. */
const KEPT = 256;
const SAMPLES = 5;

/** Age and connections of a profile that is believed. */
const GROWN = 86_400e6;
const ENOUGH = 1000;
/** Bits of rarity that are told. */
const RARE = 8;
/** Fewer than one in 2^10 connections of a program is so unlike its kind for a good reason. */
const UNLIKE = 10;
/** µs before the first packet in which a program may have been started, and by which clocks may differ. */
const BEFORE = 300e6;
/** Ports from which on clients are given theirs count as one. */
const DYNAMIC = 32_768;
const MAKERS = 3;

/** One kept sighting, still growing. */
interface Seen {
  readonly kind: (typeof KINDS)[number];
  readonly host: number;
  readonly hostName: string;
  readonly owner: number;
  readonly image: string;
  command: string;
  readonly user: string;
  readonly process: number;
  readonly reason: string;
  readonly bits: number;
  readonly first: number;
  last: number;
  times: number;
  readonly samples: { readonly time: number; readonly input: number; readonly record: number }[];
}

export class Processes {
  /** executions seen */
  seen = 0;
  readonly #seed: number;
  readonly #hosts: TextTable;
  readonly #images: TextTable;
  readonly #commands: TextTable;
  /** by id of the command: 1: it has been looked at, and is no scanner's */
  readonly #plain = new Uint8Array(COMMANDS + 1);
  /** own addresses → host */
  readonly #addresses: KeyTable;
  readonly #hostOf = new Int32Array(ADDRESSES);
  readonly #addressOf = new Int32Array(HOSTS + 1).fill(-1);
  /** (host, process id) → what it runs */
  readonly #running: KeyTable;
  readonly #runs = new Int32Array(2 * RUNNING);
  #oldestRun = 0;
  /** (own address, host, process id, image): who talked */
  readonly #talks: KeyTable;
  readonly #talk = new Int32Array(6 * TALKS);
  readonly #talkTime = new Float64Array(2 * TALKS);
  readonly #services = new Uint32Array(2 * TALKS);
  #oldestTalk = 0;
  readonly #fan: FanOut;
  readonly #firsts: Profile;
  readonly #ways: Profile;
  readonly #kept = new Map<string, Seen>();
  readonly #decoder = new TextDecoder();

  constructor(seed = 0) {
    this.#seed = seed | 0;
    this.#hosts = new TextTable(HOSTS, HOSTS * 32, seed);
    this.#images = new TextTable(IMAGES, IMAGES * 96, seed, 384);
    this.#commands = new TextTable(COMMANDS, COMMANDS * 192, seed, 1152);
    this.#addresses = new KeyTable(ADDRESSES, seed);
    this.#running = new KeyTable(RUNNING, seed);
    this.#talks = new KeyTable(TALKS, seed);
    this.#fan = new FanOut(seed);
    this.#firsts = new Profile(PROFILE, seed);
    this.#ways = new Profile(PROFILE, seed ^ 0x51ed270b);
  }

  observe(batch: ExecutionBatch, from: number, to: number): void {
    const { text, did } = batch;
    this.seen += to - from;
    for (let row = from; row < to; row += 1) {
      const host = this.#hosts.intern(text, batch.host[row], batch.hostLength[row]);
      const image = this.#images.intern(text, batch.image[row], batch.imageLength[row]);
      const command = this.#commands.intern(text, batch.command[row], batch.commandLength[row]);
      this.#place(batch, row, host);
      if (did[row] === Did.started) this.#started(batch, row, host, image, command);
      else this.#talked(batch, row, host, image, command);
    }
  }

  /** Whether telemetry has come from a host with the address that stands in `words`. */
  isHost(words: Uint32Array): boolean {
    return this.#addresses.findAt(words, 0) >= 0;
  }

  /**
   * The processes that made the connections of an own address between two times (µs), those with most connections first.
   *
   * @param services protocol << 16 | port
   */
  of(address: Uint32Array, from: number, to: number, services: readonly number[] = []): Maker[] {
    const place = this.#addresses.findAt(address, 0);
    if (place < 0) return [];
    const makers = this.#makers(place, from, to, services);
    if (makers.length > 0) return makers;
    const host = this.#hostOf[place];
    const near = [...this.#kept.values()].filter(
      (seen) => seen.kind === 'scanner' && seen.host === host && seen.first <= to && seen.last >= from - BEFORE,
    );
    return near.slice(0, MAKERS).map((seen) => ({ why: `${describe(seen)} was started then: ${seen.reason}` }));
  }

  /** What was noticed, in the order in which it began. */
  found(): Sighting[] {
    const all = [...this.#kept.values()];
    const wide = new Set(all.filter((seen) => seen.kind === 'fan-out').map(({ owner }) => owner));
    const found: Sighting[] = [];
    for (const seen of all) {
      // what the process of a fan-out was called with is told with that
      if (seen.kind === 'scanner' && wide.has(seen.owner) && this.#fan.of(seen.owner).length > 0) continue;
      const blocks = seen.kind === 'fan-out' ? this.#fan.of(seen.owner) : [];
      if (seen.kind === 'fan-out' && blocks.length === 0) continue;
      found.push(this.#sighting(seen, blocks, all));
    }
    return found.sort((a, b) => a.first - b.first || a.process - b.process);
  }

  #sighting(seen: Seen, blocks: readonly Block[], all: readonly Seen[]): Sighting {
    const { kind, hostName, host, image, command, user, process, samples, times } = seen;
    const place = this.#addressOf[host];
    const rows: SightingRow[] = [];
    if (kind === 'fan-out') {
      const [best] = blocks;
      rows.push({ reason: fanOutReason(blocks), bits: best.bits, times, samples });
      const called = all.find((other) => other.kind === 'scanner' && other.owner === seen.owner);
      if (called) rows.push({ reason: called.reason, bits: called.bits, times: called.times, samples: called.samples });
    } else rows.push({ reason: seen.reason, bits: seen.bits, times, samples });
    return {
      kind,
      host: hostName,
      address: place < 0 || host === 0 ? this.#anyAddress(seen.owner) : this.#words(place),
      image,
      command,
      user,
      process,
      rows,
      first: seen.first,
      last: seen.last,
      blocks,
    };
  }

  /** Own address of a process of an unnamed host. */
  #anyAddress(owner: number): Uint32Array | undefined {
    for (let row = 0; row < this.#talks.extent; row += 1)
      if (this.#talks.has(row) && this.#talk[6 * row + Talk.owner] === owner && this.#talk[6 * row + Talk.place] >= 0)
        return this.#words(this.#talk[6 * row + Talk.place]);
    return undefined;
  }

  #words(place: number): Uint32Array {
    return this.#addresses.keys.slice(4 * place, 4 * place + 4);
  }

  #makers(place: number, from: number, to: number, services: readonly number[]): Maker[] {
    const [low, high] = bloomOf(services);
    const rows: number[] = [];
    for (let row = 0; row < this.#talks.extent; row += 1) {
      if (!this.#talks.has(row) || this.#talk[6 * row + Talk.place] !== place) continue;
      if (this.#talkTime[2 * row] > to + BEFORE || this.#talkTime[2 * row + 1] < from - BEFORE) continue;
      const shared = (this.#services[2 * row] & low) | (this.#services[2 * row + 1] & high);
      if (services.length === 0 || shared !== 0) rows.push(row);
    }
    const many = (row: number): number => this.#talk[6 * row + Talk.count];
    rows.sort((a, b) => many(b) - many(a) || a - b);
    return rows.slice(0, MAKERS).map((row) => {
      const at = 6 * row;
      const who = {
        image: this.#images.get(this.#talk[at + Talk.image]),
        command: this.#commands.get(this.#talk[at + Talk.command]),
        hostName: this.#hosts.get(this.#talk[at + Talk.host]),
        process: this.#talk[at + Talk.process] >>> 0,
        user: '',
      };
      return { why: `${describe(who)} made ${many(row)} connections then` };
    });
  }

  /** Remembers which host has an own address. */
  #place({ address }: ExecutionBatch, row: number, host: number): void {
    const at = row * 8;
    if ((address[at] | address[at + 1] | address[at + 2] | address[at + 3]) === 0 || isLoop(address, at)) return;
    const place = this.#addresses.insertAt(address, at);
    if (place < 0) return;
    this.#hostOf[place] = host;
    if (host > 0 && this.#addressOf[host] < 0) this.#addressOf[host] = place;
  }

  #started(batch: ExecutionBatch, row: number, host: number, image: number, command: number): void {
    this.#run(host, batch.process[row], image, command);
    if (command > 0 && this.#plain[command] === 1) return;
    const scanner = scannerOf(this.#image(batch, row), this.#command(batch, row));
    if (scanner) this.#sightScanner(batch, row, host, image, scanner);
    // without a command line the name alone is looked at, and it may be another's next time
    else if (command > 0) this.#plain[command] = 1;
  }

  #sightScanner(batch: ExecutionBatch, row: number, host: number, image: number, scanner: Scanner): void {
    this.#sight('scanner', batch, row, host, this.#owner(batch, row, host, image), scanner.what, scanner.bits);
  }

  #talked(batch: ExecutionBatch, row: number, host: number, image: number, told: number): void {
    const { time, protocol, opened, process, did, peerPort, ownPort } = batch;
    const at = row * 8;
    if (isLoop(batch.address, at + 4)) return;
    const run = this.#running.find(host, process[row], 0, 0);
    const same = run >= 0 && (image === 0 || this.#runs[2 * run] === image);
    const command = told > 0 || !same ? told : this.#runs[2 * run + 1];
    const owner = this.#owner(batch, row, host, image);
    this.#first(batch, row, host, image, owner);
    if (did[row] !== Did.connected) return;
    this.#note(batch, row, host, image, command, owner);
    const port = opened[row] === 1 ? peerPort[row] : ownPort[row];
    if (opened[row] === 0 || (batch.address[at + 4] | batch.address[at + 6] | batch.address[at + 7]) === 0) return;
    if (this.#fan.add(owner, batch.address, at + 4, port, protocol[row], time[row]))
      this.#sight('fan-out', batch, row, host, owner, '', 0, command);
    const unlike = unlikeItsKind(this.#image(batch, row), port);
    if (unlike !== undefined) this.#sight('other kind', batch, row, host, owner, unlike, UNLIKE, command);
  }

  /** Images, and ways of talking, that the fleet has not seen. */
  #first(batch: ExecutionBatch, row: number, host: number, image: number, owner: number): void {
    const { time, protocol, opened, did, peerPort, ownPort } = batch;
    if (batch.imageLength[row] === 0) return;
    const [a, b] = this.#nameOf(batch, row);
    const port = opened[row] === 1 ? peerPort[row] : ownPort[row];
    const way = (protocol[row] << 20) | (did[row] << 18) | (opened[row] << 17) | (port >= DYNAMIC ? 0x1ffff : port);
    const grown = this.#firsts.total >= ENOUGH && this.#firsts.age(time[row]) >= GROWN;
    const never = this.#firsts.see(a, b, 0, 0, time, row);
    const not = this.#ways.see(a, b, way, 1, time, row);
    const profile = never > 0 ? this.#firsts : this.#ways;
    const bits = never > 0 ? never : not;
    if (!grown || bits < RARE) return;
    const days = Math.floor(profile.age(time[row]) / 86_400e6);
    const what = never > 0 ? 'that no host saw talk before' : `that did not ${wayText(batch, row, port)} before`;
    const reason = `a program ${what}: profile of ${days} days, ${profile.total} connections, new ${profile.odds}`;
    this.#sight('first words', batch, row, host, owner, reason, Math.round(bits * 1000) / 1000);
    void image;
  }

  /** Two hashes of the image's path in lower case, numbers and the user's folder made alike. */
  #nameOf(batch: ExecutionBatch, row: number): readonly [number, number] {
    const { text } = batch;
    const from = batch.image[row];
    const to = from + batch.imageLength[row];
    let a = this.#seed;
    let b = this.#seed ^ 0x6a09e667;
    let digits = false;
    for (let at = from; at < to; at += 1) {
      let byte = text[at];
      if (byte >= 65 && byte <= 90) byte |= 32;
      const isDigit = byte >= 48 && byte <= 57;
      if (isDigit && digits) continue;
      digits = isDigit;
      a = mixSigned(a, isDigit ? 48 : byte);
      b = mixSigned(b, isDigit ? 48 : byte);
    }
    return [a, b];
  }

  #note(batch: ExecutionBatch, row: number, host: number, image: number, command: number, owner: number): void {
    const { time, process, address, protocol, opened, peerPort, ownPort } = batch;
    const place = this.#addresses.findAt(address, row * 8);
    const talks = this.#talks;
    const before = talks.size;
    let talk = talks.find(owner, place, image, host);
    if (talk < 0) {
      if (before === talks.capacity) {
        talks.remove(this.#oldestTalk);
        this.#oldestTalk = (this.#oldestTalk + 1) % TALKS;
      }
      talk = talks.insert(owner, place, image, host);
      this.#talk.fill(0, 6 * talk, 6 * talk + 6);
      this.#talk[6 * talk + Talk.owner] = owner;
      this.#talk[6 * talk + Talk.place] = place;
      this.#talk[6 * talk + Talk.image] = image;
      this.#talk[6 * talk + Talk.host] = host;
      this.#talkTime[2 * talk] = time[row];
      this.#talkTime[2 * talk + 1] = time[row];
      this.#services[2 * talk] = 0;
      this.#services[2 * talk + 1] = 0;
    }
    this.#talk[6 * talk + Talk.process] = process[row];
    this.#talk[6 * talk + Talk.command] = command;
    this.#talk[6 * talk + Talk.count] += 1;
    if (time[row] > this.#talkTime[2 * talk + 1]) this.#talkTime[2 * talk + 1] = time[row];
    if (time[row] < this.#talkTime[2 * talk]) this.#talkTime[2 * talk] = time[row];
    const bit = mixSigned(0x5f, (protocol[row] << 16) | (opened[row] === 1 ? peerPort[row] : ownPort[row])) & 63;
    this.#services[2 * talk + (bit >> 5)] |= 1 << (bit & 31);
  }

  #run(host: number, process: number, image: number, command: number): void {
    if (process === 0) return;
    const running = this.#running;
    let run = running.find(host, process, 0, 0);
    if (run < 0) {
      if (running.size === running.capacity) {
        running.remove(this.#oldestRun);
        this.#oldestRun = (this.#oldestRun + 1) % RUNNING;
      }
      run = running.insert(host, process, 0, 0);
    }
    this.#runs[2 * run] = image;
    this.#runs[2 * run + 1] = command;
  }

  /** A number for a process: its host (or address, where that has no name), id and image. */
  #owner({ address, process }: ExecutionBatch, row: number, host: number, image: number): number {
    const where = host > 0 ? host : (address[row * 8 + 3] | 0) ^ address[row * 8];
    return hash4Signed(this.#seed, where, process[row], image, host);
  }

  #sight(
    kind: Seen['kind'],
    batch: ExecutionBatch,
    row: number,
    host: number,
    owner: number,
    reason: string,
    bits: number,
    command = 0,
  ): void {
    const sample = { time: batch.time[row], input: batch.input[row], record: batch.record[row] };
    const key = `${kind} ${host} ${kind === 'fan-out' ? owner : reason} ${kind === 'scanner' ? owner : ''}`;
    const known = this.#kept.get(key);
    if (known) {
      known.times += 1;
      known.last = Math.max(known.last, sample.time);
      if (known.samples.length < SAMPLES) known.samples.push(sample);
      return;
    }
    if (this.#kept.size >= KEPT) return;
    this.#kept.set(key, {
      kind,
      host,
      hostName: this.#text(batch, batch.host[row], batch.hostLength[row]),
      owner,
      image: this.#image(batch, row),
      command: this.#command(batch, row) || this.#commands.get(command),
      user: this.#text(batch, batch.user[row], batch.userLength[row]),
      process: batch.process[row],
      reason,
      bits,
      first: sample.time,
      last: sample.time,
      times: 1,
      samples: [sample],
    });
  }

  #image(batch: ExecutionBatch, row: number): string {
    return this.#text(batch, batch.image[row], batch.imageLength[row]);
  }

  #command(batch: ExecutionBatch, row: number): string {
    return this.#text(batch, batch.command[row], batch.commandLength[row]);
  }

  #text({ text }: ExecutionBatch, at: number, length: number): string {
    return length === 0 ? '' : this.#decoder.decode(text.subarray(at, at + length));
  }
}

/** Places in a row of `#talk`. */
const Talk = { owner: 0, place: 1, image: 2, host: 3, process: 4, command: 5, count: 6 } as const;

const LONGEST_SHOWN = 200;

/** `process nmap (4711; nmap -sS …) on host pc7` */
function describe(who: Pick<Seen, 'image' | 'command' | 'hostName' | 'process' | 'user'>): string {
  const command = who.command.length > LONGEST_SHOWN ? `${who.command.slice(0, LONGEST_SHOWN)}…` : who.command;
  const call = command === '' ? '' : ` (command line: ${command})`;
  const user = who.user === '' ? '' : ` of user ${who.user}`;
  const host = who.hostName === '' ? '' : ` on host ${who.hostName}`;
  return `process ${who.process} ${who.image || 'without a name'}${call}${user}${host}`;
}

function fanOutReason(blocks: readonly Block[]): string {
  const targets = blocks.reduce((sum, block) => sum + block.targets, 0);
  const [{ byPort, port }] = blocks;
  const where = blocks.length === 1 ? '' : ` in ${blocks.length} blocks`;
  return byPort
    ? `one process tried port after port: ${targets}${where} within an hour`
    : `one process tried neighbour after neighbour at port ${port}: ${targets}${where} within an hour`;
}

function wayText(batch: ExecutionBatch, row: number, port: number): string {
  const protocol = batch.protocol[row] === 17 ? 'udp' : batch.protocol[row] === 6 ? 'tcp' : 'port';
  const service = port >= DYNAMIC ? `high ports of ${protocol}` : `${protocol}/${port}`;
  if (batch.did[row] === Did.listened) return `listen at ${service}`;
  return batch.opened[row] === 1 ? `connect to ${service}` : `accept connections at ${service}`;
}

function bloomOf(services: readonly number[]): readonly [number, number] {
  let low = 0;
  let high = 0;
  for (const service of services) {
    const bit = mixSigned(0x5f, service) & 63;
    if (bit < 32) low |= 1 << bit;
    else high |= 1 << (bit & 31);
  }
  return [low, high];
}

function isLoop(words: Uint32Array, at: number): boolean {
  const isV4 = words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff;
  if (isV4) return words[at + 3] >>> 24 === 127;
  return (words[at] | words[at + 1] | words[at + 2]) === 0 && words[at + 3] === 1;
}
