import { Login, LOGIN_AT, loginName } from '../../record/login.ts';

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
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** Bits that one kind of evidence is worth at most: an address can be shared, borrowed or told wrongly. */
const MOST = 20;
const capped = (bits: number): number => Math.max(0, Math.min(MOST, bits));

/** Bits at which failures are guessing. */
export const GUESSING = 12;
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

export const gapOf = (from: Cited, to: Cited): number => Math.max(0, to.time - from.time) / SECOND;
export const placeKey = ({ host, port }: Host): string => `${host} ${port}`;
export const targetOf = ({ host, port }: Host): string => (port === 0 ? host : `${host} port ${port}`);

/** The same in a sentence: a log of one site tells neither its address nor its name. */
const saidOf = (place: Host): string => targetOf(place) || 'the server';

/** A login at a remote service opens the network; at any other it is the use of an account. */
const techniqueOf = ({ port }: Host): string => (LOGIN_AT[port] === Login.remote ? 'T1133' : 'T1078');

/** The guessing as a step of a chain. */
export function guessStep({ source, near, place, first, last, times, weight }: Guess): Step {
  const reason = `guessed passwords of ${loginName(place.port)} at ${saidOf(place)}, ${times} times; ${weight.why}`;
  return { technique: 'T1110.001', source, near, place, name: '', first, last, times, bits: weight.bits, reason };
}

export function entryStep({ source, near, place, user, at, times, how }: Entry, bits: number, why: string): Step {
  const reason = `${how} at ${loginName(place.port)} of ${saidOf(place)}; ${why}`;
  return { technique: techniqueOf(place), source, near, place, name: user, first: at, last: at, times, bits, reason };
}

/** Several weights as one. */
export const together = (weights: readonly Weight[]): Weight => ({
  bits: weights.reduce((sum, { bits }) => sum + bits, 0),
  why: weights.map(({ why }) => why).join('; '),
});

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
