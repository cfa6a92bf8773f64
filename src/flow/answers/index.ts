import { amqp, mqtt } from './brokers.ts';
import { dns, dnsOverTcp, ntp } from './datagrams.ts';
import { rdp, smb, telnet } from './desktops.ts';
import { http, rtsp, sip } from './http.ts';
import { greeting, imap, pop3, ssh, vnc } from './lines.ts';
import { ldap, snmp } from './management.ts';
import type { Parser } from './parser.ts';
import { memcached, memcachedOverUdp, mongodb, mysql, postgresql, redis } from './stores.ts';

/** What is recognised in the first packets of a TCP server, tried in this order. Add a protocol: one file, one line. (TLS: tls.ts.) */
export const TCP: readonly Parser[] = [
  ssh,
  http,
  greeting,
  pop3,
  imap,
  vnc,
  telnet,
  rtsp,
  sip,
  smb,
  rdp,
  redis,
  postgresql,
  mqtt,
  amqp,
  ldap,
  dnsOverTcp,
  mysql,
  mongodb,
  memcached,
];

/** The same for datagrams. */
export const UDP: readonly Parser[] = [sip, snmp, ldap, dns, ntp, memcachedOverUdp];
