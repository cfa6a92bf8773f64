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
const WORDS: ReadonlySet<number> = new Set(Object.values(Told));

const found = new Found();

/** What one parser says of some bytes, `filler` all around them. */
function read(parser: Parser | null, bytes: Uint8Array, filler: number): string {
  const block = new Uint8Array(bytes.length + 2 * GAP).fill(filler);
  block.set(bytes, GAP);
  const end = GAP + bytes.length;
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

test('damaged answers neither throw nor read beyond their end', () => {
  const random = generator(4711);
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { says } = SAMPLES[random(SAMPLES.length)];
    const bytes = mutated(says, random);
    for (const parser of [...PARSERS, null]) {
      const one = read(parser, bytes, 0);
      if (one !== '') told += 1;
      assert.equal(read(parser, bytes, 0xff), one, `${parser?.name}: what stands behind the end makes a difference`);
    }
  }
  assert.ok(told > ROUNDS / 10);
});

test('answers cut anywhere', () => {
  for (const { says } of SAMPLES)
    for (let size = 0; size < says.length; size += 1)
      for (const parser of [...PARSERS, null]) {
        const cut = says.subarray(0, size);
        assert.equal(read(parser, cut, 0), read(parser, cut, 0xff));
      }
});

test('noise tells next to nothing', () => {
  const random = generator(99);
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const noise = Uint8Array.from({ length: 1 + random(200) }, () => random(256));
    for (const parser of TCP)
      if (parser.first?.includes(noise[0]) !== false && read(parser, noise, 0) !== '') told += 1;
  }
  assert.ok(told < ROUNDS / 50, `${told} of ${ROUNDS}`);
});
