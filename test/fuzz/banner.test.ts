import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TCP, UDP } from '../../src/flow/answers/index.ts';
import type { Parser } from '../../src/flow/answers/parser.ts';
import { TlsRead, tlsFlight } from '../../src/flow/answers/tls.ts';
import { Found } from '../../src/flow/answers/writer.ts';
import { SERVICES, Told } from '../../src/record/answer.ts';
import { SAMPLES } from '../flow/answers/samples.ts';
import { generator, mutated, ROUNDS } from './mutate.ts';

const PARSERS: readonly Parser[] = [...new Set([...TCP, ...UDP])];
const GAP = 32;
const EVERY = [...PARSERS, null];
const WORDS: ReadonlySet<number> = new Set(Object.values(Told));

const found = new Found();

/** Some bytes with `filler` all around them. */
function within(bytes: Uint8Array, filler: number): Uint8Array {
  const block = new Uint8Array(bytes.length + 2 * GAP).fill(filler);
  block.set(bytes, GAP);
  return block;
}

/** What one parser says of the bytes within a block. */
function read(parser: Parser | null, block: Uint8Array): string {
  const end = block.length - GAP;
  const told =
    parser === null ? tlsFlight(block, GAP, end, found) === TlsRead.told : parser.read(block, GAP, end, found, 8);
  if (!told) return '';
  assert.ok(WORDS.has(found.told) && found.service < SERVICES.length);
  assert.ok(found.length <= 255 && found.start >= 0 && found.start + found.length <= found.bytes.length);
  if (found.bytes === block)
    assert.ok(found.start >= GAP && found.start + found.length <= end, 'reads beyond its bytes');
  const text = Buffer.from(found.bytes.subarray(found.start, found.start + found.length)).toString('latin1');
  return `${found.told} ${found.service} ${text}`;
}

/** Every parser must say the same whatever stands around the bytes. Returns how many said something. */
function readByAll(bytes: Uint8Array): number {
  const zeros = within(bytes, 0);
  const ones = within(bytes, 0xff);
  let told = 0;
  for (const parser of EVERY) {
    const one = read(parser, zeros);
    if (one !== '') told += 1;
    if (read(parser, ones) !== one) assert.fail(`${parser?.name}: what stands behind the end makes a difference`);
  }
  return told;
}

test('damaged answers neither throw nor read beyond their end', () => {
  const random = generator(4711);
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1)
    told += readByAll(mutated(SAMPLES[random(SAMPLES.length)].says, random));
  assert.ok(told > ROUNDS / 10);
});

test('answers cut anywhere', () => {
  let told = 0;
  for (const { says } of SAMPLES)
    for (let size = 0; size < says.length; size += 1) told += readByAll(says.subarray(0, size));
  assert.ok(told > SAMPLES.length);
});

test('noise tells next to nothing', () => {
  const random = generator(99);
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const noise = within(new Uint8Array(1 + random(200)), 0);
    for (let at = GAP; at < noise.length - GAP; at += 1) noise[at] = random(256);
    for (const parser of TCP) if (parser.first?.includes(noise[GAP]) !== false && read(parser, noise) !== '') told += 1;
  }
  assert.ok(told < ROUNDS / 50, `${told} of ${ROUNDS}`);
});
