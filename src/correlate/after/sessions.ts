// Hot: `hear` looks at every contact, and at more than its port only where somebody logs in.
import { formatAddress, neighbourhood } from '../../record/address.ts';
import { type ContactBatch, Outcome, Proof } from '../../record/contact.ts';
import { Login, LOGIN_AT } from '../../record/login.ts';
import { TCP } from '../../record/protocols.ts';
import { hashWords } from '../../table/hash.ts';
import { type Entry, type Guess, type Host, SECOND, type Weight } from './access.ts';
import { Moments, Notes } from './notes.ts';
import { ALIKE, Runs } from './runs.ts';

/**
 * Logins where no log tells them: sessions with services that people log in to, by how much they carried. Who guesses
 * begins one session after the other, each ended by the refusal, so that all carry about the same; who was let in carries
 * more, both ways. Encryption hides neither (packets are padded, not hidden).
 *
 * Programs that look in every few seconds are as alike as guesses. So this alone proves nothing: `access.ts` wants a scan
 * before it, or a neighbour who came right after.
 */
const SESSIONS = 1 << 13;
/** Sessions that are alike until they are guessing, and seconds between them. */
const ENOUGH = 4;
const FAST = 15;
/** What a session that is like the others is worth. */
const REPEAT = 3;
const MOST = 30;
/** How much more than a refused session an accepted one carries. */
const MORE = 1.2;
/** How much longer a later run is that takes the place of one before it: more than anybody comes back who was let in. */
const LONGER = 2;
/** Bytes each way, together, of a session in which somebody did more than to say hello (SSH: two key exchanges' worth). */
const USED = 6500;

export class Sessions {
  /** by (source, target, port) */
  readonly #notes: Notes;
  readonly #port: Uint16Array;
  /** source port and beginning of the session that began last */
  readonly #begunPort: Uint16Array;
  readonly #begun: Moments;
  readonly #start: Moments;
  /** sessions that have ended, the run of alike ones, and the one that comes after it */
  readonly #ended: Uint32Array;
  readonly #run = new Runs(SESSIONS);
  readonly #next = new Runs(SESSIONS);
  /** the first session that carried more than the run: when, bytes from and to the server; 0: none */
  readonly #more: Moments;
  readonly #moreIn: Uint32Array;
  /** the first session that was used, and what it carried; 0: none */
  readonly #used: Moments;
  readonly #usedIn: Uint32Array;
  #begin = Number.POSITIVE_INFINITY;
  #end = 0;

  constructor(seed: number) {
    this.#notes = new Notes(SESSIONS, seed);
    this.#port = new Uint16Array(SESSIONS);
    this.#begunPort = new Uint16Array(SESSIONS);
    this.#begun = new Moments(SESSIONS);
    this.#start = new Moments(SESSIONS);
    this.#ended = new Uint32Array(SESSIONS);
    this.#more = new Moments(SESSIONS);
    this.#moreIn = new Uint32Array(SESSIONS);
    this.#used = new Moments(SESSIONS);
    this.#usedIn = new Uint32Array(SESSIONS);
  }

  /** Takes rows `from` … `to` − 1 of a batch. */
  hear(batch: ContactBatch, from: number, to: number): void {
    const { targetPort, outcome, proof, protocol } = batch;
    for (let row = from; row < to; row += 1) {
      // A flow record tells a session as a whole; packets tell how it goes on.
      const isTold = outcome[row] === Outcome.answered && (proof[row] & Proof.exchange) !== 0;
      if (outcome[row] < Outcome.exchanged && !isTold) continue;
      if (LOGIN_AT[targetPort[row]] === Login.none || protocol[row] !== TCP) continue;
      if (outcome[row] === Outcome.exchanged) this.#begins(batch, row);
      else if (outcome[row] === Outcome.ended || isTold) this.#ends(batch, row);
    }
  }

  #note(batch: ContactBatch, at: number): number {
    const { address, time } = batch;
    const s = at * 8 + 4;
    if (time[at] < this.#begin) this.#begin = time[at];
    if (time[at] > this.#end) this.#end = time[at];
    const target = hashWords(0, address, s);
    const row = this.#notes.touch(batch, at, target, batch.targetPort[at], 0);
    if (this.#notes.times[row] === 1) this.#clear(row, batch.targetPort[at]);
    return row;
  }

  #clear(row: number, port: number): void {
    this.#port[row] = port;
    this.#begunPort[row] = 0;
    this.#ended[row] = 0;
    this.#run.clear(row);
    this.#next.clear(row);
    this.#moreIn[row] = 0;
    this.#usedIn[row] = 0;
  }

  #begins(batch: ContactBatch, at: number): void {
    const row = this.#note(batch, at);
    this.#begunPort[row] = batch.sourcePort[at];
    this.#begun.set(row, batch, at);
  }

  #ends(batch: ContactBatch, at: number): void {
    const row = this.#note(batch, at);
    const out = batch.bytesOut[at];
    const back = batch.bytesIn[at];
    this.#ended[row] += 1;
    if (this.#begunPort[row] === batch.sourcePort[at]) this.#start.copy(row, this.#begun);
    else this.#start.set(row, batch, at);
    if (this.#usedIn[row] === 0 && out + back >= USED) {
      this.#usedIn[row] = back;
      this.#used.copy(row, this.#start);
    }
    this.#compare(batch, at, row, out, back);
  }

  /** Goes on with the run of alike sessions, or with another after it, or finds that this one carried more. */
  #compare(batch: ContactBatch, at: number, row: number, out: number, back: number): void {
    const run = this.#run;
    if (run.times[row] < ENOUGH) return run.add(row, this.#start, batch, at, out, back);
    if (run.isAlike(row, out, back)) {
      if (this.#moreIn[row] === 0) run.add(row, this.#start, batch, at, out, back);
      return;
    }
    if (this.#moreIn[row] === 0 && back > MORE * run.mostIn[row] && !run.isLess(row, out)) {
      this.#moreIn[row] = back;
      this.#more.copy(row, this.#start);
    }
    this.#next.add(row, this.#start, batch, at, out, back);
    if (this.#next.times[row] >= LONGER * run.times[row]) this.#replace(row);
  }

  /**
   * Another run, much longer than the one before, takes its place: who first asks what a server offers, and then guesses, ends
   * sessions alike twice over. What carried more than the first run let nobody in.
   */
  #replace(row: number): void {
    this.#run.take(row, this.#next);
    this.#moreIn[row] = 0;
    if (this.#usedIn[row] <= MORE * this.#run.mostIn[row]) this.#usedIn[row] = 0;
  }

  /** Runs of sessions that carried about the same, one soon after the other. */
  guesses(): Guess[] {
    return this.#notes
      .rows()
      .filter((row) => this.#run.times[row] >= ENOUGH && this.#pace(row) <= FAST)
      .map((row) => ({
        ...this.#who(row),
        first: this.#run.first.of(row),
        last: this.#run.last.of(row),
        times: this.#run.times[row],
        names: 0,
        weight: this.#weigh(row),
        carried: this.#run.mostIn[row],
        isTold: false,
      }));
  }

  #pace(row: number): number {
    const { first, last, times } = this.#run;
    return (last.time(row) - first.time(row)) / SECOND / Math.max(1, times[row] - 1);
  }

  #weigh(row: number): Weight {
    const times = this.#run.times[row];
    const bits = Math.min(MOST, REPEAT * times);
    return {
      bits,
      why: `${times} sessions × ${REPEAT}, at most ${MOST}: alike within ${100 * ALIKE} %, one every ${this.#pace(row).toFixed(1)} s`,
    };
  }

  /** Sessions that carried more than a refusal, of each source the first. */
  entries(): Entry[] {
    return this.#notes
      .rows()
      .filter((row) => this.#moreIn[row] > 0 || this.#usedIn[row] > 0)
      .map((row) => {
        const afterRun = this.#moreIn[row] > 0;
        return {
          ...this.#who(row),
          user: '',
          at: afterRun ? this.#more.of(row) : this.#used.of(row),
          times: this.#ended[row],
          failures: afterRun ? this.#run.times[row] : 0,
          carried: afterRun ? this.#moreIn[row] : this.#usedIn[row],
          isTold: false,
          how: 'had a session that carried more than a refusal',
        };
      });
  }

  #who(row: number): { source: string; near: string; place: Host } {
    const { address } = this.#notes;
    return {
      source: formatAddress(address, row * 8),
      near: neighbourhood(address, row * 8),
      place: { host: formatAddress(address, row * 8 + 4), isName: false, port: this.#port[row] },
    };
  }

  /** Seconds of data. */
  get span(): number {
    return Math.max(0, this.#end - this.#begin) / SECOND;
  }
}
