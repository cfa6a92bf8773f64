import type { Find, Quest } from '../../ledger/quest.ts';
import { Asked, BYTES_UNKNOWN, Reply } from '../../record/request.ts';

/*
 * Which answers tell that something is there. Where a site says of nothing that it is not there, and gives many names the
 * very same answer (a page, a redirection), that answer tells nothing of any of them. A page that repeats the name that was
 * asked for grows with it, byte by byte.
 */

/** Share of the answers that say that something is not there, from which on the others say that it is. */
const MISSED = 0.1;
/** Names with one answer, and their share of all, until it tells nothing. */
const SAME = 8;
const SAME_SHARE = 0.3;
/** How often a page repeats the name at most. */
const ECHOES = 8;

const isSized = ({ asked, status, bytes }: Find): boolean =>
  asked === Asked.path && status !== 0 && bytes !== BYTES_UNKNOWN;

/** The things that a source was told of. */
export function tellingOf({ finds, replies }: Quest): readonly Find[] {
  const sized = finds.filter(isSized);
  const missed = replies[Reply.missed];
  if (sized.length < SAME || missed >= MISSED * (missed + sized.length)) return finds;
  const usual = new Set<Find>();
  for (let echoes = 0; echoes <= ECHOES; echoes += 1) {
    const groups = Map.groupBy(
      sized,
      ({ site, status, bytes, name }) => `${site} ${status} ${bytes - echoes * name.length}`,
    );
    for (const group of groups.values())
      if (group.length >= SAME && group.length >= SAME_SHARE * sized.length) for (const find of group) usual.add(find);
  }
  return usual.size === 0 ? finds : finds.filter((find) => !usual.has(find));
}
