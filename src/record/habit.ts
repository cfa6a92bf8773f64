/** Kinds of clients, by what they call themselves. */
export const AGENT = {
  /** no user agent, or "-" */
  none: 0,
  /** a browser, and nothing in the text contradicts it */
  browser: 1,
  /** a browser that cannot exist: its parts contradict each other, or one was never made */
  impossible: 2,
  /** a browser so old that hardly anybody has it; tools that were written then still say so */
  ancient: 3,
  /** a browser without a window or under remote control */
  headless: 4,
  /** a library or command-line client that programs use: scripts, health checks, applications, tools */
  library: 5,
  /** a crawler of a search engine, archive or model, by a name for which its operator publishes how to verify it */
  crawler: 6,
  /** a client that people subscribe to: feed reader, link preview, monitor, certificate or ad check */
  service: 7,
  /** a bot by its own word that is not in the list */
  bot: 8,
  /** a scanner of the whole internet that says whose it is */
  research: 9,
  /** a scanner or attack tool */
  tool: 10,
  /** anything else: applications, devices */
  other: 11,
} as const;

/** What services are for, as far as habits go by it. */
export const Use = { other: 0, dns: 1, mail: 2, time: 3, snmp: 4, shell: 5, ping: 6, control: 7 } as const;

/** Times that are kept of when a source came to its first target. */
export const VISITS_KEPT = 24;

/**
 * How a source behaves, whatever its bits: plain figures from which triage reads what it is when it is no scanner (a
 * monitor, a resolver, a feed reader, …). They are kept of every account, and charge nothing.
 */
export interface Habit {
  /** a host of ours; contacts that left our network */
  readonly own: boolean;
  readonly outward: number;
  readonly contacts: number;
  readonly answered: number;
  readonly missed: number;
  /** contacts with a service that had answered others and now fails for its users */
  readonly failing: number;
  readonly traced: number;
  /** contacts that went on as only an answered one does, though no answer was seen */
  readonly continued: number;
  /** contacts and their repetitions */
  readonly tries: number;
  /** contacts that became a real exchange, or are told as one */
  readonly exchanged: number;
  /** distinct targets, those of them that missed, and those at ports from 1024 on */
  readonly pairs: number;
  readonly pairsMissed: number;
  readonly highPorts: number;
  /** contacts at the ports that traces go to, where the TTL is not told */
  readonly tracePorts: number;
  /** targets that got a load of data by datagrams, and gave none back */
  readonly loaded: number;
  /** contacts from the port of a service, where it is not told whether they ask or answer (no flags, no content) */
  readonly fromServices: number;
  /** sessions with a server of files (FTP) */
  readonly fileSessions: number;
  /** contacts by TCP with services that people log in to (record/login.ts) */
  readonly logins: number;
  /** hosts whose shell said more to it than to anybody who is not let in */
  readonly letIn: number;
  /** logins that were refused where packets or records of flows tell it, at whatever service */
  readonly turnedAway: number;
  /** services at ports that programs choose over which it did work (record/login.ts) */
  readonly worked: number;
  /** kinds of TCP stacks that completed handshakes, beside the first one */
  readonly stacks: number;
  /** distinct addresses and services, each up to a few thousand */
  readonly addresses: number;
  readonly services: number;
  /** hosts that it pinged */
  readonly pinged: number;
  /** contacts by `Use` */
  readonly uses: readonly number[];
  readonly requests: number;
  readonly requestsAnswered: number;
  readonly requestsMissed: number;
  /** distinct names, and those of them that are not there */
  readonly names: number;
  readonly namesMissed: number;
  /** requests that were answered with "not modified", were HEAD, told a referer */
  readonly unmodified: number;
  readonly heads: number;
  readonly referred: number;
  /** logins that were accepted and refused, where a log tells them */
  readonly admitted: number;
  readonly refused: number;
  /** requests for DNS names, and those of them that ask where mail goes */
  readonly lookups: number;
  readonly mailLookups: number;
  /**
   * Of who calls itself a robot: distinct paths as they stand (`names` takes numbers in them for the same). Of everybody:
   * those called like feeds, like health checks.
   */
  readonly paths: number;
  readonly feeds: number;
  readonly checkups: number;
  /** hash of the first path that it asked for, 0: none */
  readonly path: number;
  /** distinct user agents by `AGENT`, and the name of the first */
  readonly agents: readonly number[];
  readonly agent: string;
  /** µs of the first and the last thing it did */
  readonly first: number;
  readonly last: number;
  /** what its first contact was for, by `Use` */
  readonly begins: number;
  /** hash of its first target */
  readonly beacon: number;
  /** when it came to its first target, µs, in order: the first few times */
  readonly visits: readonly number[];
}
