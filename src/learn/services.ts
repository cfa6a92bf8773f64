import { type AnswerBatch, SERVICES, Told } from '../record/answer.ts';
import { Asked } from '../record/request.ts';
import { TextTable } from '../record/text.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { KeyTable } from '../table/keys.ts';
import type { Hosts } from './hosts.ts';
import { NOTHING, type Seen, STATES, Times } from './seen.ts';
import type { Use } from './uses.ts';

// Hot: `opened` runs for every answer.

export const SERVICE_ROWS = 1 << 15;

const OPEN = STATES.indexOf('open');
const CLOSED = STATES.indexOf('closed');
const FILTERED = STATES.indexOf('filtered');

/** Services that answered, by host, port and protocol, and what they called themselves. */
export class Services {
  readonly #keys: KeyTable;
  readonly #state = new Uint8Array(SERVICE_ROWS);
  readonly #service = new Uint8Array(SERVICE_ROWS);
  readonly #told = new Uint8Array(SERVICE_ROWS);
  readonly #text = new Uint32Array(SERVICE_ROWS);
  readonly #times = new Times(SERVICE_ROWS);
  readonly #texts: TextTable;

  constructor(seed: number) {
    this.#keys = new KeyTable(SERVICE_ROWS, seed ^ 0x510e527f);
    this.#texts = new TextTable(SERVICE_ROWS, SERVICE_ROWS * 32, seed);
  }

  /** Answers that found no room. */
  get refused(): number {
    return this.#keys.refused;
  }

  /** Row of a service that answered; −1: no room. */
  opened(host: number, port: number, protocol: number, times: Float64Array, row: number): number {
    const { size } = this.#keys;
    const service = this.#keys.insert(host, port, protocol, 0);
    if (service < 0) return -1;
    this.#times.note(service, times, row, this.#keys.size > size);
    this.#state[service] = OPEN;
    return service;
  }

  /** It had answered once, and does no more. */
  shut(host: number, port: number, protocol: number, isClosed: boolean): void {
    const service = this.#keys.find(host, port, protocol, 0);
    if (service >= 0) this.#state[service] = isClosed ? CLOSED : FILTERED;
  }

  /** A request does not tell over what it came: what is known of the port decides, then what is usual. */
  carrierOf(host: number, port: number, asked: number): number {
    const usual = asked === Asked.dnsName ? UDP : TCP;
    const other = usual === TCP ? UDP : TCP;
    const isOther = this.#keys.find(host, port, usual, 0) < 0 && this.#keys.find(host, port, other, 0) >= 0;
    return isOther ? other : usual;
  }

  /** What a service called itself. A name of the software is worth more than a status line. */
  called(place: number, { service, told, start, length, text }: AnswerBatch, row: number): void {
    if (told[row] === Told.banner && this.#told[place] > Told.banner) return;
    const id = this.#texts.intern(text, start[row], length[row]);
    if (id === 0) return;
    this.#text[place] = id;
    this.#told[place] = told[row];
    this.#service[place] = service[row];
  }

  /** @param uses by row */
  seen(hosts: Hosts, uses: ReadonlyMap<number, Use>): Seen[] {
    return Array.from({ length: this.#keys.extent }, (_, row) => {
      const [host, port, protocol] = this.#keys.keys.subarray(4 * row, 4 * row + 3);
      return {
        ...NOTHING,
        kind: 'service',
        address: hosts.addressOf(host),
        protocol,
        port,
        state: STATES[this.#state[row]],
        service: SERVICES[this.#service[row]],
        banner: this.#texts.get(this.#text[row]),
        told: this.#told[row],
        use: uses.get(row),
        ...this.#times.of(row),
      };
    });
  }
}
