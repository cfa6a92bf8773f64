import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined } from '../../../src/input/web/combined.ts';
import { one, read } from './rows.ts';

const STAMP = '[21/Nov/2026:23:27:01 +0000]';
const TAIL = '"GET /admin HTTP/1.1" 404 153 "-" "curl/8.10.1"';

test('every field arrives', async () => {
  const line = `192.0.2.7 - - ${STAMP} "POST /a?b=c HTTP/2.0" 200 153 "https://www.example.org/" "curl/8.10.1"`;
  assert.deepEqual(await one(combined, line), {
    time: '2026-11-21T23:27:01.000000',
    source: '192.0.2.7',
    server: '::',
    port: 0,
    asked: 'path',
    reply: 'answered',
    verb: 'POST',
    status: 200,
    bytes: 153,
    traits: 'agentTold refererTold proven',
    name: '/a?b=c',
    site: '',
    agent: 'curl/8.10.1',
    referer: 'https://www.example.org/',
  });
});

test('what stands in front: a site, a user with blanks, lighttpd’s host, several addresses', async () => {
  const fronts: readonly [front: string, source: string, site: string, port: number][] = [
    ['192.0.2.7 - -', '192.0.2.7', '', 0],
    ['192.0.2.7 - jo doe', '192.0.2.7', '', 0],
    ['192.0.2.7 -', '192.0.2.7', '', 0],
    ['2001:db8::7 - -', '2001:db8::7', '', 0],
    ['www.example.org 192.0.2.7 - -', '192.0.2.7', 'www.example.org', 0],
    ['www.example.org:8443 2001:db8::7 - -', '2001:db8::7', 'www.example.org', 8443],
    ['www.example.org 192.0.2.7 - id7 -', '192.0.2.7', 'www.example.org', 0],
    ['192.0.2.66 198.51.100.20 -', '192.0.2.66', '198.51.100.20', 0],
    ['192.0.2.66 www.example.org:81 -', '192.0.2.66', 'www.example.org', 81],
    ['198.51.100.9, 192.0.2.7 - -', '192.0.2.7', '', 0],
    ['www.example.org 198.51.100.9, 192.0.2.7 - -', '192.0.2.7', 'www.example.org', 0],
    ['192.0.2.7:5000 - -', '192.0.2.7', '', 0],
  ];
  for (const [front, source, site, port] of fronts) {
    const row = await one(combined, `${front} ${STAMP} ${TAIL}`);
    assert.deepEqual([row.source, row.site, row.port, row.name], [source, site, port, '/admin'], front);
  }
});

test('a bracket in the name of a user is not the stamp', async () => {
  const row = await one(combined, `192.0.2.7 - x[01/Jan/2020:00:00:00 +0000] ${STAMP} ${TAIL}`);
  assert.equal(row.time, '2026-11-21T23:27:01.000000');
});

test('stamps: zones, other days, and the same as before', async () => {
  const stamps = [
    ['21/Nov/2026:23:27:01 +0000', '2026-11-21T23:27:01.000000'],
    ['21/Nov/2026:23:27:02 +0000', '2026-11-21T23:27:02.000000'],
    ['22/Nov/2026:01:27:02 +0200', '2026-11-21T23:27:02.000000'],
    ['22/Nov/2026:01:27:03 +0200', '2026-11-21T23:27:03.000000'],
    ['21/Nov/2026:20:57:04 -0230', '2026-11-21T23:27:04.000000'],
    ['21/Nov/2026:20:57:04.250 -0230', '2026-11-21T23:27:04.250000'],
    ['21/Nov/2026:23:27:05 +0000', '2026-11-21T23:27:05.000000'],
    ['11/21/2026:23:27:06 -0000', '2026-11-21T23:27:06.000000'],
    ['21/Nov/2026:23:27:07', '2026-11-21T22:27:07.000000'],
  ];
  const { rows, weird } = await read(combined, stamps.map(([stamp]) => `192.0.2.7 - - [${stamp}] ${TAIL}`).join('\n'), {
    zone: 60,
  });
  assert.deepEqual(weird, {});
  assert.deepEqual(
    rows.map(({ time }) => time),
    stamps.map(([, time]) => time),
  );
});

test('request lines: whole, without a version, without a verb, empty, in another protocol', async () => {
  const lines: readonly [request: string, verb: string, name: string, broken: boolean, asked: string][] = [
    ['GET / HTTP/1.0', 'GET', '/', false, 'path'],
    ['GET / HTTP/2', 'GET', '/', false, 'path'],
    ['PROPFIND /a b HTTP/3.0', 'PROPFIND', '/a b', false, 'path'],
    ['GET /x', 'GET', '/x', true, 'path'],
    ['GET / HTTP/9.9', 'GET', '/ HTTP/9.9', true, 'path'],
    ['QUUX / HTTP/1.1', 'other', '/', false, 'path'],
    ['OPTIONS sip:nm SIP/2.0', 'OPTIONS', 'sip:nm SIP/2.0', true, 'path'],
    ['HELP', '', 'HELP', true, 'path'],
    ['\\x16\\x03\\x01 \\x00', '', '\x16\x03\x01 \0', true, 'path'],
    ['', '', '', false, 'nothing'],
    ['-', '', '', false, 'nothing'],
  ];
  for (const [request, verb, name, broken, asked] of lines) {
    const row = await one(combined, `192.0.2.7 - - ${STAMP} "${request}" 400 0 "-" "-"`);
    assert.deepEqual([row.verb, row.name, row.asked], [verb, name, asked], request);
    assert.equal(row.traits.includes('brokenLine'), broken, request);
    assert.equal(row.reply, 'malformed');
  }
});

test('escapes are undone: names are what was sent', async () => {
  const request = String.raw`GET /\x22a\\b\"c\n\xe2\x82\xac\q\u0041 HTTP/1.1`;
  const agent = String.raw`a \"b\" \\`;
  const { rows } = await read(
    combined,
    `192.0.2.7 - - ${STAMP} "${request}" 404 0 "\\x3c" "${agent}" more\n192.0.2.8 - - ${STAMP} ${TAIL}`,
  );
  assert.equal(rows[0].name, '/"a\\b"c\n\xe2\x82\xac\\qA');
  assert.equal(rows[0].agent, 'a "b" \\');
  assert.equal(rows[0].referer, '<');
  assert.deepEqual([rows[1].name, rows[1].agent], ['/admin', 'curl/8.10.1']);
});

test('bytes that are no UTF-8 stay as they are', async () => {
  const row = await one(combined, `192.0.2.7 - - ${STAMP} "GET /\xff\xfe HTTP/1.1" 404 0 "-" "\x80"`);
  assert.deepEqual([row.name, row.agent], ['/\xff\xfe', '\x80']);
});

test('status, bytes and what follows may be missing', async () => {
  const tails: readonly [tail: string, status: number, bytes: number, reply: string, traits: string][] = [
    ['404 -', 404, 0, 'missed', 'proven'],
    ['404', 404, 0xffffffff, 'missed', 'proven'],
    ['- -', 0, 0, 'unknown', 'proven'],
    ['503 99999999999', 503, 0xfffffffe, 'failed', 'proven'],
    ['404 1 "-"', 404, 1, 'missed', 'refererTold proven'],
    ['404 1 "-" "a', 404, 1, 'missed', 'agentTold refererTold proven'],
    ['404 1 "-" "a" 0.003 [x] "y" z', 404, 1, 'missed', 'agentTold refererTold proven'],
    ['404 1 123 "upstream"', 404, 1, 'missed', 'proven'],
  ];
  for (const [tail, status, bytes, reply, traits] of tails) {
    const row = await one(combined, `192.0.2.7 - - ${STAMP} "GET / HTTP/1.1" ${tail}`);
    assert.deepEqual([row.status, row.bytes, row.reply, row.traits], [status, bytes, reply, traits], tail);
  }
});

test('a proxy that was named is believed, up to the right-most address that is none', async () => {
  const line = (list: string): string => `198.51.100.1 - - ${STAMP} "GET / HTTP/1.1" 200 1 "-" "a" "0.01" "${list}"`;
  const proxies = ['198.51.100.0/24', '2001:db8:9::/48'];
  const cases: readonly [list: string, source: string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['203.0.113.66, 192.0.2.7, 198.51.100.2', '192.0.2.7'],
    ['203.0.113.66, 2001:db8::7, 2001:db8:9::1', '2001:db8::7'],
    ['unknown, 198.51.100.2', '198.51.100.2'],
    ['198.51.100.3, 198.51.100.2', '198.51.100.3'],
    ['-', '198.51.100.1'],
    ['203.0.113.5:8080', '198.51.100.1'],
  ];
  for (const [list, source] of cases) {
    const row = await one(combined, line(list), { proxies });
    assert.equal(row.source, source, list);
    assert.equal(row.traits.includes('forwarded'), source !== '198.51.100.1', list);
    const unnamed = await one(combined, line(list));
    assert.equal(unnamed.source, '198.51.100.1', 'nobody was named');
    assert.equal(unnamed.traits.includes('hearsay'), row.traits.includes('forwarded'), list);
  }
  assert.equal((await one(combined, line('192.0.2.7'), { proxies: ['203.0.113.0/24'] })).source, '198.51.100.1');
});

test('what is in another format is foreign, and counted', async () => {
  const lines = [
    'hello world',
    `192.0.2.7 - - ${STAMP}`,
    `192.0.2.7 - - [x] ${TAIL}`,
    `crawler.example.net - - ${STAMP} ${TAIL}`,
    `- - - ${STAMP} ${TAIL}`,
    `192.0.2.777 - - ${STAMP} ${TAIL}`,
    `192.0.2.7 - - ${STAMP} "GET / HTTP/1.1" abc 1`,
    `192.0.2.7 - - ${STAMP} "GET / HTTP/1.1`,
  ];
  const { rows, weird, records } = await read(combined, lines.join('\r\n'));
  assert.deepEqual([rows.length, records, weird], [0, lines.length, { 'line-malformed': lines.length }]);
});

test('blocks of any size, blank lines and a last line without an end', async () => {
  const text = Array.from(
    { length: 200 },
    (_, n) =>
      `192.0.2.${n} - - ${STAMP} "GET /${'x'.repeat(n)}\\x41 HTTP/1.1" 404 ${n} "-" "a"${n % 3 ? '\n' : '\r\n\n'}`,
  );
  const whole = await read(combined, text.join('').trimEnd());
  assert.equal(whole.rows.length, 200);
  for (const piece of [1, 77]) assert.deepEqual(await read(combined, text.join('').trimEnd(), { piece }), whole);
  assert.ok(whole.rows.every(({ name }, n) => name === `/${'x'.repeat(n)}A`));
});

test('very long lines are read, and cut where a row cannot hold more', async () => {
  const long = 'y'.repeat(70_000);
  const row = await one(combined, `192.0.2.7 - - ${STAMP} "GET /${long} HTTP/1.1" 414 0 "${long}" "${long}"`);
  assert.deepEqual([row.name.length, row.referer.length, row.agent.length], [0xffff, 0xffff, 0xffff]);
});
