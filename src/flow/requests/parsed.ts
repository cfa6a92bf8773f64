import { Asked } from '../../record/request.ts';

// Hot: overwritten for every request.

/** What a reader found in a request: where its texts stand in `bytes`, and what it is. One object, overwritten for each. */
export class Parsed {
  bytes: Uint8Array = new Uint8Array(0);
  /** one of Asked */
  asked = 0;
  /** place in VERBS */
  verb = 0;
  /** bits of RequestTrait */
  traits = 0;
  /** what pairs it with its reply where replies come in any order (DNS identifier, hash of a SIP Call-ID) */
  id = 0;
  name = 0;
  nameEnd = 0;
  site = 0;
  siteEnd = 0;
  agent = 0;
  agentEnd = 0;
  referer = 0;
  refererEnd = 0;

  /** Begins anew: nothing told. */
  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.asked = Asked.nothing;
    this.verb = 0;
    this.traits = 0;
    this.id = 0;
    this.name = 0;
    this.nameEnd = 0;
    this.site = 0;
    this.siteEnd = 0;
    this.agent = 0;
    this.agentEnd = 0;
    this.referer = 0;
    this.refererEnd = 0;
  }
}

export const parsed = new Parsed();
