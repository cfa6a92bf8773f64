import type { RequestBatch } from '../../record/request.ts';

// Hot: written for every request.

/** The columns of the request batch in hand, as fields of one fixed shape (as `PacketRows` has those of packets). */
export class RequestRows {
  batch: RequestBatch | null = null;
  capacity = 0;
  time!: Float64Array;
  input!: Uint16Array;
  record!: Uint32Array;
  address!: Uint32Array;
  port!: Uint16Array;
  asked!: Uint8Array;
  reply!: Uint8Array;
  verb!: Uint8Array;
  status!: Uint16Array;
  bytes!: Uint32Array;
  traits!: Uint32Array;
  name!: Uint32Array;
  nameLength!: Uint16Array;
  site!: Uint32Array;
  siteLength!: Uint16Array;
  agent!: Uint32Array;
  agentLength!: Uint16Array;
  referer!: Uint32Array;
  refererLength!: Uint16Array;
  text!: Uint8Array;

  bind(batch: RequestBatch): void {
    if (batch === this.batch) return;
    this.batch = batch;
    this.capacity = batch.capacity;
    this.time = batch.time;
    this.input = batch.input;
    this.record = batch.record;
    this.address = batch.address;
    this.port = batch.port;
    this.asked = batch.asked;
    this.reply = batch.reply;
    this.verb = batch.verb;
    this.status = batch.status;
    this.bytes = batch.bytes;
    this.traits = batch.traits;
    this.name = batch.name;
    this.nameLength = batch.nameLength;
    this.site = batch.site;
    this.siteLength = batch.siteLength;
    this.agent = batch.agent;
    this.agentLength = batch.agentLength;
    this.referer = batch.referer;
    this.refererLength = batch.refererLength;
    this.text = batch.text;
  }
}
