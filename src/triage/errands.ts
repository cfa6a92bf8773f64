import { Use } from '../record/habit.ts';
import { contacting, counted, going, grouped, leaving, percent, share, usedOf } from './trial.ts';

/** What hosts of ours do elsewhere, and what all hosts do. */

/** Clocks ask the same few servers for the time, all day long. */
export const time = contacting(
  'time service (NTP)',
  '3 or more, 90 %, of at most 16 servers',
  ({ uses, contacts, addresses, pairsMissed }) => ({
    holds: uses[Use.time] >= 3 && uses[Use.time] >= 0.9 * contacts && addresses <= 16 && pairsMissed <= 0.5 * addresses,
    because: `${grouped(uses[Use.time])} of ${counted(contacts, 'contact')} asked for the time, ${counted(addresses, 'server')}`,
  }),
);

/** Names that a network asks for again and again, each so often and over some time (µs): those of its own services, which are not told to everybody. */
const OWN_NAMES = 64;
const AGAIN = 3;
const LONG = 1800e6;

/**
 * A resolver asks whatever servers names lead to; some are gone, and when the way out fails most are. Or it is one by
 * the names that it looks up: most are there, or they are a few that its network keeps asking for. Of hosts that are asked
 * at random hardly any is a name server.
 */
export const resolver = leaving('DNS resolver', '90 %, all elsewhere, and a tenth answered', (habit) => {
  const { uses, contacts, outward, addresses, answered, lookups, requests, requestsAnswered, names, namesMissed } =
    habit;
  const { first, last } = habit;
  const asks = outward >= 0.9 * contacts && uses[Use.dns] >= 0.9 * contacts && answered >= 0.1 * contacts;
  const isThere = requestsAnswered >= 0.4 * requests && namesMissed <= 0.3 * names;
  const isUsual = names <= OWN_NAMES && requests >= AGAIN * names && last - first >= LONG;
  const looks = contacts === 0 && lookups >= 0.9 * requests && (isThere || isUsual);
  return {
    holds: (contacts > 0 && asks) || (requests > 0 && looks),
    because:
      contacts > 0
        ? `${percent(share(uses[Use.dns], contacts))} of ${counted(contacts, 'contact')} ask name servers, ${percent(share(outward, contacts))} of them elsewhere: ${counted(addresses, 'server')}, ${percent(share(answered, contacts))} answered`
        : `${percent(share(lookups, requests))} of ${counted(requests, 'request')} look up names: ${grouped(names)} of them, ${grouped(namesMissed)} not there`,
  };
});

/** Share of names that were drawn by lot, until words of a list are none of the matter. */
const BY_LOT = 0.5;
/** Names asked for once more, by whom others use: so many, and so many to each name. */
const ONCE_MORE = 20;
const ONCE_MORE_SHARE = 0.05;

/**
 * Names drawn by lot are no guesses: browsers test with them whether every name is answered, and floods are made of them.
 * Who passes them on for others is asked for the same few names, too, again and again.
 */
export const passing = leaving(
  'DNS resolver whose clients ask for random names',
  'half of the names drawn by lot, and 20 requests or a twentieth for names that it asked for before',
  ({ lookups, requests, names }, { labels = { random: 0, again: 0, searched: 0 } }) => ({
    holds:
      lookups > 0 &&
      lookups >= 0.9 * requests &&
      labels.random >= BY_LOT &&
      labels.again >= Math.max(ONCE_MORE, ONCE_MORE_SHARE * names),
    because: `${percent(labels.random)} of ${counted(names, 'name')} drawn by lot; ${counted(labels.again, 'request')} for names that it asked for before`,
  }),
);

/** Names made of those of other zones by search domains, until the others were made so, too; and of all names. */
const MADE = 8;
const MADE_SHARE = 0.2;

/**
 * A network whose machines put our zone behind every name that they look up (resolv.conf(5), "search"): `www.example.com`
 * becomes `www.example.com.our.zone`, and the names of its own printers and servers become names of ours. No list of words
 * has a fifth of such names.
 */
export const searching = leaving(
  'DNS resolver of a network that looks for names in our zone first (search domains)',
  'look-ups alone, 8 names and a fifth of them made of the names of other zones, and no words of a list',
  ({ lookups, requests, names }, { labels = { random: 0, again: 0, searched: 0 }, listed = true }) => ({
    holds: lookups > 0 && lookups >= 0.9 * requests && !listed && labels.searched >= Math.max(MADE, MADE_SHARE * names),
    inAnyOrder: true,
    because: `${grouped(labels.searched)} of ${counted(names, 'name')} made of the names of other zones`,
  }),
);

/**
 * A mail server delivers; what it finds at the other end is not its fault. Where nobody answers it tries each again and
 * again, which nobody does who looks for mail servers. In a log of a resolver it is who asks where mail goes.
 */
export const mail = leaving('mail delivery', '90 %, 3 or more', (habit) => {
  const { uses, contacts, outward, addresses, answered, pairs, pairsMissed, requests, lookups, mailLookups } = habit;
  const delivers =
    outward >= 0.9 * contacts &&
    uses[Use.mail] + uses[Use.dns] >= 0.9 * contacts &&
    uses[Use.mail] >= 3 &&
    (answered > 0 || contacts >= 3 * pairs);
  const looksUp = contacts === 0 && lookups >= 0.9 * requests && mailLookups >= 3 && mailLookups >= 0.1 * lookups;
  return {
    holds: delivers || looksUp,
    because:
      contacts > 0
        ? `${percent(share(uses[Use.mail], contacts))} of ${counted(contacts, 'contact')} go out to mail servers: ${grouped(addresses)} of them, ${grouped(pairsMissed)} dead or shut`
        : `${grouped(mailLookups)} of ${counted(lookups, 'name')} that it looked up were those of mail servers (MX)`,
  };
});

/**
 * Peers are many hosts, each at a port of its own, and most have left; or hosts at ports that their programs chose, told
 * by a list: many of them answer.
 */
export const peers = going(
  'peer-to-peer (P2P)',
  '90 % elsewhere, at ports that programs choose, many of them different or answering',
  (habit) => {
    const { outward, contacts, pairs, highPorts, addresses, services, answered, pairsMissed } = habit;
    const scattered = 3 * services >= pairs && answered >= 0.05 * contacts;
    const listed = services >= 8 && answered >= 0.3 * contacts;
    const chosen = highPorts >= 0.8 * pairs && pairs <= 4 * addresses;
    return {
      holds: outward >= 0.9 * contacts && addresses >= 8 && chosen && (scattered || listed),
      because: `${percent(share(outward, contacts))} of its contacts go elsewhere; ${counted(addresses, 'host')} at ${counted(services, 'port')}, ${percent(share(pairsMissed, pairs))} of them dead`,
    };
  },
);

/** Hosts of ours that use many others elsewhere, most of which answer: somebody told them where to go. */
export const outbound = going(
  'outbound use (proxy, gateway or crawler of ours)',
  '8 hosts or more, 90 % elsewhere, half used, at most 30 % missed',
  (habit) => {
    const { outward, contacts, addresses, missed } = habit;
    return {
      holds: addresses >= 8 && outward >= 0.9 * contacts && usedOf(habit) >= 0.5 * contacts && missed <= 0.3 * contacts,
      because: `${counted(addresses, 'host')} elsewhere, ${percent(share(usedOf(habit), contacts))} of ${counted(contacts, 'contact')} became real exchanges, ${percent(share(missed, contacts))} missed`,
    };
  },
);
