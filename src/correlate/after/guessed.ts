import { Login, LOGIN_AT, SSH_REFUSED } from '../../record/login.ts';
import {
  byChance,
  besideOthers,
  type Deed,
  type Entry,
  entryStep,
  gapOf,
  type Guess,
  GUESSING,
  guessStep,
  placeKey,
  soon,
  together,
  TOLD,
  DAY,
  HOUR,
} from './access.ts';
import { Arrivals } from './arrivals.ts';

/** Accesses that guessing explains: by who guessed, with the account that it had guessed, or from beside it. */

/** Failures that make somebody a guesser to whom a newcomer may be related. */
const SOME = 3;
/** How long (s) an account or a service is looked after once it was guessed at. */
const AFTERWARDS = 7 * DAY;

/** What is known of one service, by who did it: a server that strangers guess at for weeks has thousands of both. */
class Service {
  readonly entries: readonly Entry[];
  readonly guesses: readonly Guess[];
  readonly guessesOf: ReadonlyMap<string, readonly Guess[]>;
  readonly guessesNear: ReadonlyMap<string, readonly Guess[]>;
  readonly arrivals: Arrivals;
  /** pairs of a prefix that somebody was let in from, and one that somebody guessed from */
  readonly pairs: number;

  constructor(entries: readonly Entry[], guesses: readonly Guess[]) {
    this.entries = entries;
    this.guesses = guesses;
    this.guessesOf = Map.groupBy(guesses, ({ source }) => source);
    this.guessesNear = Map.groupBy(guesses, ({ near }) => near);
    this.arrivals = new Arrivals(entries);
    this.pairs = new Set(entries.map(({ near }) => near)).size * this.guessesNear.size;
  }
}

/** All accesses that guessing explains. Only these need no scan. @param span seconds of data */
export function accesses(guesses: readonly Guess[], entries: readonly Entry[], span: number): Deed[] {
  const guessed = Map.groupBy(guesses, ({ place }) => placeKey(place));
  const entered = Map.groupBy(entries, ({ place }) => placeKey(place));
  return [...guessed].flatMap(([key, its]) => accessesAt(new Service(entered.get(key) ?? [], its), span));
}

function accessesAt(service: Service, span: number): Deed[] {
  const deeds: Deed[] = [];
  const guessed: Deed[] = [];
  for (const entry of service.entries) {
    const own = ownGuess(entry, service);
    if (own) guessed.push(own);
    const deed = own ?? usedAfter(entry, guessed, service, span) ?? besideGuesser(entry, service, span);
    if (deed) deeds.push(deed);
  }
  return deeds;
}

/** Let in after its own guessing. */
function ownGuess(entry: Entry, { guessesOf }: Service): Deed | undefined {
  if (entry.failures === 0) return undefined;
  // A site may have refused it at other pages, too.
  const guess = guessesOf
    .get(entry.source)
    ?.find(({ first, weight }) => first.time <= entry.at.time && weight.bits >= GUESSING);
  if (!guess) return undefined;
  const did = entryStep(entry, 0, `after ${entry.failures} failures of its own`);
  return { before: [guessStep(guess)], did, needsScan: !entry.isTold, achieved: true };
}

/** An account that another had guessed, used by a newcomer. */
function usedAfter(entry: Entry, guessed: readonly Deed[], service: Service, span: number): Deed | undefined {
  if (!entry.isTold || entry.user === '') return undefined;
  const taken = guessed.findLast(({ did }) => did.name === entry.user && did.source !== entry.source);
  // Who had been in there before is the owner.
  if (!taken || service.arrivals.isKnown(entry.source, taken.before[0].first.time)) return undefined;
  const { entries } = service;
  const gap = gapOf(taken.did.first, entry.at);
  if (gap > AFTERWARDS) return undefined;
  const owners = entries.filter(({ user, at }) => user === entry.user && at.time < taken.did.first.time);
  const weights = [soon(gap, owners.length, span, DAY)];
  if (entry.near === taken.did.near) weights.push(byChance(service.pairs, false));
  const all = together(weights);
  if (all.bits < TOLD) return undefined;
  const why = `the account that ${taken.did.source} had guessed; ${all.why}`;
  return {
    before: [...taken.before, taken.did],
    did: entryStep(entry, all.bits, why),
    needsScan: false,
    achieved: true,
  };
}

/** A newcomer from the neighbourhood of who had guessed, or one who came right after. */
function besideGuesser(entry: Entry, service: Service, span: number): Deed | undefined {
  const { entries, guesses, guessesNear } = service;
  // Without a log and without a neighbour there is only the moment.
  const isMoment = !entry.isTold && LOGIN_AT[entry.place.port] === Login.remote;
  for (const guess of isMoment ? guesses : (guessesNear.get(entry.near) ?? [])) {
    if (guess.source === entry.source || guess.times < SOME || guess.first.time > entry.at.time) continue;
    // While somebody guesses, whoever comes is at once after a guess.
    const gap = gapOf(entry.at.time < guess.last.time ? guess.first : guess.last, entry.at);
    if (gap > AFTERWARDS || service.arrivals.isKnown(entry.source, guess.first.time)) continue;
    if ((guess.carried ?? 0) >= (entry.carried ?? Number.POSITIVE_INFINITY)) continue;
    if (isOldPassword(guess) || hasForgotten(guess, service)) continue;
    const isNear = entry.near === guess.near;
    const weights = [soon(gap, service.arrivals.newcomers(guess.last.time), span, HOUR)];
    const isGuesser = (source: string): boolean => source === guess.source;
    if (isNear) weights.push(besideOthers(entry, isGuesser, entries) ?? byChance(service.pairs, false));
    const all = together(weights);
    if (all.bits < TOLD) continue;
    const why = `after ${guess.source} had guessed; ${all.why}`;
    const needsScan = !isNear || (!entry.isTold && !wereRefused(guess));
    return { before: [guessStep(guess)], did: entryStep(entry, all.bits, why), needsScan, achieved: true };
  }
  return undefined;
}

/** Whether a log tells no more of it than a program does with an old password: its neighbours are its users. */
const isOldPassword = ({ weight, isTold }: Guess): boolean => isTold && weight.bits === 0;

/** Whether who failed a few times was let in after all: people mistype. */
const hasForgotten = ({ source, weight, last }: Guess, service: Service): boolean =>
  weight.bits < GUESSING && service.arrivals.isLetIn(source, last.time);

/** Whether the sessions were too small to have been logins that succeeded. */
const wereRefused = ({ place, carried = 0 }: Guess): boolean =>
  LOGIN_AT[place.port] === Login.remote && carried <= SSH_REFUSED;
