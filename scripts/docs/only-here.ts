import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../src/finding/finding.ts';
import type { Row } from '../../test/support/replay.ts';
import { ROOT } from '../tree.ts';
import { GENERATED, type Page, page, table } from './page.ts';
import { also, check, figures, found, inCases, named, type Proof, silent } from './proof.ts';

/** docs/only-here.md: what no case of the peers’ own suites asks for, and the case of ours that shows each. */

const SUITES = join(ROOT, '..', 'shared', 'corpus', 'public', 'peer-suites.json');

interface Ours {
  readonly does: string;
  /** what the expectations of the suites hold instead */
  readonly peers: string;
  readonly proofs: readonly Proof[];
}

const OURS: readonly Ours[] = [
  {
    does: 'Evidence adds up without a window: a probe an hour is found as one a millisecond is.',
    peers: 'Rules count contacts within a time; cases are made to pass the count.',
    proofs: inCases(['hping-xmas-slow', 'ssh-loop-slow', 'zmap-slow'], found('T1595.001')),
  },
  {
    does: 'One probe a source, from hundreds of sources: one campaign with its members.',
    peers: 'One case in all names two sources in one alert (one account used from two countries); none a crowd.',
    proofs: inCases(
      ['zmap-dispersed', 'curl-loop-dispersed'],
      also(({ kind, memberCount }) => kind === 'campaign' && (memberCount ?? 0) > 100),
    ),
  },
  {
    does: 'What the scanner was told: ports, banners, paths, users; and what to close, with how to verify it.',
    peers: 'No expectation holds what was answered.',
    proofs: [
      ...inCases(
        ['ssh-loop', 'nmap-version-mail'],
        also(
          ({ learned, advice }) =>
            learned.some(({ banner, port }) => banner !== undefined && port !== undefined) &&
            advice.some(({ verify }) => verify !== ''),
        ),
      ),
      ...inCases(
        ['log-scan-then-file'],
        also(({ learned }) => learned.some(({ path, status }) => path !== undefined && status === 200)),
      ),
      ...inCases(
        ['log-scan-then-login'],
        also(({ learned }) => learned.some(({ user }) => user !== undefined)),
      ),
    ],
  },
  {
    does: 'The scan, what came of it and how surely, as one story with both ends’ evidence.',
    peers:
      'Single lines (“a web attack that was answered with 200”) and counts of failures before a success; none leads back to a scan.',
    proofs: [
      ...inCases(
        ['log-scan-then-login'],
        also((finding) => isStory(finding, 'T1133')),
      ),
      ...inCases(
        ['log-scan-then-file'],
        also((finding) => isStory(finding, 'T1190')),
      ),
    ],
  },
  {
    does: 'Innocent explanations are tried first, and who has one is listed with it, not alarmed.',
    peers: 'Cases expect an alert or none; none expects a reason.',
    proofs: inCases(
      ['benign-outage', 'benign-stale-name', 'benign-log-crawler', 'benign-retries', 'benign-peers-in'],
      silent,
    ),
  },
  {
    does: 'Every verdict is computed again from the records that it cites, and says what would have been too little.',
    peers: 'An expectation is the number of a rule, a level, or a name.',
    proofs: [
      ...inCases(
        ['nmap-syn', 'log-web-names'],
        also(({ account }) => account.some(({ evidence }) => evidence.length > 0)),
      ),
      { test: 'engine/counterfactual.test.ts', named: 'with so many completed exchanges it would be explained' },
    ],
  },
  {
    does: 'How often an innocent source is blamed is a figure that the operator sets, and is measured ([calibration](calibration.md)).',
    peers: 'No suite measures it.',
    proofs: inCases(['benign-nat', 'benign-service-monitor', 'benign-visitors6'], silent),
  },
  {
    does: 'Tools are told by relations in their packets, without payload and whatever their ports.',
    peers: 'One case names a tool by the flags of its packets (Xmas scan); else it is the user agent.',
    proofs: inCases(
      ['masscan-two-ports', 'zmap-winbox', 'nmap-syn', 'fping6-list'],
      also(({ tool }) => tool !== null),
    ),
  },
  {
    does: 'The same scan in a tunnel, in fragments or with one direction missing is the same finding.',
    peers: 'No case wraps another.',
    proofs: inCases(
      ['nmap-syn-gre', 'nmap-syn-vxlan', 'nmap-syn-qinq', 'nmap6-syn-extended', 'nmap-fragments', 'nmap-syn-one-sided'],
      found('T1595.001'),
    ),
  },
  {
    does: 'A scanner of one’s own is told apart, with the program that did it and how it was called (T1046).',
    peers:
      'Rules about processes look at names and arguments on one host; none is joined to what went over the network.',
    proofs: inCases(['log-own-scanner'], found('T1046')),
  },
  {
    does: 'A service that a network hardly ever used is told with the age and the odds of the profile, and is no alarm.',
    peers: 'No case has a profile.',
    proofs: inCases(
      ['log-uncommon-flow'],
      also(({ decidedBy, bits, bar }) => decidedBy === 'rare' && bits < bar),
    ),
  },
  {
    does: 'One contact that two inputs saw counts once, their clocks compared.',
    peers: 'Each case has one input.',
    proofs: [
      {
        test: 'engine/inputs/twice.test.ts',
        named: 'a clock that runs an hour ahead is noticed, and copies are known all the same',
      },
    ],
  },
  {
    does: 'Labelled scans can be put into one’s own capture or log, to try the whole pipeline without sending a packet.',
    peers: 'Suites come with files; none makes them for the data of the user.',
    proofs: [{ test: 'cli/rehearse.test.ts', named: 'all of them at once among visitors: every one is detected' }],
  },
];

/** An intrusion that leads back to a scan, each step with its records. */
function isStory({ kind, techniques, account, related }: Finding, technique: string): boolean {
  const isProven = account.every(({ evidence }) => evidence.length > 0);
  return kind === 'intrusion' && techniques.includes(technique) && related.length > 0 && isProven;
}

interface PeerCase {
  readonly suite: string;
  readonly expected: unknown;
}

/** What the expectations of a suite consist of. */
function expectations(cases: readonly PeerCase[]): string {
  const keys = new Set<string>();
  for (const { expected } of cases)
    for (const one of Array.isArray(expected) ? (expected as unknown[]) : [expected])
      if (typeof one === 'object' && one !== null) for (const key of Object.keys(one)) keys.add(key);
  return keys.size === 0 ? 'an alert or none' : [...keys].join(', ').replaceAll('_', ' ');
}

/** Only where the corpus stands beside the project, as docs/peers.md. */
export function onlyHere(rows: readonly Row[]): Page[] {
  if (!existsSync(SUITES)) return [];
  const all = JSON.parse(readFileSync(SUITES, 'utf8')) as PeerCase[];
  const suites = [...new Set(all.map(({ suite }) => suite))];
  const byName = new Map(rows.map((row) => [row.case, row]));
  const line = ({ does, peers, proofs }: Ours): string[] => {
    for (const proof of proofs) check(proof, byName, does);
    return [does, named(proofs), figures(proofs, byName), peers];
  };
  const text = page(
    GENERATED,
    '# What no other suite asks for',
    `What is done here and asked for by no case of the suites of ${suites.length} other programs (${all.length.toLocaleString('en')} cases in the corpus beside the project; those about scanning are run in [peers.md](peers.md)). ` +
      'That is what their tests and documents show. It is no proof that none of them could do it. A line whose case is gone, or does not show it any more, fails the build.',
    table(['here', 'shown by', 'figures', 'the suites of others'], OURS.map(line)),
    '## What the expectations of the suites consist of',
    table(
      ['suite', 'cases', 'an expectation has'],
      suites.map((suite) => {
        const mine = all.filter((one) => one.suite === suite);
        return [suite, mine.length, expectations(mine)];
      }),
    ),
  );
  return [['docs/only-here.md', text]];
}
