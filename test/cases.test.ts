import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { cases, differences, essence, findingsIn } from './support/replay.ts';

const PROGRAM = fileURLToPath(new URL('../bin/vedette.mjs', import.meta.url));
const ALL = cases();
const MAX_INPUT_BYTES = 30_000;

function findingLines(input: string, workers: number, stdin?: Uint8Array): string[] {
  const args = [PROGRAM, 'analyze', '--format', 'ndjson', '--workers', String(workers), input];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...(stdin && { input: stdin }),
  });
  return output.split('\n').filter((line) => line !== '' && (JSON.parse(line) as { kind: string }).kind !== 'summary');
}

/** The same lines, whatever the input was called. */
const unnamed = (lines: readonly string[], name: string): string[] =>
  lines.map((line) => line.replaceAll(JSON.stringify(name), '"INPUT"'));

describe('cases', () => {
  for (const { name, input, expected } of ALL) {
    it(name, { ...(expected.gap && { todo: expected.gap }) }, async () => {
      assert.deepEqual(differences(expected, await findingsIn(input)), []);
    });
  }

  it('are small', () => {
    const large = ALL.filter(({ input }) => statSync(input).size > MAX_INPUT_BYTES).map(({ name }) => name);
    assert.deepEqual(large, []);
  });
});

describe('a copy in another wrapping has the same findings', () => {
  for (const { name, input, expected } of ALL) {
    const original = ALL.find((one) => one.name === expected.like);
    if (!original) continue;
    it(name, { ...(expected.gap && { todo: expected.gap }) }, async () => {
      const plain = (await findingsIn(original.input)).map(essence);
      assert.deepEqual((await findingsIn(input)).map(essence), plain);
    });
  }
});

describe('the same input gives the same findings', () => {
  const chosen = ALL.filter(({ name }) => ['nmap-syn', 'masscan-two-ports', 'zmap-dispersed'].includes(name));
  for (const { name, input } of chosen) {
    it(`${name}: for 1, 2 and 4 workers`, () => {
      const one = findingLines(input, 1);
      assert.ok(one.length > 0);
      assert.deepEqual(findingLines(input, 2), one);
      assert.deepEqual(findingLines(input, 4), one);
    });

    it(`${name}: from a file and from a pipe`, () => {
      const piped = findingLines('-', 1, gunzipSync(readFileSync(input)));
      assert.deepEqual(unnamed(piped, '-'), unnamed(findingLines(input, 1), input));
    });
  }
});
