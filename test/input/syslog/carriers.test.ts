import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests, short } from '../../support/requests.ts';

const named = (name: string): RecordInput => inputs.find((input) => input.name === name) as RecordInput;
const nameOf = (text: string): string | undefined => recognise(new TextEncoder().encode(text), 'x')?.name;
const AT = '2026-11-21T23:27:01Z';
const COMBINED = '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "curl/8.10.1"';
const WEB = '192.0.2.7 path /admin missed';
const failed = (user: string): string => `Invalid user ${user} from 192.0.2.7 port 33753`;
const user = (name: string): string => `192.0.2.7 user ${name} missed`;

test('a tag or labels before a line, or before what was read of it', async () => {
  for (const [line, row] of [
    [`${AT}\tnginx.access\t${JSON.stringify({ message: COMBINED })}`, WEB],
    [
      `${AT}\tnginx.access\t${JSON.stringify({ remote: '192.0.2.7', method: 'GET', path: '/admin', code: '404' })}`,
      WEB,
    ],
    [`${AT}\tauth\t${JSON.stringify({ ident: 'sshd', message: failed('admin') })}`, user('admin')],
    [`${AT} {host="web1", job="nginx"} ${COMBINED}`, WEB],
    [`${AT} {} ${COMBINED}`, WEB],
    [`${AT}\tnginx.access\t{}`, ''],
    [`${AT}\tnginx.access\t${COMBINED}`, ''],
    [`${AT} {host="web1" ${COMBINED}`, ''],
  ] as const) {
    if (row !== '') assert.equal(nameOf(`${line}\n${line}\n`), 'tagged', line);
    assert.equal((await readRequests(named('tagged'), [line])).rows.map(short).join(), row, line);
  }
});

const entry = (name: string, more: readonly string[] = []): string[] => [
  '__CURSOR=s=1;i=1',
  '__REALTIME_TIMESTAMP=1795303683123456',
  'SYSLOG_IDENTIFIER=sshd',
  `MESSAGE=${failed(name)}`,
  ...more,
  '',
];

test('entries of a journal that was exported', async () => {
  const lines = [...entry('one'), ...entry('two')];
  assert.equal(nameOf(lines.join('\n')), 'journal-export');
  const { rows, weird } = await readRequests(named('journal-export'), lines);
  assert.deepEqual(rows.map(short), [user('one'), user('two')]);
  assert.equal(weird.total('malformed'), 0);
});

test('of a field the first counts, and an entry with a value of many lines is left out', async () => {
  const lines = [
    ...entry('one', [`MESSAGE=${failed('forged')}`]),
    ...entry('two', ['NOTE', '\u0007\0\0\0\0\0\0\0', `MESSAGE=${failed('forged')}`]),
    ...entry('three'),
  ];
  const { rows } = await readRequests(named('journal-export'), lines);
  assert.deepEqual(rows.map(short), [user('one'), user('three')]);
});

const framed = (message: string): string => `${Buffer.byteLength(message)} ${message}`;
const message = (name: string): string => `<38>1 ${AT} gate sshd 7 - - ${failed(name)}`;

test('messages behind their length, with line ends between them or without', async () => {
  const names = ['one', 'two', 'three'];
  for (const between of ['', '\n'])
    for (const most of [7, 1000]) {
      const text = names.map((name) => framed(message(name)) + between).join('');
      assert.equal(nameOf(text), 'syslog');
      const { rows } = await readRequests(named('syslog'), text, most);
      assert.deepEqual(rows.map(short), names.map(user));
    }
});

test('a line end within a counted message begins no other message', async () => {
  const forged = `${message('one')}\n${message('forged')}`;
  const { rows } = await readRequests(named('syslog'), framed(forged) + framed(message('two')));
  assert.ok(rows.every(({ name }) => name !== 'forged'));
  assert.equal(rows.at(-1)?.name, 'two');
});

test('a date that begins with a nought is no length', async () => {
  const line =
    '01-Nov-2026 23:27:01.123 client @0x1 192.0.2.7#5668 (a.example.org): query: a.example.org IN A - (203.0.113.53)';
  const { rows, weird } = await readRequests(named('syslog'), [line]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 dnsName a.example.org unknown']);
  assert.equal(weird.total('malformed'), 0);
});
