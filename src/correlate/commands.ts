// Hot: once a request for a program that was told something by its query.
import { FNV_START, blend } from '../record/fnv.ts';

/**
 * Commands in a query: a value that begins with a word which only a shell, or a program that hands its parameters to one,
 * knows what to do with. Words of prose (`type`, `find`, `which`, `net`) are not among them.
 */
const WORDS =
  'id whoami uname ls cat pwd ps ifconfig ipconfig wget curl netstat hostname systeminfo tasklist powershell pwsh bash sh nc ncat python python2 python3 perl ruby chmod dir ver echo cmd certutil bitsadmin uptime env printenv cd rm mkdir busybox tftp ftpget telnet ping nslookup base64 sudo crontab kill lsb_release sysctl dmesg ss mount';
/** Functions of the languages that sites are written in, by which they run commands or tell of themselves. */
const CALLS =
  'system exec passthru shell_exec popen proc_open phpinfo eval assert print_r var_dump file_get_contents scandir';

const hashOf = (word: string): number => {
  let hash = FNV_START;
  for (let at = 0; at < word.length; at += 1) hash = blend(hash, word.charCodeAt(at));
  return hash;
};
const COMMANDS: ReadonlySet<number> = new Set(WORDS.split(' ').map(hashOf));
const FUNCTIONS: ReadonlySet<number> = new Set(CALLS.split(' ').map(hashOf));

const AND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;

/** Hash of the first value of a query, bytes[from … to), that is a command; 0: none is. */
export function commandIn(bytes: Uint8Array, from: number, to: number): number {
  let start = from;
  for (let at = from; at <= to; at += 1) {
    if (at < to && bytes[at] !== AND && bytes[at] !== EQUALS) continue;
    // What stands before `=` is a name, and no value.
    if ((at === to || bytes[at] === AND) && isCommand(bytes, start, at)) return valueHash(bytes, start, at);
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

/** Where `;`, `|` or a backtick ends that stands at a place, encoded or not; −1: none does. */
function markEnd(bytes: Uint8Array, at: number, to: number): number {
  const byte = bytes[at];
  if (byte === 0x3b || byte === 0x7c || byte === 0x60) return at + 1;
  if (byte !== PERCENT || at + 2 >= to) return -1;
  const high = bytes[at + 1];
  const low = bytes[at + 2] | 32;
  const isMark = (high === 0x33 && low === 0x62) || (high === 0x37 && low === 0x63) || (high === 0x36 && low === 0x30);
  return isMark ? at + 3 : -1;
}

/** Whether the first word is a command, with or without the path to it. */
function beginsCommand(bytes: Uint8Array, from: number, to: number): boolean {
  let hash = FNV_START;
  let at = from;
  while (at < to && bytes[at] === PLUS) at += 1;
  for (; at < to && (isWord(bytes[at]) || bytes[at] === SLASH); at += 1)
    hash = bytes[at] === SLASH ? FNV_START : blend(hash, bytes[at]);
  if (isBracket(bytes, at, to)) return FUNCTIONS.has(hash);
  return (at === to || isEnd(bytes, at, to)) && COMMANDS.has(hash);
}

/** a-z, 0-9 and `_` */
const isWord = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === UNDERSCORE;

const isBracket = (bytes: Uint8Array, at: number, to: number): boolean =>
  at < to && (bytes[at] === 0x28 || (bytes[at] === PERCENT && bytes[at + 1] === 0x32 && bytes[at + 2] === 0x38));

/** A blank or a mark that ends a word of a shell, as it stands or encoded: `+`, `%20`, `;`, `|`, `%3B`, `%7C`, `%26`, `%0A`. */
function isEnd(bytes: Uint8Array, at: number, to: number): boolean {
  const byte = bytes[at];
  if (byte === PLUS || byte === 0x3b || byte === 0x7c) return true;
  if (byte !== PERCENT || at + 2 >= to) return false;
  const high = bytes[at + 1];
  const low = bytes[at + 2] | 32;
  return (
    (high === 0x32 && (low === 0x30 || low === 0x36)) ||
    (high === 0x33 && low === 0x62) ||
    (high === 0x37 && low === 0x63) ||
    (high === 0x30 && (low === 0x61 || low === 0x39))
  );
}

function valueHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let at = from; at < to; at += 1) hash = blend(hash, bytes[at]);
  return hash | 1;
}
