import { Counts } from '../table/counts.ts';
import { type CrowdOrder, type CrowdRow, type Hit, REASONS } from './crowd-tests.ts';

const SOURCES = 1 << 16;
/** Hits at which a service is tested. */
export const CHECKPOINTS = [16, 32, 64, 128, 256, 512];

/** What is kept of one service that several sources missed (crowd.ts). */
export class Watch {
  readonly key: number;
  readonly protocol: number;
  readonly port: number;
  hits: Hit[] = [];
  /** from 1; a round ends after the last test */
  round = 1;
  bySource: Counts;
  members: { readonly source: Uint32Array; readonly hash: number; readonly first: number }[] = [];
  /** µs: where the window begins that tells most */
  since = Number.NEGATIVE_INFINITY;
  /** e-values so far: one a test and checkpoint */
  readonly evidence = new Float64Array(REASONS.length * CHECKPOINTS.length);
  rows: CrowdRow[] = [];
  bits = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;
  total = 0;
  /** hits, halved whenever it is looked at for whether it may go */
  worth = 0;
  opened = Number.NaN;
  bar = 0;
  order: CrowdOrder = null;

  readonly #seed: number;

  constructor(key: number, protocol: number, port: number, seed: number) {
    this.key = key;
    this.protocol = protocol;
    this.port = port;
    this.#seed = seed;
    this.bySource = new Counts(seed, SOURCES);
  }

  /** Nothing came of this round: the next one begins with nothing. */
  again(): void {
    this.round += 1;
    this.hits = [];
    this.members = [];
    this.bySource = new Counts(this.#seed, SOURCES);
    this.evidence.fill(0);
    this.rows = [];
    this.bits = 0;
    this.first = Number.POSITIVE_INFINITY;
    this.since = Number.NEGATIVE_INFINITY;
    this.total = 0;
  }
}

/** Whether a watch came to less of late than another. */
export const isLess = (one: Watch, other: Watch): boolean =>
  one.worth < other.worth || (one.worth === other.worth && one.last < other.last);
