/** A folder of src/: one stage of the way, or something that stages share. */
export interface Folder {
  /** What stands in it, for the picture in ARCHITECTURE.md. */
  readonly about: string;
  /** Folders of src/ that it may import, besides itself. `.dependency-cruiser.mjs` makes rules of this. */
  readonly imports: readonly string[];
  /** Computes on what it is given and imports no Node module. */
  readonly pure?: true;
}

const DATA = ['config', 'record', 'table', 'finding'];
const STAGES = ['input', 'flow', 'ledger', 'detect', 'learn', 'correlate', 'triage', 'store', 'output'];

/** In the order the data meets them. Add a folder: one entry here. */
export const FOLDERS: Readonly<Record<string, Folder>> = {
  config: { about: 'every option once, the operator’s mistakes as coded errors', imports: [] },
  record: { about: 'the kinds of record as columns, addresses, text, bad data by name', imports: [], pure: true },
  table: { about: 'seeded tables of fixed memory; each says what it does when full', imports: ['record'], pure: true },
  input: { about: 'the formats that are read; index.ts is the list', imports: ['config', 'record', 'table'] },
  // decode: for packets that were put together from fragments
  flow: {
    about: 'packets → contacts: who asked, who answered, how it ended',
    imports: ['record', 'table', 'input/capture/decode'],
    pure: true,
  },
  ledger: { about: 'evidence in bits: accounts, streams, the bar', imports: ['record', 'table'], pure: true },
  detect: {
    about: 'what charges bits, one file a mechanism; index.ts is the list',
    imports: ['config', 'record', 'table', 'ledger', 'finding'],
    pure: true,
  },
  learn: {
    about: 'what the answers told the scanner',
    imports: ['record', 'table', 'finding'],
    pure: true,
  },
  correlate: {
    about: 'many sources, one effort; what followed',
    imports: ['record', 'table', 'finding'],
    pure: true,
  },
  triage: {
    about: 'innocent explanations, targeted or background, order by worth',
    imports: ['config', 'record', 'table', 'finding'],
    pure: true,
  },
  finding: { about: 'the statement a person acts on: its schema and its words', imports: ['record'], pure: true },
  rehearse: {
    about: 'synthetic scans and the truth about them, and records cut out of captures and logs unchanged',
    imports: ['record', 'input', 'finding'],
    pure: true,
  },
  store: { about: 'findings and state kept over a restart', imports: ['config', 'record', 'finding'] },
  output: { about: 'the formats that are written; index.ts is the list', imports: ['config', 'finding'] },
  engine: { about: 'the way itself: run.ts shows it on one screen', imports: [...DATA, ...STAGES] },
  server: { about: 'the service', imports: ['config', 'finding', 'store', 'engine'] },
  cli: { about: 'the commands, one file each', imports: [...DATA, ...STAGES, 'rehearse', 'engine', 'server'] },
};

/** The folders below those. Add one: one line here. */
export const SUBFOLDERS: Readonly<Record<string, string>> = {
  'input/capture': 'captures of packets',
  'input/capture/decode': 'frames → columns, layer by layer',
  'input/flow': 'flow records: EVE, NetFlow, IPFIX, sFlow, clouds',
  'input/flow/zeek': 'the logs of Zeek',
  'input/firewall': 'what firewalls log',
  'input/web': 'what web servers log',
  'input/auth': 'logins and services',
  'input/dns': 'what name servers log',
  'input/process': 'what programs on our hosts do',
  'input/syslog': 'the envelope that many programs write, and the list of what they say in it',
  'input/windows': 'events of Windows, in their shapes',
  'input/carry': 'where bytes come from: files, pipes, decompressors',
  'flow/answers': 'what targets say about themselves',
  'flow/requests': 'requests and names inside packets: HTTP, DNS, SIP, SMTP, Kerberos, SNMP, TFTP, IKE',
  'ledger/names': 'names as targets: which there are, and what a miss of one may weigh',
  'detect/habits': 'what sources do as a rule, for the innocent explanations',
  'detect/names': 'crowds that share names out',
  'detect/web': 'what a web request says by its own content',
  'detect/web/families': 'requests that look for one kind of weakness',
  'detect/web/agents': 'clients that call themselves scanners',
  'detect/wordlist': 'guesses compared with lists of words',
  'correlate/effort': 'many sources, one effort',
  'correlate/after': 'what came next, and how likely by chance',
  'correlate/process': 'programs on our hosts, joined to the contacts they made',
  'output/html': 'the report, part by part',
  'output/html/plots': 'its plots, as SVG',
  'engine/inputs': 'several inputs as one: through time together, each contact once',
  'engine/threads': 'who carries the work: the main thread alone, or with others',
  'engine/account': 'one account → its finding',
  'engine/campaign': 'sources that make one effort → a campaign',
  'engine/story': 'what came next, and the intrusion it makes',
  'engine/lists': 'lists that lie in files: known scanners, words',
};
