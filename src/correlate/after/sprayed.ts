import { countBelow } from '../../table/order.ts';
import {
  DAY,
  type Deed,
  type Entry,
  entryStep,
  gapOf,
  GUESSING,
  type Guess,
  guessStep,
  placeKey,
  SECOND,
  soon,
  together,
  TOLD,
  type Weight,
} from './access.ts';

/**
 * Logins by a stranger with an account that somebody had just tried in vain, among others: who sprays passwords learns
 * which are right elsewhere, or is let in where no log tells it. Held against what people do: an account that comes from
 * a new place does so as often as accounts here do; somebody tries every account now and then, and tries some for ever;
 * and where most people's names were tried, that this one's was says nothing.
 */

/** Names that make a spray of failures: a program with an old password has one, a forgetful person a few. */
const NAMES = 4;
/** Seconds around a login in which others come from new places, too: after an outage everybody does. */
const AROUND = 3600;
/** How long (s) after it was tried an account's use may have to do with it. */
const AFTERWARDS = DAY;

/** What is known of the accounts of one service, by who came from where. */
class Accounts {
  /** those that had been used and come from a place where nobody of the service had been */
  readonly moves: readonly Entry[];
  /** µs, in order: when they did */
  readonly #moved: readonly number[];
  /** by account: whether somebody tried it in vain */
  readonly #isTried: ReadonlyMap<string, boolean>;
  readonly #tried: number;

  constructor(entries: readonly Entry[]) {
    const ofUser = new Map<string, number>();
    const ofPlace = new Map<string, number>();
    for (const { user, near, at } of entries) {
      ofUser.set(user, Math.min(at.time, ofUser.get(user) ?? at.time));
      ofPlace.set(near, Math.min(at.time, ofPlace.get(near) ?? at.time));
    }
    this.moves = entries.filter(
      ({ user, near, at: { time } }) => (ofUser.get(user) ?? time) < time && (ofPlace.get(near) ?? time) >= time,
    );
    this.#moved = this.moves.map(({ at }) => at.time).sort((a, b) => a - b);
    this.#isTried = new Map(entries.map(({ user, isTried = false }) => [user, isTried]));
    this.#tried = [...this.#isTried.values()].filter((isTried) => isTried).length;
  }

  /** That an account comes from a new place within a gap, by how often accounts do, and did around that time. */
  moved({ at: { time } }: Entry, gap: number, span: number): Weight {
    const before = countBelow(this.#moved, time);
    // Without the account itself.
    const around =
      countBelow(this.#moved, time + AROUND * SECOND + 1) - countBelow(this.#moved, time - AROUND * SECOND) - 1;
    const usual = soon(gap, before, span, DAY, 'an account from a new place');
    const now = soon(gap, around, AROUND, around === 0 ? span + DAY : AROUND, 'an account from a new place');
    return usual.bits <= now.bits ? usual : now;
  }

  /** That its name is one of those that were tried, by how many of the others' are. */
  ofNames({ user }: Entry): Weight {
    const others = this.#isTried.size - 1;
    const tried = this.#tried - (this.#isTried.get(user) === true ? 1 : 0);
    const bits = Math.log2((others + 1) / (tried + 1));
    return { bits, why: `names of ${tried} of ${others} other users were tried: ${bits.toFixed(1)} bits` };
  }
}

/** @param explained deeds that other evidence tells */
export function sprayed(
  guesses: readonly Guess[],
  entries: readonly Entry[],
  span: number,
  explained: readonly Deed[],
): Deed[] {
  const told = new Set(explained.map(({ did }) => did.source));
  const sprays = Map.groupBy(
    guesses.filter(({ names, weight }) => names >= NAMES && weight.bits >= GUESSING),
    ({ source, place }) => `${source} ${placeKey(place)}`,
  );
  const services = Map.groupBy(entries, ({ place }) => placeKey(place));
  return [...services.values()].flatMap((all) => {
    const accounts = new Accounts(all);
    return accounts.moves.flatMap((entry) => {
      const [spray] = sprays.get(`${entry.tried?.source} ${placeKey(entry.place)}`) ?? [];
      return spray === undefined || told.has(entry.source) ? [] : afterSpray(entry, spray, accounts, span);
    });
  });
}

function afterSpray(entry: Entry, spray: Guess, accounts: Accounts, span: number): Deed[] {
  const { tried, at } = entry;
  if (!tried || tried.near === entry.near) return [];
  const gap = gapOf(tried.last, at);
  if (gap > AFTERWARDS) return [];
  const { bits, why } = together([accounts.moved(entry, gap * tried.times, span), accounts.ofNames(entry)]);
  if (bits < TOLD) return [];
  const reason = `which ${tried.source} had tried with ${spray.names - 1} others; ${why}`;
  return [{ before: [guessStep(spray)], did: entryStep(entry, bits, reason), needsScan: false, achieved: true }];
}
