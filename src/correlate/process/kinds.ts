import { programOf } from './words.ts';

/**
 * What kinds of programs speak. A kind lists the ports that its programs have reason to connect to, besides those of the
 * web and of names, which nearly every program may. Only ports of services that administrators, worms and scanners go
 * for are held against a program: that it uses another one may have a hundred reasons. Programs of no kind say nothing.
 */
interface Kind {
  readonly kind: string;
  readonly programs: string;
  readonly speaks: readonly number[];
}

const MAIL = [25, 110, 143, 465, 587, 993, 995];
const DIRECTORY = [88, 389, 636, 3268, 3269];

const KINDS: readonly Kind[] = [
  {
    kind: 'an accessory',
    programs:
      'notepad notepad++ wordpad calc calculator mspaint snippingtool charmap write magnify osk gedit mousepad eog evince xpdf',
    speaks: [],
  },
  {
    kind: 'an office program',
    programs:
      'winword excel powerpnt msaccess visio onenote mspub soffice libreoffice acrord acrobat foxitreader wps et wpp',
    speaks: [...DIRECTORY, 25, 587],
  },
  {
    kind: 'a mail program',
    programs: 'outlook olk thunderbird evolution hxoutlook hxtsr',
    speaks: [...MAIL, ...DIRECTORY, 135],
  },
  {
    kind: 'a browser',
    programs: 'chrome chromium msedge msedgewebview firefox iexplore opera brave safari vivaldi',
    speaks: [...DIRECTORY, 21, 1080],
  },
  {
    kind: 'a loader of libraries and scripts',
    programs:
      'rundll regsvr mshta wscript cscript installutil regasm regsvcs msbuild cmstp odbcconf hh certutil bitsadmin',
    speaks: [...DIRECTORY],
  },
  {
    kind: 'a tool for text and files',
    programs:
      'cat less more head tail sed awk gawk sort tar gzip xz find cp mv rm chmod chown dd base64 xxd cron crond atd vi vim nano',
    speaks: [],
  },
  {
    kind: 'a shell without network commands of its own',
    programs: 'cmd sh dash ash taskhostw conhost werfault dllhost smss csrss',
    speaks: [...DIRECTORY, 135],
  },
];

/** Services that are worth a look when a program of another kind speaks them: IANA names. */
const WATCHED: ReadonlyMap<number, string> = new Map([
  [21, 'ftp'],
  [22, 'ssh'],
  [23, 'telnet'],
  [25, 'smtp'],
  [88, 'kerberos'],
  [111, 'sunrpc'],
  [135, 'epmap'],
  [139, 'netbios-ssn'],
  [161, 'snmp'],
  [389, 'ldap'],
  [445, 'microsoft-ds'],
  [502, 'mbap'],
  [512, 'exec'],
  [513, 'login'],
  [514, 'shell'],
  [623, 'asf-rmcp'],
  [636, 'ldaps'],
  [873, 'rsync'],
  [1433, 'ms-sql-s'],
  [1521, 'oracle'],
  [2049, 'nfs'],
  [2375, 'docker'],
  [3306, 'mysql'],
  [3389, 'ms-wbt-server'],
  [5432, 'postgresql'],
  [5900, 'rfb'],
  [5985, 'wsman'],
  [5986, 'wsmans'],
  [6379, 'redis'],
  [9200, 'elasticsearch'],
  [11211, 'memcache'],
  [27017, 'mongodb'],
]);

const kindOf = new Map(KINDS.flatMap((kind) => kind.programs.split(' ').map((program) => [program, kind] as const)));

/** Whether it matters who speaks at a port. */
export const isWatched = (port: number): boolean => WATCHED.has(port);

/** What is unusual about a program of this image connecting to a port; undefined: nothing. */
export function unlikeItsKind(image: string, port: number): string | undefined {
  const service = WATCHED.get(port);
  const kind = service === undefined ? undefined : kindOf.get(programOf(image));
  if (kind === undefined || kind.speaks.includes(port)) return undefined;
  return `${kind.kind} that speaks ${service} (port ${port})`;
}
