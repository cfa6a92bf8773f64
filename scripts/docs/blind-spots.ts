import { inputs } from '../../src/input/index.ts';
import { dialects } from '../../src/input/syslog/index.ts';
import { GENERATED, type Page, page, table } from './page.ts';

/** What each input cannot show, whatever is done with it. Every format has its place in one group. */
interface Group {
  readonly title: string;
  readonly formats: readonly string[];
  /** what it shows, in few words */
  readonly shows: string;
  readonly blind: readonly string[];
}

/** Add a format: put its name into a group. */
const GROUPS: readonly Group[] = [
  {
    title: 'Captures',
    formats: ['pcap', 'pcapng'],
    shows: 'every packet: flags, marks of tools, answers, banners, requests in the clear',
    blind: [
      '**What was not captured.** Packets that the kernel or the switch dropped, a direction that takes another way. If answers are invisible that is measured, and silence then counts less or nothing (UDP, ICMP): it takes more probes.',
      '**What is encrypted.** TLS, QUIC, SSH and tunnels with encryption: contacts and marks are seen, names guessed and requests are not. Guessed paths, virtual hosts and credentials within TLS are not found in a capture; the log of the server tells them.',
      '**Words before the third packet.** A target’s first three packets with payload are read for what it tells; a banner that comes later, or over a segment that is missing, is not learned.',
      '**A snap length that cuts within the headers.** Marks that stand in what was cut are gone. Cut payload: no banner, no content.',
      '**Headers that nobody reads here.** Link types and tunnels other than those named in [the architecture](../ARCHITECTURE.md) are counted as unsupported, never guessed. L2TP and IPsec ESP are not opened.',
      '**Fragments that never complete**, or more of them at a time than are kept: counted as incomplete, their ports unknown.',
      '**Tools whose packets look like an operating system’s.** A connect scan carries no mark of its tool. ZMap since 4.1 and masscan with options are known by relations over several packets where any remain; else the tool is not named.',
      '**Host discovery by what the network does anyway.** A few ARP requests or neighbour solicitations by a host that is also a router are the network’s business, and not charged.',
    ],
  },
  {
    title: 'Flow records',
    formats: [
      'zeek',
      'eve',
      'nfdump',
      'nfdump-json',
      'argus',
      'netflow',
      'netflow-pcap',
      'netflow-pcapng',
      'nfcapd',
      'aws-vpc-flow',
      'azure-flow',
      'gcp-flow',
      'nlb',
    ],
    shows: 'who asked whom, on which port, and whether it was answered; of Zeek and Suricata also requests',
    blind: [
      '**Marks of tools.** Windows, options and numbers of packets are not in a flow record: a tool is named by its requests only.',
      '**What was told.** That a port is open is learned, a banner only where the record has one (Zeek, Suricata).',
      '**Sampling.** One packet of N: a scan of few packets to each target may leave no record at all. Rates are scaled, evidence never.',
      '**Refused or filtered.** Many records do not tell a reset from silence; the outcome is then weaker evidence. Cloud records tell what the rules of the cloud allowed, not what the host answered.',
      '**One direction only.** Where the exporter tells the two ways of a flow apart, and one is missing, an exchange looks like an unanswered contact.',
      '**Aggregation.** Retries and probes of one minute may be one record: order and rate are those of the records.',
      '**Odd flags** where the record only has the flags of all packets together, and link-layer scans (ARP, neighbour discovery): not there.',
    ],
  },
  {
    title: 'Firewalls',
    formats: [
      'windows-firewall',
      'firewall-lines',
      'dmesg',
      'netfilter',
      'filterlog',
      'pflog',
      'cisco-asa',
      'cisco-ios',
      'watchguard',
      'barracuda',
      'mikrotik',
      'fortinet',
      'paloalto',
      'juniper-srx',
      'juniper-srx-text',
      'sonicwall',
      'sophos',
      'checkpoint',
      'checkpoint-pairs',
      'meraki',
      'cef',
      'leef',
      'leef2',
      'leef2-caret',
      'named-values',
      'connections-json',
    ],
    shows: 'who was turned away where; with rules that log it also who was let through',
    blind: [
      '**What no rule logs.** Most firewalls log what they drop. A scan of what is allowed is not in the log, and whether a service answered is not known.',
      '**Limits on logging.** Rate limits of the kernel and of the product leave lines out without saying how many.',
      '**What was learned.** A dropped probe learned nothing; an allowed one learned something that the firewall does not tell.',
      '**Addresses after translation.** Behind NAT a target may be the firewall itself: several targets look like one.',
    ],
  },
  {
    title: 'Web servers and proxies',
    formats: [
      'combined',
      'web-error',
      'modsecurity-native',
      'log-format',
      'alb',
      'envoy',
      'envoy-json',
      'nginx-proxy-manager',
      'haproxy',
      'iis',
      'cloudfront',
      'squid',
      'caddy',
      'traefik',
      'cloudflare',
      'gcp-lb',
      'azure-gateway',
      'pino-http',
      'akamai',
      'vercel',
      'aws-waf',
      'kong',
      'modsecurity',
      'rails',
      'werkzeug',
      'web-json',
      'web-pairs',
      'web-columns',
      'web',
    ],
    shows: 'every request with its answer: names guessed, weaknesses looked for, agents, referers',
    blind: [
      '**Contacts without a request.** Port scans, and handshakes that never became a request.',
      '**Who is behind a proxy.** The address is that of the proxy unless `--proxy` names it; what it forwards for can be forged by anybody else.',
      '**Bodies and most headers.** What was sent by POST, and headers other than agent and referer.',
      '**Sites that answer 200 to everything.** A miss cannot be told from a hit by its status; size helps where it is logged. Without sizes a page that says "not found" with 200 hides a wordlist.',
      '**The virtual host**, where the format leaves it out: guessed hosts look like one site.',
      '**Columns that nobody named.** In an access log of an unknown format they are told from what stands in them (`web-columns`), which is an assumption and said to be one; `--log-format` makes it certain.',
    ],
  },
  {
    title: 'Logins and services',
    formats: [
      'pam',
      'sshd',
      'dovecot',
      'postfix',
      'exim',
      'proftpd',
      'pure-ftpd',
      'vsftpd',
      'dropbear',
      'openvpn',
      'wireguard',
      'asterisk',
      'kamailio',
      'go-server',
      'mysql',
      'mssql',
      'postgresql',
      'mongodb',
      'okta',
      'entra',
      'nextcloud',
      'cowrie',
      'vault',
      'freeradius',
      'snare',
      'wordpress',
      'keycloak',
      'logins-json',
      'cisco-logins',
      'globalprotect',
      'cef-logins',
      'web-apps',
      'mailboxes',
      'sendmail',
      'rsync',
      'vnc',
      'xrdp',
      'xinetd',
      'tcp-wrappers',
      'journald',
      'journal-export',
      'syslog',
      'container',
      'shipped',
      'loki',
      'table',
      'tagged',
    ],
    shows: 'users asked for that do not exist, failures, who was let in',
    blind: [
      '**Which user exists**, where the service does not say: a wrong password and an unknown user look alike, and looking for users like guessing passwords, which is another technique (T1110).',
      '**Connections without a word.** Most services log nothing of somebody who connects and leaves.',
      '**Lines that a limit of the service or of syslog left out.**',
      '**The address**, where a service behind a relay logs the relay.',
    ],
  },
  {
    title: 'Name servers',
    formats: ['bind', 'dnsmasq', 'unbound', 'coredns', 'powerdns', 'nsd', 'windows-dns', 'adguard'],
    shows: 'names that were asked for; where it is logged, how they were answered',
    blind: [
      '**Who asks.** An authoritative server sees the resolver, not its client: a guesser behind a large resolver shares its account.',
      '**Whether the name exists**, in logs of questions only: a name that is asked for is then compared with lists and habits, not known as a miss.',
      '**Names that a cache answered.**',
    ],
  },
  {
    title: 'Process telemetry',
    formats: [
      'windows-json',
      'windows-document',
      'windows-xml',
      'sysmon',
      'auditd',
      'audisp',
      'osquery',
      'tetragon',
      'falco',
      'ecs',
    ],
    shows:
      'which program of ours made the contacts, how it was called, and what servers started while a scanner asked them',
    blind: [
      '**Hosts without the agent**, and everything from outside: it tells of own programs alone.',
      '**Packets that are no connection.** Raw sockets (nmap -sS, masscan, zmap) make no event of a connection; the start of the program does, and the capture or flow record joins them by host and time.',
      '**What the rules leave out.** Sysmon and auditd log what their configuration asks for; Falco what its rules alarm on.',
      '**Outcomes**, mostly: that a connection was tried is told, seldom whether it was answered.',
      '**What runs inside a server’s own process**, pages that are programs themselves (CGI), and clocks of log and telemetry more than five seconds apart: a server that was broken into is told by what it starts, next to a request.',
      '**The first day.** Images that never talked are told once the profile is a day old.',
    ],
  },
];

const ALWAYS = [
  '**One probe a source, target and month, with nothing in common.** A source is judged by its own contacts, a crowd by what its members share: service, order of targets, header relation. Where they share nothing, nothing adds up.',
  '**Few services that all answer.** Who knows what is open (a hit list) and asks only for that misses nothing. So does, as far as can be told, whom a filter keeps out of all of it: that looks like an outage. What is left is novelty, marks and content; a slow visitor with an ordinary stack and an ordinary request looks like one. At ports from 1024 on even novelty says nothing of hosts that had talked before. Whoever goes once over many of our hosts at such a port, a monitor from outside, looks like that, too, unless it exchanges kilobytes both ways with nearly all, or these answer nobody else while others come in vain; within TLS, or in records of flows, that says nothing but where hosts are managed (WinRM). Allow it by name.',
  '**A single address.** With one own address in view there is no second target to miss: what is left is several ports of it, marks, content and crowds.',
  '**Scanning from within that looks like use.** Hosts of a network ask for one another all day (printers, names, gateways): there the evidence of a miss is weaker on purpose. So is that of own hosts that call outside and find nobody; an own host that scans the Internet by an ordinary stack takes many more targets to be found.',
  '**A forged source is named as claimed, not as guilty.** Without a completed handshake the address proves nothing, and of decoys that send the same packets the real one cannot be told.',
  '**Reflection (idle scan).** At the target the scanner’s own address never appears; what appears is the host that it uses. Where that host is ours its address is told, but as no finding.',
  '**Logins refused within TLS**, but for desktops, and guesses that come minutes apart: these look like any client.',
  '**An inferred own network can be wrong**, in a capture of transit traffic above all, and where logs of few lines show nothing but calls of ours to strangers. Name it with `--home`.',
  '**Monitors from outside with many targets.** A service provider that polls more than 512 of them, or more than 64 of which a fifth does not answer, looks like a scanner that comes back; allow it by name.',
  '**Innocent explanations can be imitated.** Who probes one dead service forever, or asks few living targets again and again, is taken for a stale name or a monitor; who reads at most 64 words four times over, a quarter of a minute apart, for a check; who puts each word into a folder of its own, or two dozen behind a page that is there, for a reader. That costs the scanner its breadth.',
  '**The first minutes.** Which addresses live is learned from the data. At the beginning everything is unknown, and a miss of the unknown weighs less: the same scan takes more probes in fresh data than in long ones.',
  '**Tables are bounded.** When more sources are active than fit, those with the least evidence are forgotten first. A scan so slow that it is the least for weeks, in a flood, may be among them.',
  '**What is not handed over.** It reads files and standard input; there is no live interface, and nothing is fetched.',
];

const list = (points: readonly string[]): string => points.map((point) => `* ${point}`).join('\n');

/** @throws when a format has no place in a group, when a group names one that is not there, or one twice */
function checkPlaces(): void {
  const known = new Set([...inputs, ...dialects].map(({ name }) => name));
  const placed = GROUPS.flatMap(({ formats }) => formats);
  const strange = placed.filter((name, at) => !known.has(name) || placed.indexOf(name) !== at);
  const left = [...known].filter((name) => !placed.includes(name));
  if (strange.length > 0)
    throw new Error(`Blind spots by input: ${strange.join(', ')} is there twice, or is no format.`);
  if (left.length > 0)
    throw new Error(`Blind spots by input: add ${left.join(', ')} to a group in scripts/docs/blind-spots.ts.`);
}

/** docs/blind-spots.md */
export function blindSpotPages(): Page[] {
  checkPlaces();
  const text = page(
    GENERATED,
    '# Blind spots',
    'What Vedette cannot see, by input. It says so here so that silence is not taken for safety. What it does see, case by case, is in [coverage.md](coverage.md); how often it is wrong, in [calibration.md](calibration.md). Several inputs together see more than each: they share one account a source.',
    table(
      ['input', 'shows'],
      GROUPS.map(({ title, shows }) => [title, shows]),
    ),
    '## Any input',
    list(ALWAYS),
    ...GROUPS.flatMap(({ title, formats, blind }) => [
      `## ${title}`,
      `Read as ${formats.map((name) => `\`${name}\``).join(', ')}.`,
      list(blind),
    ]),
  );
  return [['docs/blind-spots.md', text]];
}
