import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tree.ts';

/** The peers' own suites, as they lie beside the project; nothing of them is shipped. */

/** What one alert of CrowdSec's hub says. */
interface Alert {
  readonly scenario: string;
  readonly sources: readonly string[];
  readonly class: readonly string[];
}

/** One case as the corpus tells it. What `expected` holds depends on the suite. */
export interface PeerCase {
  readonly suite: string;
  readonly case: string;
  /** files relative to the corpus */
  readonly input: string | readonly string[];
  /** the line that is tried, where the suite tries single lines */
  readonly line?: string;
  /** the same by its number within the input, from 1 */
  readonly line_no?: number;
  /** the log holds nothing to run: only results were published */
  readonly no_input?: boolean;
  readonly expected:
    | string
    | boolean
    | readonly (string | Alert)[]
    | {
        /** psad: patterns that the report must and must not hold */
        readonly positive?: readonly string[];
        readonly negative?: readonly string[];
        /** fail2ban, Wazuh, OSSEC */
        readonly match?: boolean;
        readonly host?: string | null;
        readonly rule?: string;
        /** 0: the rule only groups, and alarms nobody */
        readonly level?: string;
        /** Sigma */
        readonly match_count?: number | null;
      };
  readonly attacker: readonly string[] | null;
  readonly scan_related: boolean;
}

const PUBLIC = join(ROOT, '..', 'shared', 'corpus', 'public');

/** A file of the corpus. */
export const corpusPath = (path: string): string => join(PUBLIC, path);

export const corpusText = (path: string): string => readFileSync(corpusPath(path), 'utf8');

export const filesOf = ({ input }: PeerCase): readonly string[] => (typeof input === 'string' ? [input] : input);

/** Name of the suite that is made of the list of agents in rule 913100 of the Core Rule Set. */
export const CRS_AGENTS = 'coreruleset-913';
const AGENTS_FILE = 'data/crs-regression/rules/scanners-user-agents.data';

/** Suites in the order of the page. */
const SUITES = [
  'crowdsec-hub',
  CRS_AGENTS,
  'psad',
  'fail2ban',
  'wazuh-ruleset',
  'ossec',
  'panther',
  'slips',
  'zeek-bro-simple-scan',
  'sigma-regression',
  'maltrail-sensor',
  'ndpi',
];

/**
 * Every case that is about scanning, suite by suite. The corpus holds no regression test of family 913 of the Core Rule
 * Set, but the list that rule 913100 matches agents with: each entry of it is a case.
 */
export function peerCases(): PeerCase[] {
  const told = JSON.parse(corpusText('peer-suites.json')) as PeerCase[];
  const all = [...told.filter((one) => one.scan_related && one.no_input !== true), ...agentCases()];
  return SUITES.flatMap((suite) => all.filter((one) => one.suite === suite));
}

function agentCases(): PeerCase[] {
  const entries = corpusText(AGENTS_FILE)
    .split('\n')
    .map((line) => line.trim());
  return entries
    .filter((entry) => entry !== '' && !entry.startsWith('#'))
    .map((entry) => ({
      suite: CRS_AGENTS,
      case: entry,
      input: AGENTS_FILE,
      expected: { match: true, rule: '913100' },
      attacker: ['192.0.2.1'],
      scan_related: true,
    }));
}
