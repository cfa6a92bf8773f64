import { parseAddress } from '../../record/address.ts';
import { Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { Input, ReaderContext } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { tellLogin } from '../login.ts';
import { firstOf, type Path, pathsOf } from '../synonyms.ts';
import { Moments } from '../syslog/members.ts';
import { ENTRA_CODES } from './entra-codes.ts';

/*
 * Logins as services tell them in JSON, one object each (the services' own documentation):
 *
 *   Okta        System Log API, LogEvent            eventType, outcome.result, client.ipAddress, actor.alternateId
 *   Entra ID    Graph, signIn; Azure Monitor, SignInLogs, where it stands in `properties`
 *               status.errorCode: "Microsoft Entra authentication and authorization error codes"
 *   Nextcloud   nextcloud.log; "Login failed: " user " (Remote IP: " address ")"
 *   Cowrie      cowrie.json, "Output Event Code Reference"
 *   Vault       audit devices, "Audit log entry schema": what was asked comes first, then the same with what became of it.
 *               Methods with users (userpass, LDAP, RADIUS, Okta) have the name in the path: "auth/" mount "/login/" user
 */
interface LoginJson {
  readonly name: string;
  readonly about: string;
  readonly sample: string;
  /** port of the service */
  readonly port: number;
  readonly traits: number;
  readonly time: readonly Path[];
  readonly client: readonly Path[];
  readonly user: readonly Path[];
  /** which kind of event it is; an object without it is in another format */
  readonly kind: readonly Path[];
  /** the user's name out of the text that holds it */
  readonly named?: RegExp;
  /** One of Reply by what the kind and the rest say; undefined: the event is no login, or not yet decided. */
  reply(kind: string, value: JsonObject): number | undefined;
}

const { proven, encrypted } = RequestTrait;
const HTTPS = 443;
const SSH = 22;

const OKTA: ReadonlyMap<string, number> = new Map([
  ['SUCCESS', Reply.accepted],
  ['FAILURE', Reply.denied],
]);
const COWRIE: ReadonlyMap<string, number> = new Map([
  ['cowrie.login.failed', Reply.denied],
  ['cowrie.login.success', Reply.accepted],
]);
const VAULT_LOGIN = /^(?:.+\/)?auth\/.+\/login\/([^/]+)$/;
const VAULT_PORT = 8200;
const NEXTCLOUD_FAILED = /^(?:\{"Exception".*)?Login failed: (.*) \(Remote IP: \S+\)$/;

/** Add a format: an entry. */
const FORMATS: readonly LoginJson[] = [
  {
    name: 'okta',
    about: 'System Log of Okta, JSON: logins and failed ones.',
    sample:
      '{"actor":{"type":"User","alternateId":"admin@example.org"},"client":{"ipAddress":"192.0.2.7"},"eventType":"user.session.start","outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"},"published":"2026-11-21T23:28:03.123Z"}',
    port: HTTPS,
    traits: proven | encrypted,
    time: pathsOf('published'),
    client: pathsOf('client.ipAddress'),
    user: pathsOf('actor.alternateId'),
    kind: pathsOf('eventType'),
    reply: (kind, value) => (kind === 'user.session.start' ? OKTA.get(textAt(value, 'outcome', 'result')) : undefined),
  },
  {
    name: 'entra',
    about: 'Sign-in logs of Microsoft Entra ID, JSON: logins and failed ones.',
    sample:
      '{"createdDateTime":"2026-11-21T23:28:03Z","userPrincipalName":"admin@example.org","appDisplayName":"Office 365","ipAddress":"192.0.2.7","status":{"errorCode":50034}}',
    port: HTTPS,
    traits: proven | encrypted,
    time: pathsOf('createdDateTime properties.createdDateTime time'),
    client: pathsOf('ipAddress properties.ipAddress callerIpAddress'),
    user: pathsOf('userPrincipalName properties.userPrincipalName'),
    kind: pathsOf('status.errorCode properties.status.errorCode resultType'),
    reply: (kind) => ENTRA_CODES.get(kind),
  },
  {
    name: 'nextcloud',
    about: 'Log of Nextcloud, JSON: failed logins.',
    sample:
      '{"reqId":"x7","level":2,"time":"2026-11-21T23:28:03+00:00","remoteAddr":"192.0.2.7","user":"--","app":"core","method":"POST","url":"/login","message":"Login failed: admin (Remote IP: 192.0.2.7)"}',
    port: HTTPS,
    traits: proven,
    time: pathsOf('time'),
    client: pathsOf('remoteAddr'),
    user: pathsOf('message'),
    named: NEXTCLOUD_FAILED,
    kind: pathsOf('reqId'),
    reply: (_, value) => (NEXTCLOUD_FAILED.test(textAt(value, 'message')) ? Reply.denied : undefined),
  },
  {
    name: 'cowrie',
    about: 'Events of the honeypot Cowrie, JSON: logins that were tried.',
    sample:
      '{"eventid":"cowrie.login.failed","username":"admin","password":"123456","src_ip":"192.0.2.7","timestamp":"2026-11-21T23:28:03.123456Z","session":"a1","sensor":"pot1"}',
    port: SSH,
    traits: proven,
    time: pathsOf('timestamp'),
    client: pathsOf('src_ip'),
    user: pathsOf('username'),
    kind: pathsOf('eventid'),
    reply: (kind) => COWRIE.get(kind),
  },
  {
    name: 'vault',
    about: 'Audit log of HashiCorp Vault and OpenBao, JSON: logins and failed ones.',
    sample:
      '{"time":"2026-11-21T23:28:03.123456789Z","type":"response","auth":{"token_type":"default"},"request":{"id":"a1","operation":"update","mount_type":"userpass","path":"auth/userpass/login/admin","remote_address":"192.0.2.7","remote_port":40123},"response":{"mount_type":"userpass"},"error":"invalid username or password"}',
    port: VAULT_PORT,
    traits: proven,
    time: pathsOf('time'),
    client: pathsOf('request.remote_address'),
    user: pathsOf('request.path'),
    named: VAULT_LOGIN,
    kind: pathsOf('request.operation'),
    reply: (_, value) => (VAULT_LOGIN.test(textAt(value, 'request', 'path')) ? vaultReply(value) : undefined),
  },
];

/** Until 1.13 the error of a failed login stands in the answer alone, as its HMAC; who is let in has an accessor. */
function vaultReply(value: JsonObject): number | undefined {
  if (textAt(value, 'type') !== 'response') return undefined;
  if (textAt(value, 'error') !== '' || textAt(value, 'response', 'data', 'error') !== '') return Reply.denied;
  return textAt(value, 'auth', 'accessor') === '' ? undefined : Reply.accepted;
}

class Logins implements JsonParser {
  readonly #format: LoginJson;
  readonly #input: number;
  readonly #moments: Moments;

  constructor(format: LoginJson, { input, dating }: ReaderContext) {
    this.#format = format;
    this.#input = input;
    this.#moments = new Moments(dating);
  }

  object(value: JsonObject, { requests: batch }: Sheaf, record: number): number {
    const { port, traits, named, ...format } = this.#format;
    const kind = firstOf(value, format.kind);
    const client = firstOf(value, format.client);
    if (kind === '' || client === '') return Line.foreign;
    const time = this.#moments.of(firstOf(value, format.time));
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const reply = format.reply(kind, value);
    const address = parseAddress(client);
    if (reply === undefined || address === null) return Line.used;
    const said = firstOf(value, format.user);
    const user = named ? (named.exec(said)?.[1] ?? '') : said;
    tellLogin(batch, { time, input: this.#input, record, address, user, reply, port, traits });
    return Line.used;
  }
}

/** Inputs of logins in JSON. */
export const loginJson: readonly Input[] = FORMATS.map((format) => {
  const { name, about, sample } = format;
  return jsonLinesInput({ name, about, sample, parser: (context) => new Logins(format, context) });
});
