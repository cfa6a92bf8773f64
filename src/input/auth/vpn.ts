import { RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { accepted, beside, denied, dialectOf, garbled, type Service, Teller, visited } from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';

/*
 * OpenVPN, syslog or own file (openvpn(8) --log, --verb 3; ssl.c, tls_pre_decrypt, multi.c). Own files have no host and no
 * program's name. What TLS says comes in pairs (negotiation failed, then handshake failed): the first counts.
 *
 *   line = [name "/"] address ":" port SP said  |  said "[AF_INET]" address ":" port
 */
const openvpnService: Service = {
  name: 'openvpn',
  about: 'OpenVPN: clients that were let in, wrong passwords, packets without the shared key, broken handshakes.',
  sample:
    'Nov 21 23:28:03 vpn ovpn-server[501]: TLS Error: cannot locate HMAC in incoming packet from [AF_INET]192.0.2.7:40123',
  programs: ['openvpn*', 'ovpn*'],
  port: 1194,
  // Packets over UDP prove nothing; a handshake does, and those sayings add it.
  traits: 0,
  says: [
    garbled('TLS Error: {…} from [AF_INET]{source}:{port}{…}'),
    garbled('TLS Error: {…} from [AF_INET6]{source}:{port}{…}'),
    garbled('Authenticate/Decrypt packet error: {…} from [AF_INET]{source}:{port}{…}'),
    accepted('{source}:{port} [{name}] Peer Connection Initiated with {…}', { traits: RequestTrait.proven }),
    ...["'{name}'{…}", '{name}'].map((user) =>
      denied(`{source}:{port} TLS Auth Error: Auth Username/Password verification failed for username ${user}`, {
        traits: RequestTrait.proven,
      }),
    ),
    denied('{word}/{source}:{port} TLS Auth Error: {…}', { traits: RequestTrait.proven }),
    denied('{source}:{port} TLS Auth Error: {…}', { traits: RequestTrait.proven }),
    denied('{source}:{port} VERIFY ERROR: {…}', { traits: RequestTrait.proven }),
    beside('{source}:{port} TLS Error: TLS handshake failed'),
    beside('{source}:{port} TLS Error: TLS object -> incoming plaintext read error'),
    visited('{source}:{port} TLS Error: TLS key negotiation failed to occur within {…}'),
    garbled('{source}:{port} TLS Error: {…}'),
    garbled('{source}:{port} TLS_ERROR: {…}'),
    garbled('{source}:{port} OpenSSL: error:{…}'),
    garbled('{source}:{port} WARNING: Bad encapsulated packet length from peer{…}'),
    garbled('{source}:{port} Bad encapsulated packet length from peer{…}'),
    visited('{source}:{port} Connection reset, restarting [{count}]'),
  ],
};

class Openvpn implements DialectReader {
  readonly #teller: Teller;

  constructor(context: ReaderContext) {
    this.#teller = new Teller(openvpnService, context);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    if (this.#teller.tell(line.message, line.end, line, sheaf)) return Line.used;
    if (line.program !== '') return Line.used;
    const row = sheaf.requests.count;
    if (!this.#teller.tell(line.host, line.end, line, sheaf)) return Line.foreign;
    sheaf.requests.siteLength[row] = 0;
    return Line.used;
  }
}

export const openvpn: Dialect = { ...openvpnService, reader: (context) => new Openvpn(context) };

/*
 * WireGuard in the Linux kernel, with dynamic debugging on (drivers/net/wireguard/receive.c: net_dbg_ratelimited,
 * net_dbg_skb_ratelimited). Without it, it says nothing by design.
 *
 *   line = ["[" uptime "] "] "wireguard: " interface ": " said " from " address ":" port
 */
export const wireguard = dialectOf({
  name: 'wireguard',
  about: 'WireGuard in the kernel (dynamic debugging): handshakes without a known key.',
  sample:
    'Nov 21 23:28:03 vpn kernel: [82508.102168] wireguard: wg0: Invalid handshake initiation from 192.0.2.7:51820',
  programs: [],
  port: 0,
  traits: 0,
  says: ['', '[{…}] '].flatMap((lead) => [
    ...['{source}', '[{source}]'].flatMap((from) => [
      garbled(`${lead}wireguard: {word}: Invalid handshake {word} from ${from}:{port}`),
      garbled(`${lead}wireguard: {word}: Invalid MAC of handshake, dropping packet from ${from}:{port}`),
      garbled(`${lead}wireguard: {word}: Invalid MAC of handshake from ${from}:{port}`),
      garbled(`${lead}wireguard: {word}: Invalid cookie reply from ${from}:{port}`),
    ]),
    beside(`${lead}wireguard: {…}`),
  ]),
});
