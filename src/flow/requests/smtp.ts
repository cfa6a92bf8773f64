import { isDigit } from '../../record/ascii.ts';
import { Asked, Reply } from '../../record/request.ts';
import { ascii, before, indexOfAnyCase, lineEnd, startsWithAnyCase } from '../answers/text.ts';
import type { Tracker } from '../tracker.ts';
import { parsed } from './parsed.ts';
import { Kind, Mark } from './talks.ts';

// Hot: every segment with payload of a connection with a mail server, until it is encrypted.

/*
 * SMTP (RFC 5321 sections 4.1.1 and 4.2), as far as it tells whom a client asks for and whether there is such a user: each
 * command is a line, and has one reply, in order; several may stand in one segment (RFC 2920).
 *
 *   command = verb [SP argument] CRLF        RCPT TO:<user@host>, VRFY user, EXPN list
 *   reply   = *(3DIGIT "-" text CRLF) 3DIGIT SP text CRLF
 *
 * What follows DATA is a mail, up to the reply after it; what follows STARTTLS or BDAT is not read.
 */
const NAMING = ['rcpt to:', 'vrfy ', 'expn '].map(ascii);
const GREETINGS = ['ehlo', 'helo'].map(ascii);
const ENDING = ['starttls', 'bdat', 'auth'].map(ascii);
const DATA = ascii('data');
/** Told apart among commands that name nobody. */
const Command = { other: 0, data: 1 } as const;
const LINES_MOST = 128;
const START_MAIL = 354;
/** How servers say that there is no such user; refusals for other reasons have the same codes (RFC 3463: 5.1.x). */
const NOBODY = [
  '5.1.1',
  '5.1.0 ',
  '5.1.6',
  'unknown',
  'no such',
  'not exist',
  'not found',
  'invalid recipient',
  'no mailbox',
].map(ascii);

export const isMailPort = (port: number): boolean => port === 25 || port === 587;

/** Whether a segment of the client begins a talk with a mail server. */
export function greets(bytes: Uint8Array, at: number, end: number): boolean {
  return startsOne(bytes, at, end, GREETINGS);
}

/** Commands of the client. */
export function smtpClient(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, payloadLength } = t.packets;
  const { requests } = t;
  requests.makeRoom(flow);
  const talk = requests.talks.of(flow) || requests.open(flow, Kind.smtp, Mark.perhaps);
  if (requests.talks.marked(talk, Mark.mail)) return;
  const end = payload[row] + payloadCaptured[row];
  let at = payload[row];
  for (let n = 0; n < LINES_MOST && at < end; n += 1) {
    const stop = lineEnd(bytes, at, end);
    if (stop === end || startsOne(bytes, at, stop, ENDING)) break;
    if (n > 0) requests.makeRoom(flow);
    readCommand(bytes, at, stop);
    const slot = requests.ask(talk, t.packets, row);
    if (slot !== 0) requests.questions.fill(slot, parsed);
    at = stop + (bytes[stop] === 13 ? 2 : 1);
  }
  // A line that was cut, or what is not read: from here on no reply can be told whose it is.
  if (at < end || payloadCaptured[row] < payloadLength[row]) requests.drop(talk);
}

function readCommand(bytes: Uint8Array, at: number, end: number): void {
  parsed.begin(bytes);
  for (let k = 0; k < NAMING.length; k += 1) {
    if (!startsWithAnyCase(bytes, at, end, NAMING[k])) continue;
    const open = before(bytes, at, end, 60);
    const name = open < 0 ? at + NAMING[k].length : open + 1;
    let stop = name;
    while (stop < end && bytes[stop] !== 62 && bytes[stop] !== 64 && bytes[stop] !== 32) stop += 1;
    if (stop === name) return;
    parsed.asked = Asked.user;
    parsed.name = name;
    parsed.nameEnd = stop;
    return;
  }
  if (startsWithAnyCase(bytes, at, end, DATA)) parsed.id = Command.data;
}

/** Replies of the server. */
export function smtpServer(t: Tracker, talk: number, row: number): void {
  const { bytes, payload, payloadCaptured } = t.packets;
  const { requests } = t;
  const { talks, questions } = requests;
  const end = payload[row] + payloadCaptured[row];
  for (let at = payload[row], n = 0; n < LINES_MOST && at + 4 <= end; n += 1) {
    const stop = lineEnd(bytes, at, end);
    const status = statusOf(bytes, at);
    if (status === 0) return;
    if (bytes[at + 3] !== 45) {
      const isOwed = talks.owed[talk] > 0;
      if (isOwed) talks.owed[talk] -= 1;
      const slot = isOwed || talks.marked(talk, Mark.mail) ? 0 : requests.shift(talk);
      talks.unmark(talk, Mark.mail);
      if (slot !== 0 && questions.asked[slot] === Asked.nothing) {
        if (questions.id[slot] === Command.data && status === START_MAIL) talks.mark(talk, Mark.mail);
        questions.forget(slot);
      } else if (slot !== 0) {
        requests.reply(slot, status, replyOfMail(bytes, at, stop, status));
        requests.tell(slot);
      }
    }
    at = stop + (bytes[stop] === 13 ? 2 : 1);
  }
}

const statusOf = (bytes: Uint8Array, at: number): number =>
  isDigit(bytes[at]) && isDigit(bytes[at + 1]) && isDigit(bytes[at + 2])
    ? (bytes[at] - 48) * 100 + (bytes[at + 1] - 48) * 10 + bytes[at + 2] - 48
    : 0;

/** What a reply says of the user that was asked for. */
function replyOfMail(bytes: Uint8Array, at: number, end: number, status: number): number {
  if (status >= 250 && status <= 252) return Reply.answered;
  if (status < 550 || status > 553) return Reply.failed;
  for (let k = 0; k < NOBODY.length; k += 1) if (indexOfAnyCase(bytes, at, end, NOBODY[k]) >= 0) return Reply.missed;
  return Reply.failed;
}

function startsOne(bytes: Uint8Array, at: number, end: number, words: readonly Uint8Array[]): boolean {
  for (let k = 0; k < words.length; k += 1) if (startsWithAnyCase(bytes, at, end, words[k])) return true;
  return false;
}
