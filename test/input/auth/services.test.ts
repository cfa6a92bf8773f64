import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mongodb } from '../../../src/input/auth/database.ts';
import { dialects } from '../../../src/input/syslog/index.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { readRequests, short } from '../../support/requests.ts';

const at = 'Nov 21 23:28:03 mx1 ';
const read = async (...lines: string[]): Promise<readonly string[]> =>
  (await readRequests(syslog, lines)).rows.map(short);

/** Each line alone, and the row that it is; '' for none. */
const CASES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  pam: [
    [
      `${at}login[7]: pam_unix(login:auth): authentication failure; logname= uid=0 euid=0 tty=tty1 ruser= rhost=192.0.2.7  user=root`,
      '192.0.2.7 user root denied',
    ],
    [
      `${at}ftpd[7]: pam_unix(ftp:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=bob rhost=::ffff:192.0.2.7`,
      '192.0.2.7 user bob denied',
    ],
    [
      `${at}ftpd[7]: pam_unix(ftp:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=198.51.100.1 rhost=192.0.2.7`,
      '192.0.2.7 user x rhost=198.51.100.1 denied',
    ],
    [
      `${at}su[7]: pam_unix(su:auth): authentication failure; logname=a uid=1 euid=0 tty=pts/0 ruser=a rhost=  user=root`,
      '',
    ],
  ],
  dovecot: [
    [
      `${at}dovecot: pop3-login: Aborted login (no auth attempts in 0 secs): user=<>, rip=192.0.2.7, lip=192.0.2.25, session=<x>`,
      '192.0.2.7 nothing unknown',
    ],
    [
      `${at}dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25`,
      '192.0.2.7 user bob denied',
    ],
    [
      `${at}dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x>, method=PLAIN, rip=198.51.100.1, lip=a>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25`,
      '192.0.2.7 user x>, method=PLAIN, rip=198.51.100.1, lip=a denied',
    ],
    [
      `${at}dovecot: imap-login: Disconnected (tried to use disallowed plaintext auth): user=<>, rip=2001:db8::7, lip=2001:db8::25`,
      '2001:db8::7 nothing malformed',
    ],
    [
      `${at}dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, mpid=7, TLS`,
      '192.0.2.7 user bob accepted',
    ],
    [
      '2026-11-21 23:28:03 auth-worker(default): Info: pam(bob,192.0.2.7): pam_authenticate() failed: Authentication failure (password mismatch?)',
      '192.0.2.7 user bob denied',
    ],
  ],
  postfix: [
    [
      `${at}postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <a@example.net>: Relay access denied; from=<b@example.net> to=<a@example.net> proto=SMTP helo=<x>`,
      '192.0.2.7 nothing denied',
    ],
    [
      `${at}postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table; from=<a@example.net> to=<bob@example.org> proto=ESMTP helo=<x>`,
      '192.0.2.7 user bob@example.org missed',
    ],
    [
      `${at}postfix/smtpd[7]: NOQUEUE: reject: RCPT from mx.example.net[192.0.2.7]: 550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table; from=<> to=<bob@example.org> proto=ESMTP helo=<x>`,
      '',
    ],
    [
      `${at}postfix/smtps/smtpd[7]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=bob@example.org`,
      '192.0.2.7 user bob@example.org denied',
    ],
    [
      `${at}postfix/smtpd[7]: improper command pipelining after CONNECT from unknown[192.0.2.7]: \\026\\003`,
      '192.0.2.7 nothing malformed',
    ],
    [
      `${at}postfix/smtpd[7]: warning: non-SMTP command from unknown[192.0.2.7]: GET / HTTP/1.1`,
      '192.0.2.7 nothing malformed',
    ],
    [`${at}postfix/postscreen[7]: PREGREET 16 after 2.6 from [192.0.2.7]:41323: EHLO x`, '192.0.2.7 nothing malformed'],
    [`${at}postfix/smtpd[7]: disconnect from unknown[192.0.2.7] commands=0/0`, '192.0.2.7 nothing unknown'],
  ],
  exim: [
    [
      '2026-11-21 23:28:03 dovecot_login authenticator failed for ([198.51.100.1]) [192.0.2.7]:55379: 535 Incorrect authentication data (set_id=bob)',
      '192.0.2.7 user bob denied',
    ],
    [
      '2026-11-21 23:28:03 H=(x) [192.0.2.7]:35328 I=[192.0.2.25]:25 F=<a@example.net> rejected RCPT <bob@example.org>: Unrouteable address',
      '192.0.2.7 user bob@example.org missed',
    ],
    [
      '2026-11-21 23:28:03 H=(x) [192.0.2.7]:35328 I=[192.0.2.25]:25 F=<> rejected RCPT <bob@example.org>: Unrouteable address',
      '',
    ],
    [
      '2026-11-21 23:28:03 SMTP protocol error in "aUtH lOgIn" H=(x) [198.51.100.1]" H=(y) [192.0.2.7] AUTH command used when not advertised',
      '192.0.2.7 nothing malformed',
    ],
  ],
  ftp: [
    ['Sat Nov 21 23:28:03 2026 [pid 7] [bob] FAIL LOGIN: Client "::ffff:192.0.2.7"', '192.0.2.7 user bob denied'],
    [
      'Sat Nov 21 23:28:03 2026 [pid 7] [anonymous] OK LOGIN: Client "192.0.2.7", anon password "x] FAIL LOGIN: Client "198.51.100.1"',
      '',
    ],
    [
      'Sat Nov 21 23:28:03 2026 [pid 7] [ftp] OK LOGIN: Client "192.0.2.7", anon password "?"',
      '192.0.2.7 nothing accepted',
    ],
    ['Sat Nov 21 23:28:03 2026 [pid 7] CONNECT: Client "192.0.2.7"', '192.0.2.7 nothing unknown'],
    [
      `${at}proftpd[7]: ftp (192.0.2.7[192.0.2.7]) - USER bob (Login failed): Incorrect password`,
      '192.0.2.7 user bob denied',
    ],
    [
      '2026-11-21 23:28:03,124 ftp proftpd[7] ftp (192.0.2.7[192.0.2.7]): USER bob: no such user found from 192.0.2.7 [192.0.2.7] to 192.0.2.21:21',
      '192.0.2.7 user bob missed',
    ],
    [`${at}pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [bob]`, '192.0.2.7 user bob denied'],
  ],
  vpn: [
    [
      `${at}ovpn-server[7]: TLS Error: cannot locate HMAC in incoming packet from [AF_INET]192.0.2.7:40123`,
      '192.0.2.7 nothing malformed',
    ],
    [
      '2026-11-21 23:28:03 192.0.2.7:40123 TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)',
      '192.0.2.7 nothing unknown',
    ],
    [
      '2026-11-21 23:28:03 192.0.2.7:40123 [bob] Peer Connection Initiated with [AF_INET]192.0.2.7:40123',
      '192.0.2.7 user bob accepted',
    ],
    [
      `${at}kernel: [82508.102168] wireguard: wg0: Invalid handshake initiation from 192.0.2.7:51820`,
      '192.0.2.7 nothing malformed',
    ],
  ],
  sip: [
    [
      `[2026-11-21 23:28:03] NOTICE[3734] chan_sip.c: Registration from '"100" <sip:100@192.0.2.30:5060>' failed for '192.0.2.7:5065' - No matching peer found`,
      '192.0.2.7 user 100 missed',
    ],
    [
      `[Nov 21 23:28:03] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '"1" <sip:100@192.0.2.30>' failed for '192.0.2.7:5065' (callid: 7@x) - Failed to authenticate`,
      '192.0.2.7 user 100 denied',
    ],
    [
      `${at}asterisk[7]: NOTICE[3734][C-00001c7a]: chan_sip.c:25650 in handle_request_invite: Call from '' (192.0.2.7:5071) to extension '70046' rejected because extension not found in context 'default'.`,
      '192.0.2.7 user 70046 missed',
    ],
    [
      '[Nov 21 23:28:03] SECURITY[7] res_security_log.c: SecurityEvent="InvalidAccountID",EventTV="x",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="6001",SessionID="y",LocalAddress="IPV4/UDP/192.0.2.30/5060",RemoteAddress="IPV4/UDP/192.0.2.7/5060"',
      '192.0.2.7 user 6001 missed',
    ],
  ],
  databases: [
    [
      "2026-11-21  5:28:03 8 [Warning] Access denied for user 'root'@'192.0.2.7' (using password: YES)",
      '192.0.2.7 user root denied',
    ],
    [
      "2026-11-21T23:28:03.123456Z 12 [Note] [MY-010914] [Server] Aborted connection 12 to db: 'unconnected' user: 'unauthenticated' host: '192.0.2.7' (Got an error reading communication packets).",
      '192.0.2.7 nothing unknown',
    ],
    [
      "2026-11-21 23:28:03.12 Logon       Login failed for user 'O'Leary'. Reason: Could not find a login matching the name provided. [CLIENT: 192.0.2.7]",
      "192.0.2.7 user O'Leary missed",
    ],
    [
      '2026-11-21 23:28:03.123 UTC:192.0.2.7(5432):bob@postgres:[127]:FATAL:  password authentication failed for user "bob"',
      '192.0.2.7 user bob denied',
    ],
    [
      '2026-11-21 23:28:03.123 UTC [147] FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "bob", database "x", no encryption',
      '192.0.2.7 user bob denied',
    ],
  ],
  others: [
    [`${at}dropbear[7]: Bad password attempt for 'root' from 192.0.2.7:49242`, '192.0.2.7 user root denied'],
    [`${at}imapd: LOGIN FAILED, user=bob, ip=[::ffff:192.0.2.7]`, '192.0.2.7 user bob denied'],
    [`${at}in.telnetd[7]: refused connect from host.example.net (192.0.2.7)`, '192.0.2.7 nothing denied'],
    [`${at}cron[7]: (root) CMD (run-parts /etc/cron.hourly)`, ''],
  ],
};

for (const [name, cases] of Object.entries(CASES))
  describe(name, () => {
    for (const [line, expected] of cases)
      it(expected === '' ? `says nothing of ${line.slice(20, 60)}` : expected, async () => {
        assert.deepEqual(await read(line), expected === '' ? [] : [expected], line);
      });
  });

describe('services', () => {
  it('joins what dovecot says of a user and of the connection', async () => {
    const rows = await read(
      `${at}dovecot: auth-worker(5787): sql(bob,192.0.2.7,<n4J>): unknown user`,
      `${at}dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25`,
    );
    assert.deepEqual(rows, ['192.0.2.7 user bob missed']);
  });

  it('tells the port and the server of a mail login', async () => {
    const { rows } = await readRequests(syslog, [
      `${at}dovecot: pop3-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, session=<x>`,
      `${at}postfix/submission/smtpd[7]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`,
    ]);
    assert.deepEqual(
      rows.map(({ to, port, site }) => [to, port, site]),
      [
        ['192.0.2.25', 110, 'mx1'],
        ['', 587, 'mx1'],
      ],
    );
  });

  it('takes the end of a mail connection for a visit only when nothing else came of it', async () => {
    const client = 'unknown[192.0.2.7]';
    const { rows } = await readRequests(syslog, [
      `${at}postfix/smtpd[7]: connect from ${client}`,
      `${at}postfix/smtpd[7]: 2780C5200E6: client=${client}`,
      `${at}postfix/smtpd[7]: disconnect from ${client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`,
      `${at}postfix/smtpd[7]: connect from ${client}`,
      `${at}postfix/smtpd[7]: lost connection after EHLO from ${client}`,
      `${at}postfix/smtpd[7]: disconnect from ${client} ehlo=1 commands=1`,
      `${at}postfix/smtpd[7]: disconnect from ${client} ehlo=1 quit=1 commands=2`,
    ]);
    assert.deepEqual(
      rows.map(({ record, reply }) => [record, reply]),
      [
        [2, 'answered'],
        [5, 'unknown'],
        [7, 'unknown'],
      ],
    );
    assert.ok(rows[2]?.traits.includes('versionAsked'));
  });

  it('does not hold against who sends to many that some have left: each mail has a return address of its own', async () => {
    const stale = (user: string, from: string): string =>
      `${at}postfix/smtpd[7]: NOQUEUE: reject: RCPT from out.example[192.0.2.7]: 550 5.1.1 <${user}@example.org>: Recipient address rejected: User unknown in local recipient table; from=<${from}> to=<${user}@example.org> proto=ESMTP helo=<out.example>`;
    const asked = async (from: (user: string) => string): Promise<number> =>
      (await read(...['ann', 'bob', 'eve', 'joe'].map((user) => stale(user, from(user))))).length;
    assert.equal(await asked((user) => `news-${user}=example.org@example.com`), 1, 'the first may be anybody');
    assert.equal(await asked(() => 'a@example.com'), 4, 'one address for all');
    assert.equal(await asked((user) => `x${user}@example.org`), 4, 'at our own domain');
    assert.equal(await asked((user) => `a@${user}.example.com`), 4, 'each at another one');
  });

  it('joins connection and login of vsftpd by the address', async () => {
    const stamp = 'Sat Nov 21 23:28:03 2026';
    const rows = await read(
      `${stamp} [pid 9] CONNECT: Client "192.0.2.7"`,
      `${stamp} [pid 11] CONNECT: Client "192.0.2.7"`,
      `${stamp} [pid 8] [bob] FAIL LOGIN: Client "192.0.2.7"`,
    );
    assert.deepEqual(rows, ['192.0.2.7 user bob denied', '192.0.2.7 nothing unknown']);
  });

  it('knows the peer of a PostgreSQL process from the line that told of its connection', async () => {
    const rows = await read(
      '2026-11-21 23:28:03.123 UTC [147] LOG:  connection received: host=192.0.2.7 port=50123',
      '2026-11-21 23:28:03.124 UTC [147] FATAL:  password authentication failed for user "bob"',
      '2026-11-21 23:28:03.125 UTC [148] LOG:  connection received: host=192.0.2.8 port=50124',
      '2026-11-21 23:28:03.126 UTC [148] LOG:  invalid length of startup packet',
      '2026-11-21 23:28:03.127 UTC [149] LOG:  connection received: host=192.0.2.9 port=50124',
    );
    assert.deepEqual(rows, ['192.0.2.7 user bob denied', '192.0.2.8 nothing malformed', '192.0.2.9 nothing unknown']);
  });

  it('reads MongoDB: logins, and connections that ended without one', async () => {
    const said = (id: number, attr: object): string =>
      JSON.stringify({
        t: { $date: '2026-11-21T23:28:03.903+01:00' },
        s: 'I',
        c: 'ACCESS',
        id,
        ctx: 'conn1',
        msg: 'x',
        attr,
      });
    const { rows } = await readRequests(mongodb, [
      said(22_943, { remote: '192.0.2.7:4071' }),
      said(20_249, { remote: '192.0.2.7:4071', principalName: 'root', error: 'UserNotFound: Could not find user' }),
      said(22_944, { remote: '192.0.2.7:4071' }),
      said(22_943, { remote: '[2001:db8::7]:4072' }),
      said(22_944, { remote: '[2001:db8::7]:4072' }),
    ]);
    assert.deepEqual(rows.map(short), ['192.0.2.7 user root missed', '2001:db8::7 nothing unknown']);
    assert.equal(rows[0]?.time, '2026-11-21T22:28:03.903000');
  });

  it('takes the sample of every dialect of logins and names, as syslog', async () => {
    for (const { name, sample } of dialects) {
      const head = new TextEncoder().encode(`${sample}\n`);
      assert.ok(syslog.recognise(head, 'x') > 0.9, name);
    }
  });
});
