import type { Wordlist } from '../detect/wordlist/format.ts';
import type { Finding, Summary } from '../finding/finding.ts';
import type { KnownPolicy } from '../triage/known.ts';
import type { LearnedResult } from './learned.ts';

/** What a run is asked for. */
export interface RunOptions {
  /** files, folders, or `-`; `FORMAT:FILE` where the content is not to decide */
  readonly paths: readonly string[];
  /** threads that work; the findings are the same for any number */
  readonly workers: number;
  /** prefixes of the own network; none: infer it */
  readonly home: readonly string[];
  readonly falsePerDay: number;
  readonly bar?: number | undefined;
  /** prefixes of sources that are never alarmed */
  readonly allow?: readonly string[] | undefined;
  /** what is made of known scanners: labelled when absent */
  readonly known?: KnownPolicy | undefined;
  /** files with prefixes of known scanners, besides the shipped lists */
  readonly knownLists?: readonly string[] | undefined;
  /** µs since 1970; contacts before it and after it are not judged */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly seed?: number | undefined;
  /** lists to compare guesses with; the shipped ones when absent */
  readonly wordlists?: (() => readonly Wordlist[]) | undefined;
  /** minutes east of Greenwich of stamps that do not tell their zone */
  readonly zone?: number | undefined;
  /** prefixes of proxies whose word about clients is believed */
  readonly proxies?: readonly string[] | undefined;
  /** `log_format` (Nginx) and `LogFormat` (Apache) strings */
  readonly logFormats?: readonly string[] | undefined;
  /** called at most every 100 ms */
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  readonly records: number;
  readonly findings: number;
}

export interface RunResult {
  /** most worth first */
  readonly findings: Finding[];
  readonly summary: Summary;
  /** what of ours answers, and who was told */
  readonly learned: LearnedResult;
  /** files of folders that were left out: in no known format, or empty */
  readonly skipped: readonly string[];
}
