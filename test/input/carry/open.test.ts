import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CodedError } from '../../../src/config/errors.ts';
import { openSource } from '../../../src/input/carry/open.ts';
import type { ByteSource } from '../../../src/input/input.ts';
import { scratch } from '../scratch.ts';

const BYTES = Uint8Array.from({ length: 200_000 }, (_, at) => (at * at) >> 7);

async function drain(source: ByteSource): Promise<Buffer> {
  const parts: Buffer[] = [];
  const into = new Uint8Array(30_000);
  for (let bytes = await source.read(into); bytes > 0; bytes = await source.read(into))
    parts.push(Buffer.from(into.subarray(0, bytes)));
  source.close();
  return Buffer.concat(parts);
}

test('a file is looked at and still read whole, packed or not', async (context) => {
  const folder = scratch(context);
  for (const [name, packed] of [
    ['plain', BYTES],
    ['gz', gzipSync(BYTES)],
    ['zst', zstdCompressSync(BYTES)],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, packed);
    const source = await openSource(path);
    assert.deepEqual(source.head, BYTES.slice(0, 65_536));
    assert.deepEqual([source.name, source.size], [path, packed.length]);
    assert.equal(Buffer.compare(await drain(source), BYTES), 0);
    assert.equal(source.consumed, packed.length);
  }
});

test('short and empty files', async (context) => {
  const folder = scratch(context);
  for (const length of [0, 1, 3, 4, 5]) {
    const path = join(folder, String(length));
    writeFileSync(path, BYTES.subarray(1000, 1000 + length));
    const source = await openSource(path);
    assert.equal(source.head.length, length);
    assert.equal((await drain(source)).length, length);
  }
});

test('the byte cap is passed on', async (context) => {
  const path = join(scratch(context), 'x.gz');
  writeFileSync(path, gzipSync(BYTES));
  const source = await openSource(path, { maxBytes: 100_000 });
  assert.equal((await drain(source)).length, 100_000);
  assert.equal(source.trouble, 'compressed-data-bomb');
});

test('a path that leads nowhere is an error with the name that was meant', async (context) => {
  const folder = scratch(context);
  writeFileSync(join(folder, 'monday.pcap'), '');
  const wrong = async (path: string, expected: Partial<CodedError>, hint: RegExp): Promise<void> => {
    await assert.rejects(openSource(path), (error) => {
      assert.ok(error instanceof CodedError);
      assert.deepEqual([error.code, error.exit], [expected.code, 74]);
      assert.match(error.hint, hint);
      return true;
    });
  };
  await wrong(join(folder, 'mondya.pcap'), { code: 'INPUT_MISSING' }, /Did you mean "monday\.pcap"/);
  await wrong(join(folder, 'nothing', 'x'), { code: 'INPUT_MISSING' }, /^Check/);
  await wrong(join(folder, 'monday.pcap', 'x'), { code: 'INPUT_MISSING' }, /^Check/);
  await wrong(join(folder, 'a\0b'), { code: 'INPUT_UNREADABLE' }, /./);
  await wrong(folder, { code: 'INPUT_READ' }, /./);
});

/** A program that prints the length and sum of what standard input gives. */
const PROGRAM = `
  const { openSource } = await import(process.argv[1]);
  const source = await openSource('-');
  const into = new Uint8Array(70_000);
  let length = 0, sum = 0;
  for (let bytes = await source.read(into); bytes > 0; bytes = await source.read(into)) {
    length += bytes;
    for (let at = 0; at < bytes; at += 1) sum += into[at];
  }
  source.close();
  console.log(JSON.stringify([length, sum, source.size, source.consumed]));
`;
const MODULE = new URL('../../../src/input/carry/open.ts', import.meta.url).href;
const SUM = BYTES.reduce((sum, byte) => sum + byte, 0);

function program(stdin: 'pipe' | number) {
  return spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, MODULE], { stdio: [stdin, 'pipe', 'inherit'] });
}

async function said(child: ReturnType<typeof program>): Promise<unknown> {
  let text = '';
  child.stdout?.on('data', (part) => {
    text += part;
  });
  await once(child, 'close');
  return JSON.parse(text);
}

test('standard input as a pipe that is written slowly, packed', async () => {
  const packed = gzipSync(BYTES);
  const child = program('pipe');
  const answer = said(child);
  for (let at = 0; at < packed.length; at += 40_000) {
    child.stdin?.write(packed.subarray(at, at + 40_000));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.stdin?.end();
  assert.deepEqual(await answer, [BYTES.length, SUM, null, packed.length]);
});

test('standard input as a file says its size', async (context) => {
  const path = join(scratch(context), 'x');
  writeFileSync(path, BYTES);
  const descriptor = openSync(path, 'r');
  const answer = said(program(descriptor));
  assert.deepEqual(await answer, [BYTES.length, SUM, BYTES.length, BYTES.length]);
  closeSync(descriptor);
});
