import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../../src/config/errors.ts';
import { recognise } from '../../../src/input/index.ts';
import { trialContext } from '../../../src/input/trial.ts';
import { logFormat } from '../../../src/input/web/log-format.ts';
import { one, read, type Row } from './rows.ts';

const LOCAL = '21/Nov/2026:23:27:01 +0000';
const NOON = '2026-11-21T23:27:01.000000';

const asked = ({ time, source, verb, name, status }: Row) => [time, source, verb, name, status];

test('formats of Nginx: as strings, as directives, in pieces', async () => {
  const text = '$remote_addr [$time_local] "$request" $status';
  const line = `192.0.2.7 [${LOCAL}] "GET /a HTTP/1.1" 404`;
  for (const format of [
    text,
    `log_format main '${text}';`,
    `log_format main escape=default '$remote_addr [$time_local]'\n  ' "$request" $status';`,
    `'${text}'`,
    text.replace('$status', '${status}'),
  ])
    assert.deepEqual(
      asked(await one(logFormat, line, { logFormats: [format] })),
      [NOON, '192.0.2.7', 'GET', '/a', 404],
      format,
    );
});

test('formats of Apache: as strings, as directives, with modifiers and arguments', async () => {
  const line = `192.0.2.7 [${LOCAL}] "GET /a HTTP/1.1" 404`;
  for (const format of [
    '%h %t "%r" %>s',
    'LogFormat "%h %t \\"%r\\" %>s" short',
    '%a %t "%r" %s',
    '%{c}h %t "%!200,304r" %<s',
    '%h [%{%d/%b/%Y:%H:%M:%S %z}t] "%r" %>s',
  ])
    assert.deepEqual(
      asked(await one(logFormat, line, { logFormats: [format] })),
      [NOON, '192.0.2.7', 'GET', '/a', 404],
      format,
    );
});

test('every variable of Nginx that tells something', async () => {
  const format =
    '$http_x_forwarded_for|$remote_addr|$remote_user|$msec|$request_method|$uri|$args|$status|$body_bytes_sent|"$http_referer"|"$http_user_agent"|$host|$server_port|$scheme|$ssl_protocol|$server_addr|$request_time';
  const line =
    '203.0.113.9, 192.0.2.7|198.51.100.1|-|1795303621.403|POST|/a|b=c|404|12|"https://x.example/"|"curl/8"|www.example.org|8443|https|TLSv1.3|198.51.100.20|0.1';
  assert.deepEqual(await one(logFormat, line, { logFormats: [format], proxies: ['198.51.100.0/24'] }), {
    time: '2026-11-21T23:27:01.403000',
    source: '192.0.2.7',
    server: '198.51.100.20',
    port: 8443,
    asked: 'path',
    reply: 'missed',
    verb: 'POST',
    status: 404,
    bytes: 12,
    traits: 'agentTold refererTold encrypted forwarded proven',
    name: '/a?b=c',
    site: 'www.example.org',
    agent: 'curl/8',
    referer: 'https://x.example/',
  });
});

test('every directive of Apache that tells something', async () => {
  const format =
    '%v %V:%p %{c}a %h %l %u %{sec}t.%{usec_frac}t %m %U%q %H %>s %b %O %D "%{Referer}i" "%{User-agent}i" "%{Host}i" %A %{SSL_PROTOCOL}x %{X-Forwarded-For}i %k%% %X';
  const line =
    'srv www.example.org:443 198.51.100.1 192.0.2.7 - - 1795303621.000403 GET /a?b=c HTTP/1.1 404 - 300 1234 "-" "curl/8" "shop.example.org" 198.51.100.20 TLSv1.3 - 0% +';
  const row = await one(logFormat, line, { logFormats: [format] });
  assert.deepEqual(asked(row), ['2026-11-21T23:27:01.000403', '192.0.2.7', 'GET', '/a?b=c', 404]);
  assert.deepEqual([row.site, row.port, row.server, row.bytes], ['shop.example.org', 443, '198.51.100.20', 0]);
  assert.equal(row.traits, 'agentTold refererTold encrypted proven');
});

test('times in any form', async () => {
  const forms: readonly [format: string, text: string, time: string][] = [
    ['[$time_local]', `[${LOCAL}]`, NOON],
    ['$time_iso8601', '2026-11-22T00:27:01+01:00', NOON],
    ['$msec', '1795303621.403', '2026-11-21T23:27:01.403000'],
    ['%{msec}t', '1795303621403', '2026-11-21T23:27:01.403000'],
    ['%{usec}t', '1795303621403127', '2026-11-21T23:27:01.403127'],
    ['%{sec}t', '1795303621', NOON],
    ['[%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t]', '[2026-11-21 23:27:01.250]', '2026-11-21T23:27:01.250000'],
    ['[%{%d/%b/%Y:%T}t.%{usec_frac}t]', '[21/Nov/2026:23:27:01.000250]', '2026-11-21T23:27:01.000250'],
    ['%t', `[${LOCAL}]`, NOON],
    ['[%{%c}t]', '[Sat Nov 21 23:27:01 2026]', NOON],
  ];
  for (const [format, text, time] of forms) {
    const [client, request] = format.includes('$') ? ['$remote_addr', '$request'] : ['%h', '%r'];
    const row = await one(logFormat, `192.0.2.7 ${text} "GET / HTTP/1.1"`, {
      logFormats: [`${client} ${format} "${request}"`],
    });
    assert.equal(row.time, time, format);
  }
});

test('escapes: Nginx’s own, JSON, none', async () => {
  const plain = '$remote_addr [$time_iso8601] "$request" "$http_user_agent"';
  const stamp = '2026-11-21T23:27:01+00:00';
  const escaped = await one(logFormat, `192.0.2.7 [${stamp}] "GET /\\x22 HTTP/1.1" "a\\x5Cb"`, { logFormats: [plain] });
  assert.deepEqual([escaped.name, escaped.agent], ['/"', 'a\\b']);
  const json = `log_format j escape=json '{"ip":"$remote_addr","t":"$time_iso8601","r":"$request","ua":"$http_user_agent","s":$status}';`;
  const object = await one(
    logFormat,
    `{"ip":"192.0.2.7","t":"${stamp}","r":"GET /\\"\\u000a HTTP/1.1","ua":"","s":404}`,
    { logFormats: [json] },
  );
  assert.deepEqual([object.name, object.agent, object.status, object.traits], ['/"\n', '', 404, 'agentTold proven']);
  const none = await one(logFormat, `192.0.2.7 [${stamp}] "GET /\\x22 HTTP/1.1" "a\\"`, {
    logFormats: [`log_format n escape=none '${plain}';`],
  });
  assert.deepEqual([none.name, none.agent], ['/\\x22', 'a\\']);
});

test('fields that touch, unknown ones, requests without quotes, and more fields than were named', async () => {
  const cases: readonly [format: string, line: string, name: string, site: string][] = [
    [
      '$remote_addr $msec $host$request_uri x',
      '192.0.2.7 1795303621.0 www.example.org/a?b x',
      '/a?b',
      'www.example.org',
    ],
    ['$remote_addr $msec $uri$is_args$args', '192.0.2.7 1795303621.0 /a?b', '/a?b', ''],
    [
      '$upstream_addr $remote_addr $msec $request $status',
      '- 192.0.2.7 1795303621.0 GET /a b HTTP/1.1 200',
      '/a b',
      '',
    ],
    ['$remote_addr [$msec] "$request"', '192.0.2.7 [1795303621.0] "GET /a HTTP/1.1" 200 "more" 3', '/a', ''],
    [
      '$remote_addr:$remote_port $msec "$request" $server_name',
      '2001:db8::7:5000 1795303621.0 "GET /a HTTP/1.1" _',
      '/a',
      '',
    ],
  ];
  for (const [format, line, name, site] of cases) {
    const row = await one(logFormat, line, { logFormats: [format] });
    assert.deepEqual([row.name, row.site], [name, site], format);
  }
});

test('of several formats the first that fits counts, for each line', async () => {
  const logFormats = ['$remote_addr [$time_local] "$request"', '$status|$msec|$remote_addr|$request_uri'];
  const lines = [`192.0.2.7 [${LOCAL}] "GET /a HTTP/1.1"`, '404|1795303621.0|192.0.2.8|/b', 'neither'];
  const { rows, weird, records } = await read(logFormat, lines.join('\n'), { logFormats });
  assert.deepEqual(
    rows.map(({ source, name, status }) => [source, name, status]),
    [
      ['192.0.2.7', '/a', 0],
      ['192.0.2.8', '/b', 404],
    ],
  );
  assert.deepEqual([records, weird], [3, { 'line-malformed': 1 }]);
});

test('lines without a client say nothing of the network', async () => {
  const logFormats = ['$remote_addr $msec "$request"'];
  const { rows, weird } = await read(
    logFormat,
    'unix: 1795303621 "GET / HTTP/1.1"\n- 1795303621 "GET / HTTP/1.1"\nx 1795303621 "-"',
    { logFormats },
  );
  assert.deepEqual([rows.length, weird], [0, { 'line-not-about-network': 2, 'line-field-impossible': 1 }]);
});

test('a format that was named comes before what is known', () => {
  const line = Buffer.from(`192.0.2.7 - - [${LOCAL}] "GET / HTTP/1.1" 200 1 "-" "-"`);
  const context = (format: string) => ({ ...trialContext(), logFormats: [format] });
  assert.equal(recognise(line, 'x')?.name, 'combined');
  assert.equal(
    recognise(line, 'x', context('%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"'))?.name,
    'log-format',
  );
  assert.equal(recognise(line, 'x', context('$host $msec "$request" $remote_addr'))?.name, 'combined');
});

test('a format that leaves out what is needed is the operator’s mistake', () => {
  for (const format of ['$remote_addr $status', '[$time_local] "$request"', '%h "%r"', '%h %t'])
    assert.throws(
      () => logFormat.recognise(Buffer.from('x'), 'x', { ...trialContext(), logFormats: [format] }),
      (error) => error instanceof CodedError && error.code === 'LOG_FORMAT',
      format,
    );
});
