import * as make from './packets.ts';
import { lineOf } from './weblog.ts';

/** One story, and how each kind of input tells it: what happened is the same, whoever wrote it down. */

/** A connection that somebody opened, and what was said in it. */
export interface Visit {
  /** seconds since 1970 */
  readonly at: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly port: number;
  /** false: refused by RST */
  readonly open: boolean;
  readonly request?: { readonly target: string; readonly status: number };
  /** a user that does not exist */
  readonly user?: string;
}

export const SERVER = '203.0.113.9';
const HOST = 'www.example.org';
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const BODY = 153;
export const BEGIN = Date.UTC(2026, 10, 20, 8) / 1000;

export const PORT_SCANNER = '192.0.2.66';
export const WORD_SCANNER = '192.0.2.77';
export const GUESSER = '192.0.2.88';
/** Somebody with an old page full of dead links: under the bar, but not twice. */
export const UNLUCKY = '198.51.100.200';

const letters = (at: number): string => `${'qwertzuiopasdfgh'[at % 16]}${'aeiou'[at % 5]}${'klmnprstv'[at % 9]}dir`;

/** What happened, in order of time. */
export function story(): Visit[] {
  const visits: Visit[] = [];
  const visit = (at: number, source: string, more: Partial<Visit>): void => {
    visits.push({ at: BEGIN + at, source, sourcePort: 20_000 + visits.length, port: 80, open: true, ...more });
  };
  for (let person = 0; person < 30; person += 1)
    for (const [n, target] of ['/', '/about.html', '/shop.html', '/news.html'].entries())
      visit(person * 9.1 + n * 2.3, `198.51.100.${1 + person}`, { request: { target, status: 200 } });
  for (let port = 0; port < 60; port += 1)
    visit(20 + port * 1.7, PORT_SCANNER, { port: port === 7 ? 22 : 1000 + 13 * port, open: port === 7 });
  for (let word = 0; word < 60; word += 1)
    visit(40 + word * 2.1, WORD_SCANNER, { request: { target: `/${letters(word)}`, status: 404 } });
  for (let page = 0; page < 4; page += 1)
    visit(60 + page * 6.3, UNLUCKY, { request: { target: `/${letters(page)}-old`, status: 404 } });
  for (let guess = 0; guess < 25; guess += 1)
    visit(70 + guess * 3.4, GUESSER, { port: 22, user: `user${'abcdefghijklmnopqrstuvwxyz'[guess]}` });
  return visits.sort((a, b) => a.at - b.at);
}

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
const bsd = (at: number): string => {
  const date = new Date(at * 1000);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(date)}`;
};
const day = (at: number, sign: string): string => new Date(at * 1000).toISOString().slice(0, 10).replaceAll('-', sign);
const lines = (texts: readonly string[]): string => `${texts.join('\n')}\n`;

type Told = (visits: readonly Visit[]) => string | Uint8Array;
type Asked = Visit & { readonly request: NonNullable<Visit['request']> };
const asked = (visits: readonly Visit[]): Asked[] =>
  visits.filter((visit): visit is Asked => visit.request !== undefined);
const guessed = (visits: readonly Visit[]): Visit[] => visits.filter(({ user }) => user !== undefined);

const access =
  (site: string | undefined): Told =>
  (visits) =>
    lines(
      asked(visits).map(({ at, source, request }) =>
        lineOf({ at: Math.floor(at), source, ...request, bytes: BODY, agent: AGENT, ...(site && { site }) }),
      ),
    );

const errors: Told = (visits) =>
  lines(
    asked(visits)
      .filter(({ request }) => request.status === 404)
      .map(
        ({ at, source, request }) =>
          `${day(at, '/')} ${clock(new Date(at * 1000))} [error] 7#7: *1 open() "/srv${request.target}" failed (2: No such file or directory), client: ${source}, server: ${HOST}, request: "GET ${request.target} HTTP/1.1", host: "${HOST}"`,
      ),
  );

const netfilter: Told = (visits) =>
  lines(
    visits.map(
      ({ at, source, sourcePort, port }, n) =>
        `${bsd(at)} fw kernel: [ 100.1] [FW-NEW] IN=ext OUT=lan SRC=${source} DST=${SERVER} LEN=40 TOS=0x00 PREC=0x00 TTL=52 ID=${n} DF PROTO=TCP SPT=${sourcePort} DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0`,
    ),
  );

const ZEEK_CONN =
  '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n';
const zeekConn: Told = (visits) =>
  ZEEK_CONN +
  lines(
    visits.map(({ at, source, sourcePort, port, open }, n) =>
      [at.toFixed(6), `C${n}`, source, sourcePort, SERVER, port, 'tcp', '-', '0.05']
        .concat(
          open ? [80, 300, 'SF', 0, 'ShADadFf', 6, 400, 5, 560] : [0, 0, 'REJ', 0, 'Sr', 1, 40, 1, 40].map(String),
        )
        .join('\t'),
    ),
  );

const eve: Told = (visits) =>
  lines(
    visits.flatMap(({ at, source, sourcePort, port, open, request }, n) => {
      const timestamp = `${new Date(at * 1000).toISOString().slice(0, -1)}000+0000`;
      const base = {
        flow_id: n + 1,
        src_ip: source,
        src_port: sourcePort,
        dest_ip: SERVER,
        dest_port: port,
        proto: 'TCP',
      };
      const http = {
        hostname: HOST,
        url: request?.target,
        http_user_agent: AGENT,
        http_method: 'GET',
        protocol: 'HTTP/1.1',
        status: request?.status,
        length: BODY,
      };
      const flow = {
        pkts_toserver: open ? 6 : 1,
        pkts_toclient: open ? 5 : 1,
        bytes_toserver: 400,
        bytes_toclient: 560,
        start: timestamp,
        end: timestamp,
        state: 'closed',
      };
      const flags = open ? '1b' : '02';
      return [
        ...(request ? [{ timestamp, ...base, event_type: 'http', http }] : []),
        {
          timestamp,
          ...base,
          event_type: 'flow',
          flow,
          tcp: { tcp_flags: flags, tcp_flags_ts: flags, tcp_flags_tc: open ? '1b' : '14', state: 'closed' },
        },
      ].map((event) => JSON.stringify(event));
    }),
  );

const nfdump: Told = (visits) =>
  lines(
    visits.flatMap(({ at, source, sourcePort, port, open }) => {
      const stamp = `${day(at, '-')} ${clock(new Date(at * 1000))}`;
      const rest = ',0,0,0,0,0,0,0,0,0.0.0.0,0.0.0.0';
      const [out, back] = open
        ? ['...AP.SF,0,0,6,400', '...AP.SF,0,0,5,560']
        : ['......S.,0,0,1,40', '...A.R..,0,0,1,40'];
      return [
        `${stamp},${stamp},0.050,${source},${SERVER},${sourcePort},${port},TCP,${out}${rest}`,
        `${stamp},${stamp},0.050,${SERVER},${source},${port},${sourcePort},TCP,${back}${rest}`,
      ];
    }),
  );

const failure = ({ source, sourcePort, user }: Visit): string =>
  `Failed password for invalid user ${user} from ${source} port ${sourcePort} ssh2`;
const auth: Told = (visits) =>
  lines(guessed(visits).map((visit, n) => `${bsd(visit.at)} web1 sshd[${100 + n}]: ${failure(visit)}`));
const journal: Told = (visits) =>
  lines(
    guessed(visits).map((visit, n) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: String(Math.round(visit.at * 1e6)),
        _HOSTNAME: 'web1',
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: String(100 + n),
        MESSAGE: failure(visit),
      }),
    ),
  );

function framesOf({ at, source, sourcePort, port, open, request }: Visit, n: number): make.Frame[] {
  const seq = 1000 + n * 7919;
  const out = (fields: make.TcpFields): make.Bytes =>
    make.ethernet(
      make.ip4(make.tcp({ from: sourcePort, to: port, window: 64240, ...fields }), { source, target: SERVER, id: n }),
    );
  const back = (fields: make.TcpFields): make.Bytes =>
    make.ethernet(
      make.ip4(make.tcp({ from: port, to: sourcePort, ...fields }), { source: SERVER, target: source, id: n }),
    );
  const { SYN, ACK, RST, PSH, FIN } = make;
  const question = request
    ? make.text(`GET ${request.target} HTTP/1.1\r\nHost: ${HOST}\r\nUser-Agent: ${AGENT}\r\n\r\n`)
    : make.text('SSH-2.0-x\r\n');
  const answer = request
    ? make.text(`HTTP/1.1 ${request.status} X\r\nServer: nginx\r\nContent-Length: ${BODY}\r\n\r\n${'x'.repeat(BODY)}`)
    : make.text('SSH-2.0-OpenSSH_9.2\r\n');
  const frames = open
    ? [
        out({ seq }),
        back({ seq: 9, ack: seq + 1, flags: SYN | ACK }),
        out({ seq: seq + 1, ack: 10, flags: ACK }),
        out({ seq: seq + 1, ack: 10, flags: PSH | ACK, payload: question }),
        back({ seq: 10, ack: seq + 1 + question.length, flags: PSH | ACK, payload: answer }),
        out({ seq: seq + 1 + question.length, ack: 10 + answer.length, flags: FIN | ACK }),
        back({ seq: 10 + answer.length, ack: seq + 2 + question.length, flags: FIN | ACK }),
        out({ seq: seq + 2 + question.length, ack: 11 + answer.length, flags: ACK }),
      ]
    : [out({ seq }), back({ seq: 0, ack: seq + 1, flags: RST | ACK })];
  return frames.map((bytes, step) => ({ bytes, time: Math.round(at * 1e6) + 1000 * step }));
}

const capture: Told = (visits) => make.pcap(visits.flatMap(framesOf).sort((a, b) => (a.time ?? 0) - (b.time ?? 0)));

/** By file name, how it tells the story. */
export const tellers: Readonly<Record<string, Told>> = {
  'capture.pcap': capture,
  'access.log': access(undefined),
  'access-vhost.log': access(`${HOST}:80`),
  'error.log': errors,
  'kern.log': netfilter,
  'conn.log': zeekConn,
  'eve.json': eve,
  'flows.csv': nfdump,
  'auth.log': auth,
  'journal.json': journal,
};
