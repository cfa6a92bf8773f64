/**
 * A flow is a row of two tables: one line of 64 bytes with its key and all that a packet of a running flow touches,
 * and 40 bytes of what only its contact needs. Places are counted in cells of the array's own width from the row's start.
 */

/** Cells per flow in the lines. */
export const LINE32 = 16;
export const LINE8 = 64;
export const LINE16 = 32;
/** Cell per flow in the lines as f64: when the last packet came (queue half: the one that the wait began with), µs. */
export const LINE64 = 8;
export const TOUCHED = 2;
/** Cell per flow in the lines as u16: the talk in which its requests are followed, 0: none. */
export const TALK = 19;

/** u32 cells of a line; the key stands before them, its lower end first: address, address, ports, last word. */
export const Line32 = {
  low: 0,
  high: 1,
  ports: 2,
  last: 3,
  bytesOut: 6,
  bytesIn: 7,
  /** what the source must acknowledge (TCP) or repeat (SCTP) to prove that it was answered */
  expect: 8,
  /** numbers of TCP, or a bit for each kind of community or proposal */
  seq: 10,
  ack: 11,
  trySeq: 12,
  payload: 13,
} as const;
/** u8 cells. */
export const Line8 = {
  /** bits of Proof */
  proof: 36,
  tries: 37,
  state: 56,
  marks: 57,
  queue: 58,
  /** packets of the target that were looked at for what they tell */
  looked: 59,
  /** packets of the source and of the target, at most 255 */
  sent: 60,
  got: 61,
  /** handle of the stream that is being put together, 0: none */
  stream: 62,
  method: 63,
} as const;

/** Cells per flow in the heads: the rest of the first packet of the source. */
export const HEAD32 = 10;
export const HEAD16 = 20;
export const HEAD8 = 40;
/** Cell per flow in the heads as f64: time of the first packet, µs. */
export const HEAD64 = 5;

export const Head32 = { record: 2, options: 3, link: 4 } as const;
export const Head16 = {
  input: 10,
  flags: 11,
  window: 12,
  urgent: 13,
  ipId: 14,
  mss: 15,
  traits: 16,
  length: 17,
} as const;
export const Head8 = {
  ttl: 36,
  /** what stands in the contact's source port where there are no ports: the ICMP code; of a stray answer the type */
  detail: 37,
  /** place in HINTS of what the first payload is known as */
  hint: 38,
} as const;

/** Where a flow stands. */
export const State = {
  /** the source asked (SYN, datagram, echo request, INIT …); nothing decisive has come back */
  asked: 1,
  /** the target answered (SYN-ACK, INIT ACK); the source's next move is awaited */
  answered: 2,
  /** packets without a beginning that may be a probe or the middle of an older flow */
  candidate: 3,
  /** an answer that nobody was seen to ask for */
  stray: 4,
  /** told; both sides talk */
  open: 5,
  /** told; nothing more is expected but stragglers of one side */
  quiet: 6,
  /** told; closed by FIN, RST or refusal: late packets are absorbed, a new SYN begins a new flow */
  closed: 7,
} as const;

/** Bits of a flow's marks. */
export const Mark = {
  /** the source is the higher of the two ends in the key */
  sourceIsHigh: 1,
  told: 2,
  exchanged: 4,
  /** the target sent something */
  replied: 8,
  finOut: 16,
  finIn: 32,
  /** the source went on as if it had been answered: the answer is not visible here */
  wentOn: 64,
  /** a login over it was refused */
  denied: 128,
} as const;

/** Queues that flows wait in, each for its own time. */
export const Queue = {
  /** not told yet */
  half: 0,
  /** closed: late packets may still come */
  linger: 1,
  /** told and one-sided */
  quiet: 2,
  /** answered, without connection */
  talk: 3,
  /** TCP connection */
  open: 4,
} as const;

const SECOND = 1e6;

/**
 * µs that a flow may wait in each queue without a packet (half: after the question). Half is longer than the 3 s in which
 * a router asks in vain for a neighbour's link address (three times, RFC 4861 section 10) before it says unreachable.
 */
export const TIMEOUT = Float64Array.of(4 * SECOND, 5 * SECOND, 30 * SECOND, 30 * SECOND, 300 * SECOND);

/**
 * Bits of the key's last word above the IP protocol number. A query (ICMP, ARP, neighbour discovery, bare IP) has its
 * type from bit 16 and no ports, but where the ports would be twice the ICMP identifier.
 */
export const Key = {
  /** addresses are dense ids of IPv6 addresses */
  v6: 256,
  query: 512,
  /** an ICMP error that quotes no flow we know: a type and, where the ports would be, twice the code */
  error: 1024,
  /** the higher end asks: both ends may ask the same at the same time */
  highAsks: 1 << 24,
} as const;
export const TYPE_SHIFT = 16;
