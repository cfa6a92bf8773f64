import { dovecot } from '../auth/dovecot.ts';
import { exim } from '../auth/exim.ts';
import { dropbear, proftpd, pureftpd, vsftpd } from '../auth/ftp.ts';
import { pam } from '../auth/pam.ts';
import { postfix } from '../auth/postfix.ts';
import { sshd } from '../auth/sshd.ts';
import { openvpn, wireguard } from '../auth/vpn.ts';
import { bind } from '../dns/bind.ts';
import { dnsmasq } from '../dns/dnsmasq.ts';
import { coredns, powerdns } from '../dns/servers.ts';
import { unbound } from '../dns/unbound.ts';
import { netfilter } from '../firewall/netfilter.ts';
import type { Dialect } from './dialect.ts';

/** Every dialect of syslog. Add one: one import, one line. Those that look at any program's lines come last. */
export const dialects: readonly Dialect[] = [
  netfilter,
  pam,
  sshd,
  dovecot,
  postfix,
  exim,
  proftpd,
  pureftpd,
  dropbear,
  openvpn,
  bind,
  dnsmasq,
  unbound,
  coredns,
  powerdns,
  vsftpd,
  wireguard,
];
