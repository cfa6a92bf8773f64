import { Kind } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fail, finish, note, type Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

/*
 * SCTP (RFC 9260 3): source port 16, target port 16, verification tag 32, checksum 32 (CRC32c, not verified),
 * then chunks: type 8, flags 8, length 16 (header included, padded to 4), …; INIT 1 and INIT ACK 2: initiate tag 32.
 */
const NO_CHUNK = 0xffff;

/** Reads an SCTP packet and the head of its first chunk; the payload starts at that chunk. */
export function sctp(walk: Walk): number {
  const { view, bytes, row, at, end } = walk;
  if (end - at < 12) return fail(walk, Weird['sctp-header-cut']);
  withoutTransport(walk);
  walk.sourcePort[row] = view.getUint16(at);
  walk.targetPort[row] = view.getUint16(at + 2);
  walk.seq[row] = view.getInt32(at + 4);
  const chunk = at + 12;
  if (end - chunk < 4) walk.flags[row] = NO_CHUNK;
  else {
    const type = bytes[chunk];
    walk.flags[row] = type;
    if ((type === 1 || type === 2) && end - chunk >= 8) walk.ack[row] = view.getInt32(chunk + 4);
  }
  const length = walk.wire - chunk < 4 ? 0 : end - chunk < 4 ? 4 : view.getUint16(chunk + 2);
  if (length < 4 || length > walk.wire - chunk) note(walk, Weird['sctp-chunk-malformed']);
  return finish(walk, Kind.sctp, chunk);
}
