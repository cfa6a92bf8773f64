import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests, short } from '../../support/requests.ts';

const shipped = inputs.find(({ name }) => name === 'shipped') as RecordInput;
const table = inputs.find(({ name }) => name === 'table') as RecordInput;
const COMBINED = '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "curl/8.10.1"';
const WEB = '192.0.2.7 path /admin missed';
const failed = (user: string): string => `Invalid user ${user} from 192.0.2.7 port 33753`;
const FAILED = failed('admin');
const USER = '192.0.2.7 user admin missed';
const AT = '2026-11-21T23:27:01.403Z';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const nameOf = (text: string): string | undefined => recognise(encode(text), 'x')?.name;

/** By who wrote it: the same line of an access log. */
const LINES: Readonly<Record<string, unknown>> = {
  Filebeat: { '@timestamp': AT, message: COMBINED, log: { offset: 1 }, host: { name: 'web1' } },
  'Filebeat, ingested': { '@timestamp': AT, event: { original: COMBINED } },
  Fluentd: { log: COMBINED, container_name: '/web' },
  'Fluent Bit': { date: 1795303621.4, log: `${COMBINED}\n` },
  Vector: { timestamp: AT, host: 'web1', message: COMBINED, source_type: 'file' },
  GELF: { version: '1.1', host: 'web1', short_message: 'GET', full_message: COMBINED, timestamp: 1795303621.4 },
  Loki: { labels: { job: 'nginx' }, line: COMBINED, timestamp: AT },
  'Splunk, export': { preview: false, result: { _raw: COMBINED, _time: AT } },
  'Splunk, collector': { time: 1795303621.4, event: COMBINED, host: 'web1' },
  Elasticsearch: { _index: 'x', _source: { '@timestamp': AT, message: COMBINED } },
  'Elasticsearch, parsed': {
    _source: {
      '@timestamp': AT,
      source: { ip: '192.0.2.7' },
      url: { original: '/admin' },
      http: { request: { method: 'GET' }, response: { status_code: 404 } },
    },
  },
  Azure: { TimeGenerated: AT, LogEntry: COMBINED },
  'Google Cloud': { timestamp: AT, textPayload: COMBINED },
  Datadog: { id: 'A', content: { timestamp: AT, message: COMBINED } },
  Wazuh: { timestamp: '2026-11-21T23:27:01.403+0000', agent: { name: 'web1' }, full_log: COMBINED },
};

for (const [who, object] of Object.entries(LINES))
  test(`${who}: the line is what it is by itself`, async () => {
    const line = JSON.stringify(object);
    assert.equal(nameOf(`${line}\n${line}\n`), 'shipped');
    assert.deepEqual((await readRequests(shipped, [line])).rows.map(short), [WEB]);
  });

test('documents of interfaces, and objects one behind the other', async () => {
  const event = { timestamp: 1795303621403, message: COMBINED };
  for (const text of [
    JSON.stringify({ events: [event, event], searchedLogStreams: [] }, null, 2),
    JSON.stringify({ took: 3, hits: { total: 2, hits: [{ _source: event }, { _source: event }] } }),
    JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [event] }).repeat(2),
  ]) {
    assert.equal(nameOf(text), 'shipped', text);
    assert.deepEqual((await readRequests(shipped, text.split('\n'))).rows.map(short), [WEB, WEB]);
  }
});

test('objects of other formats in the arrays of interfaces, and within an object', async () => {
  const login = {
    createdDateTime: AT,
    userPrincipalName: 'admin',
    ipAddress: '192.0.2.7',
    status: { errorCode: 50034 },
  };
  const gateway = {
    time: AT,
    properties: { clientIP: '192.0.2.7', httpMethod: 'GET', requestUri: '/admin', httpStatus: 404 },
  };
  const balancer = {
    timestamp: AT,
    jsonPayload: { remoteIp: '192.0.2.7' },
    httpRequest: {
      remoteIp: '192.0.2.7',
      requestMethod: 'GET',
      requestUrl: 'https://www.example.org/admin',
      status: 404,
    },
  };
  for (const [object, row] of [
    [{ value: [login, login] }, USER],
    [[login, login], USER],
    [{ records: [gateway, gateway] }, WEB],
    [[balancer, balancer], WEB],
  ] as const) {
    const text = JSON.stringify(object, null, 2);
    assert.equal(nameOf(text), 'shipped', text);
    assert.deepEqual((await readRequests(shipped, text.split('\n'))).rows.map(short), [row, row]);
  }
  assert.equal(nameOf(JSON.stringify([{ name: 'x', records: [{ id: 1 }] }])), undefined);
});

test('program, host and time that stand beside the line count where it has none', async () => {
  const { rows } = await readRequests(shipped, [
    JSON.stringify({ '@timestamp': AT, message: failed('user1'), process: { name: 'sshd' }, host: { name: 'gate' } }),
    JSON.stringify({ date: 1795303621.5, host: 'gate', ident: 'sshd', message: failed('user2') }),
    JSON.stringify({ timegenerated: AT, hostname: 'gate', programname: 'sshd', msg: ` ${failed('user3')}` }),
    JSON.stringify({ __REALTIME_TIMESTAMP: '1795303621600000', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: failed('user4') }),
  ]);
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['user1', 'user2', 'user3', 'user4'],
  );
  assert.deepEqual(
    rows.map(({ time }) => time),
    [
      '2026-11-21T23:27:01.403000',
      '2026-11-21T23:27:01.500000',
      '2026-11-21T23:27:01.403000',
      '2026-11-21T23:27:01.600000',
    ],
  );
});

test('what says its time nowhere is not read', async () => {
  const { rows, weird } = await readRequests(shipped, [JSON.stringify({ message: FAILED })]);
  assert.deepEqual(rows, []);
  assert.equal(weird.total('unsupported'), 1);
});

test('several formats side by side in one store', async () => {
  const eve =
    '{"timestamp":"2026-11-21T23:27:01.403127+0000","event_type":"http","src_ip":"192.0.2.7","src_port":1,"dest_ip":"198.51.100.1","dest_port":80,"http":{"url":"/admin","http_method":"GET","status":404}}';
  const lines = [COMBINED, 'Started Session 4', `Nov 21 23:27:01 gate sshd[7]: ${FAILED}`, eve, COMBINED];
  const { rows } = await readRequests(
    shipped,
    lines.map((message) => JSON.stringify({ '@timestamp': AT, message })),
  );
  assert.deepEqual(rows.map(short).toSorted(), [WEB, WEB, WEB, USER]);
});

test('a store is known by its members where none of its lines concerns a scan, and other objects are not taken for one', () => {
  const line = JSON.stringify({ '@timestamp': AT, message: 'Started Session 4', host: { name: 'h' } });
  assert.equal(nameOf(`${line}\n`.repeat(80)), 'shipped');
  assert.equal(nameOf('{"name":"x","message":"hello"}\n'), undefined);
  assert.equal(nameOf('{"level":"info","ts":1795303621.4,"msg":"started"}\n'), undefined);
});

const quoted = (...fields: string[]): string => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');

test('tables with a column of lines', async () => {
  for (const [head, row, expected] of [
    ['"_raw","_time","host"', quoted(COMBINED, AT, 'web1'), WEB],
    ['@timestamp,@message', quoted('2026-11-21 23:27:01.403', COMBINED), WEB],
    ['"@timestamp","host.name",message', quoted('Nov 21, 2026 @ 23:27:01.403', 'web1', FAILED), USER],
    [
      'TimeGenerated [UTC]\tComputer\tProcessName\tSyslogMessage',
      `11/21/2026, 11:27:01.403 PM\tgate\tsshd\t${FAILED}`,
      USER,
    ],
    ['ISODATE;HOST;PROGRAM;MESSAGE', `2026-11-21T23:27:01.403Z;gate;sshd;${FAILED}`, USER],
  ] as const) {
    assert.equal(nameOf(`${head}\n${row}\n${row}\n`), 'table', head);
    const { rows } = await readRequests(table, [head, row]);
    assert.deepEqual(rows.map(short), [expected], head);
    assert.match(rows[0].time, /^2026-11-21T23:27:01/);
  }
});

test('rows of a table that are cut or hold a line end are counted', async () => {
  const { rows, weird } = await readRequests(table, [
    'time,message',
    quoted(AT, COMBINED).slice(0, -4),
    `${AT},one,two`,
    quoted(AT, COMBINED),
  ]);
  assert.deepEqual(rows.map(short), [WEB]);
  assert.equal(weird.total('malformed'), 2);
});
