import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journald } from '../../../src/input/syslog/journald.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { errorLog } from '../../../src/input/web/error-log.ts';
import { readRequests, short } from '../../support/requests.ts';

const apache = (client: string, what: string): string =>
  `[Sat Nov 21 23:27:30.266605 2026] [auth_basic:error] [pid 17:tid 14] ${client} ${what}`;
const CLIENT = '[client 192.0.2.7:51386]';

const read = async (line: string): Promise<string> => {
  const { rows, records, weird } = await readRequests(errorLog, [line]);
  assert.equal(records, 1);
  assert.equal(weird.total('malformed'), 0);
  return rows.map(short).join('; ');
};

const SAID: readonly (readonly [what: string, row: string])[] = [
  ['AH01618: user bob not found: /basic/x', 'user bob missed'],
  ['user bob not found', 'user bob missed'],
  ['AH01618: user  not found: /basic/x', 'nothing denied'],
  ["AH01790: Digest: user `bob' in realm `private area' not found: /x", 'user bob missed'],
  ['user bob: authentication failure for "/x": Password Mismatch', 'user bob denied'],
  ['Digest: user bob: password mismatch: /x', 'user bob denied'],
  ['AH01631: user bob: authorization failure for "/x y": ', 'path /x y denied'],
  ['Authorization of user bob to access /x failed, reason: owner does not match', 'path /x denied'],
  ['AH01614: client used wrong authentication scheme: /x', 'path /x denied'],
  [
    'File does not exist: /srv/[client 198.51.100.1] user root not found',
    'path /srv/[client 198.51.100.1] user root not found missed',
  ],
  [
    'AH02811: stderr from /usr/lib/cgi-bin/luci: script not found or unable to stat',
    'path /usr/lib/cgi-bin/luci missed',
  ],
  ["AH01071: Got error 'Primary script unknown'", 'nothing unknown'],
  [
    'ModSecurity: [id "1"] Access denied with code 403. [hostname "www.example.org"] [uri "/x.php"] [unique_id "A"]',
    'path /x.php denied',
  ],
];

for (const [what, row] of SAID)
  test(`apache: ${what}`, async () => assert.equal(await read(apache(CLIENT, what)), `192.0.2.7 ${row}`));

test('apache: clients of every form', async () => {
  for (const [client, from] of [
    ['[client 192.0.2.7]', '192.0.2.7'],
    ['[client 2001:db8::7]', '2001:db8::7'],
    ['[client [2001:db8::7]:51548]', '2001:db8::7'],
    ['[remote 192.0.2.7:35924]', '192.0.2.7'],
  ])
    assert.equal(await read(apache(client, 'AH01618: user bob not found: /')), `${from} user bob missed`);
});

test('apache: a line about no client is no request, and is counted', async () => {
  const { rows, weird } = await readRequests(errorLog, [
    '[Sat Nov 21 23:27:30 2026] [mpm_event:notice] [pid 7] AH00489: Apache configured',
  ]);
  assert.equal(rows.length, 0);
  assert.equal(weird.total('unsupported'), 1);
});

test('within syslog: Apache without a stamp takes that of the envelope, Nginx keeps its own', async () => {
  const { rows } = await readRequests(syslog, [
    'Nov 21 16:23:40 srv httpd/one[22034]: [authz_core:error] [pid 22036] [client 192.0.2.7:59392] AH01630: client denied by server configuration: /srv/one/',
    'Nov 21 16:23:41 srv nginx[28]: 2026/11/21 16:23:40 [error] 28#0: *1 open() "/srv/x" failed (2: No such file or directory), client: 192.0.2.7, server: a, request: "GET /x HTTP/1.1", host: "a"',
  ]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 path /srv/one/ denied', '192.0.2.7 path /x missed']);
  assert.ok(rows.every(({ time }) => time.startsWith('2026-11-21T16:23:40')));
});

test('within the journal', async () => {
  const record = {
    __REALTIME_TIMESTAMP: '1795300000000000',
    SYSLOG_IDENTIFIER: 'httpd',
    MESSAGE: '[error] [client 192.0.2.7] user bob not found: /basic/file',
  };
  const { rows } = await readRequests(journald, [JSON.stringify(record)]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 user bob missed']);
});
