import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { haproxy } from '../../../src/input/web/haproxy.ts';
import { squid } from '../../../src/input/web/squid.ts';
import { cloudfront, iis } from '../../../src/input/web/w3c.ts';
import { one, type Row, read } from './rows.ts';

const named = (name: string): RecordInput => inputs.find((input) => input.name === name) as RecordInput;

/** The same request, told by every format in its sample: what differs. */
const USUAL = {
  time: '2026-11-21T23:27:01',
  source: '192.0.2.7',
  verb: 'GET',
  name: '/admin',
  status: 404,
  site: 'www.example.org',
  agent: 'curl/8.10.1',
  referer: '',
  secure: true,
  bytes: 154,
};

const DIFFERENT: Readonly<Record<string, Partial<typeof USUAL>>> = {
  alb: { bytes: 57 },
  envoy: { secure: false },
  'nginx-proxy-manager': {},
  rails: { status: 0, site: '', agent: '', secure: false, bytes: 0xffffffff },
  werkzeug: { site: '', agent: '', secure: false, bytes: 0xffffffff },
  haproxy: { bytes: 1541 },
  iis: { site: '', secure: false, bytes: 0xffffffff },
  cloudfront: { bytes: 703 },
  caddy: { bytes: 0 },
  traefik: { bytes: 356 },
  'envoy-json': { secure: false },
  cloudflare: {},
  'gcp-lb': {},
  'azure-gateway': { secure: false },
  'web-json': { secure: false, bytes: 153 },
};

const plain = ({ time, source, verb, name, status, site, agent, referer, traits, bytes }: Row): typeof USUAL => ({
  time: time.slice(0, 19),
  source,
  verb,
  name,
  status,
  site,
  agent,
  referer,
  secure: traits.includes('encrypted'),
  bytes,
});

for (const [name, different] of Object.entries(DIFFERENT))
  test(`${name}: its sample says what all say`, async () => {
    const input = named(name);
    assert.deepEqual(plain(await one(input, input.sample ?? '')), { ...USUAL, ...different });
  });

test('load balancers of AWS: IPv6, no answer, targets that are no URL, the classic one', async () => {
  const line = (front: string, status: string, request: string): string =>
    `${front} - -1 -1 -1 ${status} - 204 167 "${request}" "-" - - - "Root=1" "-"`;
  const cases: readonly [line: string, source: string, status: number, name: string, site: string][] = [
    [
      line(
        'h2 2026-11-21T23:27:01.5Z app/a/b [2001:db8::7]:44740',
        '403',
        'GET https://[2001:db8::1]:443/%2e?x HTTP/2.0',
      ),
      '2001:db8::7',
      403,
      '/%2e?x',
      '[2001:db8::1]',
    ],
    [
      line('http 2026-11-21T23:27:01.5Z app/a/b 192.0.2.7:44740', '-', '- http://a.example:80- -'),
      '192.0.2.7',
      0,
      '',
      '',
    ],
    [
      line('2026-11-21T23:27:01.5Z my-elb 192.0.2.7:2817', '404', 'GET http://a.example:80/x HTTP/1.1'),
      '192.0.2.7',
      404,
      '/x',
      'a.example',
    ],
  ];
  for (const [text, source, status, name, site] of cases) {
    const row = await one(named('alb'), text);
    assert.deepEqual(
      [row.source, row.status, row.name, row.site, row.time],
      [source, status, name, site, '2026-11-21T23:27:01.500000'],
      text,
    );
  }
});

test('IIS: columns in any order, new ones in mid-file, blanks as plus signs, the date of the head', async () => {
  const text = [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    '#Date: 2026-11-21 23:00:00',
    '#Fields: c-ip time cs-method cs-uri-stem sc-status',
    '192.0.2.7 23:27:01 GET /a 404',
    '192.0.2.7 xx:27:01 GET /a 404',
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs-host sc-status sc-bytes X-Forwarded-For',
    '2026-11-22 00:00:01 198.51.100.20 POST /b x=1 443 - 198.51.100.1 Mozilla/5.0+(X) https://a.example/+b www.example.org 500 99 203.0.113.1,+192.0.2.9',
    '2026-11-22 00:00:02 198.51.100.20 GET /c - 443',
    '#Fields: date time action protocol src-ip dst-ip',
    '2026-11-22 00:00:03 ALLOW TCP 192.0.2.7 198.51.100.20',
  ];
  const { rows, records, weird } = await read(iis, text.join('\r\n'), { proxies: ['198.51.100.0/24'] });
  assert.deepEqual([records, weird], [text.length, { 'line-malformed': 3, 'line-not-about-network': 1 }]);
  assert.deepEqual(rows[0], {
    ...rows[0],
    time: '2026-11-21T23:27:01.000000',
    source: '192.0.2.7',
    name: '/a',
    status: 404,
  });
  assert.deepEqual(rows[1], {
    time: '2026-11-22T00:00:01.000000',
    source: '198.51.100.1',
    server: '198.51.100.20',
    port: 443,
    asked: 'path',
    reply: 'failed',
    verb: 'POST',
    status: 500,
    bytes: 99,
    traits: 'agentTold refererTold proven',
    name: '/b?x=1',
    site: 'www.example.org',
    agent: 'Mozilla/5.0 (X)',
    referer: 'https://a.example/ b',
  });
});

test('CloudFront: its head, its own name and the client’s, agents encoded once or twice', async () => {
  const head =
    '#Version: 1.0\n#Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header\n';
  const line = (agent: string): string =>
    `2026-11-21\t23:27:01\t2001:db8::7\tGET\td1.cloudfront.net\t/a%2520b\t404\t-\t${agent}\tq=%2F\twww.example.org`;
  const { rows, weird } = await read(
    cloudfront,
    head + [line('Mozilla/5.0%20(X)'), line('Mozilla/5.0%2520(X)'), line('-')].join('\n'),
  );
  assert.deepEqual(weird, {});
  assert.deepEqual(
    rows.map(({ agent }) => agent),
    ['Mozilla/5.0 (X)', 'Mozilla/5.0 (X)', ''],
  );
  assert.deepEqual([rows[0].source, rows[0].name, rows[0].site], ['2001:db8::7', '/a%2520b?q=%2F', 'www.example.org']);
});

test('HAProxy: captured headers, requests that were none, connections, handshakes', async () => {
  const front = '192.0.2.7:567 [21/Nov/2026:23:27:01.885] web ';
  const cases: readonly [line: string, what: readonly unknown[]][] = [
    ['b/s1 0/0/0/1/1 200 +99 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"', ['path', 'answered', 99, '/', '', '']],
    ['b/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"', ['nothing', 'malformed', 0, '', '', '']],
    [
      'b/s1 0/0/0/-1/1 -1 0 - - CD-- 1/1/1/1/0 0/0 {a.example|Mozilla/5.0 (X)|https://b.example/} {gzip} "GET /x HTTP/1.1"',
      ['path', 'unknown', 0, '/x', 'a.example', 'Mozilla/5.0 (X)'],
    ],
    ['b/s1 0/0/5007 212 -- 1/1/1/1/0 0/0', ['nothing', 'unknown', 212, '', '', '']],
    ['b/s1 0/-1/5007 0 SC 1/1/1/1/0 0/0', ['nothing', 'failed', 0, '', '', '']],
  ];
  for (const [line, what] of cases) {
    const row = await one(haproxy, front + line);
    assert.deepEqual([row.asked, row.reply, row.bytes, row.name, row.site, row.agent], what, line);
    assert.deepEqual([row.source, row.time], ['192.0.2.7', '2026-11-21T23:27:01.885000']);
  }
  const failed = await one(
    haproxy,
    '2001:db8::7:567 [21/Nov/2026:23:27:01.885] web/1: SSL handshake failure (error:0A)',
  );
  assert.deepEqual(
    [failed.source, failed.asked, failed.reply, failed.traits],
    ['2001:db8::7', 'nothing', 'malformed', 'brokenLine proven'],
  );
});

test('HAProxy in syslog: the host of the envelope is the site', async () => {
  const line =
    'Nov 21 23:27:02 lb1 haproxy[39]: 192.0.2.7:567 [21/Nov/2026:23:27:01.885] web b/s1 0/0/0/1/1 404 9 - - ---- 1/1/1/1/0 0/0 "GET /a HTTP/1.1"';
  const { rows, weird } = await read(syslog, `${line}\nNov 21 23:27:02 lb1 haproxy[39]: Proxy web started.`);
  assert.deepEqual([rows[0].site, rows[0].name], ['lb1', '/a']);
  assert.deepEqual(weird, { 'line-not-about-network': 1 });
});

test('Squid: what was asked of it is elsewhere, and stays absolute', async () => {
  const row = await one(
    squid,
    '1795303621.403  12345 2001:db8::7 TCP_TUNNEL/200 39 CONNECT www.example.org:443 - HIER_DIRECT/198.51.100.20 -',
  );
  assert.deepEqual(
    [row.source, row.verb, row.name, row.status, row.bytes],
    ['2001:db8::7', 'CONNECT', 'www.example.org:443', 200, 39],
  );
});

test('objects: nested keys, times in any unit, forwarded clients, what is no request', async () => {
  const caddy = named('caddy');
  const request =
    '"request":{"remote_ip":"198.51.100.1","method":"GET","host":"a.example","uri":"/\\u0041","headers":{"User-Agent":["x","y"],"X-Forwarded-For":["203.0.113.3, 192.0.2.7"]}}';
  const row = await one(caddy, `{"ts":"2026-11-21T23:27:01.403Z",${request},"status":404}`, {
    proxies: ['198.51.100.0/24'],
  });
  assert.deepEqual(
    [row.source, row.name, row.agent, row.time],
    ['192.0.2.7', '/A', 'x, y', '2026-11-21T23:27:01.403000'],
  );
  const lines = [
    '{"level":"info","ts":1795303621,"msg":"started"}',
    '{"ts":1,"request":[]}',
    `{"ts":"x",${request}}`,
    '{"request":',
    'x',
  ];
  const { weird } = await read(caddy, lines.join('\n'));
  assert.deepEqual(weird, {
    'line-not-about-network': 2,
    'line-time-impossible': 1,
    'json-malformed': 1,
    'line-malformed': 1,
  });
  for (const [time, expected] of [
    ['1795303621403', '2026-11-21T23:27:01.403000'],
    ['1795303621403127', '2026-11-21T23:27:01.403127'],
    ['"1795303621403127000"', '2026-11-21T23:27:01.403127'],
    ['"21/Nov/2026:23:27:01 +0000"', '2026-11-21T23:27:01.000000'],
  ]) {
    const timed = await one(
      named('web-json'),
      `{"time":${time},"ip":"192.0.2.7","method":"GET","path":"/a","query":"b=c","status":404,"user_agent":""}`,
    );
    assert.deepEqual([timed.time, timed.name, timed.traits], [expected, '/a?b=c', 'agentTold proven']);
  }
});

test('lines of web servers within syslog and container logs', async () => {
  const combined = '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /a HTTP/1.1" 404 153 "-" "curl"';
  const cases: readonly [line: string, site: string, name: string][] = [
    [`Nov 21 23:27:01 web1 nginx: ${combined}`, 'web1', '/a'],
    [`Nov 21 23:27:01 web1 nginx: www.example.org ${combined}`, 'www.example.org', '/a'],
    [`2026-11-21T23:27:01.5Z stdout F ${combined}`, '', '/a'],
    [
      '2026-11-21T23:27:01.5Z stdout F {"time":"2026-11-21T23:27:01Z","remote_addr":"192.0.2.7","request":"GET /b HTTP/1.1"}',
      '',
      '/b',
    ],
    [
      '2026-11-21T23:27:01.5Z stdout F [2026-11-21T23:27:01.310Z] "GET /c HTTP/2" 404 - 0 154 22 20 "192.0.2.7" "curl" "id" "a.example" "-"',
      'a.example',
      '/c',
    ],
    ['Nov 21 23:27:01 app1 uvicorn[7]: INFO:     192.0.2.7:567 - "GET /d HTTP/1.1" 404 Not Found', 'app1', '/d'],
    ['Nov 21 23:27:01 app1 app[7]: 192.0.2.7:567 - "GET /e HTTP/1.1" 404', 'app1', '/e'],
  ];
  for (const [line, site, name] of cases) {
    const row = await one(syslog, line);
    assert.deepEqual(
      [row.source, row.site, row.name, row.time.slice(0, 19)],
      ['192.0.2.7', site, name, '2026-11-21T23:27:01'],
      line,
    );
  }
});
