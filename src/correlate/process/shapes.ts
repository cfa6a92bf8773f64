/*
 * Arguments by which a scanner is known whatever its file is called. A shape is never one option alone: options are short
 * and many programs share them.
 */

/** Options of nmap's that choose a way of scanning (nmap(1)), and such as go with one. */
const NMAP_WAY = /^-s(?:[STUAWMNFXYZOVPnLR]|S?V|SC?V)$/u;
const NMAP_MORE =
  /^(?:-Pn|-p-|-P[ESAUYOM]\S{0,40}|-T[0-5]|-o[XNAGS]|-iL|-iR|--(?:top-ports|script|min-rate|max-rate|max-retries|open|host-timeout|scan-delay|data-length|version-intensity|osscan-guess|reason|packet-trace|excludefile)(?:=.*)?)$/u;
const RATE = /^(?:--(?:max-|min-)?rate|--bandwidth|-B)(?:=.*)?$/u;
const PORTS_OPTION = /^(?:-p|--?ports?|--target-ports?|--top-ports|-tp|--range-ports?)(?:=|$)/u;
const SQL =
  /^--(?:dbs|batch|level|risk|dump|dump-all|tamper|technique|dbms|tables|current-user|os-shell|forms|crawl)(?:=.*)?$/u;
const LOGIN_SERVICE =
  /^(?:ssh|ftp|rdp|smb|smb2|telnet|vnc|mysql|mssql|postgres|ldap[23]?|imap|pop3|smtp|http-\S+|https-\S+)(?::\/\/.*)?$/u;
const AD_SERVICE = /^(?:smb|winrm|ldap|mssql|ssh|rdp|wmi|ftp|vnc|nfs)$/u;
const COLLECTION = /^(?:all|dconly|session|loggedon|objectprops|acl|computeronly|localadmin|default)(?:,\S*)?$/iu;
const TEMPLATES = /cves?\/|\.ya?ml$|^(?:critical|high|medium|low|info)(?:,|$)/u;

/** What the arguments are like; undefined: nothing known. */
export function shapeOf(args: readonly string[]): string | undefined {
  const words = args.slice(0, 64);
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  const target = words.some(isTarget);
  const wide = words.some(isWide);
  const ports = portsOf(words);

  if (has(NMAP_WAY) && (has(NMAP_MORE) || ports !== undefined || wide) && (target || has(/^-iL|^-iR/u)))
    return "nmap's arguments";
  if (has(RATE) && ports !== undefined && (wide || has(/^--range$/u))) return 'a rate, ports and a range of addresses';
  if (has(/^-\w{0,5}z\w{0,5}$/u) && target && words.some((word) => /^\d{1,5}-\d{1,5}$/u.test(word)))
    return "netcat's arguments for trying ports";
  if (has(/^-\w{0,3}g$/u) && wide && words.length <= 6) return "fping's arguments";
  if (ports !== undefined && ((wide && isPortList(ports)) || (target && isManyPorts(ports))))
    return 'ports and a range of addresses';
  return webShape(words, has) ?? accessShape(words, has, target);
}

function webShape(words: readonly string[], has: (pattern: RegExp) => boolean): string | undefined {
  const url = has(/^https?:\/\//u) || has(/^(?:-u|--url)(?:=|$)/u);
  const list = has(/^(?:-w|--wordlist)(?:=|$)/u);
  if (words.some((word) => word.includes('FUZZ')) && (list || url)) return 'a place marked for words of a list';
  if (url && list) return 'an address of a site and a list of words';
  if (url && words.filter((word) => SQL.test(word)).length >= 2) return "sqlmap's arguments";
  if ((url || has(/^-(?:l|list|target)$/u)) && has(/^-(?:t|templates|severity|tags)$/u) && has(TEMPLATES))
    return "nuclei's arguments";
  return undefined;
}

function accessShape(words: readonly string[], has: (pattern: RegExp) => boolean, target: boolean): string | undefined {
  if (has(/^-[LPC]$/u) && has(LOGIN_SERVICE) && (target || has(/:\/\//u))) return "hydra's arguments";
  if (
    AD_SERVICE.test(words[0] ?? '') &&
    isTarget(words[1] ?? '') &&
    has(/^(?:-u|-p|-H|-M|--shares|--users|--groups|--pass-pol)$/u)
  )
    return "netexec's arguments";
  const method = words.findIndex((word) => /^(?:-c|--?collectionmethods?)$/iu.test(word));
  const rest = words.join(' ').toLowerCase();
  return method >= 0 &&
    COLLECTION.test(words[method + 1] ?? '') &&
    (rest.includes('zip') || rest.includes('domain') || words.length <= 3)
    ? "SharpHound's arguments"
    : undefined;
}

const OCTET = '(?:\\d{1,3}|\\*|\\d{1,3}-\\d{1,3})';
const ADDRESSES = new RegExp(
  `^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}(?:\\/(\\d{1,2}))?(?:-\\d{1,3}(?:\\.\\d{1,3}){0,3})?,?$`,
  'u',
);
const HOST = /^[a-z0-9](?:[a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}$/iu;

/** An address, a range of them or a host's name. */
const isTarget = (word: string): boolean =>
  word.length <= 80 && (ADDRESSES.test(word) || HOST.test(word) || /^[0-9a-f:]{4,45}\/\d{1,3}$/u.test(word));

/** Many addresses. */
function isWide(word: string): boolean {
  const found = word.length <= 80 ? ADDRESSES.exec(word) : null;
  if (found === null) return false;
  const bits = found[1] === undefined ? 32 : Number(found[1]);
  return (bits >= 1 && bits <= 29) || word.includes('*') || /\d-\d/u.test(word);
}

/** The list of ports that is given; undefined: none. */
function portsOf(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (/^-p[\d,-]+$/u.test(word)) return word.slice(2);
    if (!PORTS_OPTION.test(word)) continue;
    const equals = word.indexOf('=');
    const list = equals < 0 ? (words[at + 1] ?? '') : word.slice(equals + 1);
    if (/^(?:[TUS]:)?[\d,-]+$/u.test(list) || list === 'all' || list === 'full') return list;
  }
  return undefined;
}

const isPortList = (list: string): boolean => list !== '';

/** Some hundred ports. */
function isManyPorts(list: string): boolean {
  if (list === '-' || list === 'all' || list === 'full') return true;
  const parts = list.replace(/^[TUS]:/u, '').split(',');
  return (
    parts.length >= 32 ||
    parts.some((part) => {
      const [from = '', to = ''] = part.split('-');
      return part.includes('-') && Number(to || 65_535) - Number(from) >= 100;
    })
  );
}
