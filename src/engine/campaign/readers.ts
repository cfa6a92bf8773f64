import { type Candidate, FEW } from '../../correlate/effort/teams.ts';
import { UNDECIDED } from '../../detect/wordlists.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { ReportContext } from '../account/context.ts';
import type { Part } from './team-campaign.ts';

/** Scans that read one known list at one site → candidates for a team that shared its words out. */

/** Words of the list that a scan must have asked for, and their share of all that it asked for. */
const LEAST = 40;
const MOSTLY = 0.8;
/** Scans that must have read a list before they are compared word by word. */
const SEVERAL = 3;

/** What a scan is compared with others by. */
export interface Reading {
  readonly part: Part;
  readonly candidate: Candidate;
}

export function readersIn(scans: readonly Finding[], context: ReportContext): Reading[] {
  const lists = Map.groupBy(scans, ({ wordlist }) => wordlist?.name);
  const several = scans.filter(({ wordlist }) => (lists.get(wordlist?.name)?.length ?? 0) >= SEVERAL);
  return several.flatMap((finding) => {
    const dossier = context.dossiers.get(finding.id);
    const candidate = dossier && candidateOf(finding, dossier, context);
    return candidate ? [{ part: { finding, dossier }, candidate }] : [];
  });
}

function candidateOf({ wordlist }: Finding, dossier: Dossier, { wordlists }: ReportContext): Candidate | undefined {
  const { quest, first, last, addresses } = dossier;
  if (!quest || wordlist === null || wordlist.name === UNDECIDED) return undefined;
  const names = quest.pathsAsked.all();
  const places = wordlists()
    .places(names, true, LEAST)
    .find(({ name }) => name === wordlist.name);
  const found = [...(places?.at ?? [])].filter((place) => place >= 0);
  if (found.length < LEAST || found.length < MOSTLY * names.length) return undefined;
  const hosts = addresses.sorted().map(([host]) => host);
  const sites = [...hosts, ...quest.hostsAsked.all()].slice(0, FEW);
  const pace = (last - first) / found.length;
  return {
    key: [wordlist.name, ...sites].join(' '),
    first,
    hosts: 1,
    isWords: true,
    visits: found.map((target, at) => ({ at: first + at * pace, target })),
  };
}
