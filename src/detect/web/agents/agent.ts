/** What a user agent says the client is. It is a claim: anybody can send any text. */
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

export interface Agent {
  readonly name: string;
  /** one of AGENT */
  readonly kind: number;
  /** the program, as findings name it */
  readonly tool?: string;
  /** whose, for declared research scanners */
  readonly research?: string;
  /**
   * Text that tells it, compared without case. `^` in front: the agent begins with it; `|` behind: no letter or digit
   * follows.
   */
  readonly sign: string;
}
