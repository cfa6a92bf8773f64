import { Asked } from '../../record/request.ts';
import { alike } from './alike.ts';
import { shared, step } from './listed.ts';
import { type Note, PER_SOURCE, type Watch } from './notes.ts';
import { prefixes } from './prefixes.ts';
import { crowdOf, ENOUGH, type NameCrowd, NOTHING, SOURCES } from './proof.ts';
import { type Beside, inOrder, Series } from './series.ts';
import { apart, inTurn } from './strangers.ts';

/**
 * Whether many sources share one list of names out, each asking for too few to be found. Many innocent sources miss
 * names, too: a dead link on a popular page, a site that moved, an application that is broken at all its clients, a
 * crawler. So nothing is held against their number, and these are the bets, each against a stated chance:
 *
 *  shared     the next name in a known list is one that nobody has asked for yet. Sources that choose on their own, all
 *             alike, repeat each other at least as often as if all words of the list were equally likely (the birthday
 *             problem: any other odds repeat more).
 *  in step    the next name stands up to STEP words behind the last of the same source, or one of the last few of all.
 *             Chance for names that were not read from the list: .2, or the room these words take, whichever is more.
 *  alone      a source misses all but a quarter of what it asks for, two names or more, and is let in nowhere. At most
 *             one benign source in four that misses a name does so.
 *  apart      the next name is one that no other source asked for. Strangers who guess, and clients who come by the
 *             same links, have at least three in ten in common.
 *  in turn    the first names of sources that got nothing come in the order of the alphabet: longest increasing
 *             subsequence, against any order. Who does not know of the others comes with a name of any place in it.
 *  prefix     the addresses of one prefix (IPv4 /24; IPv6 /64 and /48), as if they were one source: each new name that
 *             is missed, and each that is not, against what the ledger says of such names.
 *  alike      the next source that asks for a weakness calls itself as this one did. Chance: as often as sources that
 *             asked for none do, at least .1; .4 for libraries and tools, .5 for nothing.
 *
 * "shared" and "apart" count only as far as "alone" does, for people who each ask for a page of their own repeat nobody
 * either; and neither they nor "prefix" count those who say that they are a crawler, for its machines share the pages of
 * a site that moved out as well; nor clients that keep to the one user they were set up with, who may be gone with his
 * company's others. Who lies about that is left to the other tests. Which list, which test and which site it was is paid
 * for. Blind to lists that are shared out one name to a source, in random order, unless they come from one prefix.
 */

/** Crowds that asked for names; of those with mostly the same members the one with most bits. @param bar bits under which none is told */
export function nameCrowds(watches: readonly Watch[], weak: readonly Note[], beside: Beside, bar: number): NameCrowd[] {
  const price = Math.log2(1 + watches.length);
  const found = watches.flatMap((watch) => ofWatch(watch, beside, price, bar));
  const crowds = [...found, ...alike(weak, beside, bar)].sort((a, b) => b.bits - a.bits);
  const known = new Set<string>();
  return crowds.filter(({ notes }) => {
    const members = new Set(notes.map(({ who }) => who));
    const isNews = 2 * [...members].filter((who) => known.has(who)).length <= members.size;
    if (isNews) for (const who of members) known.add(who);
    return isNews;
  });
}

/** Whether the source of a user's name got what it asked for once it had shown a secret: telephones are asked for one (RFC 3261 section 22). */
function isLetOn({ asked }: Watch, { source }: Note, { habitOf }: Beside): boolean {
  const habit = asked === Asked.user ? habitOf(source) : undefined;
  return habit !== undefined && habit.requests > 0 && 2 * habit.requestsAnswered >= habit.requests;
}

function ofWatch(watch: Watch, beside: Beside, price: number, bar: number): NameCrowd[] {
  if (watch.notes.length < ENOUGH || watch.bySource.size < SOURCES) return [];
  const sources = Map.groupBy(inOrder(watch.notes), ({ who }) => who);
  const quiet = [...sources.values()].filter(
    (its) => its.length < PER_SOURCE && its.every(({ admitted }) => !admitted) && !isLetOn(watch, its[0], beside),
  );
  const notes = inOrder(quiet.flat());
  if (notes.length < ENOUGH || quiet.length < SOURCES) return [];
  const arePaths = watch.asked === Asked.path;
  const series = new Series(notes, arePaths, beside);
  const lists = beside.matcher();
  const places = lists.places(
    notes.map(({ name }) => name),
    arePaths,
    ENOUGH,
  );
  const listed = places.flatMap((each) => [shared(series, each), step(series, each)]);
  const proofs = [...listed, apart(series), inTurn(series), ...prefixes(series)];
  const best = proofs.reduce((most, each) => (each.bits > most.bits ? each : most), NOTHING);
  const choice = Math.log2(2 * (lists.count + 2)) + price;
  const bits = best.bits - choice;
  if (bits < bar) return [];
  const part = notes.filter((note, at) => at >= best.from && at <= best.to && best.isPart(note, at));
  if (part.length < ENOUGH || new Set(part.map(({ who }) => who)).size < SOURCES) return [];
  const sites = Math.round(2 ** price) - 1;
  const why = `it could have been any of ${lists.count} lists, at any of ${sites} sites`;
  return [crowdOf(arePaths ? 'names' : 'users', part, best, choice, why, watch)];
}
