/** Ports below are those of services, not of clients: no protocol opens them as it goes (RFC 6335 section 6). */
export const SYSTEM_PORTS = 1024;
/** Whether a service speaks to a client, going by the ports alone. */
export const isFromService = (from: number, to: number): boolean => from < SYSTEM_PORTS && to >= SYSTEM_PORTS;

/** Files by name, in datagrams (RFC 1350). */
export const TFTP_PORT = 69;

/** Ports from here on are what systems give to clients (Linux; others begin at 49152). */
export const EPHEMERAL = 32_768;

/**
 * UDP services beyond the system ports that answer whoever asks and are used to reflect traffic: what comes from such a
 * port alone is an answer to a question that somebody forged. Ports of programs whose peers also ask from them (SIP,
 * BitTorrent) are not among them. Sources: CISA alert TA14-017A, the reports of Shadowserver on open UDP services.
 */
const PORTS = [
  1194, // OpenVPN
  1434, // SQL Server Browser
  1900, // SSDP
  3283, // Apple Remote Management
  3389, // Remote Desktop
  3478, // STUN
  3702, // WS-Discovery
  5093, // Sentinel licence manager
  5353, // multicast DNS
  5683, // CoAP
  10001, // Ubiquiti discovery
  11211, // memcached
  17185, // VxWorks debugger
  27015, // Source game servers
  32414, // Plex discovery
  33848, // Jenkins discovery
  37810, // video recorders
];

/** By port: 1 where one of them answers. */
export const ANSWERER_AT = new Uint8Array(0x10000);
for (const port of PORTS) ANSWERER_AT[port] = 1;
