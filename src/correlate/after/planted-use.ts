import { durationOf, type Weight } from './access.ts';

/**
 * What the use of one program says: that it appeared between two requests, that it carried commands out, or that it was
 * told one thing after another and had an answer of its own to each.
 */
export interface ProgramUse {
  /** times that it was not there */
  readonly missed: number;
  /** seconds from the last of them until it was */
  readonly gap: number;
  /** seconds in which one program appears at this site, this one left out */
  readonly each: number;
  /** paths of programs that the site was asked for in vain */
  readonly refusals: number;
  /** who used it, or a neighbour, was the last to ask for it in vain */
  readonly isOwn: boolean;
  /** called like a page that people log in at */
  readonly isLogin: boolean;
  readonly acts: number;
  /** the first of them */
  readonly told: readonly Told[];
}

/** One thing that a program was told. */
export interface Told {
  /** bytes of the answer; −1: not told */
  readonly size: number;
  /** bytes of the query */
  readonly length: number;
  /** hash of the command in it; 0: none */
  readonly command: number;
}

/** Commands that must have been carried out where the path was never missed; answers of the largest, by the smallest. */
const LEAST_COMMANDS = 3;
const UNLIKE = 2;
/** Paths that a site must have been asked for in vain, so that it is known to say no. */
const SAYS_NO = 3;
/** Acts without a command, with and without told sizes. */
const LEAST_ACTS = 3;
const LEAST_UNTOLD = 5;
/** Bytes by which answers differ that are not the same one, as they stand and by each byte that was told. */
const DIFFER = 64;
const REPEATED = 4;
/** Bits: commands that were carried out; acts each with an answer of its own; acts of which the sizes are not told. */
const CARRIED_OUT = 12;
const ANSWERED = 5;
const UNTOLD = 2;
const MOST = 20;
/** Bits at which it is told. */
const TOLD = 12;

const NOTHING: Weight = { bits: 0, why: '' };

/** What a program's use is worth; undefined: too little to be told. */
export function weighUse(use: ProgramUse): Weight | undefined {
  const commands = carriedOut(use);
  const used = commands.bits > 0 ? commands : answered(use);
  if (used.bits === 0) return undefined;
  if (use.missed === 0) return commands.isMany ? { bits: used.bits, why: `new to everybody; ${used.why}` } : undefined;
  if (!use.isOwn && commands.bits === 0) return undefined;
  const came = appeared(use);
  const bits = came.bits + used.bits;
  return bits < TOLD ? undefined : { bits, why: `${came.why}; ${used.why}` };
}

/** That a program appears just then, where few do. */
function appeared({ missed, gap, each }: ProgramUse): Weight {
  const bits = Math.min(MOST, Math.max(0, Math.log2(each / Math.max(1, gap))));
  const times = missed === 1 ? 'once' : `${missed} times`;
  return {
    bits,
    why: `not there ${times} and there ${durationOf(gap)} later, where one appears in ${durationOf(each)}: ${bits.toFixed(1)} bits`,
  };
}

/** That commands got answers which are not what was told over again. */
function carriedOut({ told, missed, refusals }: ProgramUse): Weight & { readonly isMany: boolean } {
  const commands = told.filter(({ command }) => command !== 0);
  const distinct = new Set(commands.map(({ command }) => command)).size;
  const sizes = sizesOf(commands);
  const isEcho = spread(sizes) <= DIFFER + REPEATED * spread(commands.map(({ length }) => length));
  if (sizes.length === 0 || (isEcho && (missed === 0 || distinct > 1))) return { ...NOTHING, isMany: false };
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const answers =
    distinct === 1 ? `a command with ${most} bytes` : `${distinct} commands with ${least} to ${most} bytes`;
  return {
    bits: CARRIED_OUT,
    why: `answered ${answers}: stated bound ${CARRIED_OUT} bits`,
    isMany: distinct >= LEAST_COMMANDS && most >= UNLIKE * Math.max(1, least) && refusals >= SAYS_NO,
  };
}

/** That whatever it was told had an answer of its own; who guesses passwords gets a few again and again. */
function answered({ told, acts, isLogin }: ProgramUse): Weight {
  const sizes = sizesOf(told);
  if (isLogin || (sizes.length === 0 && acts < LEAST_UNTOLD)) return NOTHING;
  if (sizes.length === 0) return { bits: UNTOLD, why: `told something ${acts} times: ${UNTOLD} bits` };
  const unlike = new Set(sizes).size;
  if (unlike < LEAST_ACTS || 2 * unlike < sizes.length || spread(sizes) <= DIFFER) return NOTHING;
  const why = `told something ${acts} times and answered in ${unlike} lengths: stated bound ${ANSWERED} bits`;
  return { bits: ANSWERED, why };
}

const sizesOf = (told: readonly Told[]): number[] => told.map(({ size }) => size).filter((size) => size >= 0);

const spread = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
