import { Did, type ExecutionBatch } from '../../record/execution.ts';
import { TCP, UDP } from '../../record/protocols.ts';
import { mixSigned } from '../../table/hash.ts';
import { Profile } from '../../table/profile.ts';

/**
 * First words: a program that never talked before, or not so, held against what all hosts of the fleet have been seen to
 * do. A program is its image's path, in whatever letters and whatever numbers are in it: versions are not programs.
 */
export interface FirstWord {
  /** the same for the same program and way */
  readonly same: string;
  readonly reason: string;
  readonly bits: number;
}

const PROFILE = 1 << 14;
/** Age (µs) and connections of a profile that is believed. */
const GROWN = 86_400e6;
const ENOUGH = 1000;
/** Bits of rarity that are told. */
const RARE = 8;
/** Ports from which on clients are given theirs count as one. */
const DYNAMIC = 32_768;
const HIGH = 0x1ffff;

export class FirstWords {
  readonly #seed: number;
  readonly #programs: Profile;
  readonly #ways: Profile;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#programs = new Profile(PROFILE, seed);
    this.#ways = new Profile(PROFILE, seed ^ 0x51ed270b);
  }

  /** Takes a row in which a program talks. @returns undefined: nothing new, or the profile is too young to tell */
  hear(batch: ExecutionBatch, row: number): FirstWord | undefined {
    const { time, protocol, opened, did, peerPort, ownPort, imageLength } = batch;
    if (imageLength[row] === 0) return undefined;
    const port = opened[row] === 1 ? peerPort[row] : ownPort[row];
    const way = (protocol[row] << 20) | (did[row] << 18) | (opened[row] << 17) | (port >= DYNAMIC ? HIGH : port);
    const low = hashImage(this.#seed, batch, row);
    const high = hashImage(this.#seed ^ 0x6a09e667, batch, row);
    const grown = this.#programs.total >= ENOUGH && this.#programs.age(time[row]) >= GROWN;
    const never = this.#programs.see(low, high, 0, 0, time, row);
    const notSo = this.#ways.see(low, high, way, 1, time, row);
    const bits = never > 0 ? never : notSo;
    if (!grown || bits < RARE) return undefined;
    const profile = never > 0 ? this.#programs : this.#ways;
    const days = Math.floor(profile.age(time[row]) / 86_400e6);
    const what = never > 0 ? 'that never talked before' : `that did not ${wayOf(batch, row, port)} before`;
    const reason = `a program ${what} (profile of ${days} d and ${profile.total} connections; new were ${profile.odds})`;
    return { same: `${low} ${high} ${way}`, reason, bits: Math.round(bits * 1000) / 1000 };
  }
}

/** Hash of the image's path, i32; in lower case, and whatever numbers are in it. */
function hashImage(seed: number, { text, image, imageLength }: ExecutionBatch, row: number): number {
  const to = image[row] + imageLength[row];
  let hash = seed;
  let inNumber = false;
  for (let at = image[row]; at < to; at += 1) {
    const byte = text[at];
    const isDigit = byte >= 48 && byte <= 57;
    if (!isDigit) hash = mixSigned(hash, byte >= 65 && byte <= 90 ? byte | 32 : byte);
    else if (!inNumber) hash = mixSigned(hash, 48);
    inNumber = isDigit;
  }
  return hash;
}

function wayOf({ protocol, did, opened }: ExecutionBatch, row: number, port: number): string {
  const name = protocol[row] === UDP ? 'udp/' : protocol[row] === TCP ? 'tcp/' : 'port ';
  const service = port >= DYNAMIC ? `${name}high` : `${name}${port}`;
  if (did[row] === Did.listened) return `listen at ${service}`;
  return opened[row] === 1 ? `connect to ${service}` : `accept connections at ${service}`;
}
