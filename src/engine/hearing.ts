import { givenHome, type Home } from '../ledger/home.ts';
import { type ContactBatch, Outcome } from '../record/contact.ts';
import { digest } from '../record/digest.ts';
import { type RequestBatch, RequestTrait } from '../record/request.ts';
import type { Sheaf } from '../record/sheaf.ts';
import { parsePrefix, type Prefix } from '../table/prefix.ts';
import type { Clocks, Skew } from './inputs/clocks.ts';
import type { Span } from './inputs/course.ts';
import { Twice } from './inputs/twice.ts';
import { TELLS_ALL, tells, Waiting } from './inputs/waiting.ts';
import { Judge } from './judge.ts';
import type { RunOptions } from './options.ts';
import { AllContacts, type Told } from './threads/stage.ts';

/**
 * Brings before the judge what packets and logs tell, in the order in which it is told: what lies outside the period is
 * left out, and what two inputs tell of one contact counts once.
 */
export class Hearing {
  readonly judge: Judge;
  readonly #since: number;
  readonly #until: number;
  readonly #allContacts = new AllContacts();
  readonly #twice: Twice | undefined;
  readonly #waiting: Waiting | undefined;

  /** @param clocks of the inputs, where there are several */
  constructor(options: RunOptions, seed: number, clocks: Clocks | undefined) {
    const { home, falsePerDay, bar, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = options;
    this.judge = new Judge({ seed, home: homeOf(home), falsePerDay, bar });
    this.#since = since;
    this.#until = until;
    if (!clocks) return;
    this.#twice = new Twice(seed, clocks);
    this.#waiting = new Waiting((batch, from, to) => this.judge.contacts(batch, from, to));
  }

  /** What the clocks of the inputs have to do with each other. */
  get skews(): readonly Skew[] {
    return this.#twice?.skews() ?? [];
  }

  /** Rows of an input that another had told. */
  copiesIn(input: number): number {
    return this.#twice?.copies[input] ?? 0;
  }

  /** What the flows told during one batch of packets. */
  told(told: readonly Told[]): void {
    const contacts = this.#allContacts.of(told);
    this.#contacts(contacts, 0, contacts.count);
    for (const { requests, requestEnd, shards } of told) {
      for (let shard = shards.from; shard < shards.to; shard += 1)
        this.#requests(requests, shard === shards.from ? 0 : requestEnd[shard - 1], requestEnd[shard]);
    }
    for (const { answers } of told) this.judge.answers(answers);
  }

  /** Rows of one kind that a log told. */
  rows(sheaf: Sheaf, kind: keyof Sheaf, { from, to }: Span): void {
    if (kind === 'contacts') this.#contacts(sheaf.contacts, from, to);
    else if (kind === 'requests') this.#requests(sheaf.requests, from, to);
    else if (kind === 'executions') this.judge.executions(sheaf.executions, from, to);
    else this.judge.answers(sheaf.answers);
  }

  /** At the end of all data. */
  finish(): void {
    this.#waiting?.finish();
  }

  /** Packets outside the period have been followed: an answer inside may belong to them. */
  #contacts(contacts: ContactBatch, from: number, to: number): void {
    const { time } = contacts;
    let start = from;
    for (let row = from; row < to; row += 1) {
      if (this.#isWithin(time[row]) && !this.#isLeftOut(contacts, row)) continue;
      this.judge.contacts(contacts, start, row);
      start = row + 1;
    }
    this.judge.contacts(contacts, start, to);
    this.#waiting?.heard(contacts, from, to);
  }

  /** Whether another input has told this contact, or may yet tell more of it. */
  #isLeftOut(contacts: ContactBatch, row: number): boolean {
    const twice = this.#twice;
    const waiting = this.#waiting;
    if (!twice || !waiting || contacts.outcome[row] >= Outcome.exchanged) return false;
    const much = tells(contacts, row);
    if (!twice.isCopyOfContact(contacts, row)) {
      if (much < TELLS_ALL) twice.waits(waiting.wait(contacts, row));
      return much < TELLS_ALL;
    }
    if (twice.waiting < 0) return true;
    const lesser = waiting.takeLesser(twice.waiting, much);
    if (lesser < 0) return true;
    twice.replaces(lesser, contacts.input[row]);
    if (much < TELLS_ALL) twice.waits(waiting.wait(contacts, row));
    return much < TELLS_ALL;
  }

  #requests(requests: RequestBatch, from: number, to: number): void {
    const { time, traits } = requests;
    if (this.#twice) digest(requests);
    let start = from;
    for (let row = from; row < to; row += 1) {
      if (this.#twice?.isCopyOfRequest(requests, row)) traits[row] |= RequestTrait.copy;
      if (this.#isWithin(time[row])) continue;
      this.judge.requests(requests, start, row);
      start = row + 1;
    }
    this.judge.requests(requests, start, to);
  }

  #isWithin(time: number): boolean {
    return time >= this.#since && time <= this.#until;
  }
}

function homeOf(prefixes: readonly string[]): Home | undefined {
  if (prefixes.length === 0) return undefined;
  return givenHome(prefixes.map((text) => parsePrefix(text) as Prefix));
}
