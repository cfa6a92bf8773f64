import { Asked, Reply, RequestTrait, traitOfType } from '../../record/request.ts';
import { ascii, word16 } from '../answers/text.ts';
import { parsed } from './parsed.ts';

// Hot: once a query and once a reply.

/*
 * DNS messages (RFC 1035 section 4.1) with one question:
 *
 *   message  = id 16, flags 16, questions 16, answers 16, authorities 16, additional 16, question …
 *   flags    = reply 1, operation 4, …, code 4 (the lowest)
 *   question = *(size 8, label) 0, type 16, class 16
 *
 * Over TCP a message has its length in front, 16 bits (section 4.2.2).
 */
export const DNS_PORT = 53;
const HEADER = 12;
const LABEL_MOST = 63;
const NAME_MOST = 255;
const TXT = 16;
const CHAOS = 3;

/** Response codes (section 4.1.1): FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED. */
const REPLIES = [Reply.answered, Reply.malformed, Reply.failed, Reply.missed, Reply.malformed, Reply.denied];

/** Names of the class CHAOS under which servers tell what they are (RFC 4892, and what BIND made customary). */
const VERSION_NAMES = ['version.bind', 'version.server', 'hostname.bind', 'id.server', 'authors.bind'].map(ascii);

/** The name with dots, and `\DDD` for bytes that are no printable text (section 5.1): up to four bytes for one. */
const name = new Uint8Array(4 * (NAME_MOST + 1));

/** Whether bytes[at … end) is a query of one question; then `parsed` holds it. */
export function readQuery(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < HEADER + 5 || (bytes[at + 2] & 0xf8) !== 0) return false;
  if (word16(bytes, at + 4) !== 1 || word16(bytes, at + 6) !== 0 || word16(bytes, at + 8) > 1) return false;
  parsed.begin(name);
  const next = readName(bytes, at + HEADER, end);
  if (next < 0 || next + 4 > end) return false;
  const type = word16(bytes, next);
  parsed.id = word16(bytes, at);
  parsed.asked = Asked.dnsName;
  const isVersion = type === TXT && word16(bytes, next + 2) === CHAOS && asksVersion();
  parsed.traits = isVersion ? RequestTrait.versionAsked : traitOfType(type);
  return true;
}

/** Copies the name into `name`; returns where it ended, or −1. */
function readName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let used = 0;
  for (;;) {
    if (at >= end || at - from > NAME_MOST) return -1;
    const size = bytes[at];
    if (size === 0) break;
    if (size > LABEL_MOST || at + size >= end) return -1;
    if (used > 0) name[used++] = 46;
    for (let k = at + 1; k <= at + size; k += 1) used = addByte(bytes[k], used);
    at += size + 1;
  }
  if (used === 0) name[used++] = 46;
  parsed.nameEnd = used;
  return at + 1;
}

function addByte(byte: number, used: number): number {
  if (byte > 32 && byte < 127 && byte !== 46 && byte !== 92) {
    name[used] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    return used + 1;
  }
  name[used] = 92;
  name[used + 1] = 48 + Math.floor(byte / 100);
  name[used + 2] = 48 + (Math.floor(byte / 10) % 10);
  name[used + 3] = 48 + (byte % 10);
  return used + 4;
}

function asksVersion(): boolean {
  for (let which = 0; which < VERSION_NAMES.length; which += 1) {
    const words = VERSION_NAMES[which];
    let same = 0;
    while (same < words.length && words[same] === name[same]) same += 1;
    if (same === words.length && same === parsed.nameEnd) return true;
  }
  return false;
}

/** Whether bytes[at … end) begins as a reply. */
export function isReply(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= HEADER && (bytes[at + 2] & 0xf8) === 0x80;
}

/** What the response code of a reply that begins at `at` says; one of Reply. */
export function replyOf(code: number): number {
  return code < REPLIES.length ? REPLIES[code] : Reply.failed;
}
