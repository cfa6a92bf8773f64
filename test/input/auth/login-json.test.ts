import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests, short } from '../../support/requests.ts';

const AT = '2026-11-21T23:28:03Z';
const okta = (eventType: string, result: string): object => ({
  eventType,
  published: AT,
  actor: { alternateId: 'admin' },
  client: { ipAddress: '192.0.2.7' },
  outcome: { result },
});
const entra = (errorCode: number): object => ({
  createdDateTime: AT,
  userPrincipalName: 'admin',
  ipAddress: '192.0.2.7',
  status: { errorCode },
});
const nextcloud = (message: string): object => ({
  reqId: 'x',
  time: AT,
  remoteAddr: '192.0.2.7',
  user: '--',
  method: 'POST',
  url: '/login',
  message,
});
const cowrie = (eventid: string): object => ({ eventid, username: 'admin', src_ip: '192.0.2.7', timestamp: AT });

const vault = (type: string, path: string, rest: object): object => ({
  time: AT,
  type,
  request: { operation: 'update', path, remote_address: '192.0.2.7' },
  ...rest,
});
const HMAC = 'hmac-sha256:5f';

/** Each object alone: the format that it is known as, and the row that it is; '' for none. */
const CASES: readonly (readonly [string, object, string])[] = [
  ['okta', okta('user.session.start', 'FAILURE'), '192.0.2.7 user admin denied'],
  ['okta', okta('user.session.start', 'SUCCESS'), '192.0.2.7 user admin accepted'],
  ['okta', okta('application.policy.update', 'FAILURE'), ''],
  ['entra', entra(50034), '192.0.2.7 user admin missed'],
  ['entra', entra(50126), '192.0.2.7 user admin denied'],
  ['entra', entra(0), '192.0.2.7 user admin accepted'],
  // the second factor is asked for: the password was right
  ['entra', entra(50074), ''],
  ['entra', { time: AT, category: 'SignInLogs', properties: entra(50034) }, '192.0.2.7 user admin missed'],
  ['nextcloud', nextcloud('Login failed: admin (Remote IP: 192.0.2.7)'), '192.0.2.7 user admin denied'],
  // whoever logs in under such a name has not been somewhere else
  [
    'nextcloud',
    nextcloud('Login failed: x (Remote IP: 198.51.100.9) (Remote IP: 192.0.2.7)'),
    '192.0.2.7 user x (Remote IP: 198.51.100.9) denied',
  ],
  ['nextcloud', nextcloud('File not found'), ''],
  ['cowrie', cowrie('cowrie.login.failed'), '192.0.2.7 user admin denied'],
  ['cowrie', cowrie('cowrie.session.closed'), ''],
  // told twice: when it was asked, and when it was answered
  ['vault', vault('request', 'auth/userpass/login/admin', {}), ''],
  [
    'vault',
    vault('response', 'auth/userpass/login/admin', { error: 'invalid credentials' }),
    '192.0.2.7 user admin denied',
  ],
  [
    'vault',
    vault('response', 'ns1/auth/eu/ldap/login/admin', { auth: { accessor: '' }, response: { data: { error: HMAC } } }),
    '192.0.2.7 user admin denied',
  ],
  [
    'vault',
    vault('response', 'auth/userpass/login/admin', { auth: { accessor: HMAC } }),
    '192.0.2.7 user admin accepted',
  ],
  // programs have no name there, and who reads a secret does not log in
  ['vault', vault('response', 'auth/approle/login', { error: 'invalid role or secret ID' }), ''],
  ['vault', vault('response', 'secret/data/login/admin', { error: 'permission denied' }), ''],
];

for (const [name, object, row] of CASES)
  test(`${name}: ${row || 'nothing'} of ${JSON.stringify(object).slice(0, 60)}`, async () => {
    const line = JSON.stringify(object);
    assert.equal(recognise(new TextEncoder().encode(`${line}\n`), 'x')?.name, name);
    const input = inputs.find((one) => one.name === name) as RecordInput;
    const { rows, weird } = await readRequests(input, [line]);
    assert.equal(rows.map(short).join(), row);
    assert.equal(weird.total('malformed'), 0);
  });
