import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bitsText,
  counted,
  cut,
  durationText,
  field,
  grouped,
  listed,
  painter,
  rateText,
  wrap,
} from '../../src/output/layout.ts';
import { cellsOf } from '../../src/output/printable.ts';

test('numbers in words', () => {
  assert.equal(grouped(1234567), '1,234,567');
  assert.equal(counted(1, 'address', 'addresses'), '1 address');
  assert.equal(counted(2000, 'probe'), '2,000 probes');
  assert.equal(bitsText(1204.25), '1,204.3');
  assert.equal(bitsText(-2.3), '-2.3');
});

test('rates in the unit in which they are at least one', () => {
  assert.deepEqual([672.39, 1, 0.5, 0.002, 0.0001].map(rateText), ['672/s', '1.0/s', '30/min', '7.2/h', '8.6/day']);
});

test('durations', () => {
  assert.deepEqual([0, 0.0004, 0.036, 0.31, 12.4, 60, 250, 3600, 7260, 93_600].map(durationText), [
    '0 s',
    'under 1 ms',
    '36 ms',
    '0.3 s',
    '12 s',
    '1 min',
    '4 min 10 s',
    '1 h',
    '2 h 1 min',
    '1 d 2 h',
  ]);
});

test('wrapped lines fit and lose nothing but spaces', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z日 ]{0,200}$/), fc.integer({ min: 4, max: 60 }), (text, cells) => {
      const lines = wrap(text, cells);
      for (const line of lines) assert.ok(cellsOf(line) <= cells, line);
      assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    }),
  );
});

test('a field is cut at its most lines and says so', () => {
  const page = { columns: 40, paint: painter(false) };
  const lines = field(page, 'how', 'word '.repeat(40).trim(), 2);
  assert.equal(lines.length, 2);
  assert.ok(lines.every((line) => cellsOf(line) <= 40));
  assert.match(lines[1], /…$/);
  assert.deepEqual(field(page, 'how', ''), []);
});

test('some of many', () => {
  assert.equal(listed(['a', 'b', 'c'], 2), 'a, b and 1 more');
  assert.equal(listed(['a', 'b'], 2), 'a, b');
  assert.equal(cut('abcdef', 4), 'abc…');
});

test('styles only where colours are wanted, and around nothing raw', () => {
  assert.equal(painter(false)('red', 'a\x1b'), 'a\\x1b');
  assert.equal(painter(true)('red', 'a\x1b'), '\x1b[31ma\\x1b\x1b[39m');
});
