/**
 * What a finding is worth to a person: targetedness × what was learned × stage. Never how many packets there were.
 */

/** How far it went. */
export type Stage = 'reconnaissance' | 'followed' | 'intrusion';

const FACTOR: Readonly<Record<Stage, number>> = { reconnaissance: 1, followed: 1.5, intrusion: 2 };
const SAID: Readonly<Record<Stage, string>> = {
  reconnaissance: 'reconnaissance',
  followed: 'followed by more',
  intrusion: 'intrusion',
};

/** Everybody is worth this much targetedness, or nothing that was learned could matter. */
const LEAST = 10;
/** Factor when nothing was learned, and facts until it is 1. */
const NOTHING = 0.6;
const ENOUGH = 15;
/** A known scanner tells everybody what it learned. */
const KNOWN = 0.3;
/** The most that an intrusion is worth, and anything else. */
const MOST = 100;
const LESS = 95;

export interface Worth {
  /** 0 … 100 */
  readonly targetedness: number;
  /** facts that answers told */
  readonly learned: number;
  readonly stage: Stage;
  readonly known: boolean;
}

export interface Priority {
  /** 0 … 100 */
  readonly priority: number;
  /** the arithmetic, for a person */
  readonly reason: string;
}

const share = (learned: number): number =>
  NOTHING + (1 - NOTHING) * Math.min(1, Math.log2(1 + learned) / Math.log2(1 + ENOUGH));

/** The priority, and how it comes about. */
export function priorityOf({ targetedness, learned, stage, known }: Worth): Priority {
  const about = Math.max(LEAST, targetedness);
  const told = Math.round(100 * share(learned)) / 100;
  const product = about * told * FACTOR[stage] * (known ? KNOWN : 1);
  const most = stage === 'intrusion' ? MOST : LESS;
  const priority = Math.min(most, Math.round(product));
  const factors = [
    `targetedness ${about}${about > targetedness ? ' (the least)' : ''}`,
    `learned ${told} (${learned === 0 ? 'nothing' : `${learned} fact${learned === 1 ? '' : 's'}`})`,
    `stage ${FACTOR[stage].toFixed(1)} (${SAID[stage]})`,
    ...(known ? [`known scanner ${KNOWN}`] : []),
  ];
  return {
    priority,
    reason: `priority ${priority} = ${factors.join(' × ')}${product > most ? `, at most ${most}` : ''}`,
  };
}
