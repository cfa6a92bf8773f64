import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openInput } from '../../src/input/index.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import { Weird } from '../../src/record/weird.ts';

interface Row {
  readonly record: number;
  readonly second: number;
  readonly path: string;
}

const decoder = new TextDecoder();

/** What an input tells of a file with these lines. */
async function rowsOf(
  lines: readonly string[],
): Promise<{ rows: Row[]; turned: number; back: number; records: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-turned-'));
  try {
    const path = join(folder, 'access.log');
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    const context = trialContext();
    const open = await openInput(path, context);
    assert.equal(open.carries, 'records');
    if (open.carries !== 'records') throw new Error('unreachable');
    const sheaf = allocateSheaf();
    const rows: Row[] = [];
    while (await open.reader.fill(sheaf)) {
      const { requests } = sheaf;
      for (let row = 0; row < requests.count; row += 1) {
        const at = requests.name[row];
        rows.push({
          record: requests.record[row],
          second: requests.time[row] / 1e6,
          path: decoder.decode(requests.text.subarray(at, at + requests.nameLength[row])),
        });
      }
    }
    const { records } = open.reader;
    open.reader.close();
    const { counts } = context.weird;
    return {
      rows,
      records,
      turned: counts[Weird['record-newest-first']],
      back: counts[Weird['record-time-goes-back']],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const two = (value: number): string => String(value).padStart(2, '0');
const line = (second: number, path: string): string =>
  `192.0.2.7 - - [21/Nov/2026:${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)} +0000] "GET ${path} HTTP/1.1" 404 153 "-" "curl/8"`;

test('an export with its newest record first is told in the order of time, under the numbers that its records have', async () => {
  const lines = Array.from({ length: 12 }, (_, nth) => line(nth, `/a${nth}`));
  const { rows, turned, records } = await rowsOf(lines.toReversed());
  assert.deepEqual(
    rows.map(({ path }) => path),
    lines.map((_, nth) => `/a${nth}`),
  );
  assert.deepEqual(
    rows.map(({ record }) => record),
    lines.map((_, nth) => 12 - nth),
  );
  assert.deepEqual([turned, records], [12, 12]);
});

test('so is one of many blocks, and records of one second stand as they were written', async () => {
  const lines = Array.from({ length: 30_000 }, (_, nth) => line(Math.floor(nth / 7), `/page-${nth}`));
  const { rows, turned } = await rowsOf(lines.toReversed());
  assert.equal(turned, 30_000);
  assert.equal(rows.length, 30_000);
  assert.ok(rows.every(({ path }, nth) => path === `/page-${nth}`));
});

test('what is written as it ends, a second here and there back, is left as it is', async () => {
  const lines = Array.from({ length: 40 }, (_, nth) => line(nth % 3 === 0 ? nth + 2 : nth, `/a${nth}`));
  const { rows, turned, back } = await rowsOf(lines);
  assert.deepEqual([turned, back], [0, 0]);
  assert.deepEqual(
    rows.map(({ path }) => path),
    lines.map((_, nth) => `/a${nth}`),
  );
});

test('files that stand one behind the other in the wrong order are noted, once where time goes back', async () => {
  const day = Array.from({ length: 20 }, (_, nth) => line(nth * 600, `/a${nth}`));
  const { turned, back } = await rowsOf([...day.slice(12), ...day.slice(0, 12)]);
  assert.deepEqual([turned, back], [0, 1]);
});
