import type { Use } from './uses.ts';

/** What a host answered, by bit of `Seen.answers`. */
export const HOST_ANSWERS = [
  'echo',
  'timestamp',
  'address mask',
  'other icmp',
  'arp',
  'neighbour',
  'protocol',
  'refusal',
];

export const STATES = ['up', 'open', 'closed', 'filtered'] as const;

/** Something that answered, in plain values. */
export interface Seen {
  readonly kind: 'host' | 'service' | 'name';
  /** four words; zeros: not told */
  readonly address: Uint32Array;
  readonly protocol: number;
  /** 0: none, or not told */
  readonly port: number;
  readonly state: (typeof STATES)[number];
  /** µs since 1970 */
  readonly first: number;
  readonly last: number;
  readonly service: string;
  /** what it called itself last, and which kind of text that was: one of Told */
  readonly banner: string;
  readonly told: number;
  /** bits of HOST_ANSWERS */
  readonly answers: number;
  /** one of Asked */
  readonly asked: number;
  readonly site: string;
  readonly name: string;
  readonly status: number;
  readonly bytes: number;
  /** undefined: nobody who counts used it */
  readonly use: Use | undefined;
}

/** Of which nothing but its kind, its place and its times is known. */
export const NOTHING = {
  protocol: 0,
  port: 0,
  state: 'up',
  service: '',
  banner: '',
  told: 0,
  answers: 0,
  asked: 0,
  site: '',
  name: '',
  status: 0,
  bytes: 0,
  use: undefined,
} as const satisfies Partial<Seen>;

/** First and last times of rows, which stand beside each other. µs since 1970. */
export class Times {
  readonly #columns: Float64Array;

  constructor(rows: number) {
    this.#columns = new Float64Array(2 * rows);
  }

  note(place: number, times: Float64Array, row: number, isNew: boolean): void {
    const columns = this.#columns;
    const at = 2 * place;
    if (isNew || times[row] < columns[at]) columns[at] = times[row];
    if (isNew || times[row] > columns[at + 1]) columns[at + 1] = times[row];
  }

  of(place: number): Pick<Seen, 'first' | 'last'> {
    return { first: this.#columns[2 * place], last: this.#columns[2 * place + 1] };
  }
}
