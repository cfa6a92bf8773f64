import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, word32 } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

/*
 * ONC RPC, an accepted reply (RFC 5531 section 9; over TCP behind a record mark, section 11):
 *   transaction 32, reply 32 (1), accepted 32 (0), verifier = flavour 32 (0), size 32 (0), state 32 (0: done; 1 … 5: not)
 * Answer to DUMP of the port mapper (RFC 1833 section 3): *(1 32, program 32, version 32, protocol 32, port 32), 0 32.
 */
const REPLY = 24;
const ENTRY = 20;
const REFUSED = 5;
const SPOKEN = ascii('RPC');
const COMMA = ascii(', ');
/** Programs by number (IANA, RPC Program Numbers). */
const PROGRAMS: ReadonlyMap<number, Uint8Array> = new Map([
  [100000, ascii('rpcbind')],
  [100003, ascii('nfs')],
  [100004, ascii('ypserv')],
  [100005, ascii('mountd')],
  [100007, ascii('ypbind')],
  [100011, ascii('rquotad')],
  [100021, ascii('nlockmgr')],
  [100024, ascii('status')],
  [100227, ascii('nfs_acl')],
]);

const composed = new Composed();
const rpcNumber = service('sunrpc');
export const rpc: Parser = {
  name: 'sunrpc',
  read: (bytes, at, end, found) => {
    if (end - at < REPLY || word32(bytes, at + 4) !== 1 || word32(bytes, at + 8) !== 0) return false;
    if (word32(bytes, at + 12) !== 0 || word32(bytes, at + 16) !== 0 || word32(bytes, at + 20) > REFUSED) return false;
    return programs(bytes, at + REPLY, end, found) || found.set(Told.banner, rpcNumber, SPOKEN, 0, SPOKEN.length);
  },
};

/** The record mark's highest bit: the last fragment. */
const LAST = 0x80000000;
export const rpcOverTcp: Parser = {
  name: 'sunrpc',
  first: [0x80],
  read: (bytes, at, end, found, asked) =>
    end - at >= REPLY + 4 &&
    word32(bytes, at) - LAST >= REPLY &&
    word32(bytes, at) - LAST < 1 << 16 &&
    rpc.read(bytes, at + 4, end, found, asked),
};

/** The names of the programs that a DUMP lists, each once; false: it is another answer. */
function programs(bytes: Uint8Array, from: number, end: number, found: Found): boolean {
  composed.begin(COMMA);
  composed.used = 0;
  let last = -1;
  for (let at = from; at + ENTRY <= end && word32(bytes, at) === 1; at += ENTRY) {
    const number = word32(bytes, at + 4);
    const name = PROGRAMS.get(number);
    if (number === last || name === undefined) continue;
    last = number;
    composed.add(COMMA, 0, composed.used > 0 ? COMMA.length : 0).add(name, 0, name.length);
  }
  return composed.used > 0 && found.set(Told.description, rpcNumber, composed.bytes, 0, composed.used);
}
