import { SYSTEM_PORTS } from './ports.ts';

/**
 * Ports behind which somebody logs in (IANA service names; the alternative ports are those of the programs' manuals).
 * Remote services give the whole host or network to who is in: shells, desktops, remote management, VPNs.
 */
export const Login = { none: 0, service: 1, remote: 2 } as const;

const SERVICES = [21, 25, 110, 143, 389, 445, 465, 587, 636, 990, 993, 995, 1433, 1521, 3306, 5432, 6379, 27017];
const REMOTE = [
  22, 23, 500, 512, 513, 514, 992, 1194, 1701, 1723, 2022, 2222, 2323, 3389, 4500, 4899, 5500, 5800, 5900, 5901, 5902,
  5903, 5985, 5986, 8291, 51820,
];

/** By port: one of Login. */
export const LOGIN_AT = new Uint8Array(65536);
for (const port of SERVICES) LOGIN_AT[port] = Login.service;
for (const port of REMOTE) LOGIN_AT[port] = Login.remote;

/** Bytes from an SSH server up to which nobody can have been let in: banner, two key exchanges, refusals (RFC 4253, 4252). */
export const SSH_REFUSED = 3400;

/**
 * Bytes each way of one connection that nobody needs who looks what is there: he sends a word or a request, which is
 * shorter, and leaves with the answer. Whoever exchanges so much works with the service: sessions, backups, replicas. Only
 * a desktop shows whole pictures to anybody who comes.
 */
const WORK_OUT = 2048;
const WORK_IN = 8192;
const DESKTOP = 3389;
/** Telnet: who is in types little, and is shown much; who is not is shown a banner and asked for his name. */
const TERMINAL = 23;
const TYPED = 64;

/**
 * Whether a connection with a service at a port that programs choose, or with a terminal, carried work.
 *
 * @param times as much that takes, where the handshake of TLS is counted among it
 */
export const isWork = (port: number, bytesOut: number, bytesIn: number, times: number): boolean =>
  bytesIn >= times * WORK_IN &&
  (port === TERMINAL
    ? bytesOut >= times * TYPED
    : port >= SYSTEM_PORTS && port !== DESKTOP && bytesOut >= times * WORK_OUT);

/**
 * Bytes of a desktop's connection within TLS in which somebody showed a name and a secret (CredSSP, [MS-CSSP] section 3.1.5:
 * hellos, a negotiation and an answer to the challenge; who only looks at the certificate says less) and saw nothing: a
 * screen, even one that asks who it is, takes more.
 */
const SHOWN = 800;
const UNSEEN = 6000;

/** Whether a connection with a desktop showed a secret, and was not let in. */
export const isTurnedAway = (port: number, bytesOut: number, bytesIn: number): boolean =>
  port === DESKTOP && bytesOut >= SHOWN && bytesIn > 0 && bytesIn <= UNSEEN;

/**
 * Services that as they come ask nobody for a login and do what they are told: Docker, etcd, ZooKeeper, ADB, Redis,
 * kubelet, memcached, MongoDB, Hadoop. 1 by port.
 */
export const OPEN_AT = new Uint8Array(65536);
for (const port of [2375, 2379, 2181, 5555, 6379, 8088, 10250, 10255, 11211, 27017]) OPEN_AT[port] = 1;

/** Names of the services, for a person; of any other the port stands beside it. */
const NAMES: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  25: 'SMTP',
  80: 'HTTP',
  110: 'POP3',
  143: 'IMAP',
  389: 'LDAP',
  443: 'HTTPS',
  445: 'SMB',
  465: 'submission',
  500: 'IPsec',
  587: 'submission',
  636: 'LDAP',
  990: 'FTP',
  993: 'IMAP',
  995: 'POP3',
  1194: 'OpenVPN',
  1433: 'SQL Server',
  1521: 'Oracle',
  1723: 'PPTP',
  2222: 'SSH',
  2323: 'Telnet',
  3306: 'MySQL',
  3389: 'RDP',
  5060: 'SIP',
  5432: 'PostgreSQL',
  5900: 'VNC',
  5985: 'WinRM',
  5986: 'WinRM',
  6379: 'Redis',
  8080: 'HTTP',
  8443: 'HTTPS',
  27017: 'MongoDB',
};

export const loginName = (port: number): string => NAMES[port] ?? (port === 0 ? 'login' : 'a service');
