import { AGENT, type Habit } from '../../record/habit.ts';
import { latinBytes } from '../../record/latin.ts';
import { Bets } from '../../table/bets.ts';
import type { WordlistMatcher } from '../wordlists.ts';
import { AGENTS, agentOf } from '../web/agents.ts';
import type { Note } from './notes.ts';

/** What is known beside the notes. */
export interface Beside {
  readonly matcher: () => WordlistMatcher;
  readonly habitOf: (source: Uint32Array) => Habit | undefined;
  /** sources that came with a user agent first, and all sources */
  readonly agentSources: (agent: string) => number;
  readonly sources: number;
}

const ALONE = 0.25;
const ALONE_SHARE = 0.75;
/** Logins with the same user, until it is the one of a client. */
const AGAIN = 3;

export const inOrder = (notes: readonly Note[]): Note[] =>
  notes.toSorted((a, b) => a.time - b.time || a.input - b.input || a.record - b.record);

/** The notes with what each says of its source, once. */
export class Series {
  readonly notes: readonly Note[];
  /** by note: 1 when its source misses nearly all it asks for */
  readonly alone: Uint8Array;
  /** by note: 1 when its source got nothing, however little it asked for */
  readonly lost: Uint8Array;
  /** by note: bits of "alone" up to it, and where they began */
  readonly aloneBits: Float64Array;
  readonly aloneSince: Int32Array;
  /** by note: names that the source did not miss, spread over its notes */
  readonly got: Uint16Array;
  /** by note: 1 when its source calls itself a crawler, or keeps to one user */
  readonly excused: Uint8Array;
  /** names without what varies from client to client */
  readonly names: readonly string[];

  constructor(notes: readonly Note[], arePaths: boolean, { habitOf }: Beside) {
    this.notes = notes;
    this.alone = new Uint8Array(notes.length);
    this.lost = new Uint8Array(notes.length);
    this.excused = new Uint8Array(notes.length);
    this.got = new Uint16Array(notes.length);
    this.aloneBits = new Float64Array(notes.length);
    this.aloneSince = new Int32Array(notes.length);
    this.names = notes.map(({ name }) => (arePaths ? templateOf(name) : userOf(name)));
    const places = Map.groupBy(notes.keys(), (at) => notes[at].group);
    const ends = new Map<number, boolean>();
    for (const its of places.values()) {
      const distinct = new Set(its.map((at) => this.names[at])).size;
      const members = new Map(its.map((at) => [notes[at].who, notes[at].source]));
      const habits = [...members.values()].map(habitOf);
      const names = habits.reduce((sum, habit) => sum + (habit?.names ?? 0), 0);
      const missed = habits.reduce((sum, habit) => sum + (habit?.namesMissed ?? 0), 0);
      const isAlone = distinct >= 2 && (!arePaths || missed >= ALONE_SHARE * names);
      const kind = arePaths ? kindOf(notes[its[0]].agent) : AGENT.none;
      const requests = habits.reduce((sum, habit) => sum + (habit?.requests ?? 0), 0);
      const keepsToOne = !arePaths && distinct <= members.size && requests >= AGAIN * names;
      for (const at of its) {
        this.alone[at] = isAlone ? 1 : 0;
        this.lost[at] = !arePaths || missed >= names ? 1 : 0;
        this.excused[at] = keepsToOne || kind === AGENT.crawler || kind === AGENT.service ? 1 : 0;
      }
      const got = Math.max(0, arePaths ? names - missed : 0);
      for (const [nth, at] of its.entries())
        this.got[at] = Math.floor(((nth + 1) * got) / its.length) - Math.floor((nth * got) / its.length);
      ends.set(its[its.length - 1], isAlone);
    }
    const bets = new Bets();
    for (let at = 0; at < notes.length; at += 1) {
      const isAlone = ends.get(at);
      if (isAlone !== undefined) bets.take(at, isAlone, ALONE);
      this.aloneBits[at] = bets.bits;
      this.aloneSince[at] = bets.since;
    }
  }
}

/** What a client is by what it calls itself: one of AGENT. */
export function kindOf(agent: string): number {
  const bytes = latinBytes(agent);
  return AGENTS[agentOf(bytes, 0, bytes.length)].kind;
}

/** A path without what varies from client to client: numbers, and words with figures in them; and without its query. */
const templateOf = (path: string): string =>
  path
    .replace(/[?#].*$/s, '')
    .replace(/[0-9a-f]{8,}/gi, (word) => (/\d/.test(word) ? 'N' : word))
    .replace(/\d+/g, '0');

/** A user, whether it is written with its domain or not. */
const userOf = (name: string): string => name.replace(/@.*$/s, '').replace(/^.*\\/s, '').toLowerCase();
