import type { ContactBatch } from '../../record/contact.ts';
import type { Habit } from '../../record/habit.ts';
import type { RequestBatch } from '../../record/request.ts';
import { Flag } from '../../ledger/account.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AGENTS } from '../web/agents.ts';
import { type Field, F, FIELDS, HabitColumns, KINDS, USES, WIDTH } from './columns.ts';
import { ContactHabits } from './contacts.ts';
import { RequestHabits } from './requests.ts';

/**
 * What sources do as a rule, whether it is evidence or not: for the innocent explanations, which are tried on it
 * (triage/). Counts and times only, of fixed memory by account; no bit is charged here.
 */
export class Habits {
  readonly #columns: HabitColumns;
  readonly #contacts: ContactHabits;
  readonly #requests: RequestHabits;

  constructor(accounts: number, seed: number) {
    this.#columns = new HabitColumns(accounts, seed);
    this.#contacts = new ContactHabits(this.#columns);
    this.#requests = new RequestHabits(this.#columns);
  }

  /** Looks at contacts that have been admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    this.#contacts.observe(batch, from, to, ledger);
  }

  /** Looks at requests that have been admitted. */
  ask(batch: RequestBatch, from: number, to: number, ledger: Ledger): void {
    this.#requests.observe(batch, from, to, ledger);
  }

  /** What is known of an account's source. @returns undefined: nothing */
  of(account: number, ledger: Ledger): Habit | undefined {
    const { keys, flags } = ledger.accounts;
    const columns = this.#columns;
    if (account < 0 || !keys.has(account) || columns.owner[account] !== (keys.hashOf(account) | 0)) return undefined;
    const field = (name: Field): number => columns.fields[account * WIDTH + F[name]];
    const figures = Object.fromEntries(FIELDS.map((name) => [name, field(name)])) as Record<Field, number>;
    return {
      ...figures,
      own: (flags[account] & Flag.own) !== 0,
      uses: [...columns.uses.subarray(account * USES, (account + 1) * USES)],
      agents: [...columns.agents.subarray(account * KINDS, (account + 1) * KINDS)],
      agent: AGENTS[columns.agent[account]].name,
      path: columns.path[account],
      first: columns.first[account],
      last: columns.last[account],
      begins: columns.begins[account],
      beacon: columns.beacons.of(account),
      visits: columns.beacons.visitsOf(account),
    };
  }
}
