import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../src/input/index.ts';
import type { RecordInput } from '../../src/input/input.ts';
import { Outcome } from '../../src/record/contact.ts';
import { readRequests, short } from '../support/requests.ts';
import { read } from './firewall/rows.ts';

const named = (name: string): RecordInput => inputs.find((input) => input.name === name) as RecordInput;
const nameOf = (text: string): string | undefined => recognise(new TextEncoder().encode(text), 'x')?.name;
const AT = '2026-11-21T23:27:44Z';
const ENDS = { source: '192.0.2.77', target: '198.51.100.22', targetPort: 445 };

/** One connection that was turned away, by who tells it. */
const KEYED: Readonly<Record<string, string>> = {
  Meraki:
    '<134>1 1795303664.1 mx flows src=192.0.2.77 dst=198.51.100.22 protocol=tcp sport=5 dport=445 pattern: deny all',
  Stormshield:
    'Nov 21 23:27:44 fw asqd: id=firewall time="2026-11-21 23:27:44" ipproto=tcp proto=smb src=192.0.2.77 srcport=5 dst=198.51.100.22 dstport=445 action=block',
  nobody:
    'Nov 21 23:27:44 fw gate: source_ip=192.0.2.77 destination_ip=198.51.100.22 dest_port=445 proto=6 msg="dropped"',
};
for (const [who, line] of Object.entries(KEYED))
  test(`${who}: named values are a connection that was refused`, async () => {
    const { rows } = await read(named('syslog'), [line]);
    assert.equal(rows.length, 1);
    assert.partialDeepStrictEqual(rows[0], { ...ENDS, outcome: Outcome.refused });
  });

test('named values without both addresses or a protocol are no connection', async () => {
  const { rows } = await read(named('syslog'), [
    'Nov 21 23:27:44 fw app: src=192.0.2.77 dst=backup proto=tcp action=deny',
    'Nov 21 23:27:44 fw app: src=192.0.2.77 dst=198.51.100.22 action=copied',
  ]);
  assert.equal(rows.length, 0);
});

const CONNECTIONS: Readonly<Record<string, unknown>> = {
  ECS: {
    '@timestamp': AT,
    event: { action: 'deny' },
    source: { ip: '192.0.2.77', port: 5 },
    destination: { ip: '198.51.100.22', port: 445 },
    network: { transport: 'tcp' },
  },
  OCSF: {
    class_uid: 4001,
    time: 1795303664000,
    disposition: 'Blocked',
    src_endpoint: { ip: '192.0.2.77', port: 5 },
    dst_endpoint: { ip: '198.51.100.22', port: 445 },
    connection_info: { protocol_num: 6 },
  },
  OPNsense: {
    timestamp: AT,
    action: 'block',
    src: '192.0.2.77',
    dst: '198.51.100.22',
    dstport: '445',
    protoname: 'tcp',
  },
  Zscaler: {
    datetime: 'Sat Nov 21 23:27:44 2026',
    csip: '192.0.2.77',
    csport: 5,
    cdip: '198.51.100.22',
    cdport: 445,
    proto: 'TCP',
    action: 'Drop',
  },
  'Azure Firewall': {
    time: AT,
    properties: {
      Protocol: 'TCP',
      SourceIp: '192.0.2.77',
      SourcePort: 5,
      DestinationIp: '198.51.100.22',
      DestinationPort: 445,
      Action: 'Deny',
    },
  },
};
for (const [who, object] of Object.entries(CONNECTIONS))
  test(`${who}: an object is a connection that was refused`, async () => {
    const line = JSON.stringify(object);
    assert.equal(nameOf(line), 'connections-json');
    const { rows } = await read(named('connections-json'), [line]);
    assert.partialDeepStrictEqual(rows[0], { ...ENDS, outcome: Outcome.refused });
  });

test('an object of a process or a request is no connection of a gateway', async () => {
  const ecs = CONNECTIONS['ECS'] as Record<string, unknown>;
  const lines = [{ process: { pid: 7 } }, { url: { path: '/' } }].map((more) => JSON.stringify({ ...ecs, ...more }));
  assert.equal((await read(named('connections-json'), lines)).rows.length, 0);
});

const LOGINS: readonly (readonly [string, string, unknown, string])[] = [
  [
    'Entra ID',
    'entra',
    { createdDateTime: AT, userPrincipalName: 'a', ipAddress: '192.0.2.7', status: { errorCode: 50126 } },
    'denied',
  ],
  [
    'Entra ID, nobody',
    'entra',
    { createdDateTime: AT, userPrincipalName: 'a', ipAddress: '192.0.2.7', status: { errorCode: 50034 } },
    'missed',
  ],
  [
    'Okta',
    'okta',
    {
      published: AT,
      eventType: 'user.session.start',
      actor: { alternateId: 'a' },
      client: { ipAddress: '192.0.2.7' },
      outcome: { result: 'FAILURE' },
    },
    'denied',
  ],
  [
    'Teleport',
    'logins-json',
    { time: AT, event: 'user.login', user: 'a', success: false, 'addr.remote': '192.0.2.7:5123' },
    'denied',
  ],
  [
    'CloudTrail',
    'logins-json',
    {
      eventTime: AT,
      eventName: 'ConsoleLogin',
      sourceIPAddress: '192.0.2.7',
      userIdentity: { userName: 'a' },
      responseElements: { ConsoleLogin: 'Success' },
    },
    'accepted',
  ],
  ['Cowrie', 'cowrie', { eventid: 'cowrie.login.failed', username: 'a', src_ip: '192.0.2.7', timestamp: AT }, 'denied'],
];
for (const [who, format, object, reply] of LOGINS)
  test(`${who}: an object is a login`, async () => {
    const line = JSON.stringify(object);
    assert.equal(nameOf(line), format);
    assert.deepEqual((await readRequests(named(format), [line])).rows.map(short), [`192.0.2.7 user a ${reply}`]);
    const document = JSON.stringify({ value: [object, object] }, null, 2);
    assert.equal(nameOf(document), 'shipped');
    assert.equal((await readRequests(named('shipped'), document.split('\n'))).rows.length, 2);
  });

test('a second factor that is asked for, and what is no login, is no guess', async () => {
  const lines = [
    { createdDateTime: AT, userPrincipalName: 'a', ipAddress: '192.0.2.7', status: { errorCode: 50074 } },
    {
      eventTime: AT,
      eventName: 'DescribeInstances',
      sourceIPAddress: '192.0.2.7',
      errorMessage: 'denied',
      userIdentity: { userName: 'a' },
    },
  ].map((object) => JSON.stringify(object));
  assert.equal((await readRequests(named('logins-json'), lines)).rows.length, 0);
});

test('programs with a page to log in: who failed, who is not there', async () => {
  const said = [
    ['wordpress(www.example.org)[1]', 'Authentication attempt for unknown user a from 192.0.2.7', 'missed'],
    ['pvedaemon[1]', 'authentication failure; rhost=::ffff:192.0.2.7 user=a msg=Authentication failure', 'denied'],
    ['webmin[1]', 'Invalid login as a from 192.0.2.7', 'denied'],
    [
      'gitea[1]',
      'auth.go:1 [I] Failed authentication attempt for a from 192.0.2.7:4000: user does not exist',
      'missed',
    ],
    ['radiusd[1]', '(1) Login incorrect (pap): [a/secret] (from client nas port 0 cli 192.0.2.7)', 'denied'],
  ];
  const lines = said.map(([program, text]) => `Nov 21 23:27:44 srv ${program}: ${text}`);
  const { rows } = await readRequests(named('syslog'), lines);
  assert.deepEqual(
    rows.map(short),
    said.map(([, , reply]) => `192.0.2.7 user a ${reply}`),
  );
  const others = ['backup', 'cron'].map((program) => `Nov 21 23:27:44 srv ${program}: ${said[2][1]}`);
  assert.equal((await readRequests(named('syslog'), others)).rows.length, 0);
});

test('lines of syslog behind their lengths, as a connection holds them', async () => {
  const line = '<38>1 2026-11-21T23:28:03Z ftp sshd 1 - - Failed password for a from 192.0.2.7 port 4000 ssh2';
  const { rows } = await readRequests(named('syslog'), [`${line.length + 1} ${line}`, `12345678 ${line}`]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 user a denied']);
});
