import type { Summary } from '../finding/finding.ts';
import { formatAddress } from '../record/address.ts';
import { protocolName, TCP } from '../record/protocols.ts';
import type { Stray } from '../record/stray.ts';
import { grouped } from './trial.ts';

export type Explained = Summary['explained'][number];

/** What passes where the capture was taken. */
export interface Sight {
  readonly oneSided: boolean;
  readonly bothWays: boolean;
}

/** Fewer answers than this from one source need no explanation. */
const WORTH = 20;
/** Addresses over which answers are spread when their sender was made to choose among many. */
const MANY = 8;

/** Hosts tell of themselves unasked by ARP and ICMPv6 (RFC 5227 section 1.1, RFC 4861 section 7.2.6). */
const UNASKED = [0, 58];

/**
 * What stray answers are, if they are worth a line: backscatter (spread over many addresses here, none of which asked),
 * forged in our name (to unused addresses only), asymmetric (what would have asked does not pass here), or the rest of
 * something old.
 *
 * @param seen whether answers to TCP were found not to pass here, and whether questions and answers to anything do
 */
export function explainStray(stray: Stray, seen: Sight): Explained | undefined {
  const { source, answers, targets, dark, own, protocol } = stray;
  if (answers < WORTH || (own && UNASKED.includes(protocol))) return undefined;
  const where = `${grouped(targets)} ${targets === 1 ? 'address' : 'addresses'}`;
  const unused = own || dark < targets ? '' : targets === 1 ? ', not known to be in use' : ', none known to be in use';
  return {
    source: formatAddress(source, 0),
    what: readingOf(stray, seen),
    because: `${grouped(answers)} answers (repeats not counted) to ${where}${unused}`,
    probes: answers,
  };
}

/** Sources that answer from one service, each too little to be told alone, from which on they are told together. */
const REFLECTORS = 8;
/** Of those, how many are listed. */
const LISTED = 10;

/**
 * All stray answers that are worth a line, each source's own; and of many sources that answer from one service, each a
 * little, the most active: somebody asked them all in our name, and what comes is the reflection (RFC 5358).
 */
export function explainStrays(strays: readonly Stray[], seen: Sight): Explained[] {
  const lines = strays.flatMap((stray) => explainStray(stray, seen) ?? []);
  const small = strays.filter(({ own, answers, protocol }) => !own && answers < WORTH && !UNASKED.includes(protocol));
  for (const group of Map.groupBy(small, serviceOf).values()) lines.push(...reflected(group, seen));
  return lines;
}

function reflected(group: readonly Stray[], seen: Sight): Explained[] {
  const answers = group.reduce((sum, stray) => sum + stray.answers, 0);
  if (group.length < REFLECTORS || answers < WORTH) return [];
  const [{ protocol }] = group;
  const unsure = protocol === TCP ? seen.oneSided : !seen.bothWays;
  const doubt = unsure ? ', or of an asymmetric capture' : '';
  const service = serviceOf(group[0]);
  const all = `${grouped(answers)} answers of ${grouped(group.length)} sources from ${service} that nobody was seen to ask`;
  return group
    .toSorted((a, b) => b.answers - a.answers)
    .slice(0, LISTED)
    .map((stray) => ({
      source: formatAddress(stray.source, 0),
      what: `answers of its ${service}, one of many: reflection of questions in our name${doubt}`,
      because: `${grouped(stray.answers)} answers (repeats not counted); ${all}`,
      probes: stray.answers,
    }));
}

function readingOf(stray: Stray, { oneSided, bothWays }: Sight): string {
  const { own, targets, dark, protocol } = stray;
  const service = serviceOf(stray);
  if (readsNumbers(stray))
    return `likely idle scan by way of tcp/${stray.asking} of a host of ours: answers to one port from ever other ones, for the number of its RST`;
  if (own || (oneSided && dark < targets))
    return `answers of its ${service} to questions that do not pass here (asymmetric capture)`;
  if (!bothWays && protocol !== TCP) {
    const unused = targets >= MANY && dark === targets ? 'backscatter: ' : '';
    return `${unused}answers of its ${service} to questions that were not seen (forged in our name, or an asymmetric capture)`;
  }
  if (targets >= MANY) return `backscatter of an attack on its ${service} with forged sources`;
  if (dark === targets) return `answers of its ${service} to packets forged in the name of unused addresses`;
  return `answers of its ${service} to what was begun before or given up (stale sessions or a misconfiguration)`;
}

/** Share of answers by which a port leads that is the only one, and one that is none. */
const NEARLY_ALL = 0.9;
const NEARLY_NONE = 0.1;

/**
 * A service answers from its one port to the many of its clients. Who sends SYN-ACKs to one port of one host, each from
 * another port, has not been asked: what it wants is the IP id of the RST, which counts what the host sends to others
 * (idle scan; Antirez 1998, Ensafi et al. 2010). Unlike those whom the host is made to ask, it names itself.
 */
const readsNumbers = ({ own, protocol, targets, answers, votes, askingVotes }: Stray): boolean =>
  !own && protocol === TCP && targets === 1 && askingVotes >= NEARLY_ALL * answers && votes <= NEARLY_NONE * answers;

function serviceOf({ protocol, port }: Stray): string {
  const name = protocolName(protocol);
  return port > 0 ? `${name}/${port}` : name;
}
