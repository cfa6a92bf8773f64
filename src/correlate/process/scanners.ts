import { shapeOf } from './shapes.ts';
import { type Call, callsIn, programOf } from './words.ts';

/** What a program's name, arguments or both say. */
export interface Scanner {
  /** sentence part: `nmap, which looks for open ports` */
  readonly what: string;
  /** log2 of a stated bound on the share of program starts that look so for another reason */
  readonly bits: number;
}

const GUESSES = 'guesses names';

/** Names of programs by what they do to a network. Those after a colon only count with such an argument. */
const MECHANISMS: Readonly<Record<string, string>> = {
  'looks for open ports':
    'nmap zenmap masscan zmap zgrab unicornscan rustscan naabu hping scanrand superscan angryip ipscan advanced-ip-scanner ' +
    'advanced-port-scanner advancedipscanner netscan portqry portscan fscan kscan goby powerscan invoke-portscan',
  'looks for living hosts':
    'fping arp-scan netdiscover nbtscan unicornscan thcping alive6 atk6-alive6 xprobe invoke-arpscan pinginfoview',
  [GUESSES]:
    'gobuster ffuf feroxbuster dirb dirbuster dirsearch wfuzz dnsrecon dnsenum dnsmap fierce subfinder sublist3r massdns ' +
    'knockpy kiterunner puredns shuffledns cloudenum cloud-enum s3scanner',
  'looks for weaknesses':
    'nikto nuclei sqlmap wpscan joomscan whatweb wapiti skipfish arachni openvas gvm-cli commix xsstrike jaeles droopescan cmsmap ' +
    'cmseek zaproxy zap-cli httpx-toolkit vulscan w3af',
  'guesses logins': 'ncrack patator crowbar kerbrute brutespray sprayingtoolkit domainpasswordspray',
  'asks for shares, users and the directory':
    'bloodhound bloodhound-python sharphound azurehound rusthound crackmapexec netexec smbmap enum4linux enum4linux-ng ldapdomaindump ' +
    'windapsearch adrecon adfind pingcastle smbscan netview onesixtyone snmp-check',
  'looks for telephones': 'svmap svwar svcrack sipvicious',
};
const NAMED = new Map(
  Object.entries(MECHANISMS).flatMap(([does, names]) => names.split(' ').map((name) => [name, does] as const)),
);

/** Names that are too common to count without such an argument. */
const WITH_ARGUMENT: Readonly<Record<string, readonly [argument: RegExp, does: string]>> = {
  nc: [/^-\w{0,6}z/u, 'looks for open ports'],
  ncat: [/^-\w{0,6}z/u, 'looks for open ports'],
  netcat: [/^-\w{0,6}z/u, 'looks for open ports'],
  cme: [/^(?:smb|winrm|ldap|mssql|ssh|rdp|wmi|ftp)$/u, 'asks for shares, users and the directory'],
  nxc: [/^(?:smb|winrm|ldap|mssql|ssh|rdp|wmi|ftp|vnc|nfs)$/u, 'asks for shares, users and the directory'],
  responder: [/^(?:-I|--interface)/u, 'answers for names in the network'],
  hydra: [/^-[lLpPC]$|^[a-z0-9]{2,9}:\/\//u, 'guesses logins'],
  medusa: [/^-[hHuU]$/u, 'guesses logins'],
  amass: [/^(?:enum|intel)$/u, 'guesses names'],
};

/** Fewer than one in so many program starts is of a program with one of these names. */
const BY_NAME = 12;
/** The same of arguments in such a shape; of both together. */
const BY_SHAPE = 14;
const BY_BOTH = 16;
/** Of a line that tries addresses or ports one after the other. */
const BY_LOOP = 12;

/** What makes a network tool of a loop. */
const RANGE = /\b\d{1,5}\s*\.\.\s*\d{1,5}\b|\bseq\s+\d|\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\)/u;
const TRIES =
  /test-netconnection|\btnc\s|test-connection|sockets\.tcpclient|networkinformation\.ping|\/dev\/(?:tcp|udp)\/|\bping(?:\.exe)?\s|\bnc\s+-\w*z/u;
const REPEATS = /\bfor(?:each)?(?:-object)?\b|\bwhile\b|%\s*\{/u;

/** Whether the program, by its name in small letters, looks for names and for nothing else. */
export const guessesNames = (program: string): boolean => NAMED.get(program) === GUESSES;

const isSought = (program: string): boolean => NAMED.has(program) || program in WITH_ARGUMENT;

/** What a program start says of scanning; undefined: nothing. Cold: once a command line. */
export function scannerOf(image: string, command: string): Scanner | undefined {
  const line = decoded(command);
  const calls = line === '' ? [] : callsIn(line, isSought);
  let best = named({ program: programOf(image), args: calls[0]?.args ?? [] });
  for (const call of calls) {
    const scanner = named(call) ?? shaped(call);
    if (scanner && (!best || scanner.bits > best.bits)) best = scanner;
  }
  return best ?? looped(line);
}

function named({ program, args }: Call): Scanner | undefined {
  const [argument, does] = Object.hasOwn(WITH_ARGUMENT, program)
    ? WITH_ARGUMENT[program]
    : [undefined, NAMED.get(program)];
  if (does === undefined || (argument && !args.some((word) => argument.test(word)))) return undefined;
  return { what: `${program}, which ${does}`, bits: shapeOf(args) ? BY_BOTH : BY_NAME };
}

/** Programs of administrators whose arguments name ports and networks, too. */
const ORDINARY: ReadonlySet<string> = new Set(
  (
    'aws az gcloud oci iptables ip6tables ipset nft ufw firewall-cmd ip route netsh docker podman kubectl helm terraform ansible ' +
    'tcpdump tshark dumpcap curl wget ssh scp sftp rsync grep egrep rg sed awk find ls ss netstat man vi vim nano less more cat ' +
    'echo git apt apt-get dnf yum pip npm choco winget which whereis'
  ).split(' '),
);

function shaped({ program, args }: Call): Scanner | undefined {
  const shape = ORDINARY.has(program) ? undefined : shapeOf(args);
  return shape === undefined ? undefined : { what: `${program || 'a program'}, with ${shape}`, bits: BY_SHAPE };
}

function looped(line: string): Scanner | undefined {
  const text = line.slice(0, 4096).toLowerCase();
  if (!REPEATS.test(text) && !text.includes('..')) return undefined;
  return RANGE.test(text) && TRIES.test(text)
    ? { what: 'a loop that tries addresses or ports one after the other', bits: BY_LOOP }
    : undefined;
}

/** A line of PowerShell with `-EncodedCommand` is what that says: Base64 of UTF-16, low byte first (about_PowerShell_exe). */
function decoded(command: string): string {
  const found = /\s[-/]e(?:c|nc|ncodedcommand)?\s+["']?([A-Za-z0-9+/=]{16,4096})/iu.exec(command.slice(0, 8192));
  if (found === null) return command;
  try {
    const bytes = atob(found[1].slice(0, found[1].length & ~3));
    let text = '';
    for (let at = 0; at + 1 < bytes.length; at += 2)
      text += String.fromCharCode(bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8));
    return text;
  } catch {
    return command;
  }
}
