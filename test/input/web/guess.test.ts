import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { guessed } from '../../../src/input/web/guess.ts';
import { webColumns } from '../../../src/input/web/guessed.ts';
import { randomOf } from '../../support/contacts.ts';
import { read, type Row } from './rows.ts';

const clock = (at: number): string => `23:27:0${at}`;
const lines = (line: (at: number) => string): string[] => [1, 2, 3, 4, 5, 6].map(line);

/** The format with a source that was looked into before, as files are. */
const withHead = (text: string): RecordInput => ({
  ...webColumns,
  open: (bytes, context) =>
    webColumns.open(
      { ...bytes, read: bytes.read.bind(bytes), close: bytes.close.bind(bytes), head: Buffer.from(text, 'latin1') },
      context,
    ),
});

async function rowsOf(all: readonly string[]): Promise<Row[]> {
  const text = `${all.join('\n')}\n`;
  return (await read(withHead(text), text)).rows;
}

const told = ({ time, source, verb, name, status }: Row) => [time.slice(11, 19), source, verb, name, status];

test('who, when, what and how it was answered are told in any order, between any of the signs', async () => {
  for (const line of [
    (at: number) => `2026-11-21T${clock(at)}Z 192.0.2.${at} GET /a${at} 404 12`,
    (at: number) => `404|192.0.2.${at}|GET /a${at} HTTP/1.1|2026-11-21 ${clock(at)}|x`,
    (at: number) => `404;GET;/a${at};192.0.2.${at}:4000;21/Nov/2026:${clock(at)} +0000;`,
    (at: number) => `"[21/Nov/2026:${clock(at)} +0000]","192.0.2.${at}","GET /a${at}","404"`.replace(/\[|\]/g, ''),
    (at: number) => `[21/Nov/2026:${clock(at)} +0000] 404 "GET /a${at} HTTP/1.1" 192.0.2.${at}`,
    (at: number) => `${1_795_303_620 + at}.000\t-\tGET\t/a${at}\t192.0.2.${at}\t404\t0.003`,
    (at: number) => `2026-11-21 ${clock(at)},192.0.2.${at},GET,/a${at},404`,
    (at: number) =>
      `[GIN] 2026/11/21 - ${clock(at)} | 404 | ${' '.repeat(at)}56.084µs |  192.0.2.${at} | GET ${' '.repeat(at)}"/a${at}"`,
    (at: number) =>
      `2026-11-21 ${clock(at)} | 404 | ${' '.repeat(at)}2ms | ${' '.repeat(at)}192.0.2.${at} | GET | /a${at}${' '.repeat(at)}| -`,
    (at: number) => `2026-11-21T${clock(at)}Z 192.0.2.${at} "GET https://a.example/a${at} HTTP/1.1" 404`,
  ]) {
    const rows = await rowsOf(lines(line));
    assert.deepEqual(
      rows.map(told),
      [1, 2, 3, 4, 5, 6].map((at) => [clock(at), `192.0.2.${at}`, 'GET', `/a${at}`, 404]),
      line(1),
    );
  }
});

test('size, agent, referer and site are told where they are', async () => {
  const [row] = await rowsOf(
    lines(
      (at) =>
        `www.example.org 192.0.2.${at} [21/Nov/2026:${clock(at)} +0000] https "GET / HTTP/1.1" 200 5${at}0 "http://b.example/" "curl/8.${at}" 0.1`,
    ),
  );
  assert.deepEqual(
    [row.site, row.bytes, row.referer, row.agent, row.traits.includes('encrypted')],
    ['www.example.org', 510, 'http://b.example/', 'curl/8.1', true],
  );
});

test('an agent without quotes holds blanks', async () => {
  const [row] = await rowsOf(
    lines((at) => `2026-11-21T${clock(at)}Z 192.0.2.${at} GET / 404 Mozilla/5.0 (X11; ${'x '.repeat(at)}y)`),
  );
  assert.equal(row.agent, 'Mozilla/5.0 (X11; x y)');
});

test('X-Forwarded-For stands in quotes, and is not who asked; a server is always the same', async () => {
  const forged = lines((at) => `"198.51.100.${at}" 2026-11-21T${clock(at)}Z 192.0.2.7 "GET / HTTP/1.1" 404`);
  assert.deepEqual(new Set((await rowsOf(forged)).map(({ source }) => source)), new Set(['192.0.2.7']));
  const server = lines((at) => `203.0.113.80 2026-11-21T${clock(at)}Z 192.0.2.${at} "GET / HTTP/1.1" 404`);
  const rows = await rowsOf(server);
  assert.deepEqual([rows[2].source, rows[2].server], ['192.0.2.3', '203.0.113.80']);
});

test('lines that do not agree, and lines that leave out what is needed are not guessed', () => {
  const whole = lines((at) => `2026-11-21T${clock(at)}Z 192.0.2.${at} GET /a${at} 404`);
  assert.ok(guessed(whole));
  assert.equal(guessed([...whole, ...whole.map((line) => line.replaceAll(' ', '\t'))]), undefined);
  for (const left of [0, 1, 2, 3, 4])
    assert.equal(
      guessed(whole.map((line) => line.split(' ').toSpliced(left, 1).join(' '))),
      undefined,
      `without field ${left}`,
    );
});

test('of few lines nothing may be left to choose', () => {
  const line = '2026-11-21T23:27:01Z 192.0.2.7 GET /a 404';
  assert.ok(guessed([line]));
  assert.ok(guessed([line, line.replace('404', '200')]));
  for (const open of [`${line} 203.0.113.80`, `${line} 153`]) assert.equal(guessed([open]), undefined, open);
  assert.equal(guessed([line, line, 'something else']), undefined);
});

test('a date and a clock in two columns are one moment', async () => {
  for (const line of [
    (at: number) => `2026-11-21,${clock(at)},192.0.2.${at},GET,/a${at},404`,
    (at: number) => `192.0.2.${at}\t2026/11/21\t${clock(at)}.000Z\tGET /a${at} HTTP/1.1\t404`,
    (at: number) => `${clock(at)}|21/Nov/2026|192.0.2.${at}|GET /a${at}|404`,
    (at: number) => `2026-11-22;01:57:0${at}+02:30;192.0.2.${at};GET /a${at};404`,
  ]) {
    const rows = await rowsOf(lines(line));
    assert.deepEqual(
      rows.map(told),
      [1, 2, 3, 4, 5, 6].map((at) => [clock(at), `192.0.2.${at}`, 'GET', `/a${at}`, 404]),
      line(1),
    );
  }
});

test('the lines are not looked into where a known format fits', (context) => {
  const asked = context.mock.method(webColumns, 'recognise');
  const known = lines(
    (at) => `192.0.2.${at} - - [21/Nov/2026:${clock(at)} +0000] "GET / HTTP/1.1" 404 153 "-" "curl/8"`,
  );
  assert.equal(recognise(new TextEncoder().encode(known.join('\n')), 'x')?.name, 'combined');
  assert.equal(asked.mock.callCount(), 0);
});

test('a line that does not fit is counted, and a broken request is one', async () => {
  const whole = lines((at) => `2026-11-21T${clock(at)}Z 192.0.2.${at} "GET /a${at} HTTP/1.1" 404`);
  const text = `${[...whole, 'something else', '2026-11-21T23:27:09Z 192.0.2.9 "\\x16\\x03" 400'].join('\n')}\n`;
  const { rows, weird } = await read(withHead(text), text);
  assert.deepEqual([rows.length, weird], [7, { 'line-malformed': 1 }]);
  assert.ok(rows[6].traits.includes('brokenLine'));
});

test('it is the last resort: formats that are known come first', () => {
  const recognised = (line: (at: number) => string): string | undefined =>
    recognise(new TextEncoder().encode(lines(line).join('\n')), 'x')?.name;
  assert.equal(
    recognised((at) => `192.0.2.${at} - - [21/Nov/2026:${clock(at)} +0000] "GET / HTTP/1.1" 404 153 "-" "curl/8"`),
    'combined',
  );
  assert.equal(
    recognised((at) => `2026-11-21T${clock(at)}Z|192.0.2.${at}|GET / HTTP/1.1|404`),
    'web-columns',
  );
  assert.equal(
    recognised((at) => `2026-11-21T${clock(at)}Z|192.0.2.${at}|job ${at} done`),
    undefined,
  );
});

test('no text makes it throw', () => {
  const random = randomOf(5);
  const signs = '"[]\\|;,\t -/:.0129aGETHTPZ';
  for (let round = 0; round < 400; round += 1) {
    const text = Array.from({ length: 8 }, () =>
      Array.from({ length: 60 }, () => signs[Math.floor(random() * signs.length)]).join(''),
    );
    guessed(text);
  }
});
