import type { Seat } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isPrivate } from '../record/address.ts';
import { Asked, Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { RotatingBloom } from '../table/bloom.ts';
import { hashWords, mixSigned } from '../table/hash.ts';
import { Named, ReverseName } from './reverse-name.ts';

// Hot: `ask` runs for every request; what is no reverse name costs a look at its last letters.

/**
 * Reverse names (`7.2.0.192.in-addr.arpa`, RFC 1035 section 3.5; of IPv6, RFC 3596 section 2.5) that are asked for one beside the other. Mail servers,
 * log analysers and the resolvers that work for them ask for the addresses that came to them: these are spread over
 * networks, and within one of ours they come in no order. Who sweeps a block asks for neighbours, and leaves nothing out.
 *
 * A run is dense as long as, but for a few that threads overtake, three of four addresses between its lowest and its
 * highest were asked for. A new address extends it when it is at most `NEAR` away from the one before and leaves it
 * dense: of a benign source's new addresses at most half do (a farm of mail servers side by side, each of which comes
 * to them; a farm is soon known). And a network of 256 addresses of which nearly all were asked for within an hour, in
 * any order, holds those that no host uses, too.
 *
 * Blocks of IPv6 are found without trying their addresses: a name server says of a block that nothing is in it, so that
 * who asks for sixteen blocks one after the other knows where to go on (RFC 7707 section 4.1.2.1.1 and its sources).
 * Resolvers that tell servers no more than they must ask for blocks too (RFC 9156), for each address from the widest one
 * down: the next block lies in the one before. That it lies beside it, and is not there, is at most half of what they ask.
 *
 * Who asks from home, or from a private address, is left out: inventories of the own network do that all day.
 */
const NEAR = 8;
const DENSE = 0.75;
const OVERTAKEN = 6;
const P0 = 0.5;
const P1 = 0.95;
/** Addresses of a /24 that come to nearly all, and the bits of a stated bound: fewer than one benign source in 2^25. */
const WHOLE = 250;
const WHOLE_BITS = 25;
const WHOLE_WITHIN = 3600e6;

/** Of the components that a charge goes to, the first half are about runs, and the others about whole networks. */
const filled = (components: number, run: number, whole: number): Float64Array =>
  Float64Array.from({ length: components }, (_, at) => (2 * at < components ? run : whole));

/** The largest factors of a charge: for a neighbour, for a whole network. */
export const neighbourMost = (components: number): Float64Array => filled(components, P1 / P0, 1);
export const networkMost = (components: number): Float64Array => filled(components, 1, 2 ** WHOLE_BITS);

/** Takes reverse names and charges for runs of neighbours. */
export class ReverseRuns {
  readonly #seat: Seat;
  readonly #neighbour: number;
  readonly #near: Float64Array;
  readonly #far: Float64Array;
  readonly #whole: Float64Array;
  readonly #seen = new RotatingBloom(20, 2 ** 16);
  readonly #seed: number;
  /** by account: the last address, the lowest and the highest of its run, and how many it has */
  readonly #last: Float64Array;
  /** and what stands before it in an IPv6 address */
  readonly #upper: Int32Array;
  /** by account: the block that was asked for last, and the one it lies in */
  readonly #block: Int32Array;
  readonly #around: Int32Array;
  readonly #name = new ReverseName();
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #length: Uint32Array;
  /** by account: when it was opened; another time, and it is another source's */
  readonly #opened: Float64Array;
  /** by account: since when it asks for its present /24, and for how many of it */
  readonly #since: Float64Array;
  readonly #asked: Uint16Array;

  /** @param reason number of the reason for a neighbour; the next ones are those for a whole network, and for a block */
  constructor(seat: Seat, reason: number, components: number, accounts: number, seed: number) {
    this.#seat = seat;
    this.#neighbour = reason;
    this.#near = neighbourMost(components);
    this.#far = filled(components, (1 - P1) / (1 - P0), 1);
    this.#whole = networkMost(components);
    this.#seed = seed ^ 0x5bd1e995;
    this.#last = new Float64Array(accounts);
    this.#upper = new Int32Array(accounts);
    this.#block = new Int32Array(accounts);
    this.#around = new Int32Array(accounts);
    this.#low = new Float64Array(accounts);
    this.#high = new Float64Array(accounts);
    this.#length = new Uint32Array(accounts);
    this.#opened = new Float64Array(accounts);
    this.#since = new Float64Array(accounts);
    this.#asked = new Uint16Array(accounts);
  }

  ask(batch: RequestBatch, from: number, to: number, ledger: Ledger): void {
    const { account } = ledger.asking.admission;
    const { first } = ledger.accounts;
    const { asked, traits, name, nameLength, text, address } = batch;
    for (let row = from; row < to; row += 1) {
      if (asked[row] !== Asked.dnsName || account[row] < 0 || (traits[row] & RequestTrait.copy) !== 0) continue;
      const mine = account[row];
      if (this.#opened[mine] !== first[mine]) {
        this.#opened[mine] = first[mine];
        this.#length[mine] = 0;
        this.#around[mine] = 0;
      }
      const named = this.#name.read(text, name[row], nameLength[row]);
      if (named === Named.nothing || isPrivate(address, row * 8) || ledger.home.match.contains(address, row * 8))
        continue;
      if (!this.#isNew(batch, row)) continue;
      if (named === Named.block) this.#takeBlock(batch, row, mine, ledger);
      else this.#take(batch, row, mine, this.#name.low, ledger);
    }
  }

  /** Whether the source has not asked for this name before. */
  #isNew({ address }: RequestBatch, row: number): boolean {
    const { upper, low } = this.#name;
    const what = upper === 0 ? low | 0 : mixSigned(upper, low | 0);
    return this.#seen.isNewTo(this.#seed, hashWords(this.#seed, address, row * 8), what);
  }

  /** A block beside the one before, with nothing in it as far as that is told; or one somewhere else. */
  #takeBlock(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const { upper, whole } = this.#name;
    const isFirst = this.#around[mine] === 0;
    const isBeside = upper === this.#around[mine];
    const isWithin = upper === this.#block[mine];
    this.#around[mine] = upper;
    this.#block[mine] = whole;
    const isThere = batch.reply[row] === Reply.answered;
    if (isFirst || isWithin || (isBeside && isThere) || ledger.accounts.isFull(mine, this.#seat.stream)) return;
    if (isBeside) this.#charge(this.#near, 2, batch, row, mine, ledger);
    else if (this.#holds(mine, ledger)) this.#charge(this.#far, 2, batch, row, mine, ledger);
  }

  #take(batch: RequestBatch, row: number, mine: number, host: number, ledger: Ledger): void {
    const { upper } = this.#name;
    const isStart = this.#length[mine] === 0 || this.#upper[mine] !== upper;
    const isWhole = this.#isWhole(mine, host, batch.time[row], isStart);
    const isNext = !isStart && this.#extends(mine, host);
    this.#last[mine] = host;
    this.#upper[mine] = upper;
    if (!isNext) this.#low[mine] = this.#high[mine] = host;
    this.#length[mine] = isNext ? this.#length[mine] + 1 : 1;
    if (ledger.accounts.isFull(mine, this.#seat.stream)) return;
    if (isWhole) this.#charge(this.#whole, 1, batch, row, mine, ledger);
    if (isNext) this.#charge(this.#near, 0, batch, row, mine, ledger);
    else if (!isStart && this.#holds(mine, ledger)) this.#charge(this.#far, 0, batch, row, mine, ledger);
  }

  /** Whether the address is near the one before and leaves the run dense; the run takes it in then. */
  #extends(mine: number, host: number): boolean {
    if (Math.abs(host - this.#last[mine]) > NEAR) return false;
    const low = Math.min(host, this.#low[mine]);
    const high = Math.max(host, this.#high[mine]);
    if (this.#length[mine] + 1 + OVERTAKEN < DENSE * (high - low + 1)) return false;
    this.#low[mine] = low;
    this.#high[mine] = high;
    return true;
  }

  /** Whether with this one nearly all addresses of a /24 were asked for within the time. */
  #isWhole(mine: number, host: number, time: number, isStart: boolean): boolean {
    const isSame = !isStart && Math.floor(host / 256) === Math.floor(this.#last[mine] / 256);
    if (!isSame) {
      this.#since[mine] = time;
      this.#asked[mine] = 0;
    }
    this.#asked[mine] += 1;
    return this.#asked[mine] === WHOLE && time - this.#since[mine] <= WHOLE_WITHIN;
  }

  #holds(mine: number, { accounts }: Ledger): boolean {
    return accounts.bits[mine * accounts.streams.length + this.#seat.stream] > 0;
  }

  #charge(factors: Float64Array, what: number, batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    ledger.accounts.charge(mine, this.#seat.stream, factors, this.#neighbour + what, batch, row);
  }
}
