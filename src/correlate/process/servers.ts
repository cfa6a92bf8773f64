import { callsIn, commandsIn, isShell, programOf } from './words.ts';

/**
 * Programs that serve strangers, and what they hardly ever start (ATT&CK T1059, T1190, T1505.003): Sigma and Falco have
 * rules for the same. Which of it is usual for a server is learned (spawned.ts); here stand only the stated bounds.
 */
const SERVERS: ReadonlySet<string> = new Set(
  (
    'nginx apache httpd lighttpd caddy litespeed lshttpd openlitespeed w3wp iisexpress php-fpm php-cgi tomcat uwsgi gunicorn ' +
    'puma unicorn passenger ruby-passenger catalina jetty mysqld mariadbd postgres sqlservr redis-server mongod exim smbd ' +
    'proftpd vsftpd pure-ftpd in.ftpd distccd java'
  ).split(' '),
);
/** Runtimes, which serve where they listen or accept. */
const RUNTIMES: ReadonlySet<string> = new Set('node python ruby perl dotnet php'.split(' '));
/** Accounts that distributions give to such programs, by name or by the fixed number (Debian 33, Red Hat 48). */
const ACCOUNTS: ReadonlySet<string> = new Set(
  'www-data apache nginx httpd wwwrun www http tomcat mysql postgres redis 33 48'.split(' '),
);

/** Whether a program of this image serves strangers. */
export const isServer = (image: string): boolean => SERVERS.has(programOf(image));

/** Whether it depends on the program that it runs. */
export const isRuntime = (image: string): boolean => RUNTIMES.has(programOf(image));

export const isServersAccount = (user: string): boolean => ACCOUNTS.has(user);

/** Something that a server hardly ever starts. */
export interface OddStart {
  readonly kind: OddKind;
  /** log2 of the stated bound on the share of a server's new programs that are so for another reason */
  readonly bits: number;
}

type OddKind = keyof typeof SAID;

/** Kinds in words: `which looks who and where it is`. */
export const SAID = {
  handsOut: 'hands a shell to somebody far away',
  looks: 'looks who and where it is',
  runs: 'runs from a folder where anybody may write',
  fetches: 'fetches or sends a file',
  lists: 'lists what is there',
  shell: 'is a shell',
} as const;

const BITS: Readonly<Record<OddKind, number>> = { handsOut: 12, looks: 8, runs: 6, fetches: 3, lists: 3, shell: 2 };

const wordsOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const LOOKS = wordsOf(
  'whoami id w who last groups arp netstat ifconfig ipconfig systeminfo quser qwinsta nltest net net1 getent lastlog',
);
const FETCHES = wordsOf('wget curl ftp tftp ftpget lwp-download certutil bitsadmin nc ncat netcat socat');
const LISTS = wordsOf(
  'uname hostname ls pwd ps dir ver uptime env printenv ss tasklist cat find type tree crontab chmod',
);

const HANDS_OUT =
  /\/dev\/(?:tcp|udp)\/|\b(?:ba|z|da|k)?sh\s+-i\b|\bn(?:c|cat|etcat)\b.{0,80}\s-[a-z]{0,4}[ec]\b|\bmkfifo\s|\b(?:python|perl|ruby|php)[\d.]*\s+-[ecr]\b.{0,200}(?:socket|fsockopen|pty\.spawn)|\bpowershell(?:\.exe)?\b.{0,200}\s(?:-e(?:nc|ncodedcommand)?\s+[a-z0-9+/=]{20}|iex\b|.{0,100}downloadstring)/iu;
const SECRETS = /\/etc\/(?:passwd|shadow|group)\b/u;
const FOLDERS =
  /^(?:\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/run\/shm\/|[a-z]:\\users\\public\\|[a-z]:\\windows\\temp\\|[a-z]:\\temp\\)/iu;

/** What of a program that was started, by its image and its command line, a server hardly ever starts: of each kind once. */
export function oddStarts(image: string, command: string): OddStart[] {
  const kinds = new Set<OddKind>();
  const calls = callsIn(command === '' ? image : command, () => false);
  for (const { program, args } of calls) {
    if (LOOKS.has(program)) kinds.add('looks');
    else if (FETCHES.has(program)) kinds.add('fetches');
    else if (LISTS.has(program)) kinds.add(SECRETS.test(args.join(' ')) ? 'looks' : 'lists');
  }
  if (HANDS_OUT.test(command)) kinds.add('handsOut');
  if (FOLDERS.test(image) || commandsIn(innerOf(command)).some(([first = '']) => FOLDERS.test(first)))
    kinds.add('runs');
  if (kinds.size === 0 && calls.length === 1 && isShell(calls[0].program) && !isScript(command)) kinds.add('shell');
  return [...kinds].map((kind) => ({ kind, bits: BITS[kind] }));
}

const HANDED = /^"?\S*?(?:sh|cmd(?:\.exe)?|powershell(?:\.exe)?)"?\s+(?:-[a-z]{0,3}c|\/[ck]|-command)\s+/iu;

/** What a shell was given to run: `id` of `sh -c id`; of any other command line the whole. */
export function innerOf(command: string): string {
  const inner = command.replace(HANDED, '').trim();
  const quote = inner[0];
  return (quote === "'" || quote === '"') && inner.endsWith(quote) && inner.length > 1 ? inner.slice(1, -1) : inner;
}

/** Whether an interpreter runs a file: a page of the site (CGI), whose own calls are those of whoever wrote it. */
export function isScript(command: string): boolean {
  const [words = []] = commandsIn(command);
  const [program = '', first = ''] = words;
  return INTERPRETER.test(programOf(program)) && first !== '' && !first.startsWith('-') && !first.startsWith('/c');
}
const INTERPRETER = /^(?:sh|bash|dash|ash|zsh|ksh|perl|python|ruby|php|node|tclsh|lua)$/u;
