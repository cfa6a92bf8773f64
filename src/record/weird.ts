/**
 * Malformed, impossible or unsupported data, each by a name, counted and never thrown (after Zeek's weird.zeek).
 * Add a name: one line here.
 *
 * fate   malformed | unsupported: the record could not be used, and is counted there and nowhere else;
 *        noted: the record was used all the same.
 */
export type Fate = 'malformed' | 'unsupported' | 'noted';

/** name, fate */
export const WEIRDS = [
  // capture files
  ['file-header-cut', 'malformed'],
  ['record-cut', 'malformed'],
  ['record-length-impossible', 'malformed'],
  ['block-length-impossible', 'malformed'],
  ['interface-unknown', 'malformed'],
  ['link-type-unsupported', 'unsupported'],
  ['compressed-data-cut', 'noted'],
  ['compressed-data-damaged', 'noted'],
  ['compressed-data-bomb', 'noted'],
  // lines and documents
  ['line-malformed', 'malformed'],
  ['line-too-long', 'malformed'],
  ['line-of-another-program', 'unsupported'],
  ['line-field-impossible', 'malformed'],
  ['line-time-impossible', 'malformed'],
  ['line-not-about-network', 'unsupported'],
  ['line-rows-too-many', 'noted'],
  ['record-newest-first', 'noted'],
  ['record-time-goes-back', 'noted'],
  ['json-malformed', 'malformed'],
  ['json-too-deep', 'malformed'],
  // flow exports and flow files
  ['datagram-not-export', 'unsupported'],
  ['datagram-fragmented', 'unsupported'],
  ['export-header-cut', 'malformed'],
  ['export-version-unsupported', 'unsupported'],
  ['export-set-malformed', 'malformed'],
  ['export-template-malformed', 'malformed'],
  ['export-template-unknown', 'unsupported'],
  ['export-templates-forgotten', 'noted'],
  ['export-sample-malformed', 'malformed'],
  ['flow-without-addresses', 'unsupported'],
  ['flow-time-impossible', 'malformed'],
  ['flow-block-malformed', 'malformed'],
  ['flow-block-compression-unsupported', 'unsupported'],
  ['flow-block-unsupported', 'unsupported'],
  ['flow-record-malformed', 'malformed'],
  // link
  ['link-header-cut', 'malformed'],
  ['ethertype-unsupported', 'unsupported'],
  ['vlan-too-deep', 'malformed'],
  ['arp-malformed', 'malformed'],
  ['arp-unsupported', 'unsupported'],
  // IP
  ['ip-header-cut', 'malformed'],
  ['ip-version-wrong', 'malformed'],
  ['ip-header-length-impossible', 'malformed'],
  ['ip-length-impossible', 'malformed'],
  ['ip-options-malformed', 'noted'],
  ['ip-checksum-wrong', 'noted'],
  ['ip-checksum-offload', 'noted'],
  ['ip-reserved-flag', 'noted'],
  ['ip-source-impossible', 'noted'],
  ['ip-target-impossible', 'noted'],
  ['ip-source-is-target', 'noted'],
  ['ip6-extension-too-deep', 'malformed'],
  ['ip6-extension-cut', 'malformed'],
  ['ip6-extension-order', 'noted'],
  ['ip6-routing-type-zero', 'noted'],
  ['tunnel-too-deep', 'malformed'],
  ['tunnel-malformed', 'noted'],
  // fragments
  ['fragment-tiny', 'noted'],
  ['fragment-overlap', 'noted'],
  ['fragment-beyond-end', 'malformed'],
  ['fragment-dropped', 'noted'],
  ['fragment-incomplete', 'noted'],
  ['fragment-transport-malformed', 'noted'],
  // transport
  ['tcp-header-cut', 'malformed'],
  ['tcp-header-length-impossible', 'malformed'],
  ['tcp-options-malformed', 'noted'],
  ['tcp-checksum-wrong', 'noted'],
  ['tcp-checksum-offload', 'noted'],
  ['tcp-port-zero', 'noted'],
  ['tcp-syn-fin', 'noted'],
  ['tcp-syn-rst', 'noted'],
  ['tcp-all-flags', 'noted'],
  ['tcp-no-flags', 'noted'],
  ['tcp-fin-without-ack', 'noted'],
  ['tcp-reserved-bits', 'noted'],
  ['tcp-urgent-without-flag', 'noted'],
  ['tcp-syn-with-data', 'noted'],
  ['udp-header-cut', 'malformed'],
  ['udp-length-impossible', 'malformed'],
  ['udp-checksum-wrong', 'noted'],
  ['udp-checksum-offload', 'noted'],
  ['udp-port-zero', 'noted'],
  ['icmp-header-cut', 'malformed'],
  ['icmp-checksum-wrong', 'noted'],
  ['icmp-quote-cut', 'noted'],
  ['icmp-type-unknown', 'noted'],
  ['nd-hop-limit-wrong', 'noted'],
  ['sctp-header-cut', 'malformed'],
  ['sctp-chunk-malformed', 'noted'],
] as const satisfies readonly (readonly [string, Fate])[];

export type WeirdName = (typeof WEIRDS)[number][0];

/** Name → its place in the counters. Look it up once, at module load; count with the number. */
export const Weird = Object.fromEntries(WEIRDS.map(([name], at) => [name, at])) as Readonly<Record<WeirdName, number>>;

/** One counter a name; mergeable by adding. `samples` keeps the first record number under each name. */
export class WeirdCounts {
  readonly counts: Float64Array;
  readonly firstRecord: Float64Array;

  constructor(buffer: ArrayBufferLike = new ArrayBuffer(WEIRDS.length * 16), start = 0) {
    this.counts = new Float64Array(buffer as ArrayBuffer, start, WEIRDS.length);
    this.firstRecord = new Float64Array(buffer as ArrayBuffer, start + WEIRDS.length * 8, WEIRDS.length);
  }

  /** Bytes to hand to the constructor when the counters are to live in shared memory. */
  static readonly BYTES = WEIRDS.length * 16;

  count(weird: number, record: number): void {
    if (this.counts[weird] === 0) this.firstRecord[weird] = record;
    this.counts[weird] += 1;
  }

  merge(other: WeirdCounts): void {
    for (let at = 0; at < WEIRDS.length; at += 1) {
      if (other.counts[at] === 0) continue;
      if (this.counts[at] === 0 || other.firstRecord[at] < this.firstRecord[at])
        this.firstRecord[at] = other.firstRecord[at];
      this.counts[at] += other.counts[at];
    }
  }

  /** Records that one fate took. */
  total(fate: Fate): number {
    let sum = 0;
    for (let at = 0; at < WEIRDS.length; at += 1) if (WEIRDS[at][1] === fate) sum += this.counts[at];
    return sum;
  }
}
