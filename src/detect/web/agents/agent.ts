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
