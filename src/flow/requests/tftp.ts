import { isHex } from '../../record/ascii.ts';
import { Asked, Reply } from '../../record/request.ts';
import { parsed } from './parsed.ts';

// Hot: once a datagram to port 69, and once an answer to it.

/*
 * TFTP (RFC 1350 section 5): operation 16 (1: read, 2: write, 3: data, 5: error, 6: options taken, RFC 2347)
 *
 *   read = 1, name, 0, mode, 0, …      error = 5, code 16 (1: no such file, 2: not allowed), text, 0
 */
const READ = 1;
const ERROR = 5;
const NO_FILE = 1;
const NOT_ALLOWED = 2;
/** Hexadecimal digits in a row that no word has: an address of the one who asks, which nobody guesses (PXE, telephones). */
const ADDRESS = 6;

/** Whether bytes[at … end) asks for a file by a name that could be a guess; then `parsed` holds it. */
export function readFileRequest(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 6 || bytes[at] !== 0 || bytes[at + 1] !== READ) return false;
  let stop = at + 2;
  let digits = 0;
  for (; stop < end && bytes[stop] !== 0; stop += 1) {
    digits = isHex(bytes[stop]) ? digits + 1 : 0;
    if (digits === ADDRESS) return false;
  }
  if (stop === at + 2 || stop === end) return false;
  parsed.begin(bytes);
  parsed.asked = Asked.path;
  parsed.name = at + 2;
  parsed.nameEnd = stop;
  return true;
}

/** What a datagram that answers says of the file; one of Reply. */
export function replyOfFile(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== ERROR) return Reply.answered;
  const code = bytes[at + 3];
  return code === NO_FILE ? Reply.missed : code === NOT_ALLOWED ? Reply.denied : Reply.failed;
}
