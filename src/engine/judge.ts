import { FollowUps } from '../correlate/after/follow-up.ts';
import { Processes } from '../correlate/process/process.ts';
import { Crowds } from '../detect/crowd.ts';
import { NameNotes } from '../detect/names/notes.ts';
import { nameCrowds } from '../detect/names/crowds.ts';
import type { WordlistMatcher } from '../detect/wordlists.ts';
import type { Observer } from '../detect/detector.ts';
import { GoneTargets } from '../detect/gone.ts';
import { Habits } from '../detect/habits/habits.ts';
import { detectors } from '../detect/index.ts';
import { content, type ContentObserver } from '../detect/content.ts';
import { marks, type MarkObserver } from '../detect/marks.ts';
import { Packs } from '../detect/pack.ts';
import { Parents } from '../detect/parent.ts';
import { Rare } from '../detect/rare.ts';
import { Syntax } from '../detect/syntax.ts';
import { WrongPorts } from '../detect/wrong-port.ts';
import { Banners } from '../learn/banners.ts';
import { Surface } from '../learn/surface.ts';
import type { Dossier } from '../ledger/dossier.ts';
import { type Home, inferHome } from '../ledger/home.ts';
import { Flag, seatsOf } from '../ledger/account.ts';
import { ACCOUNTS, Ledger } from '../ledger/ledger.ts';
import { Noise } from '../ledger/noise.ts';
import { Strays } from '../ledger/strays.ts';
import { measureVisibility, type Visibility } from '../ledger/visibility.ts';
import type { AnswerBatch } from '../record/answer.ts';
import type { ContactBatch } from '../record/contact.ts';
import type { ExecutionBatch } from '../record/execution.ts';
import type { RequestBatch } from '../record/request.ts';
import { judgeAttempt } from './story/deeds.ts';
import { joined, type Joined, sameMembers, type Sourced } from './campaign/joint.ts';
import { together } from './campaign/together.ts';
import { type AccountCopy, type CampaignVerdict, copyOf, mostOf, type Verdict } from './verdict.ts';
import { WarmUp } from './warm-up.ts';

/** How a run judges. */
export interface JudgeOptions {
  readonly seed: number;
  /** the operator's home network; undefined: infer it */
  readonly home: Home | undefined;
  readonly falsePerDay: number;
  readonly bar: number | undefined;
}

const CONTENT = detectors.indexOf(content);

/**
 * The one consumer of contacts, in one order: batch by batch, shard by shard. Holds the first of them until it knows
 * where home is and whether answers are visible, then lets the ledger admit and the detectors charge.
 */
export class Judge {
  readonly banners: Banners;
  readonly surface: Surface;
  readonly crowds: Crowds;
  readonly packs: Packs;
  readonly parents: Parents;
  readonly names: NameNotes;
  readonly syntax: Syntax;
  readonly wrongPorts: WrongPorts;
  readonly strays: Strays;
  readonly noise: Noise;
  readonly processes: Processes;
  readonly followUps: FollowUps;
  readonly rare: Rare;
  readonly habits: Habits;
  readonly gone: GoneTargets;
  /** for which transports answers are visible, once that has been measured */
  visibility: Visibility | undefined;
  readonly verdicts: Verdict[] = [];
  readonly campaigns: CampaignVerdict[] = [];
  readonly #options: JudgeOptions;
  readonly #observers: readonly Observer[];
  readonly #marks: MarkObserver;
  readonly #content: ContentObserver;
  #warmUp: WarmUp | undefined = new WarmUp();
  /** accounts as they stood when their findings opened: later good behaviour may have taken bits off */
  readonly #atOpening = new Map<Dossier, AccountCopy>();
  #ledger: Ledger | undefined;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.banners = new Banners(1 << 15, options.seed);
    this.surface = new Surface(options.seed);
    this.crowds = new Crowds(options.seed);
    this.packs = new Packs(options.seed);
    this.parents = new Parents(options.seed);
    this.names = new NameNotes(CONTENT, options.seed);
    this.syntax = new Syntax(options.seed);
    this.wrongPorts = new WrongPorts(options.seed);
    this.strays = new Strays(options.seed);
    this.processes = new Processes(options.seed);
    this.followUps = new FollowUps(judgeAttempt, options.seed, this.processes.spawned);
    this.rare = new Rare(options.seed);
    this.noise = new Noise(ACCOUNTS, options.seed);
    this.habits = new Habits(ACCOUNTS, options.seed);
    this.gone = new GoneTargets(options.seed);
    const seats = seatsOf(detectors);
    this.#observers = detectors.map((detector, at) => detector.create(seats[at], ACCOUNTS, options.seed));
    this.#marks = this.#observers[detectors.indexOf(marks)] as MarkObserver;
    this.#content = this.#observers[detectors.indexOf(content)] as ContentObserver;
  }

  /** Takes rows `from` … `to` − 1 of a batch: one shard's. */
  contacts(batch: ContactBatch, from: number, to: number): void {
    if (to <= from) return;
    if (this.#ledger) this.#judge(this.#ledger, batch, from, to);
    else if (this.#warmUp?.holdContacts(batch, from, to)) this.#begin(this.#warmUp);
  }

  /** Takes rows `from` … `to` − 1 of a batch of requests. */
  requests(batch: RequestBatch, from: number, to: number): void {
    if (to <= from) return;
    if (this.#ledger) return this.#judgeRequests(this.#ledger, batch, from, to);
    const warmUp = this.#warmUp as WarmUp;
    const held = warmUp.holdRequests(batch, from, to);
    // When the room for them is full, nothing more is held.
    if (held < to) this.#judgeRequests(this.#begin(warmUp), batch, held, to);
  }

  /** What processes on our hosts did. */
  executions(batch: ExecutionBatch, from: number, to: number): void {
    this.processes.observe(batch, from, to);
  }

  answers(batch: AnswerBatch): void {
    this.banners.observe(batch);
    this.surface.texts(batch);
    this.wrongPorts.observe(batch);
  }

  /** At the end of all data. */
  finish(): Ledger {
    const ledger = this.#ledger ?? this.#begin(this.#warmUp as WarmUp);
    for (const dossier of ledger.dossiers.all) if (dossier) this.#conclude(ledger, dossier, false);
    const alone = new Set(this.verdicts.map(({ dossier }) => dossier.source.join()));
    for (const crowds of sameMembers([
      ...this.crowds.found(),
      ...together(this.packs.found(alone), this.packs.begins()),
    ]))
      this.campaigns.push({
        crowds,
        parent: undefined,
        bar: crowds[0].bar,
        ...this.#joined(ledger, crowds[0].members),
      });
    const inCrowds = new Set(
      this.campaigns.flatMap(({ crowds }) => crowds[0].members.map(({ source }) => source.join())),
    );
    for (const parent of this.parents.found())
      if (2 * parent.members.filter(({ source }) => inCrowds.has(source.join())).length <= parent.members.length)
        this.campaigns.push({ crowds: [], parent, bar: parent.bar, ...this.#joined(ledger, parent.members) });
    return ledger;
  }

  /** A source as it stands at the end of the data, held against a bar of its own; undefined: it stays under it. */
  suspect(ledger: Ledger, source: Uint32Array, bar: number): Verdict | undefined {
    const account = ledger.accounts.keys.findAt(source, 0);
    if (account < 0 || ledger.accounts.balance(account) < bar) return undefined;
    const dossier = ledger.dossiers.of(account) ?? ledger.dossiers.begin({ address: source }, 0, account);
    if (!dossier) return undefined;
    dossier.opened = dossier.last;
    dossier.bar = bar;
    this.noise.takeBack(account, ledger.accounts, dossier.services.sorted());
    return { dossier, account: this.#copy(ledger, account), closed: false };
  }

  /** Crowds that asked for names become campaigns: at the end, for it takes the lists to see them. */
  judgeNames(ledger: Ledger, matcher: () => WordlistMatcher): void {
    const { keys } = ledger.accounts;
    const beside = {
      matcher,
      habitOf: (source: Uint32Array) => this.habits.of(keys.findAt(source, 0), ledger),
      agentSources: (agent: string) => this.names.agentSources(agent),
      sources: this.names.sources,
    };
    const bar = ledger.bar.bits;
    for (const names of nameCrowds(this.names.watches, this.names.weak, beside, bar)) {
      const members = new Map(names.notes.map(({ who, source }) => [who, { source }]));
      this.campaigns.push({
        crowds: [],
        parent: undefined,
        names,
        bar,
        ...this.#joined(ledger, [...members.values()]),
      });
    }
  }

  /** Measures by what was held, then judges it. */
  #begin(warmUp: WarmUp): Ledger {
    const { contacts, requests } = warmUp;
    const visibility = measureVisibility(contacts);
    this.visibility = visibility;
    const ledger = new Ledger(
      {
        ...this.#options,
        home: this.#options.home ?? inferHome(contacts, requests),
        visibility,
        streams: detectors,
        onSilence: (dossier) => this.#conclude(ledger, dossier, true),
      },
      contacts.capacity,
    );
    this.#ledger = ledger;
    if (ledger.home.networks.length > 0) this.surface.at(ledger.home.match);
    if (requests) ledger.asking.survey(requests);
    warmUp.replay({
      contacts: (batch, from, to) => this.#judge(ledger, batch, from, to),
      requests: (batch, from, to) => this.#judgeRequests(ledger, batch, from, to),
    });
    this.#warmUp = undefined;
    return ledger;
  }

  #judgeRequests(ledger: Ledger, batch: RequestBatch, from: number, to: number): void {
    const { asking, dossiers } = ledger;
    const { account } = asking.admission;
    this.surface.requests(batch, from, to);
    for (let at = from; at < to; ) {
      const end = asking.admit(batch, at, to);
      for (const observer of this.#observers) observer.ask?.(batch, at, end, ledger);
      this.habits.ask(batch, at, end, ledger);
      this.names.ask(batch, at, end, ledger);
      for (let row = at; row < end; row += 1)
        if (account[row] >= 0) dossiers.ask(batch, row, account[row], asking.admission);
      const { bits, streams } = ledger.accounts;
      this.followUps.ask(batch, at, end, asking.admission, bits, streams.length, CONTENT);
      this.#openFindings(ledger, account, batch, at, end);
      at = end;
    }
  }

  #judge(ledger: Ledger, batch: ContactBatch, from: number, to: number): void {
    this.surface.contacts(batch, from, to);
    for (let at = from; at < to; ) {
      const end = ledger.admit(batch, at, to);
      for (const observer of this.#observers) observer.observe(batch, at, end, ledger);
      this.crowds.observe(batch, at, end, ledger);
      this.packs.observe(batch, at, end, ledger);
      this.parents.observe(batch, at, end, ledger);
      this.syntax.observe(batch, at, end, ledger);
      this.strays.observe(batch, at, end, ledger);
      this.followUps.hear(batch, at, end, ledger.admission);
      this.rare.observe(batch, at, end, ledger);
      this.habits.observe(batch, at, end, ledger);
      this.gone.observe(batch, at, end, ledger);
      this.#openFindings(ledger, ledger.admission.account, batch, at, end);
      this.noise.observe(batch, at, end, ledger);
      at = end;
    }
  }

  #openFindings(
    ledger: Ledger,
    account: Int32Array,
    batch: Pick<ContactBatch, 'address' | 'time'>,
    from: number,
    to: number,
  ): void {
    const { flags, chargedIn, range } = ledger.accounts;
    const bar = ledger.bar.bits;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (
        mine < 0 ||
        chargedIn[mine] !== range ||
        (flags[mine] & Flag.found) !== 0 ||
        ledger.accounts.balance(mine) < bar
      )
        continue;
      const dossier = ledger.dossiers.of(mine) ?? ledger.dossiers.begin(batch, row, mine);
      if (!dossier) continue;
      flags[mine] |= Flag.found;
      dossier.opened = batch.time[row];
      dossier.bar = bar;
      this.#atOpening.set(dossier, this.#copy(ledger, mine));
      this.noise.takeBack(mine, ledger.accounts, dossier.services.sorted());
    }
  }

  #conclude(ledger: Ledger, dossier: Dossier, closed: boolean): void {
    if (Number.isNaN(dossier.opened)) return;
    const opening = this.#atOpening.get(dossier);
    const now = this.#copy(ledger, dossier.account);
    this.#atOpening.delete(dossier);
    this.verdicts.push({ dossier, account: opening && mostOf(opening) > mostOf(now) ? opening : now, closed });
  }

  #joined(ledger: Ledger, members: readonly Sourced[]): Joined {
    return joined(members, ledger, this.#marks, this.noise, this.#options.seed);
  }

  #copy(ledger: Ledger, account: number): AccountCopy {
    return copyOf(ledger.accounts, account, this.#marks, this.#content.seen[account]);
  }
}
