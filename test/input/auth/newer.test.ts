import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { readRequests, short } from '../../support/requests.ts';

const at = 'Nov 21 23:28:03 mx1 ';

/** Each line alone, and the row that it is; '' for none. */
const CASES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'sshd since OpenSSH 9.8': [
    [
      `sshd-session[7]: Failed password for invalid user admin from 192.0.2.7 port 3 ssh2`,
      '192.0.2.7 user admin missed',
    ],
    [`sshd-auth[7]: Failed password for root from 192.0.2.7 port 3 ssh2`, '192.0.2.7 user root denied'],
    [
      `sshd-session[7]: Connection closed by authenticating user root 192.0.2.7 port 40000 [preauth]`,
      '192.0.2.7 user root unknown',
    ],
    [
      `sshd[7]: drop connection #0 from [192.0.2.7]:36420 on [198.51.100.1]:22 penalty: failed authentication`,
      '192.0.2.7 nothing denied',
    ],
    [`sshd[7]: drop connection #10 from [192.0.2.7]:5 on [198.51.100.1]:22 Maxstartups`, '192.0.2.7 nothing failed'],
    [
      `sshd[7]: srclimit_penalise: ipv4: new 192.0.2.7/32 active penalty of 1s seconds for penalty: connections without attempting authentication`,
      '',
    ],
    [
      `sshd[7]: Timeout before authentication for connection from 192.0.2.7 to 198.51.100.1, pid = 77`,
      '192.0.2.7 nothing unknown',
    ],
  ],
  'SASL in Postfix': [
    [
      `postfix/smtpd[7]: warning: unknown[192.0.2.7]: SASL CRAM-MD5 authentication failed: PDE2NjQ0OTM2NjU4OTcyNTIuMTc2Mzc2NzY4M0BteDE+`,
      '192.0.2.7 nothing denied',
    ],
    [
      `postfix/smtpd[7]: warning: unknown[192.0.2.7]: SASL CRAM-MD5 authentication failed: authentication failure, sasl_username=bob`,
      '192.0.2.7 user bob denied',
    ],
    [
      `postfix/smtpd[7]: warning: unknown[192.0.2.7]: SASL DIGEST-MD5 authentication failed: Invalid authentication mechanism`,
      '192.0.2.7 nothing malformed',
    ],
  ],
  'VRFY at Exim, answered': [
    [`exim[7]: VRFY failed for bob H=(probe) [192.0.2.7]`, '192.0.2.7 user bob missed'],
    [`exim[7]: VRFY failed for bob H=mx.example.net (probe) [192.0.2.7]:40123`, '192.0.2.7 user bob missed'],
  ],
  'VRFY and EXPN at Sendmail, answered or not': [
    [`sm-mta[7]: 5ALNS3u1: mx.example.net [192.0.2.7]: VRFY bob`, '192.0.2.7 user bob denied'],
    [`sm-mta[7]: 5ALNS3u1: [192.0.2.7]: expn staff`, '192.0.2.7 user staff denied'],
    [`sm-mta[7]: 5ALNS3u1: [192.0.2.7]: VRFY bob [rejected]`, '192.0.2.7 user bob denied'],
  ],
  'gateways for remote access': [
    [
      `%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : server = 10.0.0.5 : user = van der Berg : user IP = 192.0.2.7`,
      '192.0.2.7 user van der Berg denied',
    ],
    [
      `%ASA-6-113015: AAA user authentication Rejected: reason = User was not found: local database: user = bob: user IP = 192.0.2.7`,
      '192.0.2.7 user bob missed',
    ],
    [
      `%ASA-6-716039: Group <DfltGrpPolicy> User <bob> IP <192.0.2.7> Authentication: rejected, Session Type: WebVPN.`,
      '192.0.2.7 user bob denied',
    ],
    [
      `%FTD-6-113039: Group <Staff> User <bob> IP <192.0.2.7> AnyConnect parent session started.`,
      '192.0.2.7 user bob accepted',
    ],
    [
      `%ASA-6-605004: Login denied from 192.0.2.7/51234 to outside:198.51.100.22/ssh for user "bob"`,
      '192.0.2.7 user bob denied',
    ],
    [`%ASA-6-113005: AAA user authentication Successful : server = 10.0.0.5 : user = bob`, ''],
    ...(
      [
        ['gateway-auth', 'failure', '192.0.2.7', '0.0.0.0', '192.0.2.7 user bob denied'],
        ['portal-auth', 'success', '192.0.2.7', '0.0.0.0', '192.0.2.7 user bob accepted'],
        ['gateway-auth', 'failure', '0.0.0.0', '2001:db8::7', '2001:db8::7 user bob denied'],
        ['gateway-connected', 'success', '192.0.2.7', '0.0.0.0', ''],
      ] as const
    ).map(
      ([event, status, v4, v6, row]) =>
        [
          `1,2026/11/21 23:28:03,0001,GLOBALPROTECT,0,2561,2026/11/21 23:28:03,vsys1,${event},login,LDAP,,bob,DE,pc1,${v4},${v6},0.0.0.0,0.0.0.0,,,6.2,Windows,"Microsoft Windows 11, 64-bit",1,,,"x",${status},,0`,
          row,
        ] as const,
    ),
    [
      `CEF:0|Example|Gateway|1.0|101|User login failed|5|src=192.0.2.7 dst=198.51.100.22 suser=bob smith outcome=failure`,
      '192.0.2.7 user bob smith denied',
    ],
    [
      `CEF:0|Example|Gateway|1.0|102|VPN|5|act=authentication success duser=bob src=192.0.2.7`,
      '192.0.2.7 user bob accepted',
    ],
    [`CEF:0|Example|Gateway|1.0|103|URL visited|5|src=192.0.2.7 suser=bob request=http://x/`, ''],
  ],
  'servers written in Go': [
    [
      `dockerd[7]: time="2026-11-21T23:28:03.123456789Z" level=info msg="http: TLS handshake error from 192.0.2.7:40123: tls: first record does not look like a TLS handshake"`,
      '192.0.2.7 nothing malformed',
    ],
    [
      `kubelet[7]: I1121 23:28:03.123456 12 log.go:245] http: TLS handshake error from [2001:db8::7]:40123: EOF`,
      '2001:db8::7 nothing unknown',
    ],
    [
      `etcd[7]: http: TLS handshake error from 192.0.2.7:40123: tls: client offered only unsupported versions: [301]`,
      '192.0.2.7 nothing malformed',
    ],
  ],
  kamailio: [
    [
      `/usr/sbin/kamailio[7]: ALERT: {1 1 REGISTER 5x9} <script>: ALERT: pike blocking REGISTER from sip:100@192.0.2.30 (IP:192.0.2.7:5065)`,
      '192.0.2.7 nothing denied',
    ],
    [
      `kamailio[7]: WARNING: pike [pike_funcs.c:153]: pike_check_req(): PIKE - BLOCKing ip 192.0.2.7, node=0x7f3d`,
      '192.0.2.7 nothing denied',
    ],
    [`kamailio[7]: ERROR: <script>: Malformed SIP request from 192.0.2.7:5065`, '192.0.2.7 nothing malformed'],
    [`kamailio[7]: INFO: <core> [main.c:2833]: main(): processes (at least): 25`, ''],
  ],
  'accounts of FreeRADIUS, WordPress and Keycloak': [
    [
      `radiusd[7]: (3) Login incorrect (pap: User not found): [bob/<via Auth-Type = pap>] (from client gw port 0 cli 192.0.2.7)`,
      '192.0.2.7 user bob denied',
    ],
    [`radiusd[7]: (3) Login OK: [bob] (from client gw port 0 cli 192.0.2.7)`, '192.0.2.7 user bob accepted'],
    [`radiusd[7]: (3) Login incorrect: [bob] (from client ap1 port 0 cli 02-00-5E-10-00-17)`, ''],
    [
      `wordpress(www.example.org)[7]: Authentication attempt for unknown user bob from 192.0.2.7`,
      '192.0.2.7 user bob missed',
    ],
    [`wordpress(www.example.org)[7]: Authentication failure for bob from 192.0.2.7`, '192.0.2.7 user bob denied'],
    // version 2 does not number its requests
    [
      `radiusd[7]: Login incorrect (mschap: MS-CHAP2-Response is incorrect): [bob] (from client gw port 0 cli 192.0.2.7)`,
      '192.0.2.7 user bob denied',
    ],
    [`radiusd[7]: Login OK: [bob] (from client gw port 0 cli 192.0.2.7)`, '192.0.2.7 user bob accepted'],
    [
      `radiusd[7]: (5) Login OK: [bob] (from client gw port 0 cli 192.0.2.7 via TLS tunnel)`,
      '192.0.2.7 user bob accepted',
    ],
    [
      `wordpress(www.example.org)[7]: Authentication attempt for unknown user bob from 192.0.2.7 via XML-RPC`,
      '192.0.2.7 user bob missed',
    ],
    [`wordpress(www.example.org)[7]: Pingback requested for '/' from 192.0.2.7`, ''],
    [
      `java[7]: [org.keycloak.events] (executor-1) type="LOGIN_ERROR", clientId="a", ipAddress="192.0.2.7", error="user_not_found", auth_type="code", username="bob"`,
      '192.0.2.7 user bob missed',
    ],
    [
      `java[7]: [org.keycloak.events] (executor-1) type=LOGIN_ERROR, clientId=a, ipAddress=192.0.2.7, error=invalid_user_credentials, auth_type=code, username=bob`,
      '192.0.2.7 user bob denied',
    ],
    [
      `java[7]: [org.keycloak.events] (executor-1) type="LOGIN_ERROR", clientId="a", ipAddress="192.0.2.7", error="expired_code", username="bob"`,
      '',
    ],
  ],
  VPNs: [
    [
      `kernel: wireguard: wg0: Invalid MAC of handshake, dropping packet from [2001:db8::7]:51820`,
      '2001:db8::7 nothing malformed',
    ],
    [
      `openvpn[7]: bob/192.0.2.7:40123 TLS Auth Error: Auth Username/Password verification failed for peer`,
      '192.0.2.7 nothing denied',
    ],
    [
      `openvpn[7]: 192.0.2.7:40123 TLS Auth Error: Auth Username/Password verification failed for username 'bob' [CN SET]`,
      '192.0.2.7 user bob denied',
    ],
  ],
};

for (const [name, cases] of Object.entries(CASES))
  describe(name, () => {
    for (const [line, row] of cases)
      it(`${row || 'nothing'}: ${line.slice(0, 60)}`, async () => {
        const { rows } = await readRequests(syslog, [at + line]);
        assert.deepEqual(rows.map(short).join(), row);
      });
  });
