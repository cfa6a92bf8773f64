import { isDigit } from '../../record/ascii.ts';
import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, indexOfAnyCase, isPrintable, lineEnd, startsWith } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

/*
 * Protocols in which the server speaks first, in lines:
 *
 *   SSH      "SSH-" version "-" software [SP comments] CRLF          RFC 4253 section 4.2
 *   FTP      "220" (SP | "-") text CRLF                              RFC 959 section 4.2
 *   SMTP     "220" (SP | "-") domain [SP text] CRLF                  RFC 5321 section 4.2
 *   POP3     "+OK" [SP text] CRLF                                    RFC 1939 section 4
 *   IMAP     "* " ("OK" | "PREAUTH" | "BYE") SP text CRLF            RFC 9051 section 7.1
 *   VNC      "RFB " 3DIGIT "." 3DIGIT LF                             RFC 6143 section 7.1.1
 */
const SSH = ascii('SSH-');
const PLUS_OK = ascii('+OK');
const IMAP = [ascii('* OK'), ascii('* PREAUTH'), ascii('* BYE')];
const RFB = ascii('RFB ');
const GREETING = ascii('220');
const FTP_WORD = ascii('ftp');
const MAIL_WORDS = [ascii('smtp'), ascii('mail'), ascii('postfix'), ascii('exim')];

/** The line up to its end is the banner. */
function line(bytes: Uint8Array, at: number, end: number, found: Found, number: number): boolean {
  return found.set(Told.banner, number, bytes, at, lineEnd(bytes, at, end));
}

const sshNumber = service('ssh');
export const ssh: Parser = {
  name: 'ssh',
  first: [83],
  read: (bytes, at, end, found) => startsWith(bytes, at, end, SSH) && line(bytes, at, end, found, sshNumber),
};

const pop3Number = service('pop3');
export const pop3: Parser = {
  name: 'pop3',
  first: [43],
  // what has been asked before answers so in another protocol
  read: (bytes, at, end, found, asked) =>
    asked === 0 && startsWith(bytes, at, end, PLUS_OK) && line(bytes, at, end, found, pop3Number),
};

const imapNumber = service('imap');
export const imap: Parser = {
  name: 'imap',
  first: [42],
  read: (bytes, at, end, found) => {
    for (let k = 0; k < IMAP.length; k += 1)
      if (startsWith(bytes, at, end, IMAP[k])) return line(bytes, at, end, found, imapNumber);
    return false;
  },
};

const vncNumber = service('vnc');
export const vnc: Parser = {
  name: 'vnc',
  first: [82],
  read: (bytes, at, end, found) => {
    if (end - at < 12 || !startsWith(bytes, at, end, RFB) || bytes[at + 7] !== 46) return false;
    return isDigit(bytes[at + 4]) && isDigit(bytes[at + 8]) && line(bytes, at, end, found, vncNumber);
  },
};

const ftpNumber = service('ftp');
const smtpNumber = service('smtp');
const unnamed = service('');

/** FTP and SMTP greet alike; the text says which it is, or nobody knows. */
export const greeting: Parser = {
  name: 'ftp',
  first: [50],
  read: (bytes, at, end, found) => {
    if (!startsWith(bytes, at, end, GREETING) || end - at < 5) return false;
    if ((bytes[at + 3] !== 32 && bytes[at + 3] !== 45) || !isPrintable(bytes[at + 4])) return false;
    const last = lineEnd(bytes, at, end);
    if (indexOfAnyCase(bytes, at, last, FTP_WORD) >= 0) return line(bytes, at, end, found, ftpNumber);
    for (let k = 0; k < MAIL_WORDS.length; k += 1)
      if (indexOfAnyCase(bytes, at, last, MAIL_WORDS[k]) >= 0) return line(bytes, at, end, found, smtpNumber);
    return line(bytes, at, end, found, unnamed);
  },
};
