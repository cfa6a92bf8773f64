import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/input/index.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { webPairs } from '../../../src/input/web/pairs.ts';
import { one, read, type Row } from './rows.ts';

const LOCAL = '21/Nov/2026:23:27:01 +0000';

const asked = ({ time, source, verb, name, status, site }: Row) => [time, source, verb, name, status, site];
const EXPECTED = ['2026-11-21T23:27:01.000000', '192.0.2.7', 'GET', '/a?b=1', 404, 'www.example.org'];

test('the same fields in any order, with tabs or blanks, quotes or none, whatever the keys are called', async () => {
  for (const line of [
    `time:[${LOCAL}]\thost:192.0.2.7\treq:GET /a?b=1 HTTP/1.1\tstatus:404\tvhost:www.example.org`,
    `vhost:www.example.org\tstatus:404\tmethod:GET\turi:/a?b=1\ttime:2026-11-21T23:27:01+00:00\thost:192.0.2.7`,
    'ts=2026-11-21T23:27:01Z client=192.0.2.7 method=GET host=www.example.org path="/a?b=1" status=404 took=3ms',
    'status=404 took=3ms remote_addr=192.0.2.7 http_host=www.example.org msec=1795303621.000 request="GET /a?b=1 HTTP/2.0"',
    'level=info X-Level="a \\" b" Remote-Addr=192.0.2.7 requestMethod=GET url=https://www.example.org/a?b=1 StatusCode=404 time=1795303621',
    'time=2026-11-21T23:27:01Z remote_ip=192.0.2.7 uri=/a args=b=1 method=GET status=404 server_name=www.example.org',
  ])
    assert.deepEqual(asked(await one(webPairs, line)), EXPECTED, line);
});

test('agent, referer and size are told', async () => {
  const line = `time:[${LOCAL}]\thost:192.0.2.7\treq:GET / HTTP/1.1\tstatus:200\tsize:12\treferer:http://a.example/\tua:a (b) c`;
  const { agent, referer, bytes } = await one(webPairs, line);
  assert.deepEqual([agent, referer, bytes], ['a (b) c', 'http://a.example/', 12]);
});

test('lines that leave out who, when, what or how it was answered are another kind of log', async () => {
  const whole = 'time=2026-11-21T23:27:01Z client=192.0.2.7 method=GET path=/ status=404'.split(' ');
  for (const left of whole) {
    const line = whole.filter((pair) => pair !== left).join(' ');
    const { rows } = await read(webPairs, line);
    assert.deepEqual(rows, [], line);
  }
  for (const line of ['=', 'a=', ':\t:', 'SRC=192.0.2.7 DST=198.51.100.1 PROTO=TCP', 'time:\thost:'])
    assert.deepEqual((await read(webPairs, line)).rows, [], line);
});

test('in syslog they need no time of their own, and the router in front may be the only one who tells the client', async () => {
  const line =
    'Nov 21 23:27:01 web1 heroku[router]: at=info method=GET path="/a?b=1" host=www.example.org request_id=8601 fwd="198.51.100.1, 192.0.2.7" dyno=web.1 status=404 bytes=548';
  assert.deepEqual(asked(await one(syslog, line)), EXPECTED);
});

test('they are recognised', () => {
  const line = 'time=2026-11-21T23:27:01Z client=192.0.2.7 method=GET path=/ status=404\n';
  assert.equal(recognise(new TextEncoder().encode(line.repeat(3)), 'x')?.name, 'web-pairs');
});
