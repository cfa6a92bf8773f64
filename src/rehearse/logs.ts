import { two } from './stamp.ts';
import { Random } from './random.ts';
import type { Shape } from './scans.ts';
import { type Setting, type Truth, written } from './stage.ts';

/** Scans that servers write into their logs: guessed names, weaknesses that are looked for, users, host names. */

/** Logs that can be made. */
export const LOGS = {
  web: 'access.log',
  auth: 'auth.log',
  dns: 'dnsmasq.log',
  bind: 'query.log',
} as const;
export type Log = keyof typeof LOGS;

/** One line and its time in µs since 1970. */
export interface LogLine {
  readonly time: number;
  readonly text: string;
}

export interface LogScan {
  readonly name: string;
  readonly like: string;
  readonly log: Log;
  readonly expected: Shape;
  /** what is tried, in its order; the lines that one try leaves */
  readonly tries: readonly string[];
  line(source: string, tried: string, time: number, random: Random): string[];
}

const WORDS =
  'admin administrator backup backups bin cgi-bin config conf console cache cp cron css data database db debug demo dev ' +
  'doc docs download downloads dump error export external files forum ftp gallery hidden home html images img import inc ' +
  'include includes install internal java js lib library local log logs mail main manager manual media member members ' +
  'misc mobile modules monitor music new news old online order orders panel password passwords patch phpinfo pictures ' +
  'portal private profile protected public reports reports-old root sample scripts search secret secure secured security ' +
  'service services setup shop site sql staff staging stats store support sys system temp template test tests tmp tools ' +
  'upload uploads user users util vendor web webadmin wiki work xml';

const WEAKNESSES = [
  '/.env',
  '/.git/config',
  '/.aws/credentials',
  '/wp-login.php',
  '/wp-admin/install.php',
  '/xmlrpc.php',
  '/phpmyadmin/index.php',
  '/cgi-bin/test-cgi',
  '/server-status',
  '/actuator/env',
  '/manager/html',
  '/solr/admin/info/system',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/boaform/admin/formLogin',
  '/HNAP1/',
  '/cgi-bin/../../../../etc/passwd',
  '/index.php?id=1%27%20OR%20%271%27=%271',
  '/search?q=%3Cscript%3Ealert(1)%3C/script%3E',
  '/jenkins/script',
  '/owa/auth/logon.aspx',
  '/remote/login',
  '/api/v1/pods',
  '/backup.sql',
  '/config.php.bak',
];

/** Whole request lines: what servers answer to these differs from one to the next. */
const FINGERPRINTS = [
  'OPTIONS / HTTP/1.1',
  'TRACE / HTTP/1.1',
  'PROPFIND / HTTP/1.1',
  'NICE / HTTP/1.1',
  'GET /kq7zr0vx2mwp9tj4 HTTP/1.1',
  'GET /%69%6edex.html HTTP/1.1',
  'GET /.//index.html HTTP/1.1',
  'GET / HTTP/3.9',
];

const USERS =
  'admin test user oracle postgres ubuntu guest ftpuser git jenkins deploy tomcat mysql hadoop nagios pi www-data backup ' +
  'support teamspeak minecraft demo student vagrant ansible zabbix web dev operator service';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = (at: Date): string => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;

/** `21/Nov/2026:23:27:01 +0000` */
export function commonStamp(time: number): string {
  const at = new Date(time / 1000);
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock(at)} +0000`;
}

/** `Nov 21 23:27:01` (RFC 3164 section 4.1.2) */
export function syslogStamp(time: number): string {
  const at = new Date(time / 1000);
  return `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${clock(at)}`;
}

/** `21-Nov-2026 23:27:01.123` (BIND 9) */
function bindStamp(time: number): string {
  const at = new Date(time / 1000);
  return `${two(at.getUTCDate())}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${clock(at)}.${String(at.getUTCMilliseconds()).padStart(3, '0')}`;
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

const request = (source: string, line: string, time: number, status: number, bytes: number): string =>
  `${source} - - [${commonStamp(time)}] "${line}" ${status} ${bytes} "-" "${AGENT}"`;

const webLine: LogScan['line'] = (source, path, time) => [request(source, `GET ${path} HTTP/1.1`, time, 404, 153)];
const oddLine: LogScan['line'] = (source, line, time) => [request(source, line, time, 405, 157)];

const sshLine: LogScan['line'] = (source, user, time, random) => {
  const head = `${syslogStamp(time)} gate sshd[${1000 + random.below(30_000)}]:`;
  const port = random.port();
  return [
    `${head} Invalid user ${user} from ${source} port ${port}`,
    `${head} Connection closed by invalid user ${user} ${source} port ${port} [preauth]`,
  ];
};

const dnsLine: LogScan['line'] = (source, name, time, random) => {
  const head = `${syslogStamp(time)} dnsmasq[913]: ${1 + random.below(9000)} ${source}/${random.port()}`;
  return [`${head} query[A] ${name} from ${source}`, `${head} config ${name} is NXDOMAIN`];
};

const bindLine = (source: string, name: string, code: string, time: number, random: Random): string[] => {
  const client = `client @0x7f2c4c0a1b68 ${source}#${random.port()} (${name}):`;
  return [
    `${bindStamp(time)} queries: info: ${client} query: ${name} IN A - (203.0.113.53)`,
    `${bindStamp(time)} responses: info: ${client} response: ${name} IN A ${code} - 0 0 0`,
  ];
};

const scan = (technique: Shape['technique'], shape: Shape['shape'], method: string): Shape => ({
  kind: 'scan',
  technique,
  method,
  tool: null,
  shape,
});

const NAMES = WORDS.split(' ').map((word) => `${word}.example.com`);

/** Every scan that is made of log lines. Add one: a line here. */
export const logScans: readonly LogScan[] = [
  {
    name: 'web-wordlist',
    like: 'a wordlist of paths, in its order',
    log: 'web',
    expected: scan('T1595.003', 'wordlist', 'http'),
    tries: WORDS.split(' ').map((word) => `/${word}`),
    line: webLine,
  },
  {
    name: 'web-vulnerability',
    like: 'paths of known weaknesses',
    log: 'web',
    expected: scan('T1595.002', 'vulnerability', 'http'),
    tries: WEAKNESSES,
    line: webLine,
  },
  {
    name: 'web-fingerprint',
    like: 'requests that tell servers apart',
    log: 'web',
    expected: scan('T1595.002', 'fingerprinting', 'http'),
    tries: FINGERPRINTS,
    line: oddLine,
  },
  {
    name: 'ssh-users',
    like: 'users that do not exist',
    log: 'auth',
    expected: scan('T1595.003', 'wordlist', 'login'),
    tries: USERS.split(' '),
    line: sshLine,
  },
  {
    name: 'dns-names',
    like: 'names of hosts, in the order of a list',
    log: 'dns',
    expected: scan('T1595.003', 'wordlist', 'dns'),
    tries: NAMES,
    line: dnsLine,
  },
  {
    name: 'dns-names-bind',
    like: 'names of hosts, answers logged by BIND 9.20',
    log: 'bind',
    expected: scan('T1595.003', 'wordlist', 'dns'),
    tries: NAMES,
    line: (source, name, time, random) => bindLine(source, name, 'NXDOMAIN', time, random),
  },
];

const PAGES = [
  '/',
  '/index.html',
  '/style.css',
  '/logo.svg',
  '/tides.html',
  '/contact.html',
  '/news/',
  '/news/42.html',
];
const VISITORS = 40;

/** What those who know the server leave in its log. */
function ordinary(log: Log, source: string, time: number, random: Random): string[] {
  if (log === 'web')
    return PAGES.map((page, nth) =>
      request(source, `GET ${page} HTTP/1.1`, time + nth * 2e6, 200, 1200 + 37 * page.length),
    );
  if (log === 'auth') {
    const head = `${syslogStamp(time)} gate sshd[${1000 + random.below(30_000)}]:`;
    return [`${head} Accepted publickey for operator from ${source} port ${random.port()} ssh2: ED25519 SHA256:x`];
  }
  if (log === 'bind') return bindLine(source, 'www.example.com', 'NOERROR', time, random);
  const head = `${syslogStamp(time)} dnsmasq[913]: ${1 + random.below(9000)} ${source}/${random.port()}`;
  return [`${head} query[A] www.example.com from ${source}`, `${head} config www.example.com is 203.0.113.80`];
}

/** The lines of one log in the order of time, and the truth about the scans in it. */
export function logOf(log: Log, chosen: readonly LogScan[], setting: Setting): { lines: LogLine[]; truth: Truth[] } {
  const random = new Random(setting.seed);
  const lines: LogLine[] = [];
  const truth: Truth[] = [];
  for (const [nth, one] of chosen.entries()) {
    const source = written(setting.outside[(2 * nth + 200) % setting.outside.length]);
    const begin = setting.start + (setting.length * (nth + 1)) / (chosen.length + 2);
    const gap = Math.min(1.5e6, setting.length / (10 * one.tries.length));
    const own = one.tries.flatMap((tried, at) => {
      const time = begin + at * gap;
      return one.line(source, tried, time, random).map((text) => ({ time, text }));
    });
    lines.push(...own);
    const last = own.at(-1)?.time ?? begin;
    truth.push({
      method: one.name,
      like: one.like,
      sources: [source],
      first: begin,
      last,
      packets: own.length,
      expected: one.expected,
    });
  }
  for (let nth = 0; setting.benign && nth < VISITORS; nth += 1) {
    // Those who log in come from within: from outside, beside a scanner, they would look like what they are not.
    const source = written(
      log === 'auth' ? setting.home + 100 + (nth % 3) : setting.outside[(2 * nth + 1) % setting.outside.length],
    );
    const time = setting.start + random.below(1000) * (setting.length / 1000);
    for (const [at, text] of ordinary(log, source, time, random).entries())
      lines.push({ time: log === 'web' ? time + at * 2e6 : time, text });
  }
  return { lines: lines.sort((a, b) => a.time - b.time), truth };
}
