import { Asked, Reply, RequestTrait } from '../../record/request.ts';
import { enter, enterTag, Element, skip, skipTag, Tag } from '../answers/ber.ts';
import { hashBytes } from '../../record/fnv.ts';
import { startsWith } from '../answers/text.ts';
import { parsed } from './parsed.ts';

// Hot: once a message of Kerberos or of SNMP version 3.

/*
 * Kerberos (RFC 4120 sections 5.4.1, 5.9.1): who logs on is named in the clear, and the answer says whether there is such a
 * user. Over TCP a message has its length in front, 32 bits (section 7.2.2). Nothing pairs the two but their flow.
 *
 *   AS-REQ    [APPLICATION 10] SEQUENCE { [1] 5, [2] 10, [3] what proves it OPTIONAL, [4] body }
 *   body      SEQUENCE { [0] options, [1] SEQUENCE { [0] type, [1] SEQUENCE OF GeneralString }, [2] realm, … }
 *   KRB-ERROR [APPLICATION 30] SEQUENCE { [0] 5, [1] 30, … [6] code INTEGER, … };  AS-REP [APPLICATION 11]
 */
const AS_REQ = 0x6a;
const AS_REP = 0x6b;
const KRB_ERROR = 0x7e;
const GENERAL_STRING = 0x1b;
const PROOF = 0xa3;
const BODY = 0xa4;
const CODE = 0xa6;
const NAME = 0xa1;
const REALM = 0xa2;
/** Fields of a message that are walked over. */
const FIELDS = 8;
/** Unknown client; clients that there are: revoked, wrong secret, asked for a proof (RFC 4120 section 7.5.9). */
const UNKNOWN = 6;
const REVOKED = 18;
const WRONG_SECRET = 24;
const PROVE = 25;

/** Whether bytes[at … end) is a request to log on; then `parsed` holds it. */
export function readLogon(bytes: Uint8Array, at: number, end: number): boolean {
  const start = enterTag(bytes, enterTag(bytes, at, end, AS_REQ), end, Tag.sequence);
  if (start < 0) return false;
  parsed.begin(bytes);
  if (field(bytes, start, Element.end, PROOF) >= 0) parsed.traits |= RequestTrait.secretGuessed;
  const body = enterTag(bytes, field(bytes, start, end, BODY), end, Tag.sequence);
  const names = enterTag(bytes, field(bytes, body, end, NAME), end, Tag.sequence);
  const name = enterTag(bytes, enterTag(bytes, field(bytes, names, end, NAME), end, Tag.sequence), end, GENERAL_STRING);
  if (name < 0) return false;
  parsed.asked = Asked.user;
  parsed.name = name;
  parsed.nameEnd = Element.end;
  const realm = enterTag(bytes, field(bytes, body, end, REALM), end, GENERAL_STRING);
  if (realm < 0) return false;
  parsed.site = realm;
  parsed.siteEnd = Element.end;
  return true;
}

/** What the answer bytes[at … end) says of who wanted to log on: one of Reply; −1: it is none. */
export function replyOfLogon(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === AS_REP) return Reply.answered;
  const start = enterTag(bytes, enterTag(bytes, at, end, KRB_ERROR), end, Tag.sequence);
  const code = enterTag(bytes, field(bytes, start, end, CODE), end, Tag.integer);
  if (code < 0) return -1;
  switch (bytes[Element.end - 1]) {
    case UNKNOWN:
      return Reply.missed;
    case WRONG_SECRET:
      return Reply.denied;
    case REVOKED:
    case PROVE:
      return Reply.answered;
    default:
      return Reply.failed;
  }
}

/** Where the content of the field with this tag starts among those from `from` on, or −1. */
function field(bytes: Uint8Array, from: number, end: number, tag: number): number {
  let at = from;
  for (let n = 0; n < FIELDS && at >= 0 && at < end; n += 1) {
    const start = enter(bytes, at, end);
    if (start < 0 || Element.tag === tag) return start;
    at = Element.end;
  }
  return -1;
}

/*
 * SNMP version 3 (RFC 3412 section 6, RFC 3414 section 2.4) names the user in the clear:
 *
 *   message  SEQUENCE { 3, SEQUENCE { id INTEGER, … }, OCTET STRING of parameters, data }
 *   parameters SEQUENCE { engine OCTET STRING, boots, time INTEGER, user OCTET STRING, … }
 *   data     SEQUENCE { engine, context OCTET STRING, pdu } | OCTET STRING (encrypted)
 *   pdu      report [8] { … names of counters, usmStats 1.3.6.1.6.3.15.1.1.n.0 }
 */
const REPORT = 0xa8;
const USM_STATS = Uint8Array.of(0x2b, 6, 1, 6, 3, 15, 1, 1);
/** Counters by n (RFC 3414 section 5): of users that are not there, of engines that nobody has asked before, of wrong secrets. */
const UNKNOWN_USER = 3;
const UNKNOWN_ENGINE = 4;
const WRONG_DIGEST = 5;

/** Whether bytes[at … end) is a message of version 3 that names a user; then `parsed` holds who, and its id. */
export function readUser(bytes: Uint8Array, at: number, end: number): boolean {
  const start = enterTag(bytes, at, end, Tag.sequence);
  if (start < 0 || bytes[start + 2] !== 3) return false;
  const header = enterTag(bytes, skipTag(bytes, start, end, Tag.integer), end, Tag.sequence);
  const behind = Element.end;
  const id = enterTag(bytes, header, end, Tag.integer);
  if (id < 0) return false;
  parsed.begin(bytes);
  parsed.id = hashBytes(bytes, id, Element.end);
  const parameters = enterTag(bytes, enterTag(bytes, behind, end, Tag.octets), end, Tag.sequence);
  let next = skipTag(bytes, parameters, end, Tag.octets);
  next = skipTag(bytes, skipTag(bytes, next, end, Tag.integer), end, Tag.integer);
  const user = enterTag(bytes, next, end, Tag.octets);
  if (user < 0) return false;
  parsed.asked = Asked.user;
  parsed.name = user;
  parsed.nameEnd = Element.end;
  return true;
}

/** What an agent answers of the user that `readUser` has just read from its answer bytes[at … end): one of Reply. */
export function replyOfAgent(bytes: Uint8Array, at: number, end: number): number {
  const start = enterTag(bytes, at, end, Tag.sequence);
  let next = skipTag(bytes, skipTag(bytes, start, end, Tag.integer), end, Tag.sequence);
  next = skipTag(bytes, next, end, Tag.octets);
  const data = enterTag(bytes, next, end, Tag.sequence);
  if (data < 0) return Reply.answered;
  const pdu = skip(bytes, skip(bytes, data, end), end);
  if (pdu < 0 || bytes[pdu] !== REPORT) return Reply.answered;
  for (let k = pdu; k + USM_STATS.length < end; k += 1)
    if (startsWith(bytes, k, end, USM_STATS)) return REPLY_OF_COUNTER[bytes[k + USM_STATS.length]] ?? Reply.answered;
  return Reply.answered;
}

const REPLY_OF_COUNTER: Readonly<Record<number, number>> = {
  [UNKNOWN_USER]: Reply.missed,
  [UNKNOWN_ENGINE]: Reply.unknown,
  [WRONG_DIGEST]: Reply.denied,
};
