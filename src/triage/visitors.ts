import { AGENT, Use, type Habit } from '../record/habit.ts';
import { browsersOf, declaresScan, type Suspect } from './suspect.ts';
import {
  asking,
  contacting,
  counted,
  grouped,
  guesses,
  habitual,
  hidden,
  isUntold,
  percent,
  share,
  type Trial,
  NOTHING,
} from './trial.ts';

/** Who uses what we offer: people, what they send, and crawlers. */

/** Parameters and values of a load test that nobody has used, and times that each comes again: who guesses goes through his list once. */
const NEW = 16;
const AGAIN = 8;

/** One request again and again, thousands of times, all served. */
export const load = asking(
  'load test',
  '500 requests at 50 a second for at most 16 names, 95 % served, and each parameter and value that is new 8 times',
  ({ requests, requestsAnswered, names, first, last }, { namesMissed }) => {
    const seconds = Math.max(0.1, (last - first) / 1e6);
    const same = names <= 16 && namesMissed <= Math.max(NEW, requests / AGAIN);
    return {
      holds: requests >= 500 && same && requestsAnswered >= 0.95 * requests && requests >= 50 * seconds,
      because: `${counted(requests, 'request')} for ${counted(names, 'name')} in ${seconds.toFixed(1)} s, ${percent(share(requestsAnswered, requests))} served; ${grouped(namesMissed)} tried something new`,
    };
  },
);

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

/** Mails that somebody must have brought, until he is one who does. */
const MAILS = 8;

/** Who brings mail to many: some of them have left, most have not. */
export const sender = habitual(
  'sender of mail',
  '8 mails taken, and as many as there were recipients who are not there; no password, and nothing else',
  ({ contacts, uses, agents, path, lookups, admitted, refused, requests, requestsAnswered, requestsMissed }) => {
    const isMail = requests > 0 && path === 0 && lookups === 0 && agents.every((clients) => clients === 0);
    const isAll = contacts === uses[Use.mail] && admitted + refused === 0;
    return {
      holds: isMail && isAll && requestsMissed > 0 && requestsAnswered >= Math.max(MAILS, requestsMissed),
      because: isMail
        ? `${counted(requestsAnswered, 'mail')} taken, ${counted(requestsMissed, 'recipient')} not there, ${counted(admitted + refused, 'password')}`
        : NOTHING.mailed,
    };
  },
);

const isLetIn = ({ admitted, refused }: Habit): boolean => admitted >= 1 && admitted >= refused;
export const loginsText = ({ admitted, refused }: Habit): string =>
  `${grouped(admitted)} logins accepted, ${grouped(refused)} refused`;

/**
 * Ports for data are agreed on another channel, out of the sight of who only notes what begins. Where it is told how
 * contacts end, the ledger knows that the two hosts have talked.
 */
export const channels = contacting(
  'file transfers, calls or streams',
  'where no outcome is told: first a control channel (FTP, SIP, RTSP, H.323), beside it no port below 1024, at most 4 hosts; where it is, datagrams to such ports of one host alone, a fifth of them answered',
  (habit, suspect) => {
    const { begins, uses, contacts, pairs, highPorts, addresses } = habit;
    const controls = uses[Use.control];
    const data = contacts - controls;
    return {
      holds:
        isMedia(habit, suspect) ||
        (isUntold(habit) &&
          begins === Use.control &&
          pairs - highPorts <= addresses &&
          uses[Use.ping] === 0 &&
          addresses <= 4 &&
          data <= TRANSFERS * controls),
      because: `${counted(controls, 'contact')} with control channels${begins === Use.control ? ', the first among them' : ''}; ${grouped(pairs - highPorts)} of ${counted(pairs, 'target')} below port 1024, of ${counted(addresses, 'host')}`,
    };
  },
);
/**
 * Whether its datagrams went to ports of one host that programs choose, and a fifth of these said something: ports of calls
 * and relays are agreed elsewhere (RFC 8445, RFC 8656). Of ports that are drawn hardly one in a hundred answers.
 */
const isMedia = ({ pairs, answered, contacts, highPorts, addresses }: Habit, { probes, datagrams }: Suspect): boolean =>
  datagrams === probes && addresses === 1 && highPorts === pairs && pairs >= 8 && 5 * answered >= contacts;

/** Data connections that are agreed on one channel. */
const TRANSFERS = 256;

/** A mail program that is given an address tries the usual ports of the usual hosts, and goes on where it is answered. */
export const mailbox = contacting(
  'mail program that looks for its settings',
  '3 ports of mail, at most 4 hosts and 2 tries of each, one of them used, and nothing else but web pages',
  ({ requestsMissed }, { addresses, probes, exchanged, mailServices, services }) => {
    const mail = mailServices ?? 0;
    return {
      holds:
        mail >= 3 && addresses <= 4 && exchanged >= 1 && probes <= 2 * addresses * services && requestsMissed <= ASKED,
      because: `${counted(mail, 'port')} of mail among ${counted(services, 'service')} of ${counted(addresses, 'host')}, ${grouped(exchanged)} of them used`,
    };
  },
);
/** Files of settings that may not be there (autoconfig, autodiscover, mta-sts). */
const ASKED = 6;

const NAT = 'many clients behind one address (NAT)';
/** Where content is not visible and many connections are made, it may be one program, too. */
const NAT_OR_ONE = `${NAT}, or one busy client`;
const NAT_OR_PROGRAM = `${NAT}, a crawler or a load test`;

/** Contacts of more than one person, kinds of TCP stacks of more than one household, contacts a second of a program. */
const CROWD = 400;
const STACKS = 3;
/** Kinds of browsers of more than one person. */
const BROWSERS = 4;
const HASTE = 100;
/** Connections, and how many a second, that nobody makes who reads what he is shown. */
const HURRIED = 60;
const HURRY = 5;

const secondsOf = ({ first, last }: Habit): number => Math.max(1, (last - first) / 1e6);
const isShared = ({ stacks }: Habit): boolean => stacks + 1 >= STACKS;

/** Connections but for those that look up names, which come in swarms. */
const connectionsOf = ({ contacts, uses }: Habit): number => contacts - uses[Use.dns];

/** Whether many are behind one address, where nothing of what they say is visible. */
function isCrowd(habit: Habit): boolean {
  const haste = habit.contacts > HASTE * secondsOf(habit);
  return !haste && (habit.contacts >= CROWD || isShared(habit));
}

const isHurried = (habit: Habit): boolean =>
  connectionsOf(habit) >= HURRIED && connectionsOf(habit) >= HURRY * secondsOf(habit);

/** What many connections of one address are called where nothing tells several machines. */
function crowdName(habit: Habit | undefined): string {
  if (habit === undefined || habit.requests > 0 || isShared(habit)) return NAT;
  return isHurried(habit) ? NAT_OR_PROGRAM : NAT_OR_ONE;
}

const browserKinds = (kinds: number): string => `${counted(kinds, 'kind')} of browser`;
const stacksOf = ({ stacks }: Habit): string => `${counted(stacks + 1, 'kind')} of TCP stack`;

/** Many people behind one address use services that answer; they do not miss much. */
export const nat: Trial = (suspect) => {
  const { habit } = suspect;
  const browsers = habit?.agents[AGENT.browser] ?? 0;
  const people = habit !== undefined && browsers >= BROWSERS && habit.namesMissed <= 0.2 * habit.names;
  const many = habit === undefined || habit.requests > 0 || isCrowd(habit);
  const stacks = habit && habit.stacks > 0 ? `, ${stacksOf(habit)}` : '';
  const { exchanged, targets, missed } = usageOf(suspect);
  const usage =
    habit && exchanged === 0 && habit.requests > 0
      ? `${counted(habit.requests, 'request')} for ${counted(habit.names, 'name')}`
      : `${counted(exchanged, 'real exchange')} with ${counted(targets, 'target')}`;
  return {
    name: crowdName(habit),
    needs: '4 kinds of browser, or half of the targets used 3 times each; under 5 % missed',
    holds: (people || (many && uses(suspect))) && !(habit && (declaresScan(habit) || guesses(habit))),
    because: `${usage}, ${browserKinds(browsers)}${stacks}; ${percent(missed)} of its contacts missed`,
  };
};

/** What speaks for several machines behind one address; '' when nothing does. */
export function sharing(habit: Habit): string {
  const browsers = habit.agents[AGENT.browser];
  const told: string[] = [];
  if (browsers >= BROWSERS) told.push(browserKinds(browsers));
  if (habit.stacks + 1 >= STACKS && habit.exchanged > 0) told.push(stacksOf(habit));
  return told.join(', ');
}

const usageOf = ({ exchanged, missed, probes, services, addresses }: Suspect) => ({
  exchanged,
  targets: Math.max(services, addresses),
  missed: share(missed, probes),
});

/** Whether it uses services again and again and hardly misses. */
function uses(suspect: Suspect): boolean {
  const { exchanged, targets, missed } = usageOf(suspect);
  return share(exchanged, targets) >= 0.5 && missed < 0.05 && suspect.probes >= 3 * targets;
}

const usedAgain = (habit: Habit, suspect: Suspect) => ({
  holds: uses(suspect) && !guesses(habit),
  because: `${counted(suspect.exchanged, 'real exchange')} with ${counted(habit.pairs, 'target')} in ${grouped(Math.round(secondsOf(habit)))} s, ${percent(share(suspect.missed, suspect.probes))} of its contacts missed; what it asked for is not visible`,
});

/** One address in haste, where content is encrypted or not told. */
export const hurried = hidden(
  'crawler, load test or many clients at once',
  'half of the targets used, 60 connections or more at 5 a second, under 5 % missed, what it asks for not visible',
  (habit, suspect) => {
    const { holds, because } = usedAgain(habit, suspect);
    return { holds: holds && isHurried(habit), because };
  },
);

/** The same at leisure: a person, an application and a household look alike. */
export const busy = hidden(
  'visitor or another busy client',
  'half of the targets used, 3 times each, under 5 % missed, what it asks for not visible',
  usedAgain,
);

/** Seconds between two requests of who takes care of the sites that it goes through. */
const CALM = 1;
/** Share of what was missed that may be bare words at the root. */
const BARE = 0.5;
/** Share of its pages that may not be there. */
const MOST_GONE = 0.6;
/** Pages that are words of a public list, and that nobody else asks for: so many no site has. */
const WORDS = 40;

/**
 * A crawler follows links: some are dead, most are not, and none leads to a weakness; or nearly all lead to pages of one
 * folder that was moved; or it goes at leisure through the old addresses of a site, which are no words of a list. That it
 * is one, it only says.
 */
export const crawler: Trial = (suspect) => {
  const { crawler: called, names, namesMissed, pointed, moved = 0, habit, listed = true, forms } = suspect;
  const pages = Math.max(names, habit?.paths ?? 0);
  const bots = habit ? habit.agents[AGENT.crawler] + habit.agents[AGENT.bot] + habit.agents[AGENT.service] : 0;
  const people = habit ? browsersOf(habit) : 0;
  const said = called !== '' || (bots > 0 && people === 0) ? called || (habit?.agent ?? '') : '';
  const scans = habit !== undefined && declaresScan(habit);
  // Of numbered pages, which count as one name, some may be gone.
  const gone = Math.min(share(namesMissed, names), habit ? share(habit.requestsMissed, habit.requests) : 1);
  const calm = habit !== undefined && secondsOf(habit) >= CALM * habit.requests;
  const old = calm && !listed && forms !== undefined && forms.bare < BARE;
  const reads = listed && namesMissed >= WORDS && namesMissed > MOST_GONE * names;
  return {
    name: 'crawler',
    needs:
      'the name of a crawler, 8 pages or more, at most 60 % not there (or 90 % in one folder that is gone, after the robots.txt; or at leisure, and no words of a list), none for weaknesses; not 40 words of a list that nobody else asks for',
    holds: said !== '' && pages >= 8 && (gone <= MOST_GONE || moved >= 0.9 || old) && pointed === 0 && !scans && !reads,
    because:
      names === 0
        ? NOTHING.requested
        : said === ''
          ? `it does not call itself one; ${counted(names, 'name')} asked for`
          : `says that it is a crawler (${said}); ${percent(gone)} of ${counted(pages, 'page')} were not there, ${grouped(pointed)} look for weaknesses`,
  };
};

/** Programs that fetch packages ask every repository that they know for all that they need; it is told them, and guesses nothing. */
export const packages = asking(
  'package manager',
  'the name of one, and nine of ten paths of the form that its repositories have, none for weaknesses',
  ({ names, namesMissed }, { packages: client = '', pointed }) => ({
    holds: client !== '' && pointed === 0,
    because:
      client === ''
        ? 'it does not call itself one, or asks for other things'
        : `asks as a client of ${client} for ${counted(names, 'name')}, ${grouped(namesMissed)} not there, ${grouped(pointed)} look for weaknesses`,
  }),
);

/** Share of its paths that an application of its own makes in the same few ways, and requests a second that it makes. */
const ALIKE = 0.9;
const AT_ONCE = 10;

/**
 * An application, or a device, makes its paths of its own data: all lie in the same few places. Some of what it asks for is
 * gone, or not there yet; or all is, since it was told to forget it and does not. Who guesses hits seldom: who finds half of
 * what it asks for in a place knows it from there. Otherwise it has to have a name of its own, and no words of a list.
 */
export const application = asking(
  'application or device',
  'nine of ten misses where half of such paths are there; or a name of its own, nine of ten paths in three forms (within folders, or numbered), and no words of a list; none for weaknesses',
  (habit, { pointed, listed = true, forms = { few: 0, served: 0, bare: 0 } }) => {
    const { agents, requests, names, namesMissed } = habit;
    const named = agents[AGENT.other] + agents[AGENT.service];
    const isItself = named > 0 && named === agents.reduce((sum, kinds) => sum + kinds, 0);
    const calm = requests <= AT_ONCE * secondsOf(habit) + AT_ONCE;
    const own = isItself && forms.few >= ALIKE && calm && !listed;
    return {
      holds: pointed === 0 && (forms.served >= ALIKE || own),
      because: `${isItself ? 'has a name of its own' : 'has no name of its own'}; ${grouped(namesMissed)} of ${counted(names, 'name')} not there, ${percent(forms.few)} of the paths in three forms, ${percent(forms.served)} of the misses where half of such paths are there`,
    };
  },
);

/** One person with a browser: pages, and what belongs to them. */
export const visitor = asking(
  'visitor',
  'a browser, a tenth led there by a page, at most 20 % not there',
  (habit, { pointed }) => {
    const { names, namesMissed, requests, referred } = habit;
    return {
      holds:
        browsersOf(habit) > 0 &&
        browsersOf(habit) <= 3 &&
        requests <= 500 &&
        namesMissed <= Math.max(1, 0.2 * names) &&
        referred >= 0.1 * requests &&
        pointed === 0,
      because: `${browsersOf(habit) > 0 ? 'a browser' : 'no browser'}; ${counted(requests, 'request')}, ${grouped(referred)} led there by a page, ${grouped(namesMissed)} of ${counted(names, 'name')} not there`,
    };
  },
);
