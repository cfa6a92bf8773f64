import { type ContactBatch, Method } from '../record/contact.ts';
import { UDP } from '../record/protocols.ts';
import { FirstContact } from './first-contact.ts';
import { isLinkQuestion } from './probe.ts';

// Hot: for every contact that is no probe, and every question to the link or echo request within.

/** Ports of DHCP: server and client (RFC 2131 section 4.1, RFC 8415 section 7.2). */
const SERVER = 67;
const CLIENT = 68;
const SERVER_6 = 547;
const CLIENT_6 = 546;
const GIVES = 0x6c656173;

/**
 * Hosts that give addresses away. Before an address is offered its server asks whether somebody has it already, by ping
 * or ARP (RFC 2131 section 3.1): that nobody answers is what it hopes for, and one address follows the other. A row in a
 * Bloom filter a server.
 */
export class Lessors {
  readonly #known: FirstContact;
  readonly #who = new Uint32Array(8);

  constructor(seed: number) {
    this.#known = new FirstContact(12, seed ^ 0x51c6e2b7);
  }

  /** A contact that goes from the port of such a server to that of its clients. */
  observe({ protocol, sourcePort, targetPort, address }: ContactBatch, row: number): void {
    if (protocol[row] !== UDP || !isLease(sourcePort[row], targetPort[row])) return;
    this.#known.isFirst(this.#source(address, row * 8), 0, GIVES);
  }

  /** Whether a contact asks whether an address is taken, and its source gives addresses away. */
  asks(batch: ContactBatch, row: number): boolean {
    const asks = batch.method[row] === Method.icmpEcho || isLinkQuestion(batch, row);
    return asks && this.gives(batch.address, row * 8);
  }

  /** Whether the host at `words[at]` … gives addresses away, as far as was seen yet. */
  gives(words: Uint32Array, at: number): boolean {
    return this.#known.knows(this.#source(words, at), 0, GIVES);
  }

  #source(address: Uint32Array, at: number): Uint32Array {
    for (let word = 0; word < 4; word += 1) this.#who[word] = address[at + word];
    return this.#who;
  }
}

const isLease = (from: number, to: number): boolean =>
  (from === SERVER && to === CLIENT) || (from === SERVER_6 && to === CLIENT_6);
