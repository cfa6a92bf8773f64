import { parseAddress } from '../../record/address.ts';

/** TCP flags, or a type of ICMP, that an exporter did not tell. */
export const UNTOLD = 0xffff;

/**
 * A flow record as the exporter tells it: what went from one end to the other, and, where it says so, what came back.
 * Reused from record to record: `clear`, set what is told, `add`.
 */
export class FlowRecord {
  /** number of the record in its input */
  record = 0;
  /** µs since 1970 of the first and the last packet */
  start = 0.5;
  end = 0.5;
  /** µs since 1970 when the exporter told of it; 0: not known, taken as `end` */
  seen = 0.5;
  /** source 0–3, target 4–7 */
  readonly address = new Uint32Array(8);
  sourcePort = 0;
  /** ICMP: type << 8 | code, or UNTOLD */
  targetPort = 0;
  protocol = 0;
  /** TCP flags of all packets together; UNTOLD */
  flags: number = UNTOLD;
  packets = 0;
  /** bytes of IP packets, 0: not told */
  bytes = 0;
  /** packets back; −1: the record tells of one direction only. With 0 or more, the record's source is who began. */
  packetsBack = -1;
  bytesBack = 0;
  flagsBack: number = UNTOLD;
  ttl = 0;
  /** not all packets were looked at */
  sampled = false;
  /** the exporter let no packet of it pass */
  denied = false;

  clear(): void {
    this.start = 0;
    this.end = 0;
    this.seen = 0;
    this.address.fill(0);
    this.sourcePort = 0;
    this.targetPort = 0;
    this.protocol = 0;
    this.flags = UNTOLD;
    this.packets = 0;
    this.bytes = 0;
    this.packetsBack = -1;
    this.bytesBack = 0;
    this.flagsBack = UNTOLD;
    this.ttl = 0;
    this.sampled = false;
    this.denied = false;
  }

  /** Sets who speaks to whom, from texts and numbers; false: one of them is none that there can be. */
  between(source: string, target: string, protocol: number, sourcePort: number, targetPort: number): boolean {
    const from = parseAddress(source);
    const to = parseAddress(target);
    if (from === null || to === null || !isIn(protocol, 255)) return false;
    this.address.set(from);
    this.address.set(to, 4);
    this.protocol = protocol;
    this.sourcePort = sourcePort;
    this.targetPort = targetPort;
    return isIn(sourcePort, 0xffff) && isIn(targetPort, 0xffff);
  }
}

/** Whether a number is a whole one from 0 to `most`. */
export const isIn = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
