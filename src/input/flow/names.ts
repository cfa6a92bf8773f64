// Hot: called once a DNS request.
import { Reply, RequestTrait, traitOfType } from '../../record/request.ts';

/** Ports at which neighbours are asked, not servers: NetBIOS, mDNS (RFC 6762), LLMNR (RFC 4795). */
const NEIGHBOURS: ReadonlySet<number> = new Set([137, 5353, 5355]);

/** Whether a DNS message to this port asks a server. */
export const isAsked = (port: number): boolean => !NEIGHBOURS.has(port);

/** RCODE (RFC 1035 section 4.1.1, RFC 2136 section 2.2) → Reply. NOERROR without data does not tell whether there is such a name. */
export function replyOfCode(code: number, hasData: boolean): number {
  if (code === 0) return hasData ? Reply.answered : Reply.unknown;
  if (code === 3) return Reply.missed;
  if (code === 5 || code === 9) return Reply.denied;
  if (code === 2) return Reply.failed;
  return code === 1 || code === 4 ? Reply.malformed : Reply.unknown;
}

/** Class CHAOS, in which servers tell their version (RFC 4892). */
const CHAOS = 3;

/** Bits of RequestTrait that type and class of a question come to. */
export const traitsOfQuery = (type: number, queryClass: number): number =>
  traitOfType(type) | (queryClass === CHAOS ? RequestTrait.versionAsked : 0);
