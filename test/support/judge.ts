import { WordlistMatcher } from '../../src/detect/wordlists.ts';
import { Judge } from '../../src/engine/judge.ts';
import { campaignOf } from '../../src/engine/campaign/campaign.ts';
import { findingOf } from '../../src/engine/account/report.ts';
import type { Detector, Observer } from '../../src/detect/detector.ts';
import { detectors } from '../../src/detect/index.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { Accounts, seatsOf, type StreamSpec } from '../../src/ledger/account.ts';
import { givenHome } from '../../src/ledger/home.ts';
import { type Admission, Ledger } from '../../src/ledger/ledger.ts';
import type { Visibility } from '../../src/ledger/visibility.ts';
import type { ContactBatch } from '../../src/record/contact.ts';
import { parsePrefix, type Prefix } from '../../src/table/prefix.ts';
import { type ContactSpec, contacts } from './contacts.ts';

/** The own network of most tests. */
export const HOME = ['192.0.2.0/24', '198.51.100.0/24', '2001:db8:1::/64'];

const ALL_VISIBLE: Visibility = { tcp: true, udp: true, icmp: true };

export const homeOf = (networks: readonly string[]): ReturnType<typeof givenHome> =>
  givenHome(networks.map((text) => parsePrefix(text) as Prefix));

export interface JudgeSetup {
  readonly home?: readonly string[];
  readonly bar?: number;
  readonly seed?: number;
  /** rows of one range; Infinity: all in one */
  readonly cut?: number;
}

/** What the real judge makes of contacts: ledger, all detectors, crowds, findings. */
export interface Judged {
  readonly judge: Judge;
  readonly ledger: Ledger;
  readonly findings: Finding[];
}

/** Lets the real judge take contacts in ranges of `cut` rows, and writes its findings. */
export function judged(specs: Iterable<ContactSpec> | ContactBatch, setup: JudgeSetup = {}): Judged {
  const { home = HOME, bar = 20, seed = 7, cut = 1 } = setup;
  const batch = 'capacity' in specs ? specs : contacts(specs);
  const judge = new Judge({ seed, home: home.length > 0 ? homeOf(home) : undefined, falsePerDay: 1, bar });
  for (let from = 0; from < batch.count; from += cut) judge.contacts(batch, from, Math.min(batch.count, from + cut));
  const ledger = judge.finish();
  const context = {
    inputs: ['a.pcap'],
    home: ledger.home,
    banners: judge.banners,
    toldBefore: new Set<string>(),
    tallies: new Map(),
    dossiers: new Map(),
    caveats: [],
    wordlists: () => new WordlistMatcher([]),
  };
  const scans = judge.verdicts.map((verdict) => findingOf(verdict, context));
  const campaigns = judge.campaigns.map((campaign) => campaignOf(campaign, context));
  return { judge, ledger, findings: [...scans, ...campaigns] };
}

/** How many of these probes it takes until their source has a finding; Infinity: all of them are not enough. */
export function probesToFinding(
  before: readonly ContactSpec[],
  probes: readonly ContactSpec[],
  setup: JudgeSetup = {},
): number {
  for (let count = 1; count <= probes.length; count += 1) {
    const { judge } = judged([...before, ...probes.slice(0, count)], setup);
    if (judge.verdicts.length > 0) return count;
  }
  return Number.POSITIVE_INFINITY;
}

/** A ledger with all detectors, without the judge's warm-up. */
export class Stand {
  readonly ledger: Ledger;
  readonly observers: readonly Observer[];

  constructor(
    setup: { home?: readonly string[]; visibility?: Visibility; bar?: number; rows?: number; seed?: number } = {},
  ) {
    const { home = HOME, visibility = ALL_VISIBLE, bar = 20, rows = 1 << 16, seed = 7 } = setup;
    const onSilence = (): void => {};
    const options = { seed, home: homeOf(home), visibility, falsePerDay: 1, bar, streams: detectors, onSilence };
    this.ledger = new Ledger(options, rows);
    const seats = seatsOf(detectors);
    this.observers = detectors.map((detector, at) =>
      detector.create(seats[at], this.ledger.accounts.keys.capacity, seed),
    );
  }

  take(batch: ContactBatch, from = 0, to = batch.count): void {
    for (let at = from; at < to; ) {
      const end = this.ledger.admit(batch, at, to);
      for (const observer of this.observers) observer.observe(batch, at, end, this.ledger);
      at = end;
    }
  }

  /** Takes contacts one by one, as if each were a range. */
  each(specs: Iterable<ContactSpec>): ContactBatch {
    const batch = contacts(specs);
    for (let row = 0; row < batch.count; row += 1) this.take(batch, row, row + 1);
    return batch;
  }

  account(address: string | number): number {
    return this.ledger.accounts.keys.findAt(contacts([{ from: address, to: 0 }]).address, 0);
  }

  /** Bits of one stream of a source. */
  bits(address: string | number, stream: string): number {
    const { accounts } = this.ledger;
    return accounts.bits[this.account(address) * detectors.length + detectors.findIndex(({ name }) => name === stream)];
  }
}

/** A charge that a detector made. */
export interface Charge {
  readonly account: number;
  readonly stream: number;
  readonly factors: Float64Array;
  readonly reason: number;
  readonly row: number;
}

/** One detector alone, with an admission that the test writes and accounts whose charges are seen. */
export class Alone {
  readonly admission: Admission;
  readonly accounts: Accounts;
  readonly charges: Charge[] = [];
  readonly observer: Observer;
  readonly #spec: StreamSpec;
  /** false: charges go to the accounts and are not kept */
  keep = true;

  constructor(detector: Detector, accounts: number, rows = accounts) {
    this.#spec = detector;
    this.accounts = new Accounts(accounts, 1, [detector]);
    const key = new Uint32Array(4);
    for (let n = 0; n < accounts; n += 1) this.accounts.open(key.fill(n + 1), 0, new Float64Array(1), 0);
    const charge = this.accounts.charge.bind(this.accounts);
    this.accounts.charge = (account, stream, factors, reason, batch, row) => {
      if (this.keep) this.charges.push({ account, stream, factors: factors.slice(), reason, row });
      charge(account, stream, factors, reason, batch, row);
    };
    this.observer = detector.create({ stream: 0, firstReason: 0 }, accounts, 7);
    this.admission = {
      account: new Int32Array(rows),
      first: new Uint8Array(rows).fill(1),
      way: new Uint8Array(rows),
      state: new Uint8Array(rows),
      p0: new Float64Array(rows).fill(0.02),
      missed: new Uint8Array(rows).fill(1),
      users: new Uint8Array(rows),
      trace: new Uint8Array(rows),
      talked: new Uint8Array(rows),
      nth: new Uint32Array(rows),
      source: new Int32Array(rows),
      target: new Int32Array(rows),
    };
  }

  /** Counts the targets of each source as the ledger does, then shows the rows to the detector. */
  observe(batch: ContactBatch, from = 0, to = batch.count): void {
    const { account, first, nth } = this.admission;
    for (let row = from; row < to; row += 1) {
      nth[row] = 0;
      if (account[row] < 0 || first[row] === 0) continue;
      this.accounts.targets[account[row]] += 1;
      nth[row] = this.accounts.targets[account[row]];
    }
    this.observer.observe(batch, from, to, this as unknown as Ledger);
  }

  bits(account: number): number {
    return this.accounts.bits[account];
  }

  reasonOf({ reason }: Charge): string {
    return this.#spec.reasons[reason];
  }
}
