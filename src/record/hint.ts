/**
 * Payloads that betray their sender by content: the requests that scanners and their modules send, as they are
 * documented or were seen on the wire. Recognised by `flow/hints.ts`, read by the detectors.
 * Add one: a line here, a test of its bytes there.
 */
export const HINTS = [
  { name: '', tool: '' },
  { name: 'SIP OPTIONS of sipvicious (friendly-scanner)', tool: 'sipvicious' },
  { name: 'masscan SIP OPTIONS template', tool: 'masscan' },
  { name: 'NTP monlist request', tool: '' },
  { name: 'DNS version.bind query', tool: '' },
  { name: 'SNMP sysDescr and sysName request', tool: '' },
  { name: 'nmap HTTP probe path', tool: 'nmap' },
  { name: 'nmap SIP OPTIONS probe', tool: 'nmap' },
  { name: 'nmap OS detection UDP probe', tool: 'nmap' },
  { name: 'nmap RPC, DNS or X11 service probe', tool: 'nmap' },
  { name: 'HTTP user agent of masscan', tool: 'masscan' },
  { name: 'HTTP user agent of ZGrab', tool: 'zgrab' },
  { name: 'HTTP user agent of Nmap', tool: 'nmap' },
  { name: 'memcached stats request', tool: '' },
  { name: 'SSDP M-SEARCH from outside', tool: '' },
  { name: 'CLDAP rootDSE search', tool: '' },
  { name: 'Nmap SSL or TLS session probe', tool: 'nmap' },
  { name: 'request of a declared research scanner', tool: '' },
] as const;
