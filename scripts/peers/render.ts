import { corpusPath, corpusText, CRS_AGENTS, filesOf, type PeerCase } from './corpus.ts';

/** How a case becomes files that our program reads. */

/** A file as it lies in the corpus, or one that is written for the run. */
export type Given = { readonly path: string } | { readonly name: string; readonly text: string };

/** What is run, and in words what was done to the peer's own input; none: nothing. */
export interface Rendered {
  /** each is a run of its own: the same case told by different formats */
  readonly runs: readonly (readonly Given[])[];
  readonly how: string;
}

const asItIs = (one: PeerCase): Rendered => ({
  runs: [filesOf(one).map((path) => ({ path: corpusPath(path) }))],
  how: '',
});

const written = (text: string, how: string): Rendered => ({ runs: [[{ name: 'case.log', text: `${text}\n` }]], how });

/** The line that the case is about. */
function lineOf({ line, line_no: number, input }: PeerCase): string {
  if (line !== undefined) return line;
  return corpusText(String(input)).split('\n')[(number ?? 1) - 1];
}

/** fail2ban writes messages of the journal as `host program[pid]: message`, without the time that the journal tells. */
const JOURNAL = /^host (\w+)\[(\d+)\]: (.*)$/;

/** Columns of IIS with everything logged (Microsoft, "W3C Logging"): the head of the file, which a single line has lost. */
const IIS_FIELDS =
  '#Fields: date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version ' +
  'cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken';
const IIS_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d W3SVC\d/;

function singleLine(one: PeerCase): Rendered {
  const line = lineOf(one);
  if (IIS_LINE.test(line)) return written(`${IIS_FIELDS}\n${line}`, 'the head of the file put before a line of IIS');
  const journal = JOURNAL.exec(line);
  if (!journal) return written(line, '');
  const [, program, pid, message] = journal;
  const record = {
    __REALTIME_TIMESTAMP: '1700000000000000',
    _HOSTNAME: 'host',
    SYSLOG_IDENTIFIER: program,
    _PID: pid,
    MESSAGE: message,
  };
  return written(JSON.stringify(record), 'the journal line as `journalctl -o json` writes it');
}

/** psad's tests hold one file that grep wrote: the name of a file stands before each line. */
function psad(one: PeerCase): Rendered {
  const [path] = filesOf(one);
  if (!path.endsWith('ipv6_ms_sql_server_sig_match')) return asItIs(one);
  const lines = corpusText(path).split('\n');
  return written(
    lines.map((line) => line.replace(/^\w+:/, '')).join('\n'),
    'the file name that grep put before each line removed',
  );
}

/** A request that carries an agent, in the two forms in which most people have it. */
function agent(one: PeerCase): Rendered {
  const combined = `192.0.2.1 - - [21/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "${one.case}"`;
  const eve = {
    timestamp: '2026-11-21T12:00:00.000000+0000',
    event_type: 'http',
    src_ip: '192.0.2.1',
    src_port: 50000,
    dest_ip: '198.51.100.1',
    dest_port: 80,
    proto: 'TCP',
    http: {
      hostname: 'www.example.com',
      url: '/',
      http_user_agent: one.case,
      http_method: 'GET',
      protocol: 'HTTP/1.1',
      status: 200,
      length: 612,
    },
  };
  return {
    runs: [[{ name: 'access.log', text: `${combined}\n` }], [{ name: 'eve.json', text: `${JSON.stringify(eve)}\n` }]],
    how: 'one request `GET /` with the entry as its agent, as a combined line and as an EVE record',
  };
}

/** Fields of Panther's flow events, by AWS's names and by OCSF's. */
interface FlowEvent {
  readonly srcAddr?: string;
  readonly dstAddr?: string;
  readonly dstPort?: number;
  readonly src_endpoint?: { readonly ip: string };
  readonly dst_endpoint?: { readonly ip: string; readonly port: number };
}

/** The event of a test of a Panther rule: the JSON object under its `Log:`. */
function pantherEvent(one: PeerCase): FlowEvent | undefined {
  const text = corpusText(filesOf(one)[0]);
  const name = one.case.slice(one.case.indexOf(':') + 1);
  const test = text.slice(text.indexOf(`Name: ${name}\n`));
  const json = /Log:\s*(\{[\s\S]*?\n {6}\})/.exec(test)?.[1];
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json.replaceAll(/,(\s*\})/g, '$1')) as FlowEvent;
  } catch {
    return undefined;
  }
}

/** A flow event becomes a record of VPC flow logs, version 2; the other events tell of no traffic. */
function panther(one: PeerCase): Rendered {
  const event = filesOf(one)[0].includes('aws_vpc_flow_rules') ? pantherEvent(one) : undefined;
  if (!event) return { runs: [], how: '' };
  const from = event.srcAddr ?? event.src_endpoint?.ip;
  const to = event.dstAddr ?? event.dst_endpoint?.ip;
  const port = event.dstPort ?? event.dst_endpoint?.port;
  const head =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const record = `2 123456789012 eni-0 ${from} ${to} 50000 ${port} 6 1 60 1700000000 1700000060 ACCEPT OK`;
  return written(`${head}\n${record}`, 'the event as a record of VPC flow logs, version 2: one packet, accepted');
}

const BY_SUITE: Readonly<Record<string, (one: PeerCase) => Rendered>> = {
  [CRS_AGENTS]: agent,
  psad,
  fail2ban: singleLine,
  ossec: singleLine,
  'wazuh-ruleset': singleLine,
  panther,
};

export const rendered = (one: PeerCase): Rendered => (BY_SUITE[one.suite] ?? asItIs)(one);
