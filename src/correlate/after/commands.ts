// Hot: once a request for a program that was told something by its query.
import { FNV_START, blend, hashBytes, hashLetters } from '../../record/fnv.ts';
import { byteAt, byteEnd, escaped } from '../../record/percent.ts';

/**
 * Commands in a query: a value that begins with a word which only a shell, or a program that hands its parameters to one,
 * knows what to do with. Words of prose (`type`, `find`, `which`, `net`) are not among them.
 */
const WORDS =
  'id whoami uname ls cat pwd ps ifconfig ipconfig wget curl netstat hostname systeminfo tasklist powershell pwsh bash sh nc ncat python python2 python3 perl ruby chmod dir ver echo cmd certutil bitsadmin uptime env printenv cd rm mkdir busybox tftp ftpget telnet ping nslookup base64 sudo crontab kill lsb_release sysctl dmesg ss mount';
/** Functions of the languages that sites are written in, by which they run commands or tell of themselves. */
const CALLS =
  'system exec passthru shell_exec popen proc_open phpinfo eval assert print_r var_dump file_get_contents scandir';

const COMMANDS: ReadonlySet<number> = new Set(WORDS.split(' ').map(hashLetters));
const FUNCTIONS: ReadonlySet<number> = new Set(CALLS.split(' ').map(hashLetters));

const TAB = 0x09;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const DOLLAR = 0x24;
const AND = 0x26;
const BRACKET = 0x28;
const BRACKET_END = 0x29;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const UNDERSCORE = 0x5f;
const BACKTICK = 0x60;
const PIPE = 0x7c;

/** Hash of the first value of a query, bytes[from … to), that is a command; 0: none is. */
export function commandIn(bytes: Uint8Array, from: number, to: number): number {
  let start = from;
  for (let at = from; at <= to; at += 1) {
    if (at < to && bytes[at] !== AND && bytes[at] !== EQUALS) continue;
    // What stands before `=` is a name, and no value.
    if ((at === to || bytes[at] === AND) && isCommand(bytes, start, at)) return hashBytes(bytes, start, at) | 1;
    start = at + 1;
  }
  return 0;
}

/** Whether a value is a command, or has one behind a mark that ends another: `id`, `127.0.0.1;id`. */
function isCommand(bytes: Uint8Array, from: number, to: number): boolean {
  if (beginsCommand(bytes, from, to)) return true;
  for (let at = from; at < to; at += 1) {
    const begin = markEnd(bytes, at, to);
    if (begin > 0 && beginsCommand(bytes, begin, to)) return true;
  }
  return false;
}

/** Where `;`, `|`, `$(` or a backtick ends that stands at a place, encoded or not, or `&` or a new line, encoded; −1: none does. */
function markEnd(bytes: Uint8Array, at: number, to: number): number {
  const byte = byteAt(bytes, at, to);
  const end = byteEnd(bytes, at, to);
  if (byte === SEMICOLON || byte === PIPE || byte === BACKTICK || byte === AND || byte === NEWLINE) return end;
  return byte === DOLLAR && end < to && byteAt(bytes, end, to) === BRACKET ? byteEnd(bytes, end, to) : -1;
}

/** Whether the first word is a command, with or without the path to it. */
function beginsCommand(bytes: Uint8Array, from: number, to: number): boolean {
  let hash = FNV_START;
  let at = from;
  while (at < to && (bytes[at] === PLUS || escaped(bytes, at, to) === SPACE)) at = byteEnd(bytes, at, to);
  for (; at < to; at = byteEnd(bytes, at, to)) {
    if (byteAt(bytes, at, to) === SLASH) hash = FNV_START;
    else if (isWord(bytes[at])) hash = blend(hash, bytes[at]);
    else break;
  }
  if (at < to && byteAt(bytes, at, to) === BRACKET) return FUNCTIONS.has(hash);
  return (at === to || isEnd(bytes, at, to)) && COMMANDS.has(hash);
}

/** a-z, 0-9 and `_` */
const isWord = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === UNDERSCORE;

/** What ends a word of a shell: blanks (`+` in a query), marks that end a command, what closes one that stands within another. */
const ENDS: ReadonlySet<number> = new Set([PLUS, SPACE, TAB, NEWLINE, SEMICOLON, PIPE, AND, BRACKET_END, BACKTICK]);
const isEnd = (bytes: Uint8Array, at: number, to: number): boolean => ENDS.has(byteAt(bytes, at, to));
