import { parseAddress } from '../record/address.ts';

/**
 * How to see that something is closed: a command to run oneself, and what it shows then. Names come from the wire, and the
 * command is meant to be pasted into a shell: whatever is not plain is percent-encoded, quoted or left out.
 */

/** What a command is made of. */
interface Place {
  readonly address: string;
  readonly protocol: string;
  readonly port?: number | undefined;
  readonly service?: string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

const HOST_NAME = /^(?!-)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443, 9443]);

/** The host to speak to, or a placeholder when what is known is no address and no plain name. */
function hostOf({ address, host }: Place): string {
  for (const text of [address, (host ?? '').replace(/:\d+$/, '')])
    if (parseAddress(text) !== null || HOST_NAME.test(text)) return text;
  return 'HOST';
}

/** Everything but what a URL may hold as it is and a shell leaves alone within quotes. */
const encoded = (path: string): string =>
  path
    .replace(/\\x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(
      /[^A-Za-z0-9\-._~/?&=%+,:@]/g,
      (letter) => `%${(letter.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`,
    );

function urlOf(place: Place, path = place.path ?? '/'): string {
  const host = hostOf(place);
  const { port } = place;
  const scheme = place.service === 'tls' || (port !== undefined && TLS_PORTS.has(port)) ? 'https' : 'http';
  const usual = scheme === 'https' ? 443 : 80;
  const at = port === undefined || port === usual ? '' : `:${port}`;
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}${at}${encoded(path.startsWith('/') ? path : `/${path}`)}`;
  return /^[\w:/.-]+$/.test(url) ? url : `'${url}'`;
}

/** `-H 'Host: …'` where the site is not asked for by its address. */
function sited(place: Place): string {
  const name = (place.host ?? '').replace(/:\d+$/, '');
  return HOST_NAME.test(name) && parseAddress(name) === null && name !== hostOf(place) ? ` -H 'Host: ${name}'` : '';
}

const curl = (flags: string, place: Place, path?: string): string =>
  `curl ${flags}k${sited(place)} ${urlOf(place, path)}`;

/** The path is not served any more. */
export const gone = (place: Place): string => `${curl('-sgI', place)}  # expect 404 (or 403 from outside)`;

/** The folder shows no list. */
export const listing = (place: Place): string => `${curl('-sg', place)} | grep -i 'index of'  # expect nothing`;

/** The answer does not tell the version. */
export const server = (place: Place): string =>
  `${curl('-sgI', place, '/')} | grep -iE '^(server|x-powered-by):'  # expect no version`;

const UDP_QUESTIONS: Readonly<Record<number, (host: string) => string>> = {
  53: (host) => `dig +time=3 +tries=1 @${host} version.bind CH TXT`,
  123: (host) => `ntpq -c rv ${host}`,
  161: (host) => `snmpget -v2c -c public -t 3 ${host} 1.3.6.1.2.1.1.1.0`,
};

/** The port does not answer strangers. To be run from outside. */
export function refuses(place: Place): string {
  const { protocol, port = 0 } = place;
  const host = hostOf(place);
  if (protocol !== 'udp') return `nc -zvw3 ${host} ${port}  # from outside; expect refused or timed out`;
  const ask = UDP_QUESTIONS[port]?.(host) ?? `nmap -sU -Pn -p ${port} ${host}`;
  return `${ask}  # from outside; expect no answer`;
}

/** The greeting does not tell the version. */
export function greeting(place: Place): string {
  if (place.protocol === 'udp') return refuses(place);
  return `nc -w3 ${hostOf(place)} ${place.port ?? 0} </dev/null  # expect no version`;
}

/** The certificate names only what may be known. */
export function certificate(place: Place): string {
  const host = hostOf(place);
  const at = `${host.includes(':') ? `[${host}]` : host}:${place.port ?? 443}`;
  return `openssl s_client -connect ${at} </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName  # expect only names that may be known`;
}

/** The name server keeps its version to itself. */
export const chaos = (place: Place): string =>
  `dig +short @${hostOf({ ...place, host: undefined })} version.bind CH TXT  # from outside; expect nothing`;

/** The name is not told. */
export function name(place: Place): string {
  const { host = '' } = place;
  const asked = HOST_NAME.test(host) ? host : 'NAME';
  const at = parseAddress(place.address) === null ? '' : `@${place.address} `;
  return `dig +short ${at}${asked}  # from outside; expect nothing`;
}

/** No answer to ICMP timestamp and address mask requests. */
export const timestamp = (place: Place): string =>
  `nping --icmp --icmp-type timestamp -c 1 ${hostOf(place)}  # expect no answer`;

/** A password alone lets nobody in. */
export function noPassword(place: Place, user: string): string {
  if (place.port !== 22) return `log in from outside with the old password  # expect to be refused`;
  const name = /^[A-Za-z_][\w.-]*$/.test(user) ? user : 'USER';
  return `ssh -o PubkeyAuthentication=no ${name}@${hostOf(place)}  # from outside; expect "Permission denied" without a question`;
}

/** Known and unknown users are answered alike. */
export const alike = (place: Place): string =>
  `log in on ${hostOf(place)} as this user and as one that does not exist  # expect the same answer, after the same time`;
