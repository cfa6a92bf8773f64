import { Method } from '../record/contact.ts';
import { Way } from '../ledger/rates.ts';
import type { Detector } from './detector.ts';

// Hot: `observe`.

/**
 * Stray and odd: packets that belong to no flow and that no client's operating system opens a conversation with: FIN,
 * NULL, Xmas, FIN-ACK and lone ACK probes, impossible flag combinations, timestamp and mask requests, bare IP protocols.
 * How such a packet ends does not matter; that it comes, to one target after another, is the evidence.
 * `flow/` has told them apart from backscatter, asymmetric capture and connections older than the capture.
 */

const P1 = [0.5, 0.9];

interface Oddity {
  readonly method: number;
  /** upper bound on the share of a benign source's first contacts that look so */
  readonly p0: number;
  readonly reason: string;
}

const ODDITIES: readonly Oddity[] = [
  { method: Method.tcpFin, p0: 0.02, reason: 'FIN without a connection' },
  { method: Method.tcpNull, p0: 0.004, reason: 'a segment without flags' },
  { method: Method.tcpXmas, p0: 0.004, reason: 'FIN, PSH and URG without a connection' },
  { method: Method.tcpMaimon, p0: 0.05, reason: 'FIN and ACK without a connection' },
  { method: Method.tcpAck, p0: 0.1, reason: 'a lone ACK without a connection' },
  { method: Method.tcpWindow, p0: 0.1, reason: 'a lone ACK without a connection' },
  { method: Method.tcpOdd, p0: 0.004, reason: 'flags that no connection has' },
  { method: Method.icmpTimestamp, p0: 0.05, reason: 'ICMP timestamp request' },
  { method: Method.icmpMask, p0: 0.02, reason: 'ICMP address mask request' },
  { method: Method.icmpOther, p0: 0.05, reason: 'an ICMP request of a rare kind' },
  { method: Method.sctpInit, p0: 0.2, reason: 'SCTP INIT' },
  { method: Method.sctpCookie, p0: 0.02, reason: 'SCTP COOKIE ECHO without an association' },
  { method: Method.ipProtocol, p0: 0.1, reason: 'a bare IP protocol' },
];

const USUAL = ODDITIES.length;

/** p0 and reason by method; 1: nothing odd. */
const oddity = new Int8Array(64).fill(-1);
for (const [at, { method }] of ODDITIES.entries()) oddity[method] = at;

export const stray: Detector = {
  name: 'stray',
  about: 'packets of no flow that no client opens a conversation with',
  components: P1.length,
  reasons: [...ODDITIES.map(({ reason }) => reason), 'an ordinary request'],
  most: (reason) => P1.map((p1) => (reason === USUAL ? 1 : p1 / ODDITIES[reason].p0)),
  create: (seat) => {
    const odd = ODDITIES.map(({ p0 }) => Float64Array.from(P1, (p1) => p1 / p0));
    // Expectation ≤ 1 as long as the true chances of the oddities, each over its bound, add up to at most 1.
    const usual = Float64Array.from(P1, (p1) => 1 - p1);
    return {
      observe(batch, from, to, ledger) {
        const { account, first, way, trace } = ledger.admission;
        const { method } = batch;
        for (let row = from; row < to; row += 1) {
          const mine = account[row];
          if (mine < 0 || first[row] === 0 || ledger.accounts.isFull(mine, seat.stream)) continue;
          const which = oddity[method[row]];
          if (which >= 0 && way[row] !== Way.outward && trace[row] === 0)
            ledger.accounts.charge(mine, seat.stream, odd[which], which, batch, row);
          // An ordinary request weighs against oddities; where there are none, the stream stands at nothing anyway.
          else if (ledger.accounts.bits[mine * ledger.accounts.streams.length + seat.stream] > 0)
            ledger.accounts.charge(mine, seat.stream, usual, USUAL, batch, row);
        }
      },
    };
  },
};
