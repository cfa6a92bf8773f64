import { Login, LOGIN_AT, loginName, SSH_REFUSED } from '../../record/login.ts';

/**
 * Who got in, and how: by guessing; with an account that somebody else had guessed; from the neighbourhood of who had
 * guessed; right after the guessing; or without any of it, which only a scan of the same source makes worth telling.
 */

/** One record that can be looked up again. */
export interface Cited {
  /** µs since 1970 */
  readonly time: number;
  readonly input: number;
  readonly record: number;
}

/** What was acted on. */
export interface Host {
  /** address or name of the server; '' where neither is told */
  readonly host: string;
  /** the log tells its name only */
  readonly isName: boolean;
  /** 0: not told */
  readonly port: number;
}

/** Bits, and how they were come by. */
export interface Weight {
  readonly bits: number;
  readonly why: string;
}

/** A source that failed, or seems to have. */
export interface Guess {
  readonly source: string;
  readonly near: string;
  readonly place: Host;
  readonly first: Cited;
  readonly last: Cited;
  readonly times: number;
  /** different names that it tried, as far as they are told */
  readonly names: number;
  readonly weight: Weight;
  /** bytes from the server in the session that carried most, where no log tells the failures */
  readonly carried?: number;
  /** a log says so; otherwise it is told by what sessions carried */
  readonly isTold: boolean;
}

/** That somebody else had tried an account in vain. */
export interface Tried {
  /** the last who did */
  readonly source: string;
  readonly near: string;
  readonly last: Cited;
  /** by anybody */
  readonly times: number;
}

/** A source that was let in with an account, or seems to have been. */
export interface Entry {
  readonly source: string;
  readonly near: string;
  readonly place: Host;
  readonly user: string;
  readonly at: Cited;
  readonly times: number;
  /** its own failures there before */
  readonly failures: number;
  readonly carried?: number;
  readonly isTold: boolean;
  /** others had tried this account in vain before; absent: not, or no log tells */
  readonly tried?: Tried | undefined;
  /** somebody tried it in vain, at any time */
  readonly isTried?: boolean;
  /** in words, how it is known that it was let in */
  readonly how: string;
}

/** One thing that one source did, with the bits by which a benign source would hardly do it. */
export interface Step {
  readonly technique: string;
  readonly source: string;
  readonly near: string;
  readonly place: Host;
  /** a path, or a user; '' none */
  readonly name: string;
  readonly first: Cited;
  readonly last: Cited;
  readonly times: number;
  readonly bits: number;
  readonly reason: string;
}

/** What somebody achieved, and what had led there. */
export interface Deed {
  /** of others' and its own, in order of time */
  readonly before: readonly Step[];
  readonly did: Step;
  /** only a scan by one of those who took part tells it from a benign habit */
  readonly needsScan: boolean;
  /** it is known that something was achieved, and not only tried */
  readonly achieved: boolean;
}

/** Seconds in µs. */
export const SECOND = 1e6;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Bits that one kind of evidence is worth at most: an address can be shared, borrowed or told wrongly. */
const MOST = 20;
const capped = (bits: number): number => Math.max(0, Math.min(MOST, bits));

/** Bits at which failures are guessing. */
export const GUESSING = 12;
/** Failures that make somebody a guesser to whom a newcomer may be related. */
const SOME = 3;
/** How long (s) an account or a service is looked after once it was guessed at. */
const AFTERWARDS = 7 * DAY;
/** Bits at which an access by another is told. */
export const TOLD = 8;

/** A duration in the unit that shows it best. */
export function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * DAY ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / DAY)} d`;
}

/**
 * How improbable it is that some of the addresses (prefixes) seen is by chance that of one who scanned or guessed: so
 * many pairs of one and the other there are, out of 2^32 addresses or 2^24 prefixes.
 */
export function byChance(pairs: number, isSame: boolean): Weight {
  const space = isSame ? 32 : 24;
  const bits = capped(space - Math.log2(Math.max(1, pairs)));
  const what = isSame ? 'the same address' : 'the same prefix of neighbours';
  return { bits, why: `${what}, by chance ${pairs} in 2^${space}, at most ${MOST} bits: ${bits.toFixed(1)} bits` };
}

/**
 * How improbable it is that the next newcomer comes within a gap: `newcomers` of them in `span` seconds of data, to which
 * a stated prior of one in `prior` seconds is added. @param what it is that is new
 */
export function soon(gap: number, newcomers: number, span: number, prior: number, what = 'a newcomer'): Weight {
  const each = (span + prior) / (newcomers + 1);
  const bits = capped(Math.log2(each / Math.max(1, gap)));
  return {
    bits,
    why: `${what} ${durationOf(gap)} later, where one comes in ${durationOf(each)}: ${bits.toFixed(1)} bits`,
  };
}

const gapOf = (from: Cited, to: Cited): number => Math.max(0, to.time - from.time) / SECOND;
const placeKey = ({ host, port }: Host): string => `${host} ${port}`;
export const targetOf = ({ host, port }: Host): string => (port === 0 ? host : `${host} port ${port}`);

/** A login at a remote service opens the network; at any other it is the use of an account. */
const techniqueOf = ({ port }: Host): string => (LOGIN_AT[port] === Login.remote ? 'T1133' : 'T1078');

/** The guessing as a step of a chain. */
export function guessStep({ source, near, place, first, last, times, weight }: Guess): Step {
  const reason = `guessed passwords of ${loginName(place.port)} at ${targetOf(place)}, ${times} times; ${weight.why}`;
  return { technique: 'T1110.001', source, near, place, name: '', first, last, times, bits: weight.bits, reason };
}

export function entryStep({ source, near, place, user, at, times, how }: Entry, bits: number, why: string): Step {
  const reason = `${how} at ${loginName(place.port)} of ${targetOf(place)}; ${why}`;
  return { technique: techniqueOf(place), source, near, place, name: user, first: at, last: at, times, bits, reason };
}

/** What is known of one service. */
interface Service {
  readonly guesses: Guess[];
  readonly entries: Entry[];
}

/** All accesses that guessing explains. Only these need no scan. @param span seconds of data */
export function accesses(guesses: readonly Guess[], entries: readonly Entry[], span: number): Deed[] {
  const services = new Map<string, Service>();
  const at = (place: Host): Service => {
    const key = placeKey(place);
    const known = services.get(key) ?? { guesses: [], entries: [] };
    services.set(key, known);
    return known;
  };
  for (const guess of guesses) at(guess.place).guesses.push(guess);
  for (const entry of entries) at(entry.place).entries.push(entry);
  return [...services.values()].flatMap((service) => accessesAt(service, span));
}

function accessesAt({ guesses, entries }: Service, span: number): Deed[] {
  if (guesses.length === 0) return [];
  const deeds: Deed[] = [];
  const guessed: Deed[] = [];
  for (const entry of entries) {
    const own = ownGuess(entry, guesses);
    if (own) guessed.push(own);
    const deed = own ?? usedAfter(entry, guessed, entries, span) ?? besideGuesser(entry, guesses, entries, span);
    if (deed) deeds.push(deed);
  }
  return deeds;
}

/** Let in after its own guessing. */
function ownGuess(entry: Entry, guesses: readonly Guess[]): Deed | undefined {
  if (entry.failures === 0) return undefined;
  // A site may have refused it at other pages, too.
  const guess = guesses.find(
    ({ source, first, weight }) => source === entry.source && first.time <= entry.at.time && weight.bits >= GUESSING,
  );
  if (!guess) return undefined;
  const did = entryStep(entry, 0, `after ${entry.failures} failures of its own`);
  return { before: [guessStep(guess)], did, needsScan: !entry.isTold, achieved: true };
}

/** Whether it had been in there, with this account, before a time: then it is the owner. */
const isKnown = (entry: Entry, entries: readonly Entry[], time: number): boolean =>
  entries.some((other) => other.source === entry.source && other.at.time < time);

/** An account that another had guessed, used by a newcomer. */
function usedAfter(entry: Entry, guessed: readonly Deed[], entries: readonly Entry[], span: number): Deed | undefined {
  if (!entry.isTold || entry.user === '') return undefined;
  const taken = guessed.findLast(({ did }) => did.name === entry.user && did.source !== entry.source);
  if (!taken || isKnown(entry, entries, taken.before[0].first.time)) return undefined;
  const gap = gapOf(taken.did.first, entry.at);
  if (gap > AFTERWARDS) return undefined;
  const owners = entries.filter(({ user, at }) => user === entry.user && at.time < taken.did.first.time);
  const weights = [soon(gap, owners.length, span, DAY)];
  if (entry.near === taken.did.near) weights.push(byChance(prefixesOf(entries), false));
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
function besideGuesser(
  entry: Entry,
  guesses: readonly Guess[],
  entries: readonly Entry[],
  span: number,
): Deed | undefined {
  for (const guess of guesses) {
    if (guess.source === entry.source || guess.times < SOME || guess.first.time > entry.at.time) continue;
    const gap = gapOf(guess.last, entry.at);
    if (gap > AFTERWARDS || isKnown(entry, entries, guess.first.time)) continue;
    if ((guess.carried ?? 0) >= (entry.carried ?? Number.POSITIVE_INFINITY)) continue;
    if (isOldPassword(guess) || hasForgotten(guess, entries)) continue;
    const isNear = entry.near === guess.near;
    // Without a log and without a neighbour there is only the moment.
    if (!isNear && (entry.isTold || LOGIN_AT[entry.place.port] !== Login.remote)) continue;
    const newcomers = new Set(entries.filter(({ at }) => at.time < guess.last.time).map(({ source }) => source)).size;
    const weights = [soon(gap, newcomers, span, HOUR)];
    const isGuesser = (source: string): boolean => source === guess.source;
    if (isNear) weights.push(besideOthers(entry, isGuesser, entries) ?? byChance(prefixesOf(entries), false));
    const all = together(weights);
    if (all.bits < TOLD) continue;
    const why = `after ${guess.source} had guessed; ${all.why}`;
    const needsScan = !isNear || (!entry.isTold && !wereRefused(guess));
    return { before: [guessStep(guess)], did: entryStep(entry, all.bits, why), needsScan, achieved: true };
  }
  return undefined;
}

/** Several weights as one. */
const together = (weights: readonly Weight[]): Weight => ({
  bits: weights.reduce((sum, { bits }) => sum + bits, 0),
  why: weights.map(({ why }) => why).join('; '),
});

/** Whether a log tells no more of it than a program does with an old password: its neighbours are its users. */
const isOldPassword = ({ weight, isTold }: Guess): boolean => isTold && weight.bits === 0;

/** Whether who failed a few times was let in after all: people mistype. */
const hasForgotten = ({ source, weight, last }: Guess, entries: readonly Entry[]): boolean =>
  weight.bits < GUESSING && entries.some((entry) => entry.source === source && entry.at.time >= last.time);

/**
 * Where users of the service have their home, a neighbour of who guessed or scanned is one of them as often as users come
 * from there. Undefined: nobody else ever came from there.
 *
 * @param isStranger who guessed or scanned, and tells nothing of where users come from
 */
export function besideOthers(
  { near, source, at }: Entry,
  isStranger: (source: string) => boolean,
  entries: readonly Entry[],
): Weight | undefined {
  const before = entries.filter((other) => other.at.time < at.time && !isStranger(other.source));
  const users = before.filter((other) => other.near === near && other.source !== source).length;
  if (users === 0) return undefined;
  const bits = capped(Math.log2(before.length / users));
  const why = `${users} of ${before.length} logins before came from the same prefix: ${bits.toFixed(1)} bits`;
  return { bits, why };
}

/** Whether the sessions were too small to have been logins that succeeded. */
const wereRefused = ({ place, carried = 0 }: Guess): boolean =>
  LOGIN_AT[place.port] === Login.remote && carried <= SSH_REFUSED;

const prefixesOf = (entries: readonly Entry[]): number => new Set(entries.map(({ near }) => near)).size;

/** An access by one who had scanned, or by its neighbour. @param from what coming from there is worth */
export function accessAfterScan(entry: Entry, from: Weight, gap: number, span: number): Deed {
  const { bits, why } = together([from, soon(gap, 0, span, DAY)]);
  const did = entryStep(entry, bits, why);
  return { before: [], did, needsScan: true, achieved: entry.isTold };
}

/** An access by a stranger who looks or works like one who had scanned. @param newcomers sources that had been let in before */
export function accessOfKin(entry: Entry, kin: Weight, gap: number, newcomers: number, span: number): Deed {
  const { bits, why } = together([kin, soon(gap, newcomers, span, DAY)]);
  const did = entryStep(entry, bits, why);
  return { before: [], did, needsScan: true, achieved: entry.isTold && kin.bits >= TOLD };
}
