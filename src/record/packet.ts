import { allocate, type Batch, bytesOf, headOf, withHead } from './batch.ts';

/**
 * One row a frame of a capture. The reader of the file fills the frame columns; `input/capture/decode` fills the rest.
 * The bytes of all frames of a batch stand in one block (`PacketBatch.bytes`); offsets are into that block.
 */
export const packetSchema = {
  // ── the frame, as the capture file tells it ──
  /** µs since 1970 */
  time: ['f64', 1],
  /** where the frame starts in `bytes` */
  offset: ['u32', 1],
  /** bytes of it that were captured */
  captured: ['u32', 1],
  /** bytes it had on the wire */
  length: ['u32', 1],
  /** link type (tcpdump.org/linktypes.html) */
  linkType: ['u16', 1],
  // ── decoded ──
  /** what the row holds, one of Kind; 0: nothing that detection reads (counted by name) */
  kind: ['u8', 1],
  /** IP protocol number of the innermost packet; 0 for ARP */
  protocol: ['u8', 1],
  /**
   * innermost addresses as 8 words in host order: source 0–3, target 4–7; IPv4 is mapped (0, 0, 0xffff, address).
   * ND solicitations: the target is the address asked for; ND advertisements: the source is the address told
   */
  address: ['u32', 8],
  /** TCP, UDP, SCTP port; for ICMP the type; for ARP the operation; 0 for bare IP */
  sourcePort: ['u16', 1],
  /** TCP, UDP, SCTP port; for ICMP the code */
  targetPort: ['u16', 1],
  /** TCP: FIN 1 SYN 2 RST 4 PSH 8 ACK 16 URG 32 ECE 64 CWR 128 AE 256. SCTP: type of the first chunk, 0xffff: none */
  flags: ['u16', 1],
  /** TCP sequence number; SCTP verification tag; ICMP echo, timestamp, mask: identifier << 16 | sequence */
  seq: ['u32', 1],
  /** TCP acknowledgement number; SCTP INIT tag */
  ack: ['u32', 1],
  window: ['u16', 1],
  /** TCP urgent pointer */
  urgent: ['u16', 1],
  /** IPv4 identification; IPv6 flow label & 0xffff */
  ipId: ['u16', 1],
  /** IPv4 TTL, IPv6 hop limit */
  ttl: ['u8', 1],
  /** hash of the TCP options' kinds in order, with MSS and window scale (see decode/tcp.ts); 0: no options */
  options: ['u32', 1],
  /** TCP maximum segment size option, 0 when absent */
  mss: ['u16', 1],
  /**
   * where the transport payload starts in `bytes` (for ICMP errors: the quoted IP header; bare IP: the IP payload;
   * fragments: the header of the fragmented IP packet, and the two lengths are those of the whole IP packet)
   */
  payload: ['u32', 1],
  /** payload bytes captured */
  payloadCaptured: ['u32', 1],
  /** payload bytes on the wire, from the IP length */
  payloadLength: ['u32', 1],
  /** bits of Trait */
  traits: ['u32', 1],
  /** hash of the sender's link-layer address, 0 when the link has none */
  link: ['u32', 1],
  /** which shard tracks this row's flow: a symmetric hash of the two addresses (for ICMP errors: of the quoted packet) */
  shard: ['u8', 1],
  /** row numbers in shard order: shard s owns order[shardStart(s)] … order[shardStart(s + 1) − 1], rows with kind 0 left out */
  order: ['u16', 1],
} as const;

/** Shards are many and fixed; workers carry several each. So what a shard sees does not depend on how many workers there are. */
export const SHARDS = 16;

/** What a packet row holds. */
export const Kind = {
  none: 0,
  tcp: 1,
  udp: 2,
  /** ICMP or ICMPv6 query or reply (echo, timestamp, mask, information; neighbour discovery is `nd`) */
  icmp: 3,
  /** ICMP or ICMPv6 error; `payload` points to the quoted IP header */
  icmpError: 4,
  sctp: 5,
  arp: 6,
  nd: 7,
  /** any other IP protocol */
  ip: 8,
  /** an IP fragment (first or later) that `flow/` has to put together */
  fragment: 9,
} as const;

/** Bits of the `traits` column. */
export const Trait = {
  v6: 1,
  dontFragment: 2,
  /** checksum of the transport or IPv4 header is wrong (which ones are verified: see decode/checksum.ts) */
  badChecksum: 4,
  /** the wrong checksum is the pseudo-header sum that checksum offload leaves behind */
  offload: 8,
  /** came out of GRE, VXLAN, Geneve, IP-in-IP or 6in4 */
  tunnelled: 16,
  vlan: 32,
  ipOptions: 64,
  /** IPv6 extension headers other than fragment */
  extension: 128,
  /** link-layer or IP broadcast or multicast target */
  broadcast: 256,
  /** the capture cut the packet short (snaplen) */
  cut: 512,
  /** IP or TCP options could not be read to the end */
  badOptions: 1024,
  /** reserved TCP bits or the reserved IPv4 flag are set */
  reservedBits: 2048,
  /** put together from fragments */
  reassembled: 4096,
  /** TCP timestamp option present */
  timestamps: 8192,
  /** source and target address are the same, or one of them cannot be a host's (0.0.0.0, multicast source) */
  impossible: 16384,
  /** headers that hide what they carry: a tiny fragment, IPv6 extension headers out of order, a routing header of type 0 */
  hiding: 32768,
  /** the record told addresses, ports and the like, but no fields of headers: those are 0 because nobody knows them */
  untold: 65536,
  /** whoever wrote the record says that the source is at home, or the target */
  sourceHere: 131072,
  targetHere: 262144,
} as const;

/** `head` cells of a packet batch. */
const HEAD = headOf({ count: 0, input: 1, firstRecord: 2, clock: 3, number: 4 });

/** A batch of packets with the bytes they stand in. */
export interface PacketBatch extends Batch<typeof packetSchema> {
  /** The block that `offset` and `payload` point into. Reused: valid until the next batch. */
  readonly bytes: Uint8Array;
  /** The same block, for reading words at any offset. */
  readonly view: DataView;
  /** All columns as one array a width: a loop that writes many columns writes them through three arrays. */
  readonly octets: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  /** SHARDS + 1 row positions in `order`. */
  readonly shardStart: Uint16Array;
  /** Number of the input these frames came from. */
  input: number;
  /** Number of the first frame within its input, counted from 1 as Wireshark does. Row r is frame firstRecord + r. */
  firstRecord: number;
  /** The data's clock (µs) when this batch has been read; never runs back. */
  clock: number;
  /** Number of the batch in the whole run. */
  number: number;
}

/** Bytes of one block of capture data and rows of one batch: small enough to stay in a core's cache. */
export const BLOCK_BYTES = 1 << 19;
export const PACKET_ROWS = 2048;

/** Bytes that `allocatePackets` lays out. */
export function packetBytes(rows = PACKET_ROWS, block = BLOCK_BYTES): number {
  return bytesOf(packetSchema, rows) + 128 + block;
}

/** Lays out a packet batch and its block over one buffer. */
export function allocatePackets(
  buffer: ArrayBufferLike = new ArrayBuffer(packetBytes()),
  start = 0,
  rows = PACKET_ROWS,
  block = BLOCK_BYTES,
): PacketBatch {
  const columns = allocate(packetSchema, rows, buffer, start);
  const at = start + bytesOf(packetSchema, rows);
  const batch = {
    ...columns,
    shardStart: new Uint16Array(buffer as ArrayBuffer, at, SHARDS + 1),
    bytes: new Uint8Array(buffer as ArrayBuffer, at + 128, block),
    view: new DataView(buffer as ArrayBuffer, at + 128, block),
    octets: new Uint8Array(buffer as ArrayBuffer, start, at - start),
    halves: new Uint16Array(buffer as ArrayBuffer, start, (at - start) >>> 1),
    words: new Uint32Array(buffer as ArrayBuffer, start, (at - start) >>> 2),
  };
  return withHead(batch, HEAD) as unknown as PacketBatch;
}
