import { RequestTrait } from '../../record/request.ts';
import { findText } from '../field.ts';
import { accepted, denied, dialectOf, missed } from '../saying.ts';

/*
 * Cisco ASA and FTD ("Syslog Messages 101001 to 199027", "602101 to 622102", "715001 to 721019"): logins of VPN clients and of
 * administrators. User names that do not exist are logged as `*****` unless `no logging hide username` is set.
 *
 *   line = … "%" ("ASA" | "FTD") "-" level "-" id ":" SP said
 */
const { proven } = RequestTrait;
const MARKS = ['%ASA-', '%FTD-'] as const;
/** Bytes from the mark to what is said: `%ASA-6-113005: `, `%ASA-vpn-6-…`. */
const HEAD = 40;

/** What is said behind the mark and the number of the message; `to`: there is no mark. */
function behindMark(bytes: Uint8Array, from: number, to: number): number {
  for (const mark of MARKS) {
    const at = findText(bytes, mark, from, to);
    const said = at < 0 ? -1 : findText(bytes, ': ', at, Math.min(to, at + HEAD));
    if (said >= 0) return said + 2;
  }
  return to;
}

const REJECTED = 'AAA user authentication Rejected';

export const ciscoLogins = dialectOf({
  name: 'cisco-logins',
  about: 'Logins of VPN clients and administrators at Cisco ASA and FTD.',
  sample:
    'Nov 21 23:28:03 fw %ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local database : user = admin : user IP = 192.0.2.7',
  programs: [],
  port: 0,
  traits: proven,
  begins: behindMark,
  says: [
    // with and without a blank before the colon, as versions differ
    ...[' : ', ': '].flatMap((colon) => [
      missed(`${REJECTED}${colon}reason = User was not found${colon}{…} user = {name}${colon}user IP = {source}`),
      denied(`${REJECTED}${colon}{…} user = {name}${colon}user IP = {source}`),
    ]),
    denied('Group <{…}> User <{name}> IP <{source}> Authentication: rejected, {…}'),
    accepted('Group <{…}> User <{name}> IP <{source}> Authentication: successful, {…}'),
    accepted('Group <{…}> User <{name}> IP <{source}> AnyConnect parent session started.'),
    denied('Login denied from {source}/{port} to {…} for user "{name}"'),
    accepted('Login permitted from {source}/{port} to {…} for user "{name}"'),
    denied('User authentication failed: IP address: {source}, Uname: {name}'),
    accepted('User authentication succeeded: IP address: {source}, Uname: {name}'),
  ],
});
