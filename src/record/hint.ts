/**
 * Payloads that betray their sender by content: what scanners put into their requests, as they are documented or were
 * seen on the wire. Recognised by `flow/hints.ts` and `flow/payloads.ts`, read by the detectors. Add one: a line here, its bytes there.
 */
export interface Hint {
  readonly name: string;
  /** the program, where only one sends this */
  readonly tool?: string;
  /** a request that says by itself that it is a scanner's; others are merely usual in scans */
  readonly declared?: true;
  /** looks for versions or weaknesses (T1595.002), not only for what answers */
  readonly vulnerability?: true;
}

export const HINTS: readonly Hint[] = [
  { name: '' },
  { name: 'SIP request of sipvicious', tool: 'sipvicious', declared: true },
  { name: 'SIP OPTIONS template of masscan', tool: 'masscan', declared: true },
  { name: 'SIP OPTIONS probe of nmap', tool: 'nmap', declared: true, vulnerability: true },
  { name: 'HTTP probe path of nmap', tool: 'nmap', declared: true, vulnerability: true },
  { name: 'request of the Nmap Scripting Engine', tool: 'nmap', declared: true, vulnerability: true },
  { name: 'nmap version query for DNS', tool: 'nmap', vulnerability: true },
  { name: 'UDP probe of nmap OS detection', tool: 'nmap', declared: true },
  { name: 'version probe of nmap', tool: 'nmap', declared: true, vulnerability: true },
  { name: 'UDP payload of nmap', tool: 'nmap', declared: true },
  { name: 'payload of masscan', tool: 'masscan', declared: true },
  { name: 'UDP payload of ZMap', tool: 'zmap', declared: true },
  { name: 'UDP payload that scanners share', declared: true },
  { name: 'TLS hello of testssl.sh', tool: 'testssl.sh', declared: true, vulnerability: true },
  { name: 'TLS hello of tests for Heartbleed', declared: true, vulnerability: true },
  { name: 'user agent of masscan', tool: 'masscan', declared: true },
  { name: 'user agent of ZGrab', tool: 'zgrab', declared: true },
  { name: 'user agent of a declared research scanner', declared: true },
  { name: 'NTP monlist request' },
  { name: 'DNS version.bind query' },
  { name: 'SNMP sysDescr request' },
  { name: 'memcached stats request' },
  { name: 'SSDP search from outside' },
  { name: 'echo request of masscan', tool: 'masscan' },
  { name: 'STUN check between the ends of a call (ICE)' },
  { name: 'TLS hello' },
  { name: 'TLS hello that offers TLS 1.1 at most' },
  { name: 'TLS hello that offers TLS 1.0 at most' },
  { name: 'TLS hello that offers SSL 3 at most' },
  { name: 'hello of SSL 2' },
  { name: 'TLS hello in a connection that began otherwise (STARTTLS)' },
  { name: 'SSH key exchange' },
];

/** A check of a way that the other end has offered: nobody guesses whom it goes to. */
export const ICE_CHECK = HINTS.findIndex(({ name }) => name.endsWith('(ICE)'));

/** The first of the hints that are hellos: what clients of TLS send, which betrays nobody by itself (detect/offers.ts). */
export const TLS_HELLO = HINTS.length - 7;
/** Those that come later in a connection. */
export const STARTTLS_HELLO = HINTS.length - 2;
export const SSH_OFFER = HINTS.length - 1;
