import type { Row } from '../../test/support/replay.ts';
import { also, byStream, check, figures, found, inCases, linked, named, type Proof, silent } from './proof.ts';
import { table } from './page.ts';

/**
 * What MITRE ATT&CK says of T1595, its sub-techniques, what to watch for and its mitigation, sentence by sentence in
 * other words; what of this program answers to it, and the cases that show it.
 */
interface Sentence {
  readonly says: string;
  readonly answer: string;
  readonly sources: readonly string[];
  readonly proofs: readonly Proof[];
}

interface Part {
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

const opened = also(({ learned }) => learned.some(({ state, port }) => state === 'open' && port !== undefined));
const bannered = also(({ learned }) => learned.some(({ banner }) => banner !== undefined));
const advised = also(({ advice }) => advice.length > 0);
const odd = (...methods: readonly string[]) =>
  also((finding) => finding.methods.some((method) => methods.includes(method)));
const followed = (technique: string) =>
  also(
    ({ kind, techniques, followedBy }) =>
      (kind === 'intrusion' && techniques.includes(technique)) ||
      followedBy.some((later) => later.technique === technique),
  );
const shaped = (shape: string) => also((finding) => finding.shape === shape);

const SCANNING: Part = {
  title: 'T1595 Active Scanning',
  sentences: [
    {
      says: 'Infrastructure is probed through network traffic, before it is attacked.',
      answer: 'Every first contact of a source with a target adds evidence to its account, whatever input tells it.',
      sources: ['flow/shard.ts', 'ledger/ledger.ts', 'detect/misses.ts'],
      proofs: [
        ...inCases(['nmap-syn', 'nmap-connect-in-order', 'log-firewall-sweep', 'log-flows-sweep'], found('T1595.001')),
        ...inCases(['log-web-names'], found('T1595.003')),
      ],
    },
    {
      says: 'Scans differ with what is looked for.',
      answer: 'Shape, methods, order and tool are told of each.',
      sources: ['detect/order.ts', 'detect/tools.ts', 'engine/account/features.ts'],
      proofs: [
        ...inCases(['ssh-loop', 'zmap-winbox'], shaped('address-scan')),
        ...inCases(['hping-scan', 'nmap-null'], shaped('port-scan')),
        ...inCases(['log-web-weaknesses'], shaped('vulnerability')),
        ...inCases(['log-web-names'], shaped('wordlist')),
      ],
    },
    {
      says: 'Native features of protocols such as ICMP are used.',
      answer:
        'Echo, timestamp and mask requests, ARP, neighbour discovery, odd flags and SCTP are methods of their own.',
      sources: ['input/capture/decode/icmp.ts', 'input/capture/decode/arp.ts', 'flow/sctp.ts'],
      proofs: [
        ...inCases(['fping6-list'], odd('icmp-echo')),
        ...inCases(['nmap-discover-timestamp'], odd('icmp-timestamp')),
        ...inCases(['arp-scan'], odd('arp')),
        ...inCases(['neighbour-sweep'], odd('nd')),
        ...inCases(['nmap-sctp-init'], odd('sctp-init')),
      ],
    },
    {
      says: 'What is learned may serve further reconnaissance, resources, or initial access (T1133, T1190).',
      answer: 'What came next on something that had answered is told with the scan, and as a finding of its own.',
      sources: [
        'correlate/after/follow-up.ts',
        'correlate/after/logins.ts',
        'correlate/after/exploits.ts',
        'engine/story/followed.ts',
      ],
      proofs: [
        ...inCases(['log-scan-then-login'], followed('T1133')),
        ...inCases(['log-scan-then-file'], followed('T1190')),
      ],
    },
    {
      says: 'It happens very often, false positives are many, and much of it may lie outside of what is seen.',
      answer:
        'The bar follows from the false findings a day that are accepted; innocent explanations are tried first; what is under the bar is counted as background.',
      sources: ['ledger/bar.ts', 'triage/innocent.ts', 'triage/silence.ts', 'ledger/noise.ts'],
      proofs: inCases(
        ['benign-outage', 'benign-stale-name', 'benign-nat', 'benign-retries', 'benign-log-crawler', 'benign-peers-in'],
        silent,
      ),
    },
    {
      says: 'Related stages, such as initial access, deserve attention where the scan itself cannot be seen well.',
      answer: 'A login after guessing and a file that was refused and then given are found, with the scan before them.',
      sources: ['correlate/after/sessions.ts', 'correlate/after/takings.ts', 'engine/story/intrusion.ts'],
      proofs: inCases(
        ['log-scan-then-login', 'log-scan-then-file'],
        also(({ kind }) => kind === 'intrusion'),
      ),
    },
  ],
};

const SUBS: readonly Part[] = [
  {
    title: 'T1595.001 Scanning IP Blocks',
    sentences: [
      {
        says: 'Blocks of addresses are scanned, since they are given out in blocks.',
        answer: 'Misses on addresses that nobody has, order over a block, and crowds that share a block out.',
        sources: ['detect/misses.ts', 'detect/order.ts', 'detect/crowd.ts', 'ledger/knowledge.ts'],
        proofs: inCases(
          ['masscan-two-ports', 'nping-three-ports', 'nmap6-sweep', 'zmap-dispersed', 'curl-loop-dispersed'],
          found('T1595.001'),
        ),
      },
      {
        says: 'Which addresses are in use is found out by simple pings.',
        answer: 'Sweeps with ICMP, TCP, UDP, ARP and neighbour discovery are one kind of scan by several methods.',
        sources: ['flow/flows.ts', 'detect/misses.ts'],
        proofs: inCases(
          ['nmap-discover-tcp', 'nmap-discover-udp', 'nmap-discover-timestamp', 'fping6-list'],
          found('T1595.001'),
        ),
      },
      {
        says: 'Ports, services, banners and versions are read from what answers.',
        answer: 'What each answer told is kept with the finding: port, state, service, banner.',
        sources: ['flow/answers/index.ts', 'learn/exposures.ts', 'learn/banners.ts'],
        proofs: [
          ...inCases(['nmap-syn', 'nmap-connect-in-order'], opened),
          ...inCases(['ssh-loop', 'nmap-version-mail'], bannered),
        ],
      },
      {
        says: 'A scan may be slow, spread over sources, forged or wrapped.',
        answer:
          'No window ends; crowds and prefixes have accounts; decoys are claimed, not proven; tunnels are opened.',
        sources: ['ledger/account.ts', 'detect/crowd.ts', 'detect/parent.ts', 'input/capture/decode/index.ts'],
        proofs: inCases(
          [
            'hping-xmas-slow',
            'ssh-loop-slow',
            'zmap-slow',
            'nmap-decoys',
            'nmap-fragments',
            'nmap-syn-gre',
            'nmap-syn-vxlan',
          ],
          found('T1595.001'),
        ),
      },
    ],
  },
  {
    title: 'T1595.002 Vulnerability Scanning',
    sentences: [
      {
        says: 'It is looked whether software and configuration of a host fit a weakness that can be used.',
        answer: 'Families of requests that only who looks for weaknesses makes, with bounded benign rates.',
        sources: ['detect/content.ts', 'detect/web/families.ts', 'detect/meaning.ts'],
        proofs: inCases(['log-web-weaknesses', 'log-web-agents'], found('T1595.002')),
      },
      {
        says: 'Versions are gathered from banners, listening ports and other traces.',
        answer: 'Banners that were given away are listed, with what to change.',
        sources: ['learn/banners.ts', 'learn/advice.ts'],
        proofs: inCases(['nmap-version-mail', 'ssh-loop'], bannered),
      },
    ],
  },
  {
    title: 'T1595.003 Wordlist Scanning',
    sentences: [
      {
        says: 'Infrastructure is probed by brute force or crawling, to find content rather than credentials.',
        answer: 'Names asked for that are not there, per site and template; passwords guessed are no scan.',
        sources: ['detect/misses.ts', 'detect/web/paths.ts', 'ledger/names/sites.ts'],
        proofs: inCases(
          ['log-web-names', 'log-login-names', 'log-web-agents'],
          also(({ techniques }) => techniques[0] === 'T1595.003'),
        ),
      },
      {
        says: 'Lists hold common names and extensions, or those of one product.',
        answer:
          'The list is named where it is public, with its progress and the words that come next; else "undecided".',
        sources: ['detect/wordlists.ts', 'detect/wordlist/format.ts'],
        proofs: [
          { test: 'detect/wordlists.test.ts', named: 'a scan that loses words or begins late is still named' },
          ...inCases(['log-web-names'], found('T1595.003')),
        ],
      },
      {
        says: 'Pages, folders, portals of administrators, DNS names and storage buckets are looked for.',
        answer: 'Paths, virtual hosts, DNS labels, buckets, parameters and users are names of one kind of scan.',
        sources: ['detect/web/target.ts', 'input/dns/bind.ts', 'input/auth/sshd.ts'],
        proofs: inCases(['log-web-names', 'log-login-names'], found('T1595.003')),
      },
    ],
  },
];

const WATCHING: readonly Part[] = [
  {
    title: 'Network traffic content (DS0029)',
    sentences: [
      {
        says: 'Packets that belong to no established flow.',
        answer: 'Stray packets are told apart: scan, backscatter, spoof, asymmetric capture.',
        sources: ['detect/stray.ts', 'ledger/strays.ts', 'triage/strays.ts'],
        proofs: [
          ...inCases(['nmap-null', 'nmap-window', 'hping-xmas-sweep', 'nmap-sctp-cookie'], found('T1595.001')),
          ...inCases(['benign-backscatter-rst', 'benign-backscatter-icmp', 'benign-nat-one-sided'], silent),
        ],
      },
      {
        says: 'Anomalous syntax and structure.',
        answer: 'Flags and headers that no stack sends, by name; a protocol on the port of another.',
        sources: ['detect/syntax.ts', 'detect/wrong-port.ts', 'record/weird.ts'],
        proofs: inCases(['nmap-syn-fin', 'nmap-bad-checksum', 'nmap-mtu-16', 'nmap6-syn-extended'], found('T1595.001')),
      },
      {
        says: 'Correlated with processes and their command lines.',
        answer: 'Who of our programs made the contacts, and how it was called, stands with the finding; ours is T1046.',
        sources: ['correlate/process/process.ts', 'correlate/process/scanners.ts', 'input/process/ecs.ts'],
        proofs: inCases(
          ['log-own-scanner'],
          also(({ related }) => related.some(({ why }) => why.includes('command line'))),
        ),
      },
      {
        says: 'Large quantities from one source, where a service is scanned with a wordlist.',
        answer: 'The account grows with every name that is not there, and no number of requests ends it.',
        sources: ['ledger/quest.ts', 'detect/misses.ts'],
        proofs: inCases(['log-web-names', 'log-web-agents'], byStream('misses')),
      },
      {
        says: 'Metadata of web requests: user agent, referer.',
        answer: 'Agents of tools, agents that cannot be, referers that were never fetched.',
        sources: ['detect/web/agents.ts', 'detect/meaning.ts', 'detect/habits/requests.ts'],
        proofs: [
          ...inCases(
            ['log-web-agents'],
            also(({ tool }) => tool?.name.toLowerCase() === 'nikto'),
          ),
          { test: 'engine/logs.test.ts', named: 'a referer that was never fetched excuses nobody' },
          { test: 'detect/web/agents.test.ts', named: 'browsers that cannot be' },
        ],
      },
    ],
  },
  {
    title: 'Network traffic flow (DS0029)',
    sentences: [
      {
        says: 'Uncommon data flows.',
        answer:
          'A service that a host and its network hardly ever used, with age and odds of the profile; no alarm by itself.',
        sources: ['detect/rare.ts', 'table/profile.ts'],
        proofs: inCases(['log-uncommon-flow'], byStream('rare')),
      },
      {
        says: 'Processes on the network that normally have no business there, or were never seen.',
        answer: 'An image that never talked, or talks in a new way, once the profile is a day old.',
        sources: ['correlate/process/process.ts', 'correlate/process/talks.ts'],
        proofs: [
          {
            test: 'correlate/process/process.test.ts',
            named: 'an image that never talked is told once the profile is a day old',
          },
          { test: 'correlate/process/process.test.ts', named: 'a known image that talks in a new way' },
        ],
      },
    ],
  },
  {
    title: 'Mitigation (M1056 Pre-compromise, M1042 Disable or Remove Feature or Program)',
    sentences: [
      {
        says: 'It cannot be prevented from outside: what external parties can learn has to be kept small.',
        answer: 'What scanners were told is listed, with advice for each, ranked, and how to verify that it is closed.',
        sources: ['learn/surface.ts', 'learn/advice.ts', 'learn/verify.ts', 'cli/learned.ts'],
        proofs: inCases(['ssh-loop', 'nmap-version-mail'], advised),
      },
    ],
  },
];

const PARTS: readonly Part[] = [SCANNING, ...SUBS, ...WATCHING];

/** A table for every part. @throws when a case or a test that a line rests on is gone, or does not show it */
export function attackTables(rows: readonly Row[]): string[] {
  const byName = new Map(rows.map((row) => [row.case, row]));
  const line = ({ says, answer, sources, proofs }: Sentence): string[] => {
    for (const proof of proofs) check(proof, byName, says);
    return [says, answer, linked(sources), named(proofs), figures(proofs, byName)];
  };
  return PARTS.flatMap(({ title, sentences }) => [
    `### ${title}`,
    table(['it says', 'here', 'by', 'shown by', 'figures'], sentences.map(line)),
  ]);
}
