import { collectAll } from '../support/collect.ts';

/** Seeded damage to valid inputs: the same seed makes the same inputs on every machine. */

/** How many damaged inputs each fuzz test makes. */
export const ROUNDS = Number(process.env.VEDETTE_FUZZ ?? 20_000);

/** Bytes in use, after what nobody uses any more has been thrown away. */
export async function bytesInUse(): Promise<number> {
  await collectAll();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** xorshift32 (Marsaglia 2003): whole numbers 0 … below − 1. */
export function generator(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Numbers at which length and count fields break. */
const EDGES = [
  0, 1, 3, 4, 7, 8, 12, 15, 16, 20, 28, 32, 0x7f, 0x80, 0xff, 0xffff, 0x3ffff, 0x40000, 0x40001, 0x7fffffff, 0x80000000,
  0xfffffff0, 0xfffffffc, 0xffffffff,
];

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

type Damage = (bytes: Uint8Array, random: (below: number) => number) => Uint8Array;

const flip: Damage = (bytes, random) => {
  bytes[random(bytes.length)] ^= 1 << random(8);
  return bytes;
};

const edge: Damage = (bytes, random) => {
  const width = [1, 2, 4][random(3)];
  const at = random(Math.max(1, bytes.length - width));
  const value = EDGES[random(EDGES.length)];
  const little = random(2) === 0;
  for (let byte = 0; byte < width && at + byte < bytes.length; byte += 1)
    bytes[at + byte] = value >>> (8 * (little ? byte : width - 1 - byte));
  return bytes;
};

const cut: Damage = (bytes, random) => bytes.slice(0, 1 + random(bytes.length));

const remove: Damage = (bytes, random) => {
  const at = random(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random(40));
  return end - at === bytes.length ? bytes : joined(bytes.subarray(0, at), bytes.subarray(end));
};

const repeat: Damage = (bytes, random) => {
  const at = random(bytes.length);
  const part = bytes.subarray(at, at + 1 + random(200));
  const to = random(bytes.length);
  return joined(bytes.subarray(0, to), part, bytes.subarray(to));
};

const noise: Damage = (bytes, random) => {
  const at = random(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random(60));
  for (let byte = at; byte < end; byte += 1) bytes[byte] = random(256);
  return bytes;
};

const DAMAGES: readonly Damage[] = [flip, flip, edge, edge, edge, cut, remove, repeat, noise];

/** A copy of the bytes with one to five damages. */
export function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let damaged: Uint8Array = bytes.slice();
  for (let times = 1 + random(5); times > 0; times -= 1) damaged = DAMAGES[random(DAMAGES.length)](damaged, random);
  return damaged;
}
