import { SHARDS } from '../record/packet.ts';
import { append } from '../record/batch.ts';
import { allocateContacts, type ContactBatch, contactSchema } from '../record/contact.ts';
import type { RequestBatch } from '../record/request.ts';
import { HeldRequests } from './held-requests.ts';
import { contactRows } from './threads/stage.ts';

/** First contacts that are held until home and reply visibility have been measured. */
const CONTACTS = 1 << 15;

/** Requests that are held: enough for those that come with the first contacts, also beside a busy web server. */
const REQUESTS = 1 << 14;

/** A range of what is held until the ledger begins. */
interface HeldRange {
  readonly requests: boolean;
  readonly from: number;
}

/** Who judges what was held, rows `from` … `to` − 1 at a time. */
export interface Heirs {
  readonly contacts: (batch: ContactBatch, from: number, to: number) => void;
  readonly requests: (batch: RequestBatch, from: number, to: number) => void;
}

/** The first contacts and requests, held in the order in which they came until there is enough to measure by. */
export class WarmUp {
  readonly contacts: ContactBatch = allocateContacts(CONTACTS + contactRows(SHARDS));
  readonly #requests = new HeldRequests(REQUESTS);
  readonly #ranges: HeldRange[] = [];

  /** Undefined: none came. */
  get requests(): RequestBatch | undefined {
    return this.#requests.count > 0 ? this.#requests.batch : undefined;
  }

  /** Holds rows of a batch; true: there is enough. */
  holdContacts(batch: ContactBatch, from: number, to: number): boolean {
    this.#ranges.push({ requests: false, from: this.contacts.count });
    append(contactSchema, this.contacts, batch, from, to);
    return this.contacts.count >= CONTACTS;
  }

  /** Holds rows of a batch. @returns the first row for which there is no room any more */
  holdRequests(batch: RequestBatch, from: number, to: number): number {
    this.#ranges.push({ requests: true, from: this.#requests.count });
    return this.#requests.take(batch, from, to);
  }

  /** Gives what was held, in the order in which it came. */
  replay({ contacts, requests }: Heirs): void {
    const ends = { contacts: this.contacts.count, requests: this.#requests.count };
    const upTo = this.#ranges.toReversed().map(({ requests: isRequests, from }) => {
      const kind = isRequests ? 'requests' : 'contacts';
      const to = ends[kind];
      ends[kind] = from;
      return to;
    });
    upTo.reverse();
    this.#ranges.forEach(({ requests: isRequests, from }, at) => {
      if (isRequests) requests(this.#requests.batch, from, upTo[at]);
      else contacts(this.contacts, from, upTo[at]);
    });
  }
}
