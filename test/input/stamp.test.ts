import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dating } from '../../src/input/input.ts';
import { Line, LINE_MAX, type LineParser, lineInput } from '../../src/input/lines.ts';
import { Stamps } from '../../src/input/stamp.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import { bytesSource } from '../support/requests.ts';

const dating = (writtenAt: string, zone = 0): Dating => ({
  anchor: Date.parse(writtenAt) * 1000,
  zone,
  assumed: { year: false, zone: false, columns: false },
});
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(`${text}\n`);

/** What the stamps of a file come to, one after the other. */
function read(given: Dating, form: 'syslog' | 'iso' | 'common', ...texts: readonly string[]): string[] {
  const stamps = new Stamps(given);
  return texts.map((text) => {
    assert.equal(stamps[form](bytesOf(text), 0), text.length, text);
    return new Date(stamps.time / 1000).toISOString().slice(0, 19);
  });
}

test('over New Year a file without years goes on in the next, by when it was written', () => {
  const lines = ['Dec 30 23:59:58', 'Dec 31 23:59:59', 'Jan  1 00:00:00', 'Jan  3 06:25:01'];
  const expected = ['2026-12-30T23:59:58', '2026-12-31T23:59:59', '2027-01-01T00:00:00', '2027-01-03T06:25:01'];
  assert.deepEqual(read(dating('2027-01-03T06:25:02Z'), 'syslog', ...lines), expected);
});

test('rotated files are each dated by when they were written, whatever year it is now', () => {
  assert.deepEqual(read(dating('2026-12-27T06:25:02Z'), 'syslog', 'Dec 20 06:25:03', 'Dec 27 06:25:01'), [
    '2026-12-20T06:25:03',
    '2026-12-27T06:25:01',
  ]);
  assert.deepEqual(read(dating('2027-01-10T06:25:02Z'), 'syslog', 'Jan  3 06:25:03', 'Jan 10 06:25:01'), [
    '2027-01-03T06:25:03',
    '2027-01-10T06:25:01',
  ]);
});

test('a late line of the old year behind the first of the new one stays in the old', () => {
  const lines = ['Dec 31 23:59:59', 'Jan  1 00:00:01', 'Dec 31 23:59:58', 'Jan  1 00:00:02'];
  const years = read(dating('2027-01-02T00:00:00Z'), 'syslog', ...lines).map((time) => time.slice(0, 4));
  assert.deepEqual(years, ['2026', '2027', '2026', '2027']);
});

test('a clock a little ahead of the one that wrote the file is not a year behind', () => {
  assert.deepEqual(read(dating('2027-01-01T00:00:00Z'), 'syslog', 'Jan  1 05:00:00'), ['2027-01-01T05:00:00']);
  assert.deepEqual(read(dating('2026-06-15T00:00:00Z'), 'syslog', 'Jun 17 05:00:00'), ['2025-06-17T05:00:00']);
});

test('29 February without a year is of a leap year', () => {
  assert.deepEqual(
    read(dating('2028-03-02T00:00:00Z'), 'syslog', 'Feb 28 12:00:00', 'Feb 29 12:00:00', 'Mar  1 12:00:00'),
    ['2028-02-28T12:00:00', '2028-02-29T12:00:00', '2028-03-01T12:00:00'],
  );
});

test('zones may change from line to line, as they do when summer time ends', () => {
  const day = '25/Oct/2026:02:';
  assert.deepEqual(
    read(dating('2027-01-01T00:00:00Z'), 'common', `${day}59:59 +0200`, `${day}00:00 +0100`, `${day}30:00 +0100`),
    ['2026-10-25T00:59:59', '2026-10-25T01:00:00', '2026-10-25T01:30:00'],
  );
  assert.deepEqual(
    read(
      dating('2027-01-01T00:00:00Z'),
      'iso',
      '2026-10-25T02:59:59.5+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T01:00:00Z',
      '2026-10-24T20:00:00-0500',
    ),
    ['2026-10-25T00:59:59', '2026-10-25T01:00:00', '2026-10-25T01:00:00', '2026-10-25T01:00:00'],
  );
});

test('stamps without a zone are in the one given, and that this was assumed is said', () => {
  const given = dating('2027-01-01T00:00:00Z', 330);
  assert.deepEqual(read(given, 'iso', '2026-11-21 23:27:01'), ['2026-11-21T17:57:01']);
  assert.deepEqual(given.assumed, { year: false, zone: true, columns: false });
  const told = dating('2027-01-01T00:00:00Z', 330);
  read(told, 'iso', '2026-11-21T23:27:01Z');
  assert.deepEqual(told.assumed, { year: false, zone: false, columns: false });
});

/** Lines that are a stamp and nothing else. */
class OnlyStamps implements LineParser {
  readonly #stamps = new Stamps(dating('2027-01-01T00:00:00Z'));
  readonly times: number[] = [];

  line(bytes: Uint8Array, from: number): number {
    this.#stamps.iso(bytes, from);
    this.times.push(this.#stamps.time);
    return Line.used;
  }
}

test('a stamp at the very end of a file is not read on into what the block held before', async () => {
  const parser = new OnlyStamps();
  const input = lineInput({ name: 'x', about: 'x.', sample: 'x', parser: () => parser });
  const line = '2026-11-21 23:27:01.999999+05:00 and more than the last\n';
  // The block is full within the last of these, so the end of the file comes to lie where the second of them was.
  const text = line.repeat(Math.floor(LINE_MAX / line.length) + 1) + line.slice(0, 19);
  const reader = input.open(bytesSource(new TextEncoder().encode(text)), trialContext());
  const sheaf = allocateSheaf();
  while (await reader.fill(sheaf));
  assert.equal(parser.times.at(-2), Date.UTC(2026, 10, 21, 18, 27, 1) * 1000 + 999_999);
  assert.equal(parser.times.at(-1), Date.UTC(2026, 10, 21, 23, 27, 1) * 1000);
});
