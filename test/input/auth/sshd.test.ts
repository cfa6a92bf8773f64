import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { readRequests, short } from '../../support/requests.ts';

const line = (message: string, process = 501, second = 3): string =>
  `Nov 21 23:28:0${second} web1 sshd[${process}]: ${message}`;
const read = async (...lines: string[]): Promise<readonly string[]> =>
  (await readRequests(syslog, lines)).rows.map(short);

describe('sshd', () => {
  it('reads every field of a failed password', async () => {
    const { rows, records } = await readRequests(syslog, [
      '2026-11-21T23:28:03.123456+01:00 web1 sshd-session[17181]: Failed password for root from 2001:db8::7 port 33753 ssh2',
    ]);
    assert.equal(records, 1);
    assert.deepEqual(rows, [
      {
        time: '2026-11-21T22:28:03.123456',
        record: 1,
        from: '2001:db8::7',
        to: '',
        port: 22,
        asked: 'user',
        reply: 'denied',
        status: 0,
        name: 'root',
        site: 'web1',
        agent: '',
        traits: ['encrypted', 'proven', 'secretGuessed'],
      },
    ]);
  });

  it('makes one try of the lines of PAM, of sshd and of the end of the connection', async () => {
    const rows = await read(
      line('Invalid user admin from 192.0.2.7 port 5001'),
      line('pam_unix(sshd:auth): check pass; user unknown'),
      line('pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 '),
      line('Failed password for invalid user admin from 192.0.2.7 port 5001 ssh2'),
      line('Received disconnect from 192.0.2.7 port 5001:11: Bye Bye [preauth]'),
      line('Disconnected from invalid user admin 192.0.2.7 port 5001 [preauth]'),
    );
    assert.deepEqual(rows, ['192.0.2.7 user admin missed']);
  });

  it('makes two tries of two passwords over one connection, and one row of what let somebody in', async () => {
    const pam =
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root';
    const rows = await read(
      line(pam),
      line('Failed password for root from 192.0.2.7 port 5001 ssh2'),
      line(pam),
      line('Failed password for root from 192.0.2.7 port 5001 ssh2'),
      line('Accepted password for root from 192.0.2.7 port 5001 ssh2'),
      line('pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)'),
      line('Disconnected from user root 192.0.2.7 port 5001'),
    );
    assert.deepEqual(rows, [
      '192.0.2.7 user root denied',
      '192.0.2.7 user root denied',
      '192.0.2.7 user root accepted',
    ]);
  });

  it('says it by PAM alone where sshd does not, at the end of the file', async () => {
    const failure =
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root';
    const { rows } = await readRequests(syslog, [
      line(failure),
      line(failure),
      line('Server listening on 0.0.0.0 port 22.', 1),
    ]);
    assert.deepEqual(rows.map(short), ['192.0.2.7 user root denied', '192.0.2.7 user root denied']);
    assert.ok(rows.every(({ traits, site }) => traits.includes('secretGuessed') && site === 'web1'));
  });

  it('does not take keys offered before the right one for tries', async () => {
    const rows = await read(
      line('Failed publickey for git from 192.0.2.7 port 5001 ssh2: ECDSA 0e:ff'),
      line('Failed publickey for git from 192.0.2.7 port 5001 ssh2: RSA 04:bc'),
      line('Accepted publickey for git from 192.0.2.7 port 5001 ssh2: ED25519 SHA256:x'),
    );
    assert.deepEqual(rows, ['192.0.2.7 user git accepted']);
  });

  it('finds the address of a failure without one in the next line of the process', async () => {
    const { rows } = await readRequests(syslog, [
      line('error: kex_exchange_identification: client sent invalid protocol identifier "GET / HTTP/1.0"', 7),
      line('error: kex_exchange_identification: Connection closed by remote host', 8),
      line('Connection closed by 192.0.2.9 port 5002', 8),
      line('Connection closed by 192.0.2.8 port 5001', 7),
      line('Connection closed by 192.0.2.10 port 5003', 9),
    ]);
    assert.deepEqual(rows.map(short), ['192.0.2.9 nothing unknown', '192.0.2.8 nothing malformed']);
    assert.deepEqual(rows[1]?.traits, ['encrypted', 'brokenLine', 'proven']);
  });

  it('knows every other way to fail', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['Did not receive identification string from 192.0.2.7 port 5001', 'nothing unknown'],
      ["Bad protocol version identification '\\026\\003\\001' from 192.0.2.7 port 5001", 'nothing malformed'],
      ['banner exchange: Connection from 192.0.2.7 port 5001: invalid format', 'nothing malformed'],
      [
        'Unable to negotiate with 192.0.2.7 port 5001: no matching host key type found. Their offer: ssh-dss [preauth]',
        'nothing malformed',
      ],
      [
        'ssh_dispatch_run_fatal: Connection from 192.0.2.7 port 5001: message authentication code incorrect [preauth]',
        'nothing malformed',
      ],
      ['Connection closed by authenticating user root 192.0.2.7 port 5001 [preauth]', 'user root unknown'],
      ['Connection reset by invalid user pi 192.0.2.7 port 5001 [preauth]', 'user pi missed'],
      ['Received disconnect from 192.0.2.7: 11: Bye Bye [preauth]', 'nothing unknown'],
      [
        'error: maximum authentication attempts exceeded for root from 192.0.2.7 port 5001 ssh2 [preauth]',
        'user root denied',
      ],
      ['error: PAM: Authentication failure for illegal user bob from 192.0.2.7', 'user bob missed'],
      ['drop connection #11 from [192.0.2.7]:5001 on [192.0.2.80]:22 past MaxStartups', 'nothing failed'],
      ['Failed none for invalid user x from 192.0.2.7 port 5001 ssh2', 'user x missed'],
      ['Failed keyboard-interactive/pam for root from 192.0.2.7 port 5001 ssh2', 'user root denied'],
      ['User root from 192.0.2.7 not allowed because not listed in AllowUsers', 'user root unknown'],
      ['fatal: Timeout before authentication for 192.0.2.7 port 5001', 'nothing unknown'],
      ['refused connect from host.example.net (192.0.2.7)', 'nothing denied'],
    ];
    for (const [message, expected] of cases)
      assert.deepEqual(await read(line(message)), [`192.0.2.7 ${expected}`], message);
  });

  it('counts repeated messages, and believes no address that stands in a name', async () => {
    const repeated = line('message repeated 3 times: [ Failed password for root from 192.0.2.7 port 5001 ssh2]');
    assert.equal((await read(repeated)).length, 3);
    const forged = line(
      'Failed password for invalid user x from 198.51.100.1 port 1 ssh2 from 192.0.2.7 port 5001 ssh2',
    );
    assert.deepEqual(await read(forged), ['192.0.2.7 user x from 198.51.100.1 port 1 ssh2 missed']);
    const forgedReason = line(
      'Disconnecting invalid user x 192.0.2.7 port 1: Change of username not allowed: (x) -> (y 198.51.100.1 port 1: z) [preauth]',
    );
    assert.deepEqual(await read(forgedReason), []);
  });

  it('keeps apart what different processes, and different hosts, say', async () => {
    const rows = await read(
      line('Invalid user a from 192.0.2.7 port 1', 11),
      line('Invalid user b from 192.0.2.8 port 1', 12),
      line('Failed password for invalid user a from 192.0.2.7 port 1 ssh2', 11),
      line('Connection closed by invalid user b 192.0.2.8 port 1 [preauth]', 12),
    );
    assert.deepEqual(rows, ['192.0.2.7 user a missed', '192.0.2.8 user b missed']);
  });

  it('uses or counts every line, however the bytes come and wherever a line is cut', async () => {
    const whole = line('Failed password for invalid user admin from 192.0.2.7 port 33753 ssh2');
    const cuts = Array.from({ length: whole.length - 1 }, (_, at) => whole.slice(0, at + 1));
    const { records, weird, rows } = await readRequests(syslog, cuts);
    const unused = weird.total('malformed') + weird.total('unsupported');
    assert.equal(records, cuts.length);
    assert.ok(unused < records);
    const again = await readRequests(syslog, `${cuts.join('\n')}\n`, 7);
    assert.deepEqual(again.rows, rows);
  });
});
