import { AGENT, Use, type Habit, VISITS_KEPT } from '../record/habit.ts';
import { browsersOf, declaresScan, rhythmOf, roundsOf, spanOf, turnsOf } from './suspect.ts';
import {
  asking,
  counted,
  grouped,
  guesses,
  habitual,
  hidden,
  isUntold,
  paceText,
  percent,
  share,
  type Trial,
  UNTOLD,
  usedOf,
} from './trial.ts';

/** Programs that come back at a pace: to see whether something is well, or to fetch what is new. */

/** Readers come back to one document, at their own pace. */
export const feeds = asking('feed reader (RSS)', 'half of the names, all there, again and again', (habit) => {
  const { feeds: asked, names, namesMissed, requests, unmodified } = habit;
  const returns = rhythmOf(habit) !== undefined || unmodified >= 0.3 * requests || requests >= 5 * names;
  return {
    holds: asked > 0 && 2 * asked >= names && namesMissed === 0 && requests >= 3 && returns,
    because: `${counted(requests, 'request')} for ${counted(asked, 'feed')}, ${paceText(habit)}; ${grouped(unmodified)} told "not modified"`,
  };
});

/** Whether it uses what it reaches, at no pace that a program keeps: people do. */
const isBusy = (habit: Habit): boolean =>
  usedOf(habit) >= 0.3 * habit.contacts && habit.contacts > 0 && rhythmOf(habit) === undefined;

/**
 * Targets of who looks after others: few; more of them where it keeps coming back to all, and many where they answer or it
 * is one of ours.
 */
const WATCHED = 32;
const WATCHED_LONG = 64;
const WATCHED_MANY = 512;
const LONG = 8;
/** Times that each target is asked, on average. */
const AGAIN = 5;

function mayWatch(habit: Habit): boolean {
  const { pairs, names, tries, requests, own, contacts, answered, requestsAnswered } = habit;
  const targets = Math.max(pairs, names);
  const again = Math.max(tries, requests) >= AGAIN * targets;
  const long = again && roundsOf(habit) >= LONG;
  const answers = answered >= 0.8 * contacts && requestsAnswered >= 0.8 * requests && !logsIn(habit);
  if (goesRound(habit) || asksOn(habit) || (own && insists(habit)) || (long && (own || answers)))
    return targets <= WATCHED_MANY;
  return targets <= (long || (again && keepsPace(habit)) ? WATCHED_LONG : WATCHED);
}

/** Times that it came round at whatever pace, and services and names that it came for, of who polls. */
const TURNS = 4;
const POLLED = 2;
/** Connections with a target, on average, that are one that is kept. */
const KEPT = 1.25;
/** Rounds, and seconds between them, that no scan makes: its retries are fewer, or sooner. */
const TURNS_APART = 5;
const PAUSE_APART = 30;

/** Whether its rounds lie further apart, and are more, than those of retries. */
const keepsPace = (habit: Habit): boolean => (rhythmOf(habit, TURNS_APART)?.every ?? 0) >= PAUSE_APART;

/**
 * Whether it goes round its targets, for one thing or two, and has words with most of them: it came to the first as often
 * as to all on average, and all the time; thrice is enough where the pauses are alike. A scan repeats what does not answer,
 * at once; what answers it has seen. Who guesses passwords goes round as well.
 */
function goesRound(habit: Habit): boolean {
  const { services, names, contacts, requests, exchanged, requestsAnswered } = habit;
  if (services > POLLED || names > POLLED || logsIn(habit)) return false;
  const isUsed = isUntold(habit) || 2 * (exchanged + requestsAnswered) >= contacts + requests;
  if (!isUsed || !(isEven(habit) || isKept(habit)) || !isLasting(habit)) return false;
  if (isUntold(habit)) return keepsPace(habit);
  return turnsOf(habit) >= TURNS || rhythmOf(habit, TURNS - 1) !== undefined;
}

/**
 * Whether it came to its first target all the time, as far as its visits are kept, and not several times at once before it
 * went on to the next; who asks for the same over connections that it keeps has no next.
 */
function isLasting(habit: Habit): boolean {
  const { contacts, requests, pairs, visits, first, last } = habit;
  const kept = visits.length < VISITS_KEPT ? 1 : Math.min(1, share(visits.length * pairs, contacts));
  return requests > contacts || 2 * spanOf(habit) >= kept * (last - first);
}

const logsIn = ({ logins, contacts }: Habit): boolean => logins > 0 && 2 * logins >= contacts;

/** Whether it came to its first target as often as to the others on average: once for each request over a kept connection. */
function isEven(habit: Habit): boolean {
  const { pairs, names, contacts, missed, requests } = habit;
  return isOften(habit, share(missed + Math.max(contacts - missed, share(requests, names)), pairs));
}

/** Whether it keeps its connections with what answers, and goes round the rest, its first target among it. */
function isKept(habit: Habit): boolean {
  const { pairs, pairsMissed, contacts, missed, exchanged } = habit;
  const live = pairs - pairsMissed;
  return exchanged >= live && contacts - missed <= KEPT * live && isOften(habit, share(missed, pairsMissed));
}

const isOften = (habit: Habit, times: number): boolean =>
  Math.abs(times - turnsOf(habit)) <= 1 || (habit.visits.length >= VISITS_KEPT && times > turnsOf(habit));

/** Whether it asked its targets many times each, which records may tell as one contact, and they answered. */
const asksOn = ({ contacts, answered, tries, services, requests, exchanged }: Habit): boolean =>
  requests + exchanged === 0 && tries >= LONG * contacts && answered >= 0.8 * contacts && services <= POLLED;

/**
 * Whether a host of ours keeps coming back to all of its targets at a pace, whether they are there or not: what a balancer or
 * a monitor does whose hosts were taken away. Who has found out that nothing is there does not come eight times; nor half
 * as often who has found a third.
 */
function insists(habit: Habit): boolean {
  const { own, pairs, pairsMissed, contacts, requests, names } = habit;
  const rounds = roundsOf(habit);
  const enough = 3 * pairsMissed <= 2 * pairs && pairs > 0 ? LONG / 2 : LONG;
  return own && rounds >= enough && contacts >= enough * pairs && requests >= enough * names;
}

/**
 * Whether it came back to all of its targets at a pace, eight times or more: the order of a list says something of who goes
 * through it once.
 */
function isRound(habit: Habit): boolean {
  if (goesRound(habit)) return true;
  return habit.requests <= habit.contacts && roundsOf(habit) >= LONG && habit.contacts >= LONG * habit.pairs;
}

/**
 * Where no outcome is told: whether all of its few targets were asked eight times on average, and the first one so often
 * from its beginning on to its end. Who scans asks what does not answer again at once, or on another day; who guesses does
 * it at shells.
 */
function comesBack(habit: Habit): boolean {
  const { contacts, pairs, visits, first, last, uses } = habit;
  if (visits.length < LONG || contacts < LONG * pairs) return false;
  return 2 * spanOf(habit) >= last - first && 2 * uses[Use.shell] < contacts;
}

/** Whether it only asks whether the same few things are there, in a rhythm or very often, and they are. */
function watches(habit: Habit): boolean {
  const { pairs, contacts, answered, requests, requestsAnswered, names } = habit;
  const again = share(Math.max(contacts, requests), Math.max(pairs, names));
  const served = 2 * requests >= contacts ? share(requestsAnswered, requests) : share(answered, contacts);
  const rhythm = rhythmOf(habit);
  if (!mayWatch(habit)) return false;
  if (isUntold(habit)) return goesRound(habit) || (roundsOf(habit) >= LONG && again >= AGAIN) || comesBack(habit);
  return (
    goesRound(habit) ||
    asksOn(habit) ||
    (rhythm !== undefined && again >= 3 && (served >= 0.5 || insists(habit))) ||
    (again >= AGAIN && served >= 0.8 && !isBusy(habit))
  );
}

/** Whether nothing is seen of what it says and hears, though it says and hears something. */
const isVeiled = (habit: Habit): boolean => habit.requests === 0 && usedOf(habit) >= 0.5 * habit.contacts;

/**
 * The edges of a delivery network ask one host for one path in a rhythm, and nothing else; or the members of a pair of
 * load balancers, neighbours, ask the same hosts for the same service.
 */
export const health = habitual(
  'health check (load balancer or CDN)',
  'one path, or the same hosts, asked in a rhythm by 2 sources or more',
  (habit, { alike = 1, kin = 1 }) => {
    const { names, addresses, services, heads, requests, requestsAnswered, uses } = habit;
    const served = requestsAnswered >= 0.5 * requests && 2 * heads <= requests;
    const byPath = names === 1 && addresses <= 1 && requests >= 3 && alike >= 2;
    const byNetwork = kin >= 2 && services <= 2 && names <= 2 && uses[Use.ping] === 0;
    return {
      holds:
        (byPath || byNetwork) && served && rhythmOf(habit) !== undefined && watches(habit) && browsersOf(habit) === 0,
      because:
        requests > 0
          ? `${counted(requests, 'request')} for ${counted(names, 'name')} of ${counted(Math.max(1, addresses), 'host')}, ${paceText(habit)}, ${percent(share(requestsAnswered, requests))} answered; done in a rhythm by ${counted(Math.max(alike, kin), 'source')}`
          : `${counted(habit.contacts, 'contact')} with ${counted(habit.pairs, 'target')}, ${paceText(habit)}; done in a rhythm by ${counted(kin, 'source')} of its network`,
    };
  },
);

/** Programs that ask an application for its own things, again and again: not whether it is well. */
export const polling = asking(
  'polling application',
  'at most 8 names, 5 times each in a rhythm, half of them served',
  (habit) => {
    const { names, requests, requestsAnswered, heads, checkups, agents } = habit;
    const program = agents[AGENT.library] + agents[AGENT.other] + browsersOf(habit) > 0;
    const same = names <= 8 && requests >= 5 * names && requestsAnswered >= 0.5 * requests;
    return {
      holds: program && same && checkups === 0 && 2 * heads < requests && roundsOf(habit) >= 5,
      because: `${counted(requests, 'request')} for ${counted(names, 'name')}, ${paceText(habit)}, ${percent(share(requestsAnswered, requests))} served`,
    };
  },
);

/** A monitor asks few fixed targets, again and again, and most of them answer. */
export const monitor: Trial = (suspect) => {
  const { habit } = suspect;
  const targets = Math.max(suspect.addresses, suspect.services, suspect.names);
  const again = share(suspect.asked ?? suspect.probes, targets);
  const answered = share(suspect.answered, suspect.probes);
  const strict = targets <= WATCHED && again >= AGAIN && answered >= 0.8;
  const people = habit ? browsersOf(habit) + habit.referred : 0;
  const other = habit !== undefined && (declaresScan(habit) || guesses(habit) || isVeiled(habit));
  const pace = habit ? `, ${paceText(habit)}` : '';
  return {
    name: 'monitor',
    needs:
      'at most 32 targets, 5 times each or in a rhythm, most of them answered or, where that is not told, 8 rounds',
    holds:
      (habit === undefined ? strict : (strict && !isBusy(habit)) || watches(habit)) &&
      people === 0 &&
      !other &&
      (suspect.namesMissed <= WATCHED || (habit !== undefined && insists(habit))),
    inAnyOrder: habit && isRound(habit) ? true : undefined,
    because: `${counted(targets, 'target')} asked ${again.toFixed(1)} times each, ${habit && isUntold(habit) ? UNTOLD : `${percent(answered)} answered`}${pace}`,
  };
};

/** The same where content is encrypted or not told: a monitor, a feed reader and an application look alike. */
export const regular = hidden(
  'monitor, feed reader or another regular client',
  'a rhythm, most answered, what it asks for not visible',
  (habit) => ({
    holds: isVeiled(habit) && (rhythmOf(habit) !== undefined || goesRound(habit)) && watches(habit) && !guesses(habit),
    inAnyOrder: isRound(habit),
    because: `${counted(habit.pairs, 'target')} used ${share(habit.contacts, habit.pairs).toFixed(1)} times each, ${paceText(habit)}; what it asked for is not visible`,
  }),
);
