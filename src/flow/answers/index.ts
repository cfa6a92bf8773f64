import { amqp, mqtt } from './brokers.ts';
import { dns, dnsOverTcp, ntp } from './datagrams.ts';
import { rdp, smb, telnet } from './desktops.ts';
import { adb, coap, ipmi, jdwp, mdns, rsync, zookeeper } from './devices.ts';
import { http, rtsp, sip, ssdp } from './http.ts';
import { bacnet, ethernetIp, fox, modbus, s7 } from './industry.ts';
import { greeting, imap, pop3, ssh, vnc } from './lines.ts';
import { ldap, snmp } from './management.ts';
import { mssql, netbios, sqlBrowser } from './microsoft.ts';
import type { Parser } from './parser.ts';
import { rpc, rpcOverTcp } from './rpc.ts';
import { memcached, memcachedOverUdp, mongodb, mysql, oracle, postgresql, redis } from './stores.ts';
import { ike, pptp, quic, stun } from './tunnels.ts';

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
  mssql,
  oracle,
  rpcOverTcp,
  rsync,
  jdwp,
  adb,
  zookeeper,
  pptp,
  s7,
  fox,
  ethernetIp,
  modbus,
];

/** The same for datagrams. */
export const UDP: readonly Parser[] = [
  sip,
  ssdp,
  snmp,
  ldap,
  dns,
  mdns,
  ntp,
  memcachedOverUdp,
  netbios,
  sqlBrowser,
  rpc,
  coap,
  ipmi,
  bacnet,
  ethernetIp,
  ike,
  stun,
  quic,
];
