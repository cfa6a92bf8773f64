// Hot: once a record of both ways.
import { isV4 } from '../../record/address.ts';
import { isFromService } from '../../record/ports.ts';
import { TCP } from '../../record/protocols.ts';
import { ACK, FIN, PSH, RST, SIX, SYN } from '../../record/tcp-flags.ts';
import { type FlowRecord, UNTOLD } from './flow-record.ts';

/** Bytes of the headers of IPv4 and TCP, of IPv6 and TCP. */
const BARE = 40;
const BARE6 = 60;
/** Packets each way of a connection. */
const ESTABLISHED = 3;
const ANSWER = SYN | ACK;
const END = FIN | PSH;

/**
 * Some exporters tell of both ways in one record and have one field for the flags: those of one side, whichever wrote
 * last, or of both together (nfcapd of what softflowd exports, nfdump's `flg` beside `opkt`). Puts what each side must
 * have sent in their place: a SYN-ACK carries at least the option for the segment size (RFC 9293 section 3.7.1), a
 * reset none; and a reset has no ACK where it answers a segment that had one (section 3.5.2).
 */
export function partFlags(flow: FlowRecord): void {
  if (flow.protocol !== TCP || flow.packetsBack <= 0 || flow.flags === UNTOLD || flow.flagsBack !== UNTOLD) return;
  const all = flow.flags & SIX;
  const [flags, flagsBack] = sides(flow, all);
  flow.flags = flags;
  flow.flagsBack = flagsBack;
}

function sides(flow: FlowRecord, all: number): readonly [number, number] {
  if (all === RST) return isFromService(flow.sourcePort, flow.targetPort) ? [ANSWER, RST] : [ACK, RST];
  if ((all & END) !== 0 && (all & ANSWER) !== 0) return [all, all];
  const isRunning = flow.packets >= ESTABLISHED && flow.packetsBack >= ESTABLISHED;
  if ((all & RST) === 0 && (all & ACK) !== 0) {
    if ((all & SYN) === 0) return [ACK, ACK];
    return isRunning ? [ANSWER, ANSWER] : [SYN, ANSWER];
  }
  if (isRunning) return [all | ACK, all | ACK];
  if (isBare(flow, flow.bytesBack, flow.packetsBack)) return [asked(all), RST | ACK];
  return [(all & RST) === 0 ? SYN : SYN | RST, ANSWER];
}

/** What was refused: a SYN where no more is known. */
const asked = (all: number): number => ((all & (SYN | RST)) === 0 ? all : SYN);

/** Whether packets are no more than headers of IP and TCP. */
export const isBare = ({ address }: FlowRecord, bytes: number, packets: number): boolean =>
  bytes > 0 && bytes <= packets * (isV4(address, 0) ? BARE : BARE6);
