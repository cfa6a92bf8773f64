import { mssql, mysql, postgresql } from '../auth/database.ts';
import { dovecot } from '../auth/dovecot.ts';
import { exim } from '../auth/exim.ts';
import { dropbear, proftpd, pureftpd, vsftpd } from '../auth/ftp.ts';
import { goServer } from '../auth/go-server.ts';
import { kamailio } from '../auth/kamailio.ts';
import { freeradius, keycloak, wordpress } from '../auth/accounts.ts';
import { mailboxes, rsync, sendmail, vnc, wrappers, xinetd, xrdp } from '../auth/others.ts';
import { pam } from '../auth/pam.ts';
import { postfix } from '../auth/postfix.ts';
import { asterisk } from '../auth/sip.ts';
import { sshd } from '../auth/sshd.ts';
import { openvpn, wireguard } from '../auth/vpn.ts';
import { webApps } from '../auth/web-apps.ts';
import { bind } from '../dns/bind.ts';
import { dnsmasq } from '../dns/dnsmasq.ts';
import { coredns, nsd, powerdns } from '../dns/servers.ts';
import { unbound } from '../dns/unbound.ts';
import { anyKeyed } from '../firewall/any-keyed.ts';
import { firewalls } from '../firewall/index.ts';
import { haproxyDialect } from '../web/haproxy.ts';
import { webWithinSyslog } from '../web/within-syslog.ts';
import { snare } from '../windows/snare.ts';
import { sysmon } from '../windows/sysmon.ts';
import { audisp } from '../process/auditd.ts';
import type { Dialect } from './dialect.ts';

/** Every dialect of syslog. Add one: one import, one line. Those that look at any program's lines come last. */
export const dialects: readonly Dialect[] = [
  ...firewalls,
  pam,
  sshd,
  dovecot,
  postfix,
  exim,
  proftpd,
  pureftpd,
  dropbear,
  openvpn,
  asterisk,
  kamailio,
  mysql,
  mssql,
  postgresql,
  freeradius,
  keycloak,
  wordpress,
  mailboxes,
  sendmail,
  rsync,
  vnc,
  xrdp,
  xinetd,
  bind,
  dnsmasq,
  unbound,
  coredns,
  powerdns,
  nsd,
  vsftpd,
  wireguard,
  webApps,
  wrappers,
  snare,
  sysmon,
  goServer,
  audisp,
  haproxyDialect,
  anyKeyed,
  webWithinSyslog,
];
