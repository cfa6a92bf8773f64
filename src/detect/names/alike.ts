import { AGENT } from '../../record/habit.ts';
import { latinBytes } from '../../record/latin.ts';
import { Bets } from '../../table/bets.ts';
import { FAMILIES, familyOfRequest } from '../web/families.ts';
import type { Note } from './notes.ts';
import { crowdOf, ENOUGH, type NameCrowd, NOTHING, SOURCES } from './proof.ts';
import { type Beside, inOrder, kindOf } from './series.ts';

const ALIKE = 'sources that asked for weaknesses call themselves alike';
/** Bits of a family from which on a request is for a weakness, and from which on it is so though others ask for the same. */
const WEAKNESS = 6;
const TELLING = 8;
/** The same, of a source that calls itself as a crowd does and got nothing. */
const SUSPECT = 3;
const USUAL = 0.1;
const LIBRARIES = 0.4;
const UNNAMED = 0.5;

/** Sources that ask for weaknesses and call themselves alike, more often than others do. */
export function alike(weak: readonly Note[], beside: Beside, bar: number): NameCrowd[] {
  const { agentSources, sources } = beside;
  const asks = inOrder(weak).map((note) => ({ note, bits: weaknessOf(note.name) }));
  const told = asks.filter(({ bits }) => bits >= WEAKNESS);
  const first = new Map<string, (typeof told)[number]>();
  for (const ask of told) if (!first.has(ask.note.who)) first.set(ask.note.who, ask);
  const firsts = [...first.values()];
  if (firsts.length < ENOUGH) return [];
  const names = [...new Set(firsts.map(({ note }) => note.agent))];
  const price = Math.log2(1 + names.length);
  return names.flatMap((agent) => {
    const own = firsts.filter(({ note }) => note.agent === agent).length;
    if (own < ENOUGH) return [];
    const innocent = Math.max(0, agentSources(agent) - own);
    const others = Math.max(0, sources - firsts.length);
    const chance = Math.max(floorOf(agent), (innocent + 1) / (others + 10));
    const asked = new Set<string>();
    const bets = new Bets();
    let best = NOTHING;
    for (const [at, { note, bits }] of firsts.entries()) {
      const isAgain = note.agent === agent && asked.has(note.name) && bits < TELLING;
      if (note.agent === agent) asked.add(note.name);
      if (!isAgain) bets.take(at, note.agent === agent, chance);
      if (bets.bits > best.bits) best = { ...NOTHING, reason: ALIKE, bits: bets.bits, from: bets.since, to: at };
    }
    if (best.bits - price < bar) return [];
    const members = new Set(
      firsts.filter(({ note }, at) => at >= best.from && note.agent === agent).map(({ note }) => note.who),
    );
    if (members.size < SOURCES) return [];
    for (const { note, bits } of asks)
      if (note.agent === agent && bits >= SUSPECT && gotNothing(note, beside)) members.add(note.who);
    const part = asks.filter(({ note, bits }) => bits >= SUSPECT && members.has(note.who)).map(({ note }) => note);
    return [
      crowdOf('weaknesses', part, best, price, `any of ${names.length} user agents could have been theirs`, undefined),
    ];
  });
}

function gotNothing({ source }: Note, { habitOf }: Beside): boolean {
  const habit = habitOf(source);
  return habit !== undefined && habit.requestsAnswered === 0;
}

function weaknessOf(name: string): number {
  const bytes = latinBytes(name);
  const { bits, technique } = FAMILIES[familyOfRequest(1, false, bytes, 0, bytes.length)];
  return technique === 'fingerprinting' ? 0 : bits;
}

function floorOf(agent: string): number {
  const kind = kindOf(agent);
  if (kind === AGENT.none) return UNNAMED;
  return kind === AGENT.browser ? USUAL : LIBRARIES;
}
