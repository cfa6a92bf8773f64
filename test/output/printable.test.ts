import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cellsOf, printable, printableLines } from '../../src/output/printable.ts';
import { HARMFUL, PAYLOADS } from '../finding/payloads.ts';

test('there are enough payloads, and each is harmful or long', () => {
  assert.ok(PAYLOADS.length >= 1000, String(PAYLOADS.length));
  assert.ok(PAYLOADS.filter((payload) => HARMFUL.test(payload)).length >= 950);
});

test('nothing that a terminal acts on is left', () => {
  for (const payload of PAYLOADS) assert.doesNotMatch(printable(payload), HARMFUL);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      assert.doesNotMatch(printable(text), /[^ -\u{10ffff}]|[\x7f-\x9f]/u);
      assert.equal(printable(printable(text)), printable(text));
    }),
  );
});

test('what is harmless stays, what is not shows its number', () => {
  assert.equal(printable('SSH-2.0-OpenSSH_9.2'), 'SSH-2.0-OpenSSH_9.2');
  assert.equal(printable('Müller Ωμέγα Привет 日本 한국'), 'Müller Ωμέγα Привет 日本 한국');
  assert.equal(printable('a\x1b[31mb\nc\u202ed'), 'a\\x1b[31mb\\x0ac\\u{202e}d');
  assert.equal(printable('\ud800'), '\\u{d800}');
  assert.equal(printable('e\u0301'), 'e\\u{301}');
});

test('long text is cut and the cut shown, never inside an escape', () => {
  assert.equal(printable('abcdef', 4), 'abcd…');
  assert.equal(printable('abc\x1b', 5), 'abc…');
  assert.equal(printable('abcd', 4), 'abcd');
});

test('of several lines only the line feeds stay', () => {
  assert.equal(printableLines('a\r\nb\x07'), 'a\\x0d\nb\\x07');
});

test('wide letters take two cells', () => {
  assert.equal(cellsOf('abc'), 3);
  assert.equal(cellsOf('日本…'), 5);
});
