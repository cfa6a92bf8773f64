import type { Bets } from '../../table/bets.ts';
import type { CrowdRow } from '../crowd-tests.ts';
import type { Note, Watch } from './notes.ts';
import type { Series } from './series.ts';

/** Sources, and names (engine/counterfactual.ts), from which on a site, or a user agent, is looked at. */
export const SOURCES = 6;
export const ENOUGH = 16;
const SAMPLES = 20;

/** A crowd that asked for names: the tests are told in crowds.ts. */
export interface NameCrowd {
  readonly kind: 'names' | 'users' | 'weaknesses';
  readonly bits: number;
  readonly rows: readonly CrowdRow[];
  readonly notes: readonly Note[];
  readonly watch: Watch | undefined;
  /** share of the known list that was asked for, if it is one */
  readonly list: { readonly name: string; readonly of: number; readonly places: readonly number[] } | undefined;
}

/** A part of the notes that speaks for a crowd, and who belongs to it. */
export interface Proof {
  readonly reason: string;
  readonly bits: number;
  readonly from: number;
  readonly to: number;
  /** of the notes between */
  readonly isPart: (note: Note, at: number) => boolean;
  readonly list?: NameCrowd['list'];
}

export const NOTHING: Proof = { reason: '', bits: 0, from: 0, to: -1, isPart: () => false };

/** The lesser of a bet and "alone" up to here, if that is more than ever before. */
export function better(best: Proof, reason: string, bets: Bets, { aloneBits, aloneSince }: Series, at: number): Proof {
  const bits = Math.min(bets.bits, aloneBits[at]);
  return bits > best.bits ? { ...NOTHING, reason, bits, from: Math.min(bets.since, aloneSince[at]), to: at } : best;
}

/** @param price bits that are paid for the choice, and @param why there was one */
export function crowdOf(
  kind: NameCrowd['kind'],
  notes: readonly Note[],
  { bits, reason, list }: Proof,
  price: number,
  why: string,
  watch: Watch | undefined,
): NameCrowd {
  const row: CrowdRow = { reason, bits, contacts: notes.length, samples: notes.slice(0, SAMPLES) };
  const paid: CrowdRow = { reason: why, bits: -price, contacts: 0, samples: [] };
  return { kind, bits: bits - price, rows: [row, paid], notes, watch, list };
}
