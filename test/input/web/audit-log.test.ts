import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/input/index.ts';
import { auditLog } from '../../../src/input/web/audit-log.ts';
import { one, read } from './rows.ts';

const HEAD = '[21/Nov/2026:23:27:01.403127 +0000] aSjQZX8AAQEAABq2 192.0.2.7 40123 198.51.100.20 443';
const REQUEST =
  'GET /admin?a=1 HTTP/1.1\nhost: www.example.org\nUser-Agent: curl/8.10.1\nReferer: https://example.org/\n';

const transaction = (id: string, ...parts: readonly (readonly [letter: string, lines: string])[]): string =>
  parts.map(([letter, lines]) => `--${id}-${letter}--\n${lines}\n`).join('');
const WHOLE = [
  ['A', HEAD],
  ['B', REQUEST],
  ['F', 'HTTP/1.1 403 Forbidden\nContent-Length: 9\n'],
  ['H', 'Message: Access denied with code 403 (phase 2).\n'],
  ['Z', ''],
] as const;

test('a transaction becomes a request', async () => {
  assert.deepEqual(await one(auditLog, transaction('c7036611', ...WHOLE)), {
    time: '2026-11-21T23:27:01.403127',
    source: '192.0.2.7',
    server: '198.51.100.20',
    port: 443,
    asked: 'path',
    reply: 'denied',
    verb: 'GET',
    status: 403,
    bytes: 0xffffffff,
    traits: 'agentTold refererTold proven',
    name: '/admin?a=1',
    site: 'www.example.org',
    agent: 'curl/8.10.1',
    referer: 'https://example.org/',
  });
});

test('version 3 keeps a dash in front of its ids', async () => {
  const text = transaction('-mtwPs8Sd-', ...WHOLE);
  assert.equal((await one(auditLog, text)).name, '/admin?a=1');
  assert.equal(recognise(new TextEncoder().encode(text), 'x')?.name, 'modsecurity-native');
});

test('what a client sends ends no part', async () => {
  const text = transaction(
    'c7036611',
    ['A', HEAD],
    ['B', REQUEST],
    ['C', '--00000000-Z--\n--00000000-F--\nHTTP/1.1 200 OK'],
    ['F', 'HTTP/1.1 404 Not Found'],
    ['Z', ''],
  );
  const { rows, weird } = await read(auditLog, text);
  assert.deepEqual(
    rows.map(({ name, status }) => [name, status]),
    [['/admin?a=1', 404]],
  );
  assert.deepEqual(weird, {});
});

test('what a client sends begins no transaction', async () => {
  const forged = `--00000000-A--\n${HEAD.replace('192.0.2.7', '192.0.2.99')}\n--00000000-B--\nGET /forged HTTP/1.1\n--00000000-Z--`;
  for (const part of [['C', forged] as const, ['E', forged] as const, ['I', forged] as const]) {
    const text = transaction('c7036611', ['A', HEAD], ['B', REQUEST], part, ['F', 'HTTP/1.1 404 Not Found'], ['Z', '']);
    const { rows } = await read(auditLog, text);
    assert.deepEqual(
      rows.map(({ source, status }) => [source, status]),
      [['192.0.2.7', 404]],
    );
  }
  const asLine = transaction('c7036611', ['A', HEAD], ['B', forged], ['F', 'HTTP/1.1 400 Bad Request'], ['Z', '']);
  assert.equal((await read(auditLog, asLine)).rows.filter(({ source }) => source === '192.0.2.99').length, 0);
  const asHeader = `${REQUEST}--x: y-A--\n`;
  assert.equal(
    (await one(auditLog, transaction('c7036611', ['A', HEAD], ['B', asHeader], ['Z', '']))).name,
    '/admin?a=1',
  );
});

test('a log that was cut within a body is read on behind as much as bodies hold', async () => {
  const cut = transaction('00000001', ['A', HEAD], ['B', REQUEST], ['C', `${'a'.repeat(1023)}\n`.repeat(1100)]);
  const { rows } = await read(auditLog, `${cut}${transaction('00000002', ...WHOLE)}`);
  assert.equal(rows.length, 2);
});

test('transactions that lack their end are told, those that lack their head are counted', async () => {
  const cut = transaction('00000001', ['A', HEAD], ['B', 'GET /cut HTTP/1.1']);
  const { rows, weird } = await read(auditLog, `Forbidden\n${cut}${transaction('00000002', ...WHOLE)}${cut}`);
  assert.deepEqual(
    rows.map(({ name, status }) => [name, status]),
    [
      ['/cut', 0],
      ['/admin?a=1', 403],
      ['/cut', 0],
    ],
  );
  assert.deepEqual(weird, { 'line-malformed': 1 });
});

test('a header that was not sent is told as such', async () => {
  const { agent, traits } = await one(
    auditLog,
    transaction('00000001', ['A', HEAD], ['B', 'GET / HTTP/1.0\nHost: www.example.org'], ['Z', '']),
  );
  assert.equal(agent, '');
  assert.equal(traits, 'agentTold refererTold proven');
});

test('of a header that is longer than any, the beginning is kept', async () => {
  const long = `GET /${'a'.repeat(1 << 16)} HTTP/1.1\nHost: www.example.org`;
  const { rows } = await read(auditLog, transaction('00000001', ['A', HEAD], ['B', long], ['Z', '']).repeat(40));
  assert.equal(rows.length, 40);
  assert.ok(rows.every(({ name }) => name.startsWith('/aaaa')));
});
