import { Use, type Habit } from '../record/habit.ts';
import { contacting, counted, grouped, guesses, habitual, NOTHING } from './trial.ts';

/** Who works on our hosts from afar, and is let in. */

/**
 * Whether it went through a list of hosts with a key to nearly all of those that are still there (Ansible, parallel-ssh,
 * backups): a stranger is let in by next to none.
 */
const hasKeys = ({ letIn, pairs, pairsMissed }: Habit): boolean =>
  letIn >= HOSTS && letIn >= 0.9 * (pairs - pairsMissed) && pairsMissed <= 0.3 * pairs;
/** Hosts that let it in, until it is one who takes care of them. */
const HOSTS = 4;

/** Administrators open a few sessions with hosts that they know, and they are let in. */
export const administrator = contacting(
  'administrator (remote sessions)',
  '80 % with shells of at most 8 hosts, let in, none failed; or let in by nine in ten that answered, of 70 %',
  (habit) => {
    const { uses, contacts, exchanged, missed, pairs, addresses, admitted, refused } = habit;
    const shells = contacts > 0 && uses[Use.shell] >= 0.8 * contacts;
    const few = missed === 0 && addresses <= 8 && exchanged >= 0.8 * contacts && contacts <= 3 * pairs;
    const isTold = admitted + refused > 0;
    const letIn = isTold ? missed === 0 && addresses <= 8 && isLetIn(habit) : few || hasKeys(habit);
    const because = `${counted(uses[Use.shell], 'session')} with ${counted(addresses, 'host')}, ${grouped(missed)} failed`;
    return { holds: shells && letIn, because: admitted + refused > 0 ? `${because}; ${loginsText(habit)}` : because };
  },
);

/**
 * Management from afar, backups and replicas go once over many hosts, too, at ports that programs choose; and do work with
 * nearly all that are there. What was said may not be visible, but it was more than anybody says who only looks.
 */
export const caretaker = contacting(
  'administrator, backup or replication (work with each host)',
  '4 services or more at 1 or 2 ports from 1024 on, or terminals, of which nine in ten that are there, of 70 %, exchanged kilobytes both ways',
  (habit) => {
    const { worked, pairs, pairsMissed, highPorts, services, requests, requestsAnswered, contacts, logins } = habit;
    const live = pairs - pairsMissed;
    const withMost = worked >= HOSTS && worked >= 0.9 * live && pairsMissed <= 0.3 * pairs;
    const isVeiled = requests === 0 || (logins >= 0.9 * contacts && 2 * requestsAnswered >= requests);
    return {
      holds: withMost && (services === 1 || highPorts === pairs) && services <= SERVICES && isVeiled && !guesses(habit),
      inAnyOrder: true,
      because: `${grouped(worked)} of ${counted(live, 'service')} exchanged kilobytes both ways with it, ${grouped(pairsMissed)} were not there`,
    };
  },
);
/** Ports that one program looks after its hosts by. */
const SERVICES = 2;

/** Services that let others go unanswered, until somebody was let through by name. */
const DENIED = 4;

/**
 * A filter lets a partner through (a monitor, who looks after hosts, a supplier) and nobody else: that is written down here, by
 * name, and nobody who scans can bring it about. Where only some of his targets answer nobody but him, he is a scanner whom
 * others are compared with by chance.
 */
export const partner = contacting(
  'partner whom the filter lets through, and nobody else',
  '4 services or more that let others go unanswered, half of those that answer it, nine in ten of which answered nobody else from outside; a third in vain at most',
  (habit, { granted = { targets: 0, alone: 0, denied: 0 } }) => {
    const { targets, alone, denied } = granted;
    return {
      holds:
        denied >= DENIED &&
        2 * denied >= targets &&
        alone >= 0.9 * targets &&
        habit.pairsMissed <= 0.3 * habit.pairs &&
        habit.services <= SERVICES &&
        !guesses(habit),
      inAnyOrder: true,
      because: `of ${counted(targets, 'service')} that answered it ${grouped(alone)} answered nobody else from outside, and ${grouped(denied)} let others go unanswered`,
    };
  },
);

/** The same where only a log of logins tells of them: which service it is, people and programs have one name there. */
export const account = habitual(
  'administrator or another user with an account',
  'no contact but logins, of which half or more are accepted',
  (habit) => ({
    holds: habit.contacts === 0 && isLetIn(habit),
    because: habit.admitted + habit.refused === 0 ? NOTHING.loggedIn : loginsText(habit),
  }),
);

const isLetIn = ({ admitted, refused }: Habit): boolean => admitted >= 1 && admitted >= refused;
export const loginsText = ({ admitted, refused }: Habit): string =>
  `${grouped(admitted)} logins accepted, ${grouped(refused)} refused`;
