import { RequestTrait } from '../../record/request.ts';
import { accepted, barred, denied, dialectOf, garbled, missed, refused, visited } from '../saying.ts';

const { proven } = RequestTrait;

/*
 * xrdp and its session manager (xrdp: common/trans.c, sesman/auth.c, sesman/sesexec).
 *
 *   line = ["[" level "] "] said
 */
export const xrdp = dialectOf({
  name: 'xrdp',
  about: 'Logs of xrdp: connections, failed logins that name their host.',
  sample: 'Nov 21 23:28:03 ts1 xrdp[501]: [INFO ] Socket 12: AF_INET connection received from 192.0.2.7 port 54321',
  programs: ['xrdp*'],
  port: 3389,
  traits: proven,
  says: [
    visited('{…}AF_INET connection received from {source} port {port}'),
    visited('{…}AF_INET6 connection received from {source} port {port}'),
    denied('{…}AUTHFAIL: user={name} ip={source} time={…}'),
    visited('{…}connection received from: {source}{…}'),
  ],
});

/* Courier (authlib, courierlogger), UW IMAP, Cyrus IMAP: failed logins of IMAP, POP3 and SMTP. */
export const mailboxes = dialectOf({
  name: 'mailboxes',
  about: 'Courier, UW IMAP and Cyrus IMAP: logins and failed ones.',
  sample: 'Nov 21 23:28:03 mx1 imapd: LOGIN FAILED, user=admin, ip=[::ffff:192.0.2.7]',
  programs: [
    'imapd*',
    'pop3d*',
    'ipop3d*',
    'courier*',
    'pop3login',
    'imaplogin',
    'cyrus/*',
    'imap',
    'imaps',
    'pop3',
    'pop3s',
  ],
  port: 0,
  traits: proven,
  says: [
    denied('LOGIN FAILED, user={name}, ip=[{source}]{…}'),
    denied('LOGIN FAILED, {…}ip=[{source}]{…}'),
    accepted('LOGIN, user={name}, ip=[{source}]{…}'),
    missed('error,relay={source},from=<{…}>,to=<{name}>: 550 User {…}'),
    denied('error,relay={source},{…}535 Authentication failed.{…}'),
    denied('Login failed user={name} auth={…} host={…}[{source}]'),
    denied('Login disabled user={name} auth={…} host={…}[{source}]'),
    denied('Login excessive login failures user={name} auth={…} host={…}[{source}]'),
    denied('Failed {word} override of user={name}  host={…}[{source}]'),
    missed('badlogin: {…}[{source}] {word} [SASL(-13): user not found{…}'),
    denied('badlogin: {…}[{source}] {word} {name} SASL({…}'),
    denied('badlogin: {…}[{source}] {…}'),
  ],
});

/* Sendmail (Sendmail Installation and Operation Guide; srvrsmtp.c): [queue-id ": "] what; the client is `name [address]`. */
const client = '{…}[{source}]';
export const sendmail = dialectOf({
  name: 'sendmail',
  about: 'Sendmail: recipients that there are not, relaying refused, wrong passwords, empty conversations.',
  sample:
    'Nov 21 23:28:03 mx1 sm-mta[501]: s1REn1un088377: ruleset=check_rcpt, arg1=<bob@example.org>, relay=[192.0.2.7], reject=550 5.1.1 <bob@example.org>... User unknown',
  programs: ['sendmail*', 'sm-*'],
  port: 25,
  traits: proven,
  says: [
    missed(`{word}: ruleset=check_rcpt, arg1=<{name}>, relay=${client}{…}reject=550 5.1.1 {…}`),
    refused(`{word}: ruleset={…}relay=${client}{…}reject={…}`),
    refused(`ruleset={…}relay=${client}{…}reject={…}`),
    // Of one that is answered it is not logged how: it counts as turned away, for hardly any mailer asks (RFC 5321 section 7.3).
    ...['EXPN', 'expn', 'VRFY', 'vrfy'].flatMap((verb) => [
      barred(`{word}: ${client}: ${verb} {name} [rejected]`),
      barred(`{word}: ${client}: ${verb} {name}`),
    ]),
    visited(`{word}: {…}[IPv6:{source}]{…} did not issue MAIL/EXPN/VRFY/ETRN during connection to {…}`),
    visited(`{word}: ${client}{…} did not issue MAIL/EXPN/VRFY/ETRN during connection to {…}`),
    denied(`{word}: ${client}{…}: possible SMTP attack: command={word}, count={count}`),
    missed(`{word}: AUTH failure ({word}): user not found{…}, user={name}, relay=${client}{…}`),
    denied(`{word}: AUTH failure ({word}): {…}, user={name}, relay=${client}{…}`),
    denied(`{word}: AUTH failure ({word}): {…}, relay=${client}{…}`),
    garbled(`{word}: rejecting commands from ${client} due to pre-greeting traffic{…}`),
    visited(`{word}: lost input channel from ${client}{…}`),
  ],
});

/* rsync daemon (clientserver.c, authenticate.c) and telnetd, rlogind and others behind tcp_wrappers. */
export const rsync = dialectOf({
  name: 'rsync',
  about: 'Logs of rsync daemon: connections, modules asked for, wrong passwords.',
  sample: 'Nov 21 23:28:03 nas rsyncd[501]: auth failed on module backup from unknown (192.0.2.7): unauthorized user',
  programs: ['rsyncd', 'rsync'],
  port: 873,
  traits: proven,
  says: [
    denied('auth failed on module {word} from {…} ({source}) for {name}: {…}'),
    denied('auth failed on module {name} from {…} ({source}): {…}'),
    missed("unknown module '{name}' tried from {…} ({source})"),
    refused('rsync denied on module {word} from {…} ({source})'),
    visited('connect from {…} ({source})'),
  ],
});

/* xinetd (xinetd.conf(5): log_on_failure, log_on_success). */
export const xinetd = dialectOf({
  name: 'xinetd',
  about: 'Logs of xinetd: services asked for, and refused.',
  sample: 'Nov 21 23:28:03 ap1 xinetd[501]: FAIL: telnet address from=192.0.2.7',
  programs: ['xinetd'],
  port: 0,
  traits: proven,
  says: [refused('FAIL: {word} {…}from={source}'), visited('START: {word} {…}from={source}')],
});

/* Programs behind tcp_wrappers (hosts_access(5)): whatever service refused a host. */
export const wrappers = dialectOf({
  name: 'tcp-wrappers',
  about: 'Services behind tcp_wrappers: hosts refused.',
  sample: 'Nov 21 23:28:03 ap1 in.telnetd[501]: refused connect from host.example.net (192.0.2.7)',
  programs: [],
  port: 0,
  traits: proven,
  says: [refused('refused connect from {…} ({source})'), refused('refused connect from {source}')],
});

/* VNC servers that write to syslog or a file with stamps: libvncserver (x11vnc, vino), Xvnc of TigerVNC and RealVNC. */
export const vnc = dialectOf({
  name: 'vnc',
  about: 'VNC servers: connections and failed logins.',
  sample: 'Nov 21 23:28:03 ts1 x11vnc[501]: Got connection from client 192.0.2.7',
  programs: ['Xvnc*', 'x11vnc', 'vino-server', 'vncserver*'],
  port: 5900,
  traits: proven,
  says: [
    visited('Connections: accepted: {source}::{…}'),
    denied('SConnection: AuthFailureException: {…}from {source}{…}'),
    denied('rfbAuthProcessClientMessage: authentication failed from {source}'),
    visited('Got connection from client {source}'),
  ],
});
