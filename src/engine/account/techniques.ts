import { guessesNames } from '../../correlate/process/scanners.ts';
import { COMMUNITY_REASON } from '../../detect/communities.ts';
import { Meaning, MEANINGS } from '../../detect/meaning.ts';
import { OFFER_REASONS } from '../../detect/offers.ts';
import { PROPOSAL_REASONS } from '../../detect/proposals.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import { HINTS } from '../../record/hint.ts';
import { REASONS, STREAMS } from './account-rows.ts';
import { type Aims, askingToolOf } from './asked.ts';
import type { AccountCopy } from '../verdict.ts';

/** Rows of marks that tell that services were asked for what they would take. */
const OFFERED = REASONS.map(({ reason }) => OFFER_REASONS.includes(reason) || PROPOSAL_REASONS.includes(reason));
const CONTENT = STREAMS.indexOf('content');

/** Streams that tell that addresses and ports were looked over; a mark only tells with what. */
const LOOKING = ['misses', 'novelty', 'stray'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

/** Rows of misses, of order and of marks that are about names, and not about addresses and ports. */
const NAMES_ASKED = REASONS.map(
  ({ stream, reason }) =>
    ((stream === 'misses' || stream === 'order') && reason.startsWith('asked for ')) || reason === COMMUNITY_REASON,
);
/** The row of content that is about names, too. */
const NEXT_ASKED = REASONS.findIndex(({ reason }) => reason === MEANINGS[Meaning.next]);

/** The row of content that tells that it calls itself a scanner. */
const CALLED = REASONS.findIndex(({ reason }) => reason === MEANINGS[Meaning.tool]);

/** Bits under which a technique is not named beside others. */
const SHOWN = 8;
/** log2 of how much more often a request is one for a weakness when it is weaknesses that are looked for, and of how much less often a plain guess is made then. */
const POINTED = 2.6;
const PLAIN = 1.2;

/**
 * Each technique with its own bits, most first: .001 for who answers where, .002 for weaknesses and versions, .003 for
 * names. Between the last two the make-up of the requests decides: a wordlist holds a few names of weaknesses, and a
 * scanner for weaknesses makes some plain guesses. A program that calls itself by its name and does nothing but guess
 * names does that, also where a log leaves out the names (virtual hosts, values of a header).
 */
export function techniquesOf(account: AccountCopy, dossier: Dossier, aims: Aims | undefined, own: boolean): string[] {
  if (own) return ['T1046'];
  let names = 0;
  let missed = 0;
  let offered = 0;
  account.rowBits.forEach((bits, row) => {
    if (OFFERED[row]) offered += bits;
    else if (NAMES_ASKED[row]) names += bits;
    else if (REASONS[row].stream === 'misses') missed += bits;
  });
  const { vulnerability = false } = HINTS[account.hint];
  const called = guessesNames(dossier.quest ? (askingToolOf(dossier.quest.agents, [])?.name ?? '') : '')
    ? account.rowBits[CALLED]
    : 0;
  const content = account.bits[CONTENT] - account.rowBits[NEXT_ASKED] - called;
  const pointed = aims ? aims.counts.vulnerability + aims.counts.fingerprinting : 0;
  // Every address may be asked for under one name of its own, the address itself mostly; more names than that are guesses.
  const hosts = Math.max(0, (dossier.quest?.hostsAsked.length ?? 0) - Math.max(1, dossier.addresses.size));
  const plain = dossier.quest ? Math.max(0, dossier.quest.guessed + hosts - pointed) : 0;
  const lean = POINTED * pointed - PLAIN * plain;
  const looking = Math.max(missed, ...LOOKING.slice(1).map((stream) => account.bits[stream]));
  const scores: [string, number][] = [
    ['T1595.001', looking],
    ['T1595.002', offered + (vulnerability || dossier.quest ? content + Math.max(0, lean) : 0)],
    ['T1595.003', names + called + account.rowBits[NEXT_ASKED] + Math.max(0, -lean)],
  ];
  const shown = scores.filter(([, bits]) => bits >= SHOWN).sort((a, b) => b[1] - a[1]);
  return shown.length > 0 ? shown.map(([id]) => id) : ['T1595.001'];
}
