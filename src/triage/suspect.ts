/**
 * What triage reads of a source: plain figures, whatever kept them. Of a source with a finding they are those of its
 * episode (`dossier`); how it behaves (`habit`) is kept of every source.
 */
export interface Suspect {
  /** distinct addresses and services that it tried */
  readonly addresses: number;
  readonly services: number;
  /** contacts and requests, and how many of them were answered, missed, or steps of a traceroute */
  readonly probes: number;
  readonly answered: number;
  readonly missed: number;
  readonly traced: number;
  /** contacts that became a real exchange */
  readonly exchanged: number;
  /** came back to what had answered, and exchanged data with it */
  readonly cameBack: boolean;
  /** µs between its first and its last contact */
  readonly lasted: number;
  /** distinct paths, hosts, DNS names and users that it asked for */
  readonly names: number;
  /** of those, how many are not there */
  readonly namesMissed: number;
  /** distinct paths that only somebody asks for who looks for weaknesses */
  readonly pointed: number;
  /** the crawler that it calls itself in nearly all requests, '' none */
  readonly crawler: string;
  /** undefined: its figures were lost, or never kept */
  readonly habit?: Habit | undefined;
  /** sources that come for the same one path in a rhythm, itself among them */
  readonly alike?: number | undefined;
  /** sources of its network that come to the same targets in a rhythm, itself among them */
  readonly kin?: number | undefined;
}

/** How a source behaves. */
export interface Habit {
  /** a host of ours */
  readonly own: boolean;
  readonly contacts: number;
  /** of these: on the way out, answered, missed, missed at a service that fails for its users too, steps of a trace, … */
  readonly outward: number;
  readonly answered: number;
  readonly missed: number;
  readonly failing: number;
  readonly traced: number;
  /** contacts that went on as only an answered one does, though no answer was seen */
  readonly continued: number;
  /** contacts and their repetitions */
  readonly tries: number;
  readonly exchanged: number;
  /** distinct targets, those that missed, those at ports from 1024 on */
  readonly pairs: number;
  readonly pairsMissed: number;
  readonly highPorts: number;
  /** contacts at the ports that traces go to, where no TTL is told; kinds of TCP stacks beside the first one */
  readonly tracePorts: number;
  readonly stacks: number;
  readonly addresses: number;
  readonly services: number;
  readonly pinged: number;
  /** contacts by use: see `Use` */
  readonly uses: readonly number[];
  readonly requests: number;
  readonly requestsAnswered: number;
  readonly requestsMissed: number;
  readonly names: number;
  readonly namesMissed: number;
  /** requests answered with "not modified", HEAD requests, requests with a referer */
  readonly unmodified: number;
  readonly heads: number;
  readonly referred: number;
  /** logins by their end, where a log tells it */
  readonly admitted: number;
  readonly refused: number;
  /** requests for DNS names, and those of them that ask where mail goes */
  readonly lookups: number;
  readonly mailLookups: number;
  /** distinct paths as they stand, those called like feeds, like health checks; hash of the first (0: none) */
  readonly paths: number;
  readonly feeds: number;
  readonly checkups: number;
  readonly path: number;
  /** distinct user agents by their kind: see `Client` */
  readonly agents: readonly number[];
  /** name of the first */
  readonly agent: string;
  /** µs */
  readonly first: number;
  readonly last: number;
  /** hash of its first target */
  readonly beacon: number;
  /** times at which it came to its first target, µs, in order */
  readonly visits: readonly number[];
}

/** Places in `uses`, as src/detect/habits.ts counts them. */
export const Use = { other: 0, dns: 1, mail: 2, time: 3, snmp: 4, shell: 5, ping: 6 } as const;

/** Places in `agents`, as src/detect/web/agents/agent.ts numbers kinds of clients. */
export const Client = {
  browser: 1,
  headless: 4,
  library: 5,
  crawler: 6,
  service: 7,
  bot: 8,
  research: 9,
  tool: 10,
  other: 11,
} as const;

/** The first kind of clients that somebody may call himself while he looks for weaknesses. */
const DECLARED = [Client.research, Client.tool];

/** Whether any of its user agents is that of a scanner. */
export const declaresScan = ({ agents }: Habit): boolean => DECLARED.some((kind) => agents[kind] > 0);

/** Kinds of browsers among its user agents. */
export const browsersOf = ({ agents }: Habit): number => agents[Client.browser] + agents[Client.headless];

/** Regular returns to one target. */
export interface Rhythm {
  readonly rounds: number;
  /** median seconds between two rounds */
  readonly every: number;
}

/** Rounds until a rhythm is one. */
const ROUNDS = 4;
/** Pauses that are this near to their median are regular, and how many must be. */
const NEAR = 0.25;
const MOST = 0.75;
/** Pauses this much shorter than the longest lie within a round. */
const WITHIN = 0.25;
/** µs: what comes faster has no rhythm that anybody set. */
const PAUSE = 0.2e6;

/** The rhythm in which it came to its first target; undefined: none. */
export function rhythmOf({ visits }: Habit): Rhythm | undefined {
  const pauses = visits.slice(1).map((time, at) => time - visits[at]);
  const longest = Math.max(0, ...pauses);
  const between = pauses.filter((pause) => pause >= WITHIN * longest).sort((a, b) => a - b);
  const median = between[between.length >> 1] ?? 0;
  if (between.length + 1 < ROUNDS || median < PAUSE) return undefined;
  const regular = between.filter((pause) => Math.abs(pause - median) <= NEAR * median).length;
  return regular >= MOST * between.length ? { rounds: between.length + 1, every: median / 1e6 } : undefined;
}
