import { AGENT, Use, type Habit } from '../record/habit.ts';
import { browsersOf, declaresScan, secondsOf, type Suspect } from './suspect.ts';
import {
  asking,
  contacting,
  counted,
  grouped,
  habitual,
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
