// Hot: `hear` and `ask` run for every batch.
import type { ContactBatch } from '../../record/contact.ts';
import { digest } from '../../record/digest.ts';
import { Asked, type RequestBatch } from '../../record/request.ts';
import type { Deed, Entry, Guess } from './access.ts';
import type { Success, Ways } from './calls.ts';
import { Exploits, type Judges } from './exploits.ts';
import { accesses } from './guessed.ts';
import { Logins } from './logins.ts';
import { Looks } from './looks.ts';
import { type Planted, PlantedPrograms } from './planted.ts';
import { Sessions } from './sessions.ts';
import type { Spawn, Spawned } from './spawned.ts';
import { sprayed } from './sprayed.ts';
import { type Taking, Takings } from './takings.ts';

/** How the ledger sees requests: as in RequestAdmission. */
export interface Asks {
  readonly account: Int32Array;
  readonly request: Uint32Array;
}

/** Everything that may have followed a scan. */
export interface After {
  readonly guesses: readonly Guess[];
  readonly entries: readonly Entry[];
  readonly deeds: readonly Deed[];
  readonly takings: readonly Taking[];
  readonly successes: readonly Success[];
  readonly planted: readonly Planted[];
  readonly spawns: readonly Spawn[];
  /** how those who did it looked */
  readonly looks: Looks;
  /** seconds of data in which logins were told */
  readonly span: number;
}

/**
 * What came next: bounded notes of logins, sessions, exploits and of who came for what a scanner had been told, taken
 * while the data goes by, for only at its end it is known who was a scanner.
 */
export class FollowUps {
  readonly #logins: Logins;
  readonly #sessions: Sessions;
  readonly #takings: Takings;
  readonly #exploits: Exploits;
  readonly #planted: PlantedPrograms;
  readonly #looks: Looks;
  readonly #spawned: Spawned;

  /** @param spawned what servers of ours started, by telemetry of processes */
  constructor(judges: Judges, seed: number, spawned: Spawned) {
    this.#spawned = spawned;
    this.#logins = new Logins(seed);
    this.#sessions = new Sessions(seed);
    this.#takings = new Takings(seed);
    this.#exploits = new Exploits(judges, seed);
    this.#planted = new PlantedPrograms(seed);
    this.#looks = new Looks(seed);
  }

  /** Takes rows `from` … `to` − 1 of contacts. */
  hear(batch: ContactBatch, from: number, to: number, ways: Ways): void {
    if (to <= from) return;
    this.#sessions.hear(batch, from, to);
    this.#exploits.hear(batch, from, to, ways);
    this.#looks.hear(batch, from, to, ways);
    this.#spawned.hear(batch, from, to, ways);
  }

  /**
   * Takes rows `from` … `to` − 1 of requests.
   *
   * @param content bits by which an account has asked for weaknesses, at `account × width + stream`
   */
  ask(
    batch: RequestBatch,
    from: number,
    to: number,
    asks: Asks,
    content: Float64Array,
    width: number,
    stream: number,
  ): void {
    const { account, request } = asks;
    digest(batch);
    for (let row = from; row < to; row += 1) {
      if (batch.asked[row] === Asked.user) this.#logins.hear(batch, row);
      if (batch.asked[row] === Asked.dnsName) this.#exploits.hearName(batch, row);
      if (batch.asked[row] !== Asked.path) continue;
      this.#logins.hearWeb(batch, row);
      this.#planted.hear(batch, row);
      this.#spawned.ask(batch, row);
      const mine = account[row];
      if (request[row] === 1) this.#looks.ask(batch, row);
      this.#takings.hear(batch, row, mine < 0 ? 0 : request[row]);
      if (mine >= 0 && content[mine * width + stream] >= SUSPECT) this.#exploits.ask(batch, row);
    }
  }

  /** At the end of all data. */
  after(): After {
    const told = { guesses: this.#logins.guesses(), entries: this.#logins.entries() };
    const seen = { guesses: this.#sessions.guesses(), entries: this.#sessions.entries() };
    const span = Math.max(this.#logins.span, this.#sessions.span);
    const byLogs = accesses(told.guesses, told.entries, span);
    return {
      guesses: [...told.guesses, ...seen.guesses],
      entries: [...told.entries, ...seen.entries],
      deeds: [
        ...byLogs,
        ...sprayed(told.guesses, told.entries, span, byLogs),
        ...accesses(seen.guesses, seen.entries, span),
      ],
      takings: this.#takings.taken(),
      successes: this.#exploits.successes(),
      planted: this.#planted.all(),
      spawns: this.#spawned.spawns(),
      looks: this.#looks,
      span,
    };
  }
}

/** Bits of content from which on a source's requests are looked at for exploits. */
const SUSPECT = 8;
