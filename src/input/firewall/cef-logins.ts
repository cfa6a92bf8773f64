// Hot: `read` runs once a line; the rest only where a line tells of a user.
import { parseAddress } from '../../record/address.ts';
import { latinText } from '../../record/latin.ts';
import { Reply } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { findText } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { BAD, GOOD, LOGIN, tellLogin } from '../login.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';

/*
 * Logins of any gateway or service in the Common Event Format (frame: cef.ts): the head's name, or `act` or `cat`, tells that it is
 * one; `suser` or `duser` whose, `src` from where, and `outcome` or else the same words how it ended.
 */
const FRAME = 'CEF:';
/** How far behind the envelope a frame may begin, and what is looked at of it. */
const NEAR = 200;
const LONGEST = 4096;
const USER = 'user=';
const HEAD = 7;

/** The value of a name: up to the next name. */
function valueOf(extension: string, name: string): string {
  const at = ` ${extension}`.indexOf(` ${name}=`);
  if (at < 0) return '';
  const rest = extension.slice(at + name.length + 1);
  const end = rest.search(/ \w+=/);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}

class CefLogins implements DialectReader {
  readonly #input: number;

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read({ bytes, host, end, time: said, record }: SyslogLine, { requests: batch }: Sheaf): number {
    const frame = findText(bytes, FRAME, host, Math.min(end, host + NEAR));
    if (frame < 0 || findText(bytes, USER, frame, end) < 0) return Line.foreign;
    const parts = latinText(bytes, frame, Math.min(end, frame + LONGEST)).split(/(?<!\\)\|/);
    const extension = parts.slice(HEAD).join('|');
    const address = parseAddress(valueOf(extension, 'src'));
    const user = valueOf(extension, 'suser') || valueOf(extension, 'duser');
    const what = `${parts[HEAD - 2] ?? ''} ${valueOf(extension, 'act')} ${valueOf(extension, 'cat')}`;
    if (address === null || user === '' || !LOGIN.test(what)) return Line.foreign;
    const outcome = `${valueOf(extension, 'outcome')} ${what}`;
    const isBad = BAD.test(outcome);
    if (!isBad && !GOOD.test(outcome)) return Line.used;
    const time = Number.isNaN(said) ? Number(valueOf(extension, 'rt')) * 1000 : said;
    if (!(time > 0)) return Weird['line-time-impossible'];
    const reply = isBad ? Reply.denied : Reply.accepted;
    tellLogin(batch, { time, input: this.#input, record, address, user, reply });
    return Line.used;
  }
}

export const cefLogins: Dialect = {
  name: 'cef-logins',
  about: 'Logins in the Common Event Format, of any vendor.',
  sample:
    'Nov 21 23:28:03 vpn CEF:0|Example|Gateway|1.0|101|User login failed|5|src=192.0.2.7 suser=admin outcome=failure',
  programs: ['', 'CEF'],
  reader: (context) => new CefLogins(context),
};
