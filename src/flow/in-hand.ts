import { Flows } from './flows.ts';
import { LINE8, Line8 } from './layout.ts';
import { ContactRows, PacketRows } from './rows.ts';

// Hot: marks are read for every packet.

/** What whoever follows a packet has in hand: the flows, the rows that are read and those that are written. */
export class InHand {
  readonly flows: Flows;
  readonly packets = new PacketRows();
  readonly contacts = new ContactRows();
  /** The packet comes from the target of the flow that was found for it. */
  reverse = false;

  constructor(capacity: number, seed: number) {
    this.flows = new Flows(capacity, seed);
  }

  mark(flow: number, bits: number): void {
    this.flows.line8[LINE8 * flow + Line8.marks] |= bits;
  }

  marked(flow: number, bits: number): boolean {
    return (this.flows.line8[LINE8 * flow + Line8.marks] & bits) !== 0;
  }

  prove(flow: number, bits: number): void {
    this.flows.line8[LINE8 * flow + Line8.proof] |= bits;
  }

  proven(flow: number, bits: number): boolean {
    return (this.flows.line8[LINE8 * flow + Line8.proof] & bits) !== 0;
  }
}
