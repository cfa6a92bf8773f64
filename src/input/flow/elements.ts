/**
 * What is read of a flow record, each in a slot of its own. The numbers of NetFlow v9's field types (RFC 3954 section 8)
 * and of IPFIX's information elements (IANA "IPFIX Information Elements", RFC 7012) are the same up to 127.
 */
export const Slot = {
  none: 0,
  sourceV4: 1,
  targetV4: 2,
  sourceV6: 3,
  targetV6: 4,
  sourcePort: 5,
  targetPort: 6,
  protocol: 7,
  flags: 8,
  packets: 9,
  bytes: 10,
  packetsBack: 11,
  bytesBack: 12,
  flagsBack: 13,
  /** ms since the exporter's start */
  startUptime: 14,
  endUptime: 15,
  startSeconds: 16,
  endSeconds: 17,
  startMillis: 18,
  endMillis: 19,
  /** NTP timestamps: µs and ns alike */
  startNtp: 20,
  endNtp: 21,
  /** µs before the export */
  startDelta: 22,
  endDelta: 23,
  durationMillis: 24,
  durationMicros: 25,
  systemInit: 26,
  eventMillis: 27,
  icmp4: 28,
  icmp6: 29,
  icmpType: 30,
  icmpCode: 31,
  ttl: 32,
  /** one packet in so many */
  sampling: 33,
  /** so many packets are taken, so many are left out */
  samplingTaken: 34,
  samplingLeft: 35,
  samplingSize: 36,
  samplingOf: 37,
  sampler: 38,
  firewallEvent: 39,
  forwarding: 40,
  /** 1: the record's source began, 2: its target */
  biflowDirection: 41,
} as const;

export const SLOTS = 42;

/** IANA number → slot. */
const IANA: ReadonlyMap<number, number> = new Map([
  [8, Slot.sourceV4],
  [12, Slot.targetV4],
  [27, Slot.sourceV6],
  [28, Slot.targetV6],
  [7, Slot.sourcePort],
  [180, Slot.sourcePort], // udpSourcePort
  [182, Slot.sourcePort], // tcpSourcePort
  [11, Slot.targetPort],
  [181, Slot.targetPort],
  [183, Slot.targetPort],
  [4, Slot.protocol],
  [6, Slot.flags],
  [2, Slot.packets],
  [86, Slot.packets], // packetTotalCount
  [298, Slot.packets], // initiatorPackets
  [1, Slot.bytes],
  [85, Slot.bytes], // octetTotalCount
  [231, Slot.bytes], // initiatorOctets
  [299, Slot.packetsBack], // responderPackets
  [232, Slot.bytesBack], // responderOctets
  [22, Slot.startUptime],
  [21, Slot.endUptime],
  [150, Slot.startSeconds],
  [151, Slot.endSeconds],
  [152, Slot.startMillis],
  [153, Slot.endMillis],
  [154, Slot.startNtp],
  [155, Slot.endNtp],
  [156, Slot.startNtp],
  [157, Slot.endNtp],
  [158, Slot.startDelta],
  [159, Slot.endDelta],
  [161, Slot.durationMillis],
  [162, Slot.durationMicros],
  [160, Slot.systemInit],
  [323, Slot.eventMillis], // observationTimeMilliseconds
  [32, Slot.icmp4],
  [139, Slot.icmp6],
  [176, Slot.icmpType],
  [178, Slot.icmpType],
  [177, Slot.icmpCode],
  [179, Slot.icmpCode],
  [52, Slot.ttl], // minimumTTL
  [192, Slot.ttl], // ipTTL
  [34, Slot.sampling],
  [50, Slot.sampling], // samplerRandomInterval
  [305, Slot.samplingTaken],
  [306, Slot.samplingLeft],
  [309, Slot.samplingSize],
  [310, Slot.samplingOf],
  [48, Slot.sampler],
  [302, Slot.sampler], // selectorId
  [233, Slot.firewallEvent],
  [40005, Slot.firewallEvent], // the same of early Cisco ASA
  [89, Slot.forwarding],
  [239, Slot.biflowDirection],
]);

/** The private enterprise number under which an element means the other direction (RFC 5103 section 6.1). */
const REVERSE = 29305;

/** IANA number of a forward element → slot of what it tells of the way back. */
const BACK: ReadonlyMap<number, number> = new Map([
  [2, Slot.packetsBack],
  [86, Slot.packetsBack],
  [1, Slot.bytesBack],
  [85, Slot.bytesBack],
  [6, Slot.flagsBack],
]);

/** Slot of an element; Slot.none for what is not read. */
export function slotOf(element: number, enterprise: number): number {
  if (enterprise === 0) return IANA.get(element) ?? Slot.none;
  return enterprise === REVERSE ? (BACK.get(element) ?? Slot.none) : Slot.none;
}

/** Bytes that a value of the slot has at most; longer ones are not of its type, and are not read. */
export function longest(slot: number): number {
  return slot === Slot.sourceV6 || slot === Slot.targetV6 ? 16 : 8;
}
