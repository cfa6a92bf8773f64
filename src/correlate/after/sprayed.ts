import {
  type Deed,
  type Entry,
  entryStep,
  GUESSING,
  type Guess,
  guessStep,
  SECOND,
  soon,
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
const DAY = 86_400;
/** Seconds around a login in which others come from new places, too: after an outage everybody does. */
const AROUND = 3600;
/** How long (s) after it was tried an account's use may have to do with it. */
const AFTERWARDS = DAY;

/** @param explained deeds that other evidence tells */
export function sprayed(
  guesses: readonly Guess[],
  entries: readonly Entry[],
  span: number,
  explained: readonly Deed[],
): Deed[] {
  const told = new Set(explained.map(({ did }) => did.source));
  const services = Map.groupBy(entries, ({ place }) => `${place.host} ${place.port}`);
  return [...services.values()].flatMap((all) => {
    const moves = all.filter((entry) => isMove(entry, all));
    return moves.flatMap((entry) => {
      const deed = told.has(entry.source) ? undefined : afterSpray(entry, guesses, all, moves, span);
      return deed ? [deed] : [];
    });
  });
}

/** Whether an account that had been used comes from a place where nobody of the service had been. */
const isMove = ({ user, near, at }: Entry, all: readonly Entry[]): boolean =>
  all.some((other) => other.user === user && other.at.time < at.time) &&
  !all.some((other) => other.near === near && other.at.time < at.time);

function afterSpray(
  entry: Entry,
  guesses: readonly Guess[],
  all: readonly Entry[],
  moves: readonly Entry[],
  span: number,
): Deed | undefined {
  const { tried } = entry;
  if (!tried || tried.near === entry.near) return undefined;
  const guess = guesses.find(
    ({ source, place, names, weight }) =>
      source === tried.source &&
      place.host === entry.place.host &&
      place.port === entry.place.port &&
      names >= NAMES &&
      weight.bits >= GUESSING,
  );
  const gap = Math.max(0, entry.at.time - tried.last.time) / SECOND;
  if (!guess || gap > AFTERWARDS) return undefined;
  const weights = [moved(entry, moves, gap * tried.times, span), ofNames(entry, all)];
  const bits = weights.reduce((sum, weight) => sum + weight.bits, 0);
  if (bits < TOLD) return undefined;
  const why = `which ${tried.source} had tried with ${guess.names - 1} others; ${weights.map((weight) => weight.why).join('; ')}`;
  return { before: [guessStep(guess)], did: entryStep(entry, bits, why), needsScan: false, achieved: true };
}

/** That an account comes from a new place within a gap, by how often accounts do, and did around that time. */
function moved({ at }: Entry, moves: readonly Entry[], gap: number, span: number): Weight {
  const others = moves.filter((other) => other.at !== at);
  const before = others.filter((other) => other.at.time < at.time).length;
  const around = others.filter((other) => Math.abs(other.at.time - at.time) <= AROUND * SECOND).length;
  const usual = soon(gap, before, span, DAY, 'an account from a new place');
  const now = soon(gap, around, AROUND, around === 0 ? span + DAY : AROUND, 'an account from a new place');
  return usual.bits <= now.bits ? usual : now;
}

/** That its name is one of those that were tried, by how many of the others' are. */
function ofNames({ user }: Entry, all: readonly Entry[]): Weight {
  const others = new Map(all.filter((other) => other.user !== user).map((other) => [other.user, other.isTried]));
  const tried = [...others.values()].filter((isTried) => isTried).length;
  const bits = Math.log2((others.size + 1) / (tried + 1));
  return { bits, why: `names of ${tried} of ${others.size} other users were tried: ${bits.toFixed(1)} bits` };
}
