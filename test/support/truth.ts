/**
 * What a test case says. A case is a folder of test/cases:
 *
 *     input.*.gz       what was seen, a capture or a log (or what the case `of` saw, changed)
 *     case.json        the question: where and how it was recorded
 *     expected.json    the truth: who scanned, how, what was told; everybody else is innocent
 *
 * Both are JSON because the project has no YAML reader.
 */
export interface Question {
  readonly question: string;
  /** own networks, as the truth has them; the program has to infer them */
  readonly home: readonly string[];
  /** the command lines that made it */
  readonly made: readonly string[];
  /** the case whose capture this one is a changed copy of */
  readonly of?: string;
}

export interface Expected {
  /** what has to be found; empty: nobody scans here, nobody may be blamed */
  readonly scans: readonly Scan[];
  /** sources that may be blamed besides: decoys */
  readonly spared: readonly string[];
  /** how what is listed as explained begins: the right name of who looks like a scanner here and is none */
  readonly explained?: string;
  /** the case that must have the same findings: the law of the copies */
  readonly like?: string;
  /** why it is not found yet: a known blind spot */
  readonly gap?: string;
}

/** One scan that has to be found. */
export interface Scan {
  readonly sources: readonly string[];
  /** how many of the sources have to be named; all if absent */
  readonly atLeast?: number;
  /** any of these as the first technique */
  readonly techniques: readonly string[];
  /** null: none, or none that could be told from its packets */
  readonly tool: string | null;
  /** all that was open and told so, as `tcp address:port`; null: not asked */
  readonly open: readonly string[] | null;
}
