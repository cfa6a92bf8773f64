import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { TextTable } from '../../src/record/text.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const intern = (table: TextTable, bytes: Uint8Array): number => table.intern(bytes, 0, bytes.length);

test('the same bytes have the same id, other bytes another', () => {
  const text = fc.uint8Array({ maxLength: 4, max: 3 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 100 }), fc.integer(), (texts, seed) => {
      const table = new TextTable(400, 4000, seed);
      const ids = new Map<string, number>([['', 0]]);
      for (const bytes of texts) {
        const name = bytes.join();
        if (!ids.has(name)) ids.set(name, ids.size);
        assert.equal(intern(table, bytes), ids.get(name));
      }
      assert.deepEqual([table.size, table.refused], [ids.size - 1, 0]);
    }),
  );
});

test('a text is read from the middle of a block and comes back as it was', () => {
  const table = new TextTable(8, 1000, 1);
  const block = utf8('xxSSH-2.0-OpenSSH_9.6yy');
  const id = table.intern(block, 2, 19);
  block.fill(0);
  assert.equal(table.get(id), 'SSH-2.0-OpenSSH_9.6');
  assert.equal(intern(table, utf8('SSH-2.0-OpenSSH_9.6')), id);
  assert.equal(table.get(0), '');
});

test('UTF-8 is decoded as such, anything else a character a byte', () => {
  const table = new TextTable(8, 1000, 1);
  assert.equal(table.get(intern(table, utf8('grüße €'))), 'grüße €');
  assert.equal(table.get(intern(table, utf8('\ufeffx\0\x1b'))), '\ufeffx\0\x1b');
  assert.equal(table.get(intern(table, Uint8Array.of(0x63, 0x61, 0x66, 0xe9))), 'café');
});

test('long texts are cut, without half a character at the end', () => {
  const table = new TextTable(8, 1000, 1, 6);
  const id = intern(table, utf8('abcdefgh'));
  assert.equal(table.get(id), 'abcdef');
  assert.equal(intern(table, utf8('abcdefXY')), id);
  assert.equal(table.get(intern(table, utf8('abcd€'))), 'abcd');
});

test('when ids run out new texts get 0 and are counted, old ones keep theirs', () => {
  const table = new TextTable(2, 1000, 1);
  const ids = ['a', 'b', 'c', 'd', 'a', 'b', 'c'].map((text) => intern(table, utf8(text)));
  assert.deepEqual(ids, [1, 2, 0, 0, 1, 2, 0]);
  assert.deepEqual([table.size, table.refused], [2, 3]);
});

test('when bytes run out new texts get 0, but one that still fits gets an id', () => {
  const table = new TextTable(10, 5, 1);
  const ids = ['abc', 'defg', 'de', 'f', ''].map((text) => intern(table, utf8(text)));
  assert.deepEqual(ids, [1, 0, 2, 0, 0]);
  assert.equal(table.refused, 2);
  assert.equal(table.get(2), 'de');
});
