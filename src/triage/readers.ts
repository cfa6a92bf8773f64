import { AGENT, type Habit, VISITS_KEPT } from '../record/habit.ts';
import { browsersOf, type Reads, rhythmOf, spanOf, type Suspect } from './suspect.ts';
import { asking, counted, grouped, isTurnedAway, paceText, percent, share } from './trial.ts';

/** Who asks for what somebody told him, or a page leads him to, and it is gone. */

/** Rounds of who goes through the same few things again and again, and how many of these there may be. */
const ROUNDS = 4;
const FEW = 64;
/** Seconds from one round to the next. */
const SOONEST = 15;

/** Whether it came back to the first of them at a pace, from its beginning on to its end. */
function goesRound(habit: Habit): boolean {
  const { visits, first, last } = habit;
  const { rounds = 0, every = 0 } = rhythmOf(habit) ?? {};
  return rounds >= ROUNDS && every >= SOONEST && (visits.length >= VISITS_KEPT || 2 * spanOf(habit) >= last - first);
}

const asksForPaths = ({ path, lookups, admitted, refused }: Habit): boolean =>
  path !== 0 && lookups + admitted + refused === 0;

/**
 * A check of what was there goes through its whole list at a pace, and again, though all of it is gone: only the first
 * round tells it anything. Whoever reads a list of words is through with it after one, or two.
 */
export const rounds = asking(
  'check of the same few things, in rounds',
  'at most 64 names, nearly 4 times each, and the first of them at a pace of 15 s or more from beginning to end; none for weaknesses',
  (habit, { pointed, namesMissed }) => {
    const { requests, names } = habit;
    const all = Math.max(names, namesMissed);
    return {
      holds:
        asksForPaths(habit) &&
        pointed === 0 &&
        all <= FEW &&
        requests >= (ROUNDS - 0.2) * all &&
        goesRound(habit) &&
        !isTurnedAway(habit),
      inAnyOrder: true,
      because: `${counted(requests, 'request')} for ${counted(all, 'name')}, ${paceText(habit)}, ${grouped(pointed)} look for weaknesses`,
    };
  },
);

/** Share of its hosts that others come for, and names not there for each host. */
const VISITED = 0.9;
const ASTRAY = 0.2;

/** Who goes over the sites of a server by their names has them from somewhere if others come for them, too. */
export const sites = asking(
  'round of sites that others visit',
  'nine in ten of its hosts visited by others, at most one name in vain for five hosts; none for weaknesses',
  (_, { hosts = { asked: 0, visited: 0 }, pointed, namesMissed }) => ({
    holds:
      hosts.visited > 0 &&
      hosts.visited >= VISITED * hosts.asked &&
      namesMissed <= ASTRAY * hosts.asked &&
      pointed === 0,
    because: `${grouped(hosts.visited)} of its ${counted(hosts.asked, 'host')} visited by others, ${counted(namesMissed, 'name')} not there, ${grouped(pointed)} look for weaknesses`,
  }),
);

/** Kinds of browsers of more than one person, and times that each of the same few names is asked for. */
const PEOPLE = 3;
const TIMES = 4;

/** Several people behind one address were told the same: a list of words is read once, whatever it calls itself meanwhile. */
export const together = asking(
  'several people who look for the same',
  '3 kinds of browser, at most 64 names, 4 times each; none for weaknesses',
  (habit, { pointed, namesMissed }) => {
    const { requests, names } = habit;
    const all = Math.max(names, namesMissed);
    return {
      holds:
        asksForPaths(habit) && pointed === 0 && browsersOf(habit) >= PEOPLE && all <= FEW && requests >= TIMES * all,
      inAnyOrder: true,
      because: `${counted(browsersOf(habit), 'kind')} of browser, ${counted(requests, 'request')} for ${counted(all, 'name')}`,
    };
  },
);

/** Share of what was missed that has to be of a kind. */
const NEARLY_ALL = 0.9;
const MOST = 0.8;
/** Pages that somebody has kept, and parts that pages have. */
const KEPT = 200;
const PARTS = 100;

const isOneBrowser = (habit: Habit): boolean =>
  browsersOf(habit) > 0 && browsersOf(habit) <= 2 && habit.agents.every((kinds, kind) => kinds === 0 || isSeen(kind));
const isSeen = (kind: number): boolean => kind === AGENT.browser || kind === AGENT.headless;

/** Nothing of what it asked for is on a list of words, and none looks for weaknesses. */
const isUnlisted = ({ pointed, listed = true }: Suspect): boolean => pointed === 0 && !listed;

/**
 * Pages that somebody has kept: tabs, bookmarks, a list of links on another site. Each is a title, or lies in a folder of its
 * own; whoever guesses puts words to the same few places.
 */
export const keeper = asking(
  'reader of old addresses (tabs, bookmarks, links elsewhere)',
  'one browser; of at most 200 names that are gone four in five titles of three words, or in folders of their own; no words of a list',
  (habit, suspect) => {
    const { missed, told } = suspect.reads ?? NOTHING;
    return {
      holds: isOneBrowser(habit) && isUnlisted(suspect) && missed > 0 && missed <= KEPT && told >= MOST,
      inAnyOrder: true,
      because: `${isOneBrowser(habit) ? 'one browser' : 'no browser, or several'}; ${percent(told)} of ${counted(missed, 'name')} that it missed are titles or in folders of their own`,
    };
  },
);

/** A browser asks for the parts of a page as soon as it has it, whether the site says where it was led from or not. */
export const parts = asking(
  'visitor of pages whose parts are gone',
  'one browser; nine in ten of at most 100 names that are gone parts of pages, within 3 s of a page that it was given, not by the alphabet; no words of a list',
  (habit, suspect) => {
    const { missed, parts: share } = suspect.reads ?? NOTHING;
    return {
      holds: isOneBrowser(habit) && isUnlisted(suspect) && missed > 0 && missed <= PARTS && share >= NEARLY_ALL,
      because: `${isOneBrowser(habit) ? 'one browser' : 'no browser, or several'}; ${percent(share)} of ${counted(missed, 'name')} that it missed are parts of pages that it had just been given`,
    };
  },
);

/** Kinds of browsers that many people have; misses of one who hides among them, and share of requests that are missed. */
const CROWD = 4;
const HIDDEN = 8;
const SELDOM = 0.2;
/** Share of what was missed that may be bare words at the root. */
const BARE = 0.5;

/**
 * Many people behind one address: each misses little of what he asks for, at his own time. One among them who guesses
 * misses nearly all that he asks for, or much at once.
 */
export const crowd = asking(
  'many people behind one address, each of whom misses little',
  '4 kinds of browser, at most a fifth of the requests missed, hardly any by clients that miss a fifth or within a minute; half of them more than a bare word, no words of a list',
  (habit, suspect) => {
    const { missed, strangers, burst } = suspect.reads ?? NOTHING;
    const { requests, requestsMissed } = habit;
    return {
      holds:
        browsersOf(habit) >= CROWD &&
        isUnlisted(suspect) &&
        missed > 0 &&
        requestsMissed <= SELDOM * requests &&
        strangers < HIDDEN &&
        burst < HIDDEN &&
        (suspect.forms?.bare ?? 1) < BARE,
      inAnyOrder: true,
      because: `${counted(browsersOf(habit), 'kind')} of browser, ${percent(share(requestsMissed, requests))} of ${counted(requests, 'request')} missed; ${grouped(strangers)} of ${counted(missed, 'name')} by clients that miss a fifth, ${grouped(burst)} within a minute`,
    };
  },
);

const NOTHING: Reads = { missed: 0, told: 0, parts: 0, strangers: 0, burst: 0 };
