import { parseAddress } from '../../record/address.ts';
import { Reply } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext, RecordInput } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput, pick } from '../json.ts';
import { Line } from '../lines.ts';
import { BAD, GOOD, LOGIN, tellLogin } from '../login.ts';
import { Moments } from '../syslog/members.ts';
import { firstOf, pathsOf, wantedOf, within } from '../synonyms.ts';
import { ENTRA_CODES } from './entra-codes.ts';

/*
 * Logins that an identity provider or a service tells as one JSON object each: Microsoft 365 (Office 365 Management
 * Activity API schema), AWS CloudTrail ("AWS Management Console sign-in events"), Keycloak (JSON of its event listener),
 * ECS (event.category: authentication), and whoever takes such names. `login-json.ts` knows some others by their own.
 *
 *   object = {time, address, what, [user], [outcome]}     by the names below, at the top or within `properties`
 *
 * `what` must name a login, unless an error code of Entra ID stands there.
 */
const WITHIN = ['properties'] as const;

const PATHS = {
  time: pathsOf('createdDateTime published eventTime CreationTime @timestamp timestamp time TimeGenerated date ts'),
  address: pathsOf(
    'ipAddress client.ipAddress sourceIPAddress callerIpAddress ClientIP IPAddress src_ip source.ip remote_ip remoteAddr client_ip clientIp remote_addr ip_address addr.remote ip',
  ),
  user: pathsOf(
    'userPrincipalName actor.alternateId userIdentity.userName details.username username UserId user.name userName user login account email',
  ),
  what: pathsOf(
    'eventid eventType eventName Operation event.category event.action type event operationName message msg',
  ),
  outcome: pathsOf(
    'outcome.result responseElements.ConsoleLogin event.outcome outcome result status ResultStatus error details.error',
  ),
  reason: pathsOf('outcome.reason errorMessage error details.error reason message msg'),
  code: pathsOf('status.errorCode resultType ResultType ErrorNumber'),
  success: pathsOf('success'),
};

const MISSED =
  /(?:user|account)[-_ ]?(?:name)?[-_ ]?(?:is )?(?:not[-_ ]?(?:found|exist)|unknown)|(?:no such|unknown|nonexistent) user|no username found/iu;

/** An address with the port behind it, and an IPv6 address in brackets then. */
const WITH_PORT = /^\[?([^\]]+?)\]?:\d{1,5}$/u;

/** One of Reply; −1: the object is of no login. Reply.unknown: of one that neither failed nor succeeded. */
function replyOf(value: JsonObject, outer: JsonObject): number {
  const code = firstOf(value, PATHS.code) || firstOf(outer, PATHS.code);
  const what = firstOf(value, PATHS.what);
  const isLogin = LOGIN.test(what);
  if (/^\d+$/u.test(code)) return ENTRA_CODES.get(code) ?? Reply.unknown;
  if (!isLogin) return -1;
  const ended = pick(value, 'success');
  const outcome = `${ended === true ? 'ok' : ended === false ? 'failed' : ''} ${firstOf(value, PATHS.outcome)} ${what}`;
  if (BAD.test(outcome)) return MISSED.test(firstOf(value, PATHS.reason)) ? Reply.missed : Reply.denied;
  return GOOD.test(outcome) ? Reply.accepted : Reply.unknown;
}

class AnyLogins implements JsonParser {
  readonly #moments: Moments;
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#moments = new Moments(dating);
    this.#input = input;
  }

  object(outer: JsonObject, { requests: batch }: Sheaf, record: number): number {
    const value = within(outer, WITHIN, PATHS.user);
    const told = firstOf(value, PATHS.address) || firstOf(outer, PATHS.address);
    const address = parseAddress(told) ?? parseAddress(told.replace(WITH_PORT, '$1'));
    const reply = address === null ? -1 : replyOf(value, outer);
    if (address === null || reply < 0) return Line.foreign;
    const time = this.#moments.of(firstOf(value, PATHS.time) || firstOf(outer, PATHS.time));
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const user = firstOf(value, PATHS.user);
    if (reply === Reply.unknown || user === '') return Line.used;
    tellLogin(batch, { time, input: this.#input, record, address, user, reply });
    return Line.used;
  }
}

/** A format that knows its own objects knows them better; what only carries objects does not. */
const SURE = 0.96;

const input = jsonLinesInput({
  name: 'logins-json',
  about: 'Logins as JSON by usual names: Microsoft 365, AWS CloudTrail, Keycloak, ECS.',
  sample:
    '{"eventTime":"2026-11-21T23:28:03Z","eventName":"ConsoleLogin","sourceIPAddress":"192.0.2.7","userIdentity":{"type":"IAMUser","userName":"admin"},"errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"}}',
  wanted: wantedOf(Object.values(PATHS), WITHIN),
  parser: (context) => new AnyLogins(context),
});

export const anyLogins: RecordInput = {
  ...input,
  atMost: SURE,
  recognise: (head, name, context) => SURE * input.recognise(head, name, context),
};
