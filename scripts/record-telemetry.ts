import { guesses, type Hit, logOf, START, visitors } from '../test/support/weblog.ts';
import type { Scan } from '../test/support/truth.ts';

/** Cases of the telemetry that ATT&CK names besides packets: flows, processes and command lines, agents, what came next. */

export interface LogCase {
  readonly name: string;
  readonly file: string;
  readonly question: string;
  readonly lines: string;
  readonly scans: readonly Scan[];
  /** the right name of who looks like a scanner and is none */
  readonly explained?: string;
}

const SCANNER = '192.0.2.66';
const GUEST = '192.0.2.77';
const STAFF = '198.51.100.9';
const SERVER = '203.0.113.10';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const rfc3339 = (seconds: number): string => new Date(seconds * 1000).toISOString();
const lines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Elastic Common Schema: the program starts, and asks its neighbours one after the other. */
function ownScanner(): string {
  const process = { pid: 4711, executable: '/usr/local/bin/checker' };
  const start = {
    '@timestamp': rfc3339(START),
    event: { category: ['process'], type: ['start'], action: 'exec' },
    host: { hostname: 'pc9' },
    process: { ...process, command_line: 'checker -sT -p 445 198.51.100.0/24', args: ['checker', '-sT', '-p', '445'] },
  };
  const knocks = range(60).map((at) => ({
    '@timestamp': rfc3339(START + 1 + at),
    event: { category: ['network'], type: ['start'], action: 'connection_attempted' },
    host: { hostname: 'pc9' },
    process,
    source: { ip: STAFF, port: 50_000 + at },
    destination: { ip: `198.51.100.${20 + at}`, port: 445 },
    network: { transport: 'tcp', direction: 'egress' },
  }));
  return lines([start, ...knocks]);
}

interface Conn {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly state: string;
}

/** conn.log of Zeek as JSON. */
const connOf = (conns: readonly Conn[]): string =>
  lines(
    conns
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, from, to, port, state }, nth) => ({
        ts: at,
        uid: `C${nth}`,
        'id.orig_h': from,
        'id.orig_p': 40_000 + ((nth * 37) % 20_000),
        'id.resp_h': to,
        'id.resp_p': port,
        proto: 'tcp',
        conn_state: state,
        history: state === 'SF' ? 'ShADadFf' : 'S',
        orig_pkts: state === 'SF' ? 6 : 1,
        resp_pkts: state === 'SF' ? 5 : 0,
      })),
  );

const guests: Conn[] = range(120).map((at) => ({
  at: START + 11 * at,
  from: `198.51.${100 + (at % 7)}.${at}`,
  to: SERVER,
  port: 443,
  state: 'SF',
}));

const sweep: Conn[] = range(60).map((at) => ({
  at: START + 300 + 2 * at,
  from: SCANNER,
  to: `203.0.113.${(at * 37) % 250}`,
  port: 22,
  state: 'S0',
}));

/** conn.log of Zeek, TSV: two hosts at work for two days; then one of them talks to a service that neither ever used. */
function uncommon(): string {
  const fields = ['ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'conn_state'];
  const types = ['time', 'addr', 'port', 'addr', 'port', 'enum', 'string'];
  const line = (at: number, from: string, to: string, port: number): string =>
    [`${START + at}.000000`, from, 40_000, to, port, 'tcp', 'SF'].join('\t');
  const work = range(4200).map((n) => line(40 * n, `203.0.113.${20 + (n % 2)}`, `198.18.${n % 8}.80`, 443));
  const odd = line(40 * 4200, '203.0.113.20', '198.18.7.81', 6667);
  const head = ['#separator \\x09', '#path\tconn', ['#fields', ...fields].join('\t'), ['#types', ...types].join('\t')];
  return `${[...head, ...work, odd].join('\n')}\n`;
}

const rotating = ['Opera/9.80', 'Lynx/2.8', 'Wget/1.21', 'curl/8.5', 'python-requests/2.31', 'Go-http-client/1.1'];

/** One source says what it is; another has a new name for each request, and comes from where it goes to. */
const agents: Hit[] = [
  ...range(3).map((at) => ({
    at: START + 400 + at,
    source: SCANNER,
    target: ['/', '/about.html', '/team.html'][at],
    agent: 'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)',
  })),
  ...range(30).map((at) => ({
    at: START + 700 + 3 * at,
    source: GUEST,
    target: `/${['about', 'team', 'shop', 'news', 'press'][at % 5]}-${'abcdefgh'[at % 8]}${at}.html`,
    status: 404,
    bytes: 150,
    referer: `http://www.example.org/${['about', 'team', 'shop'][at % 3]}-x${at}.html`,
    agent: rotating[at % rotating.length],
  })),
];

const WORDS = ['intranet', 'staging', 'wiki', 'reports', 'invoices', 'upload', 'private', 'legacy', 'mobile', 'portal'];

/** Names are guessed, then a file of the system is asked for, refused, and given. */
const taken: Hit[] = [
  ...guesses(
    WORDS.flatMap((word) => [word, `${word}-old`, `${word}.bak`]),
    SCANNER,
  ),
  { at: START + 790, source: SCANNER, target: '/show?page=/etc/passwd', status: 403, bytes: 150 },
  { at: START + 820, source: SCANNER, target: '/show?page=../../../etc/passwd', status: 200, bytes: 1347 },
];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function sshd(at: number, nth: number, text: string): string {
  const date = new Date((START + at) * 1000);
  const clock = date.toISOString().slice(11, 19);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} gate sshd[${4000 + nth}]: ${text}\n`;
}

const NOBODY = ['test', 'oracle', 'postgres', 'ubuntu', 'git', 'jenkins', 'ftpuser', 'nagios', 'hadoop', 'steam'];

/** Users are guessed; one exists; its password is guessed; somebody is let in. */
const loggedIn = [
  ...NOBODY.map((user, n) => sshd(5 * n, n, `Invalid user ${user} from ${SCANNER} port ${40_000 + n}`)),
  ...range(8).map((n) =>
    sshd(60 + 4 * n, 20 + n, `Failed password for backup from ${SCANNER} port ${41_000 + n} ssh2`),
  ),
  sshd(100, 40, `Accepted password for backup from ${SCANNER} port 42000 ssh2`),
].join('');

export const TELEMETRY: readonly LogCase[] = [
  {
    name: 'log-own-scanner',
    file: 'input.ndjson.gz',
    question: 'A program of one of our hosts is started with the arguments of a scanner and asks sixty neighbours.',
    lines: ownScanner(),
    scans: [{ sources: [STAFF], techniques: ['T1046'], tool: null, open: null }],
  },
  {
    name: 'log-flows-sweep',
    file: 'input.log.gz',
    question: 'Flow records: guests of a web server, and one source that asks sixty addresses for SSH.',
    lines: connOf([...guests, ...sweep]),
    scans: [{ sources: [SCANNER], techniques: ['T1595.001'], tool: null, open: null }],
  },
  {
    name: 'log-uncommon-flow',
    file: 'input.log.gz',
    question:
      'Two hosts do the same for two days; then one of them uses a service that neither ever used. Nobody scans.',
    lines: uncommon(),
    scans: [],
  },
  {
    name: 'log-web-agents',
    file: 'input.log.gz',
    question:
      'One source names a scanner as its agent; another has a new agent for each request and lies about where it comes from.',
    lines: logOf([...visitors(60), ...agents]),
    scans: [
      { sources: [SCANNER], techniques: ['T1595.002'], tool: 'nikto', open: null },
      { sources: [GUEST], techniques: ['T1595.003'], tool: null, open: null },
    ],
  },
  {
    name: 'log-scan-then-file',
    file: 'input.log.gz',
    question: 'One source guesses names, then asks for a file of the system until it gets it.',
    lines: logOf([...visitors(60), ...taken]),
    scans: [{ sources: [SCANNER], techniques: ['T1595.003', 'T1595.002'], tool: null, open: null }],
  },
  {
    name: 'log-scan-then-login',
    file: 'input.log.gz',
    question: 'One source asks sshd for users until it finds one, guesses its password, and is let in.',
    lines: loggedIn,
    scans: [{ sources: [SCANNER], techniques: ['T1595.003'], tool: null, open: null }],
  },
];
