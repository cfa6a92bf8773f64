import { RequestTrait } from '../../record/request.ts';
import { accepted, denied, dialectOf, missed, type Saying } from '../saying.ts';

const { proven } = RequestTrait;

/*
 * FreeRADIUS (radiusd.conf: log.auth; src/main/auth.c), to syslog or its own radius.log. `cli` is Calling-Station-Id: with
 * gateways of VPN the address of the client, with switches and access points its MAC; then no source is told.
 *
 *   message = ["(" number ")" SP] ("Login OK" | "Login incorrect" [" (" reason ")"]) ": [" user ["/" secret] "] (from client " nas " port " port " cli " station [" via TLS tunnel"] ")"
 *
 * Whoever logs in through a tunnel (EAP-TTLS, PEAP) is told of within it, too, with the same station.
 */
const client = '(from client {…} cli {source}';
const outcomes = (number: string, station: string): readonly Saying[] => [
  accepted(`${number}Login OK: [{name}/{…}] ${station}`),
  accepted(`${number}Login OK: [{name}] ${station}`),
  denied(`${number}Login incorrect: [{name}/{…}] ${station}`),
  denied(`${number}Login incorrect: [{name}] ${station}`),
  denied(`${number}Login incorrect ({…}): [{name}/{…}] ${station}`),
  denied(`${number}Login incorrect ({…}): [{name}] ${station}`),
];
/** Version 3 begins with the number of the request. */
const answers = ['({count}) ', ''].flatMap((number) =>
  [`${client})`, `${client} via TLS tunnel)`].flatMap((station) => outcomes(number, station)),
);
export const freeradius = dialectOf({
  name: 'freeradius',
  about: 'FreeRADIUS: logins and failed ones of clients that are told by address.',
  sample:
    'Sat Nov 21 23:28:03 2026 : Auth: (7) Login incorrect (pap: User not found): [admin/<via Auth-Type = pap>] (from client vpn port 0 cli 192.0.2.7)',
  // its own file has no program; `Auth` stands in its place
  programs: ['radiusd', 'freeradius', 'Auth'],
  port: 0,
  traits: proven,
  says: answers,
});

/* WP fail2ban (wp-fail2ban.com, "Logging"): program is `wordpress(site)`, or `wp(site)`. Its forks tell XML-RPC at the end. */
export const wordpress = dialectOf({
  name: 'wordpress',
  about: 'WordPress with WP fail2ban: logins, failed ones, users asked for.',
  sample:
    'Nov 21 23:28:03 web1 wordpress(www.example.org)[501]: Authentication attempt for unknown user admin from 192.0.2.7',
  programs: ['wordpress(*', 'wp(*'],
  port: 443,
  traits: proven,
  says: [
    accepted('Accepted password for {name} from {source}'),
    missed('Authentication attempt for unknown user {name} from {source}'),
    missed('XML-RPC authentication attempt for unknown user {name} from {source}'),
    denied('Authentication failure for {name} from {source}'),
    denied('XML-RPC authentication failure for {name} from {source}'),
    missed('Authentication attempt for unknown user {name} from {source} via XML-RPC'),
    denied('Authentication failure for {name} from {source} via XML-RPC'),
    denied('Blocked authentication attempt for {name} from {source}'),
  ],
});

/*
 * Keycloak (Server Administration Guide, "Auditing user events"; jboss-logging provider): pairs, quoted since 22.
 *
 *   message = "[org.keycloak.events] (" thread ") type=" type ", " … "ipAddress=" address ", " … "error=" error ", " … "username=" user …
 */
const events = '[org.keycloak.events] {…}type=';
export const keycloak = dialectOf({
  name: 'keycloak',
  about: 'Keycloak: logins, failed ones, users asked for.',
  sample:
    '2026-11-21 23:28:03,123 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="r", clientId="account", userId="null", ipAddress="192.0.2.7", error="user_not_found", auth_method="openid-connect", username="admin"',
  programs: [],
  port: 443,
  traits: proven,
  says: [
    missed(`${events}"LOGIN_ERROR", {…}ipAddress="{source}", error="user_not_found"{…}, username="{name}"`),
    denied(`${events}"LOGIN_ERROR", {…}ipAddress="{source}", error="invalid_user_credentials"{…}, username="{name}"`),
    accepted(`${events}"LOGIN", {…}ipAddress="{source}", {…}, username="{name}"`),
    missed(`${events}LOGIN_ERROR, {…}ipAddress={source}, error=user_not_found{…}, username={name}`),
    denied(`${events}LOGIN_ERROR, {…}ipAddress={source}, error=invalid_user_credentials{…}, username={name}`),
    accepted(`${events}LOGIN, {…}ipAddress={source}, {…}, username={name}`),
  ],
});
