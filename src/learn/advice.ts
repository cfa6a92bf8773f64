import { compareTexts } from '../record/text.ts';
import { whatOf } from '../finding/exposure-key.ts';
import type { Exposure } from '../finding/exposure.ts';
import type { Advice, Learned } from '../finding/finding.ts';
import * as check from './verify.ts';

/**
 * What to close or hide, ranked: M1056 (Pre-compromise: leave less to be learned from outside) and M1042 (disable or
 * remove a feature or program). First secrets and backups that were served, which no use excuses; then what a scanner that aims
 * at us was told and no client used in the last 30 days; then by what the answer gave away. Texts of ours only: what came from the wire stands in `target` and `verify`, where outputs
 * escape it.
 */

const MOST = 20;

/** Something a scanner was told. */
export type Told = Pick<Learned, 'address' | 'protocol' | 'state'> &
  Partial<Pick<Learned, 'port' | 'service' | 'banner' | 'host' | 'path' | 'user' | 'status'>> &
  Partial<Pick<Exposure, 'use' | 'targeted' | 'certificate' | 'answers'>>;

/** One reason to act. */
interface Rule {
  readonly mitigation: Advice['mitigation'];
  /** how much the answer gave away */
  readonly worth: number;
  readonly why: string;
  readonly text: string;
  readonly applies: (told: Told) => boolean;
  readonly verify: (told: Told) => string;
}

const lower = ({ path = '' }: Told): string => path.toLowerCase();
const pathname = (told: Told): string => lower(told).split(/[?#]/, 1)[0];
const isPath = (told: Told): boolean => told.path !== undefined;
const served = ({ status = 200 }: Told): boolean => status < 400;
const isService = (told: Told): boolean => whatOf(told) === 'service' && told.state === 'open';

const SECRET =
  /(?:^|\/)\.(?:git|svn|hg|env|aws|ssh|htpasswd|npmrc|netrc|docker|kube|ds_store|bash_history)|\/(?:id_rsa|wp-config\.php|credentials|secrets?|web\.config|config\.(?:php|ya?ml|json|ini))|\.(?:pem|key|p12|pfx|kdbx)$/;
const BACKUP =
  /\.(?:bak|old|orig|save|swp|backup|sql|sql\.gz|dump|tar|tgz|tar\.gz|zip|7z|rar|gz)$|~$|\/backups?(?:\/|$|\.)/;
const STATUS =
  /\/(?:server-status|server-info|status|nginx_status|phpinfo\.php|info\.php|actuator|metrics|debug|trace\.axd|elmah\.axd|_profiler)(?:\/|$)/;
const ADMIN =
  /\/(?:admin|administrator|manager|console|wp-admin|wp-login\.php|phpmyadmin|pma|adminer|cpanel|jenkins|grafana)(?:[/.]|$)/;
/** A version behind the name of a program, as in `nginx/1.22.1`, `OpenSSH_9.2p1`, `dnsmasq-2.90`, `7.0.15`. */
const VERSION = /(?:^|[/_\-v ])\d+\.\d+/;
/** Services that no stranger has business with: databases, caches, management, machines. */
const INNER: ReadonlySet<string> = new Set([
  'redis',
  'mysql',
  'postgresql',
  'mongodb',
  'memcached',
  'ldap',
  'snmp',
  'telnet',
  'smb',
  'rdp',
  'vnc',
  'amqp',
  'mqtt',
  'modbus',
  's7',
  'ethernet-ip',
  'bacnet',
  'fox',
  'netbios-ns',
  'ms-sql-s',
  'ms-sql-m',
  'oracle-tns',
  'sunrpc',
  'coap',
  'ipmi',
  'mdns',
  'ssdp',
  'adb',
  'jdwp',
  'zookeeper',
]);
const HTTP_VERSION = 'Hide the version (server_tokens off; ServerTokens Prod; X-Powered-By off), and update it.';
const WEB_TOLD = 'its answers tell program and version';

/** By worth; the first that applies to a thing is what is said of it. */
const RULES: readonly Rule[] = [
  {
    mitigation: 'M1042',
    worth: 10,
    why: 'a file with secrets was served',
    text: 'Take it off the server, deny its kind (dot-files, keys, configuration), and change the secrets in it.',
    applies: (told) => isPath(told) && served(told) && SECRET.test(pathname(told)),
    verify: check.gone,
  },
  {
    mitigation: 'M1042',
    worth: 9,
    why: 'a backup or archive was served',
    text: 'Take it off the server; keep backups outside of what is served.',
    applies: (told) => isPath(told) && served(told) && BACKUP.test(pathname(told)),
    verify: check.gone,
  },
  {
    mitigation: 'M1042',
    worth: 8,
    why: 'a page that tells about the server itself was served',
    text: 'Switch the page off (mod_status, stub_status, phpinfo, actuator), or answer it on loopback only.',
    applies: (told) => isPath(told) && served(told) && STATUS.test(pathname(told)),
    verify: check.gone,
  },
  {
    mitigation: 'M1042',
    worth: 7,
    why: 'a service that only inner machines should reach answers strangers',
    text: 'Switch it off, or bind it to loopback or to the inner network.',
    applies: (told) => isService(told) && INNER.has(told.service ?? ''),
    verify: check.refuses,
  },
  {
    mitigation: 'M1056',
    worth: 6,
    why: 'the way to administration answers strangers',
    text: 'Let in only who administers: by address, VPN or client certificate; answer 404 to others.',
    applies: (told) => isPath(told) && ADMIN.test(pathname(told)),
    verify: check.gone,
  },
  {
    mitigation: 'M1056',
    worth: 6,
    why: 'it was confirmed that this user exists',
    text: 'Answer unknown and known names alike and equally fast; disable the account if nobody needs it.',
    applies: ({ user }) => user !== undefined,
    verify: check.alike,
  },
  {
    mitigation: 'M1056',
    worth: 5,
    why: 'names in its certificate tell of further sites',
    text: 'Use certificates that name only what strangers may know; give inner names their own.',
    applies: (told) => isService(told) && (told.certificate ?? []).length > 0,
    verify: check.certificate,
  },
  {
    mitigation: 'M1042',
    worth: 5,
    why: WEB_TOLD,
    text: HTTP_VERSION,
    applies: (told) => isService(told) && told.service === 'http' && VERSION.test(told.banner ?? ''),
    verify: check.server,
  },
  {
    mitigation: 'M1042',
    worth: 4,
    why: 'its greeting tells program and version',
    text: 'Let the greeting tell less where the program can (version banner off), and update it.',
    applies: (told) => isService(told) && VERSION.test(told.banner ?? '') && told.service !== 'tls',
    verify: check.greeting,
  },
  {
    mitigation: 'M1042',
    worth: 3,
    why: 'a folder answered by itself',
    text: 'Switch directory listing off (autoindex off; Options -Indexes) unless it shows a page of its own.',
    applies: (told) => isPath(told) && told.status === 200 && /[^/]\/$/.test(pathname(told)),
    verify: check.listing,
  },
  {
    mitigation: 'M1042',
    worth: 4,
    why: 'the name server tells its version or its own name',
    text: 'Switch that answer off (version, hostname and server-id "none"; dnsmasq: see no-ident).',
    applies: (told) =>
      whatOf(told) === 'name' && /^(?:version|hostname|authors|id)\.(?:bind|server)\.?$/i.test(told.host ?? ''),
    verify: check.chaos,
  },
  {
    mitigation: 'M1056',
    worth: 2,
    why: 'a name was confirmed that was guessed',
    text: 'Keep names of inner hosts in a zone of their own that strangers cannot ask for.',
    applies: (told) => whatOf(told) === 'name',
    verify: check.name,
  },
  {
    mitigation: 'M1056',
    worth: 2,
    why: 'it tells its clock to strangers',
    text: 'Drop ICMP timestamp and address mask requests at the border.',
    applies: ({ state, service, answers = [] }) =>
      state === 'up' && [service, ...answers].some((answer) => answer === 'timestamp' || answer === 'address mask'),
    verify: check.timestamp,
  },
  {
    mitigation: 'M1056',
    worth: 1,
    why: 'it answers strangers',
    text: 'Allow only who needs it.',
    applies: (told) => isService(told) && !isForAll(told),
    verify: check.refuses,
  },
  {
    mitigation: 'M1042',
    worth: 1,
    why: 'a path that was guessed was served',
    text: 'Take it off the server if no page of yours links to it.',
    applies: (told) => isPath(told) && (told.status ?? 200) < 300 && !isUsed(told),
    verify: check.gone,
  },
];

/** Bonus for what nobody uses, and for what somebody who aims at us knows. */
const UNUSED = 20;
const TARGETED = 10;
/** Worth from which on a thing comes first whoever uses it. */
const GRAVE = 9;

/** Data shorter than this, in seconds, does not tell that nobody needs a service. */
const ENOUGH = 86_400;

/** No client in the last 30 days, and room enough to say so. */
const isUnused = ({ use }: Told): boolean => use !== undefined && use !== null && use.last30Days === 0 && !use.atLeast;

/** The services that are there for strangers, once several use them: web, mail and names. */
const FOR_ALL: ReadonlySet<number | undefined> = new Set([25, 53, 80, 443]);
const isForAll = (told: Told): boolean => FOR_ALL.has(told.port) && (told.use?.last30Days ?? 0) >= SEVERAL;
const SEVERAL = 3;

/** Who uses a page was led there, or knows it: it is no leftover. */
const isUsed = ({ use }: Told): boolean => (use?.last30Days ?? 0) > 0;

/** The home page, and what every site has for machines, is there to be seen. */
const isPublic = (told: Told): boolean =>
  isPath(told) && /^\/(?:|index\.html?|robots\.txt|favicon\.ico|sitemap\.xml)$/.test(pathname(told));

/** Advice on what scanners were told: at most 20, none twice. @param seconds that the data lasts */
export function adviceOn(told: readonly Told[], seconds: number): Advice[] {
  const found = new Map<string, { advice: Advice; rank: number }>();
  for (const one of told) {
    const rule = isPublic(one) ? undefined : RULES.find(({ applies }) => applies(one));
    if (rule === undefined) continue;
    const advice = adviceBy(rule, one, seconds);
    const rank = rankOf(rule, one);
    const key = `${advice.target}\n${rule.why}`;
    const before = found.get(key);
    if (before === undefined || rank > before.rank) found.set(key, { advice, rank });
  }
  return [...found.values()]
    .sort(
      (a, b) =>
        b.rank - a.rank || compareTexts(a.advice.target, b.advice.target) || compareTexts(a.advice.why, b.advice.why),
    )
    .slice(0, MOST)
    .map(({ advice }) => advice);
}

function rankOf({ worth }: Rule, told: Told): number {
  if (worth >= GRAVE) return worth + UNUSED + TARGETED;
  return worth + (isUnused(told) ? UNUSED + (told.targeted ? TARGETED : 0) : 0);
}

/** What nobody uses is rather switched off than hidden: where the data lasts long enough to say so. */
function adviceBy(rule: Rule, told: Told, seconds: number): Advice {
  const unused = isUnused(told);
  const drop = unused && isService(told) && seconds >= ENOUGH;
  const why = [
    rule.why,
    unused && `no client used it in ${periodText(seconds)}`,
    told.targeted && 'the scan aimed at us',
  ];
  return {
    mitigation: drop ? 'M1042' : rule.mitigation,
    target: targetOf(told),
    text: drop ? 'Switch it off, or let in only who needs it.' : rule.text,
    why: why.filter((part) => part !== false && part !== undefined).join('; '),
    verify: drop ? check.refuses(told) : rule.verify(told),
  };
}

function periodText(seconds: number): string {
  if (seconds > 30 * 86_400) return 'the last 30 days of the data';
  if (seconds >= 2 * 86_400) return `the ${Math.floor(seconds / 86_400)} days of the data`;
  if (seconds >= 7200) return `the ${Math.floor(seconds / 3600)} hours of the data`;
  return seconds >= 120 ? `the ${Math.floor(seconds / 60)} minutes of the data` : 'the few moments of the data';
}

/** The site, where it is not asked for by its address. */
const siteOf = ({ address, host = '' }: Pick<Told, 'address' | 'host'>): string =>
  host === '' || host.replace(/:\d+$/, '') === address ? '' : `${host} `;

function targetOf(told: Told): string {
  const { address, protocol, port, host, path, user } = told;
  const at = port === undefined ? address || 'the web server' : `${address} ${protocol}/${port}`;
  if (path !== undefined) return `${at} ${siteOf({ address, host })}${path}`;
  if (user !== undefined) return `${at} user ${user}`;
  return whatOf(told) === 'name' ? `name ${host}` : at;
}
