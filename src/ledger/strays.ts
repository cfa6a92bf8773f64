import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import { TCP, UDP } from '../record/protocols.ts';
import type { Stray } from '../record/stray.ts';
import { KeyTable } from '../table/keys.ts';
import { FirstContact } from './first-contact.ts';
import { State } from './knowledge.ts';
import type { Ledger } from './ledger.ts';

// Hot: `observe`.

/** Sources that are told apart; later ones are background like any other. */
const SOURCES = 1 << 12;

/**
 * Answers to questions that nobody was seen to ask, by the one who answers: whom they went to, and from what service.
 * They are no scan; what they are instead (`triage/strays.ts`) depends on how they spread over our addresses.
 */
export class Strays {
  readonly #keys: KeyTable;
  readonly #pairs: FirstContact;
  readonly #own = new Uint8Array(SOURCES);
  readonly #answers = new Uint32Array(SOURCES);
  readonly #targets = new Uint32Array(SOURCES);
  readonly #dark = new Uint32Array(SOURCES);
  /** protocol << 16 | port that leads, and by how many votes (Boyer, Moore 1981) */
  readonly #service = new Uint32Array(SOURCES);
  readonly #votes = new Uint32Array(SOURCES);
  /** the same of the port that leads among those that it answers to */
  readonly #asking = new Uint16Array(SOURCES);
  readonly #askingVotes = new Uint32Array(SOURCES);
  readonly #first = new Float64Array(SOURCES);
  /** whether anything that was asked was seen to be answered: both ways pass here */
  bothWays = false;

  constructor(seed: number) {
    this.#keys = new KeyTable(SOURCES, seed);
    this.#pairs = new FirstContact(20, seed);
  }

  /** Looks at rows that have been admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { method, outcome, address, time } = batch;
    for (let row = from; row < to; row += 1) {
      if (outcome[row] >= Outcome.exchanged) continue;
      if (method[row] !== Method.strayAnswer) {
        if (outcome[row] === Outcome.answered || outcome[row] === Outcome.refused) this.bothWays = true;
        continue;
      }
      const at = row * 8;
      const { size } = this.#keys;
      const mine = this.#keys.insertAt(address, at);
      if (mine < 0) continue;
      if (this.#keys.size > size) {
        this.#own[mine] = ledger.home.match.contains(address, at) ? 1 : 0;
        this.#first[mine] = time[row];
      }
      if (time[row] < this.#first[mine]) this.#first[mine] = time[row];
      this.#answers[mine] += 1;
      this.#vote(mine, batch, row);
      if (!this.#pairs.isFirst(address, at, 0)) continue;
      this.#targets[mine] += 1;
      ledger.knowledge.at(address, at + 4, 0, 0);
      if (ledger.knowledge.state() <= State.dark) this.#dark[mine] += 1;
    }
  }

  /** Who answered most first. */
  found(): Stray[] {
    const all = Array.from({ length: this.#keys.extent }, (_, row) => ({
      source: this.#keys.keys.slice(row * 4, row * 4 + 4),
      own: this.#own[row] === 1,
      answers: this.#answers[row],
      targets: this.#targets[row],
      dark: this.#dark[row],
      protocol: this.#service[row] >>> 16,
      port: this.#service[row] & 0xffff,
      votes: this.#votes[row],
      asking: this.#asking[row],
      askingVotes: this.#askingVotes[row],
      first: this.#first[row],
    }));
    return all.sort((a, b) => b.answers - a.answers || a.first - b.first || a.source[3] - b.source[3]);
  }

  #vote(mine: number, { protocol, sourcePort, targetPort }: ContactBatch, row: number): void {
    const port = protocol[row] === TCP || protocol[row] === UDP ? sourcePort[row] : 0;
    const service = ((protocol[row] << 16) | port) >>> 0;
    if (this.#votes[mine] === 0) this.#service[mine] = service;
    this.#votes[mine] += this.#service[mine] === service ? 1 : -1;
    if (this.#askingVotes[mine] === 0) this.#asking[mine] = targetPort[row];
    this.#askingVotes[mine] += this.#asking[mine] === targetPort[row] ? 1 : -1;
  }
}
