import type { ContactBatch } from '../record/contact.ts';
import type { PacketBatch } from '../record/packet.ts';

// Hot: read for every packet, written for every contact.

/**
 * The columns of the packet batch in hand, as fields of one fixed shape. A batch makes its columns from a schema by
 * name, which an engine keeps as a dictionary; here a column costs one load.
 */
export class PacketRows {
  batch: PacketBatch | null = null;
  bytes!: Uint8Array;
  input = 0;
  firstRecord = 0;
  time!: Float64Array;
  kind!: Uint8Array;
  protocol!: Uint8Array;
  address!: Uint32Array;
  sourcePort!: Uint16Array;
  targetPort!: Uint16Array;
  flags!: Uint16Array;
  seq!: Uint32Array;
  ack!: Uint32Array;
  window!: Uint16Array;
  urgent!: Uint16Array;
  ipId!: Uint16Array;
  ttl!: Uint8Array;
  options!: Uint32Array;
  mss!: Uint16Array;
  payload!: Uint32Array;
  payloadCaptured!: Uint32Array;
  payloadLength!: Uint32Array;
  traits!: Uint32Array;
  link!: Uint32Array;

  bind(batch: PacketBatch): void {
    this.input = batch.input;
    this.firstRecord = batch.firstRecord;
    if (batch === this.batch) return;
    this.batch = batch;
    this.bytes = batch.bytes;
    this.time = batch.time;
    this.kind = batch.kind;
    this.protocol = batch.protocol;
    this.address = batch.address;
    this.sourcePort = batch.sourcePort;
    this.targetPort = batch.targetPort;
    this.flags = batch.flags;
    this.seq = batch.seq;
    this.ack = batch.ack;
    this.window = batch.window;
    this.urgent = batch.urgent;
    this.ipId = batch.ipId;
    this.ttl = batch.ttl;
    this.options = batch.options;
    this.mss = batch.mss;
    this.payload = batch.payload;
    this.payloadCaptured = batch.payloadCaptured;
    this.payloadLength = batch.payloadLength;
    this.traits = batch.traits;
    this.link = batch.link;
  }

  /** Number of the row's packet within its input. */
  record(row: number): number {
    return this.firstRecord + row;
  }
}

/** The same for the contacts that are being written. */
export class ContactRows {
  batch: ContactBatch | null = null;
  count = 0;
  time!: Float64Array;
  input!: Uint16Array;
  record!: Uint32Array;
  address!: Uint32Array;
  targetPort!: Uint16Array;
  sourcePort!: Uint16Array;
  protocol!: Uint8Array;
  method!: Uint8Array;
  outcome!: Uint8Array;
  proof!: Uint8Array;
  traits!: Uint32Array;
  flags!: Uint16Array;
  seq!: Uint32Array;
  ack!: Uint32Array;
  window!: Uint16Array;
  urgent!: Uint16Array;
  ipId!: Uint16Array;
  ttl!: Uint8Array;
  options!: Uint32Array;
  mss!: Uint16Array;
  length!: Uint32Array;
  payload!: Uint32Array;
  hint!: Uint8Array;
  bytesOut!: Uint32Array;
  bytesIn!: Uint32Array;
  tries!: Uint8Array;
  trySeq!: Uint32Array;
  link!: Uint32Array;

  bind(batch: ContactBatch): void {
    this.count = batch.count;
    if (batch === this.batch) return;
    this.batch = batch;
    this.time = batch.time;
    this.input = batch.input;
    this.record = batch.record;
    this.address = batch.address;
    this.targetPort = batch.targetPort;
    this.sourcePort = batch.sourcePort;
    this.protocol = batch.protocol;
    this.method = batch.method;
    this.outcome = batch.outcome;
    this.proof = batch.proof;
    this.traits = batch.traits;
    this.flags = batch.flags;
    this.seq = batch.seq;
    this.ack = batch.ack;
    this.window = batch.window;
    this.urgent = batch.urgent;
    this.ipId = batch.ipId;
    this.ttl = batch.ttl;
    this.options = batch.options;
    this.mss = batch.mss;
    this.length = batch.length;
    this.payload = batch.payload;
    this.hint = batch.hint;
    this.bytesOut = batch.bytesOut;
    this.bytesIn = batch.bytesIn;
    this.tries = batch.tries;
    this.trySeq = batch.trySeq;
    this.link = batch.link;
  }
}
