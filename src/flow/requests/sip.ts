import { isDigit } from '../../record/ascii.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { Asked, RequestTrait, Reply, replyOfStatus, verbOf } from '../../record/request.ts';
import { ascii, lineEnd, startsWith, startsWithAnyCase } from '../answers/text.ts';
import { hostEnd, Line, Opening, readAgent, readLine, valueStart } from './http.ts';
import { parsed } from './parsed.ts';

// Hot: once a SIP message.

/*
 * SIP (RFC 3261 sections 7, 19.1.1), as far as it tells who was asked for and which request a reply belongs to:
 *
 *   request  = verb SP uri SP "SIP/2.0" CRLF fields CRLF body
 *   response = "SIP/2.0" SP 3DIGIT SP reason CRLF fields CRLF body
 *   uri      = ("sip" | "sips") ":" [user [":" password] "@"] host [":" port] *(";" …)
 *   fields   = To = [name] ["<"] uri …, Call-ID, User-Agent, Authorization;  compact: t, i (section 7.3.3)
 */
const VERSION = ascii('SIP/2.0 ');
const SIP = ascii('sip:');
const SIPS = ascii('sips:');
const TO = ascii('to:');
const TO_COMPACT = ascii('t:');
const CALL = ascii('call-id:');
const CALL_COMPACT = ascii('i:');
const AGENT = ascii('user-agent:');
const AUTHORIZATION = ascii('authorization:');
const PROXY_AUTHORIZATION = ascii('proxy-authorization:');
const OPTIONS = verbOf(ascii('OPTIONS'), 0, 7);
const REGISTER = verbOf(ascii('REGISTER'), 0, 8);
const INVITE = verbOf(ascii('INVITE'), 0, 6);

const AT = 64;
const COLON = 58;
const SEMICOLON = 59;
const LESS = 60;
const GREATER = 62;
const SPACE = 32;

/** Header lines that are looked at. */
const FIELDS_MOST = 64;

/** Where the To field stands. */
const To = { start: 0, end: 0 };

/** Whether OPTIONS, REGISTER or INVITE begins at `at`; then `parsed` holds it. */
export function readSipRequest(bytes: Uint8Array, at: number, end: number): boolean {
  if (readLine(bytes, at, end) !== Opening.sip) return false;
  const verb = verbOf(bytes, at, Line.verbEnd);
  if (verb !== OPTIONS && verb !== REGISTER && verb !== INVITE) return false;
  const { target, targetEnd } = Line;
  parsed.begin(bytes);
  parsed.verb = verb;
  parsed.traits = RequestTrait.agentTold | (verb === OPTIONS ? RequestTrait.versionAsked : 0);
  readFields(bytes, Line.end, end);
  setUser(bytes, target, targetEnd);
  setSite(bytes, target, targetEnd);
  // who registers stands in To (section 10.2)
  if (parsed.asked === Asked.nothing && To.end > To.start) setUser(bytes, To.start, To.end);
  return true;
}

function readFields(bytes: Uint8Array, at: number, end: number): void {
  To.start = To.end = 0;
  parsed.id = 0;
  let from = at + 2;
  for (let n = 0; n < FIELDS_MOST && from < end; n += 1) {
    const to = lineEnd(bytes, from, end);
    if (to === from) return;
    readField(bytes, from, to);
    from = to + (bytes[to] === 13 ? 2 : 1);
  }
}

function readField(bytes: Uint8Array, at: number, end: number): void {
  switch (bytes[at] | 32) {
    case 97: // a
    case 112: // p
      if (startsWithAnyCase(bytes, at, end, AUTHORIZATION) || startsWithAnyCase(bytes, at, end, PROXY_AUTHORIZATION))
        parsed.traits |= RequestTrait.secretGuessed;
      return;
    case 99: // c
      if (startsWithAnyCase(bytes, at, end, CALL)) parsed.id = hashOf(bytes, at + CALL.length, end);
      return;
    case 105: // i
      if (startsWithAnyCase(bytes, at, end, CALL_COMPACT)) parsed.id = hashOf(bytes, at + CALL_COMPACT.length, end);
      return;
    case 116: // t
      if (startsWithAnyCase(bytes, at, end, TO)) setTo(at + TO.length, end);
      else if (startsWithAnyCase(bytes, at, end, TO_COMPACT)) setTo(at + TO_COMPACT.length, end);
      return;
    case 117: // u
      if (startsWithAnyCase(bytes, at, end, AGENT)) readAgent(bytes, at + AGENT.length, end);
  }
}

function setTo(start: number, end: number): void {
  To.start = start;
  To.end = end;
}

function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let hash = FNV_START;
  for (let k = valueStart(bytes, at, end); k < end && bytes[k] !== SPACE; k += 1) hash = blend(hash, bytes[k]);
  return hash;
}

/** Where what follows `sip:` begins, or −1. */
function afterScheme(bytes: Uint8Array, at: number, end: number): number {
  for (let k = at; k < end; k += 1) {
    if (startsWithAnyCase(bytes, k, end, SIP)) return k + SIP.length;
    if (startsWithAnyCase(bytes, k, end, SIPS)) return k + SIPS.length;
  }
  return -1;
}

/** Where the user of a URI ends that begins at `at` behind the scheme, or −1: it has none. */
function userEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let k = at; k < end && bytes[k] !== GREATER && bytes[k] !== LESS; k += 1) if (bytes[k] === AT) return k;
  return -1;
}

function setUser(bytes: Uint8Array, from: number, end: number): void {
  const at = afterScheme(bytes, from, end);
  const stop = at < 0 ? -1 : userEnd(bytes, at, end);
  if (stop <= at) return;
  let last = at;
  while (last < stop && bytes[last] !== COLON && bytes[last] !== SEMICOLON) last += 1;
  parsed.asked = Asked.user;
  parsed.name = at;
  parsed.nameEnd = last;
}

function setSite(bytes: Uint8Array, from: number, end: number): void {
  const at = afterScheme(bytes, from, end);
  if (at < 0) return;
  const host = userEnd(bytes, at, end) + 1 || at;
  let stop = host;
  while (stop < end && bytes[stop] !== SEMICOLON && bytes[stop] !== GREATER) stop += 1;
  parsed.site = host;
  parsed.siteEnd = hostEnd(bytes, host, stop);
}

/** Status of the response that begins at `at`, 0: none does. Then `parsed.id` is that of its request. */
export function readSipResponse(bytes: Uint8Array, at: number, end: number): number {
  const digits = at + VERSION.length;
  if (digits + 3 > end || !startsWith(bytes, at, end, VERSION)) return 0;
  if (!isDigit(bytes[digits]) || !isDigit(bytes[digits + 1]) || !isDigit(bytes[digits + 2])) return 0;
  parsed.begin(bytes);
  readFields(bytes, lineEnd(bytes, at, end), end);
  return (bytes[digits] - 48) * 100 + (bytes[digits + 1] - 48) * 10 + bytes[digits + 2] - 48;
}

/**
 * What a final status says of the user: 480, 486, 600 and 603 come from somebody who is there; 484 wants more digits,
 * 604 says that there is nobody of that name anywhere (section 21).
 */
export function replyOfSip(status: number): number {
  if (status === 480 || status === 486 || status === 600 || status === 603) return Reply.answered;
  if (status === 604 || status === 484) return Reply.missed;
  return replyOfStatus(status);
}
