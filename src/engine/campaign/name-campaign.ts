import type { NameCrowd } from '../../detect/names/proof.ts';
import { Guesses } from '../../detect/wordlist/words.ts';
import type { Finding } from '../../finding/finding.ts';
import { formatAddress } from '../../record/address.ts';
import { latinBytes } from '../../record/latin.ts';
import { hash4 } from '../../table/hash.ts';
import { askingToolOf } from '../account/asked.ts';
import type { Effort } from './effort.ts';
import { type Progress, progressOf } from './progress.ts';
import { idOf } from '../account/features.ts';
import type { ReportContext } from '../account/context.ts';

/** A crowd that asked for names → what its finding says. */

const TECHNIQUES: Readonly<Record<NameCrowd['kind'], string>> = {
  names: 'T1595.003',
  users: 'T1595.003',
  weaknesses: 'T1595.002',
};

const REJECTED: Readonly<Record<NameCrowd['kind'], readonly string[]>> = {
  names: [
    'dead link, or an application broken at many clients: they would ask for the same',
    'a site that moved: who comes for an old page finds others',
    'strangers, each with a list: they would repeat each other',
  ],
  users: [
    'a directory of users that failed: each would ask for itself alone',
    'strangers who guess: they would repeat each other',
  ],
  weaknesses: ['strangers who look for weaknesses: they would not call themselves alike'],
};

export function ofNames(crowd: NameCrowd, context: ReportContext): Effort {
  const { kind, bits, rows, notes, watch } = crowd;
  const members = membersOf(crowd);
  const names = new Set(notes.map(({ name }) => name)).size;
  const first = Math.min(...notes.map(({ time }) => time));
  const wordlist = kind === 'weaknesses' ? null : wordlistOf(crowd, context);
  const where = watch?.site || (watch?.server.some((word) => word !== 0) ? formatAddress(watch.server, 0) : 'the site');
  const place = watch ? hash4(7, watch.server[3], watch.asked, watch.port, 0) : 0;
  return {
    id: idOf('names', [place, watch?.asked ?? 0, kind.length, 0], first),
    decidedBy: 'crowd',
    bits,
    bar: 0,
    first,
    last: Math.max(...notes.map(({ time }) => time)),
    probes: notes.length,
    members,
    rows,
    order: wordlist && wordlist.name !== 'undecided' && crowd.list ? 'dictionary' : null,
    reason:
      kind === 'weaknesses'
        ? `${members.length} sources that call themselves "${notes[0].agent}" asked for ${names} weaknesses`
        : `${members.length} sources shared ${names} names of ${where} among them`,
    techniques: [TECHNIQUES[kind]],
    methods: [kind === 'users' ? 'login' : 'http'],
    asked: kind === 'users' ? { paths: 0, names } : { paths: names, names: 0 },
    wordlist,
    tool: askingToolOf(
      agentsOf(crowd),
      notes.map(({ name }) => name),
    ),
    rejected: REJECTED[kind],
    progress: progressIn(crowd, wordlist),
  };
}

function membersOf({ notes }: NameCrowd): NonNullable<Finding['members']> {
  const all = new Set(notes.map(({ name }) => name)).size;
  const members = [...Map.groupBy(notes, ({ who }) => who).values()].map((its) => ({
    address: formatAddress(its[0].source, 0),
    probes: its.length,
    share: new Set(its.map(({ name }) => name)).size / all,
  }));
  return members.sort((a, b) => b.probes - a.probes || (a.address < b.address ? -1 : 1));
}

function agentsOf({ notes }: NameCrowd): Map<string, number> {
  const agents = new Map<string, number>();
  for (const { agent } of notes) agents.set(agent, (agents.get(agent) ?? 0) + 1);
  return agents;
}

function wordlistOf({ kind, notes }: NameCrowd, { wordlists }: ReportContext): Finding['wordlist'] {
  const guesses = new Guesses();
  for (const { name } of notes) {
    const bytes = latinBytes(name);
    if (kind === 'names') guesses.addPath(bytes, 0, bytes.length);
    else guesses.addName(bytes, 0, bytes.length);
  }
  const { name, from, to, of, next, candidates } = wordlists().match(guesses);
  return candidates.length === 0
    ? { name, from: 0, to: notes.length, of: notes.length, next: [] }
    : { name, from, to, of, next: [...next] };
}

/** Of a list that is known: the words up to the last one reached are done, for it is read from the front. */
function progressIn({ notes, list }: NameCrowd, wordlist: Finding['wordlist']): Progress | undefined {
  if (!list || !wordlist || wordlist.name === 'undecided' || wordlist.to === 0) return undefined;
  const words = new Set(notes.map(({ name }) => name)).size;
  const times = notes.map(({ time }) => time).sort((a, b) => a - b);
  const isRead = words >= 0.5 * (wordlist.to - wordlist.from + 1) && wordlist.to < wordlist.of;
  return progressOf({
    what: 'words',
    within: wordlist.name,
    done: isRead ? wordlist.to : Math.min(words, wordlist.of),
    of: wordlist.of,
    times,
    ...(isRead && { steps: wordlist.to - wordlist.from + 1 }),
  });
}
