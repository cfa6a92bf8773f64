import { blend, hashBytes } from '../../record/fnv.ts';
import { AGENT } from '../../record/habit.ts';
import { latinBytes } from '../../record/latin.ts';
import { Asked, NOT_MODIFIED, Reply, type RequestBatch, RequestTrait, VERBS } from '../../record/request.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { mixSigned } from '../../table/hash.ts';
import { AGENTS, agentOf } from '../web/agents.ts';
import { F, type HabitColumns, KINDS, MOST, Pair, targetOf, WIDTH } from './columns.ts';

// Hot: `observe`.

/** Places in the cache of names. */
const NAMES = 1 << 12;
const Called = { feed: 1, checkup: 2 } as const;
const HEAD = VERBS.indexOf('HEAD');

/** What requests tell of the habits of their sources. */
export class RequestHabits {
  readonly #columns: HabitColumns;
  /** a cache: by name, what it is called like */
  readonly #nameTag = new Int32Array(NAMES);
  readonly #nameCalled = new Uint8Array(NAMES);

  constructor(columns: HabitColumns) {
    this.#columns = columns;
  }

  /** Looks at requests that have been admitted. */
  observe(batch: RequestBatch, from: number, to: number, ledger: Ledger): void {
    const columns = this.#columns;
    const { account, first, missed, source } = ledger.asking.admission;
    const { asked, reply, status, verb, refererLength, time, traits, address, port, siteHash } = batch;
    const fields = columns.fields;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0 || (traits[row] & RequestTrait.copy) !== 0) continue;
      const at = mine * WIDTH;
      if (columns.owner[mine] !== source[row]) columns.begin(mine, source[row], time, row);
      columns.date(mine, time, row);
      fields[at + F.requests] += 1;
      const answer = reply[row];
      if (answer === Reply.answered || answer === Reply.accepted) fields[at + F.requestsAnswered] += 1;
      else if (answer === Reply.missed) fields[at + F.requestsMissed] += 1;
      const isPath = asked[row] === Asked.path;
      if (status[row] === NOT_MODIFIED) fields[at + F.unmodified] += 1;
      if (verb[row] === HEAD) fields[at + F.heads] += 1;
      if (refererLength[row] > 1) fields[at + F.referred] += 1;
      if (asked[row] === Asked.user && answer === Reply.accepted) fields[at + F.admitted] += 1;
      if (asked[row] === Asked.user && answer === Reply.denied) fields[at + F.refused] += 1;
      // A name and a secret were sent along, and did not do.
      if (isPath && answer === Reply.denied && (traits[row] & RequestTrait.secretGuessed) !== 0)
        fields[at + F.turnedAway] += 1;
      if (asked[row] === Asked.dnsName) fields[at + F.lookups] += 1;
      if ((traits[row] & RequestTrait.mailAsked) !== 0) fields[at + F.mailLookups] += 1;
      if (first[row] === 1) {
        fields[at + F.names] += 1;
        const called = isPath ? this.#called(batch, row) : 0;
        if ((called & Called.feed) !== 0) fields[at + F.feeds] += 1;
        if ((called & Called.checkup) !== 0) fields[at + F.checkups] += 1;
        if (missed[row] === 1) fields[at + F.namesMissed] += 1;
      }
      if (isPath) this.#client(mine, batch, row);
      const hash = isPath ? blend(nameOf(batch, row), siteHash[row]) : nameOf(batch, row);
      if (isPath && columns.path[mine] === 0) columns.path[mine] = hash;
      if (
        isPath &&
        fields[at + F.paths] < MOST &&
        this.#isRobot(mine) &&
        columns.isNew(address, row * 8, hash, Pair.path)
      )
        fields[at + F.paths] += 1;
      // Where packets are read, contacts tell when it came; but a connection may be kept for all that is asked.
      if (fields[at + F.contacts] === 0) columns.beacons.visit(mine, hash ^ address[row * 8 + 7], time, row);
      else if (isPath && hash === columns.path[mine])
        columns.beacons.ask(mine, targetOf(address, row * 8 + 4, port[row]), time, row);
    }
  }

  /** What a path is called like: bits of Called. */
  #called(batch: RequestBatch, row: number): number {
    const tag = mixSigned(batch.nameHash[row], batch.nameMix[row]) || 1;
    const place = tag & (NAMES - 1);
    if (this.#nameTag[place] !== tag) {
      this.#nameTag[place] = tag;
      this.#nameCalled[place] =
        (isCalled(batch, row, FEEDS) ? Called.feed : 0) | (isCalled(batch, row, CHECKUPS) ? Called.checkup : 0);
    }
    return this.#nameCalled[place];
  }

  #client(mine: number, batch: RequestBatch, row: number): void {
    const columns = this.#columns;
    const { agent, agentLength, agentHash, text, address } = batch;
    const hash = agentHash[row];
    if (columns.calls[mine] === hash) return;
    columns.calls[mine] = hash;
    if (!columns.isNew(address, row * 8, hash, Pair.agent)) return;
    const place = agentOf(text, agent[row], agent[row] + agentLength[row]);
    const cell = mine * KINDS + AGENTS[place].kind;
    if (columns.agents[cell] < 0xffff) columns.agents[cell] += 1;
    if (columns.agent[mine] === 0) columns.agent[mine] = place;
  }

  /** Whether it calls itself a program that comes for pages by itself. */
  #isRobot(mine: number): boolean {
    const { agents } = this.#columns;
    const at = mine * KINDS;
    return agents[at + AGENT.crawler] + agents[at + AGENT.bot] + agents[at + AGENT.service] > 0;
  }
}

/** Letters of a name that tell it from others well enough to see when one came back. */
const LETTERS = 64;

function nameOf({ name, nameLength, nameHash, text }: RequestBatch, row: number): number {
  if (nameLength[row] <= LETTERS) return nameHash[row];
  return hashBytes(text, name[row], name[row] + LETTERS);
}

const FEEDS = ['feed', '.rss', '/rss', 'atom', '/index.xml'].map(latinBytes);

/** Paths by which load balancers and monitors ask whether a server is well. */
const CHECKUPS = ['health', '/status', '/ping', '/alive', '/live', '/ready', '/metrics', 'heartbeat'].map(latinBytes);

/** Whether one of the words stands in a path. */
function isCalled({ name, nameLength, text }: RequestBatch, row: number, words: readonly Uint8Array[]): boolean {
  const start = name[row];
  const end = start + (nameLength[row] < LETTERS ? nameLength[row] : LETTERS);
  for (const word of words)
    for (let at = start; at + word.length <= end; at += 1) {
      let same = 0;
      while (same < word.length && (text[at + same] | 0x20) === (word[same] | 0x20)) same += 1;
      if (same === word.length) return true;
    }
  return false;
}
