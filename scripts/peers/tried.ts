import type { Finding } from '../../src/finding/finding.ts';
import { type PeerCase, peerCases } from './corpus.ts';
import { type Expected, expectedOf } from './expected.ts';
import { type Ours, oursOf, UNREAD } from './ours.ts';
import { reasonOf, UNEXPLAINED, unreadReasonOf } from './reasons.ts';
import { rendered } from './render.ts';

/** What came of one case. */
export interface Tried {
  readonly one: PeerCase;
  readonly expected: Expected;
  /** what was done to the input before it was read */
  readonly how: string;
  /** one a run: the same case in different formats */
  readonly runs: readonly (Ours | typeof UNREAD)[];
  /** name of the reason for a difference; undefined: the same as the peer */
  readonly reason: string | undefined;
}

const isAlarm = ({ kind }: Finding): boolean => kind === 'scan' || kind === 'campaign';

export const alarmsOf = ({ findings }: Ours): Finding[] => findings.filter(isAlarm);

const names = (finding: Finding, address: string): boolean =>
  finding.source?.address === address || (finding.members ?? []).some((member) => member.address === address);

/** Whom the peer blames and we do not. */
function missedBy({ blamed }: Expected, ours: Ours): readonly string[] {
  if (blamed === 'somebody') return [];
  return blamed.filter((address) => !alarmsOf(ours).some((finding) => names(finding, address)));
}

function isSame(expected: Expected, ours: Ours): boolean {
  const { blamed } = expected;
  if (blamed === 'somebody') return alarmsOf(ours).length > 0;
  return blamed.length === 0 ? alarmsOf(ours).length === 0 : missedBy(expected, ours).length === 0;
}

/** Why a run differs; undefined: it does not. */
function difference(one: PeerCase, expected: Expected, ours: Ours | typeof UNREAD): string | undefined {
  if (ours === UNREAD) return unreadReasonOf(one);
  if (isSame(expected, ours)) return undefined;
  return reasonOf({ one, expected, ours, missed: missedBy(expected, ours) });
}

async function tryCase(one: PeerCase): Promise<Tried> {
  const expected = expectedOf(one);
  const { runs: given, how } = rendered(one);
  const runs: (Ours | typeof UNREAD)[] = [];
  for (const files of given) runs.push(await oursOf(files));
  const reasons = runs.length === 0 ? [unreadReasonOf(one)] : runs.map((ours) => difference(one, expected, ours));
  // what is worst is told
  const reason = reasons.find((name) => name === UNEXPLAINED) ?? reasons.find((name) => name !== undefined);
  return { one, expected, how, runs, reason };
}

/** Runs the program over every case. */
export async function tryAll(): Promise<Tried[]> {
  const all: Tried[] = [];
  for (const one of peerCases()) all.push(await tryCase(one));
  return all;
}
