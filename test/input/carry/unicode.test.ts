import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openSource } from '../../../src/input/carry/open.ts';
import { scratch } from '../scratch.ts';

const TEXT = `${'Fehler für Benutzer – 管理员 🙂\r\n'.repeat(9000)}end`;
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

test('texts with a byte order mark become UTF-8 without one, packed or not', async (context) => {
  const folder = scratch(context);
  const little = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
  for (const [name, bytes] of [
    ['utf8', Buffer.from(`\ufeff${TEXT}`)],
    ['utf16le', little],
    ['utf16be', swapped(little)],
    ['utf16le.gz', gzipSync(little)],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const source = await openSource(path);
    assert.equal(Buffer.from(source.head.subarray(0, 6)).toString(), 'Fehler', name);
    const parts: Buffer[] = [];
    const into = new Uint8Array(7001);
    for (let read = await source.read(into); read > 0; read = await source.read(into))
      parts.push(Buffer.from(into.subarray(0, read)));
    source.close();
    assert.equal(Buffer.concat(parts).toString(), TEXT, name);
  }
});

test('half a letter at the end is shown as one that is damaged', async (context) => {
  const path = join(scratch(context), 'cut');
  writeFileSync(path, Buffer.from([0xff, 0xfe, 97, 0, 98]));
  const source = await openSource(path);
  assert.equal(Buffer.from(source.head).toString(), 'a\ufffd');
  source.close();
});
