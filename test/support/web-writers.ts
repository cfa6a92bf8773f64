import { type Hit, lineOf } from './weblog.ts';

/*
 * The same requests as many programs would have written them. Each writer is the format of its program's own
 * documentation, and nothing of what reads it here.
 */

const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SITE = 'www.example.org';
const SERVER = '203.0.113.80';

/** What a writer knows of a request. */
interface Told extends Required<Hit> {
  /** `2026-11-20T08:00:00` */
  readonly iso: string;
  /** `20/Nov/2026:08:00:00 +0000` */
  readonly common: string;
  /** `Nov 20 08:00:00` */
  readonly syslog: string;
  readonly path: string;
  readonly query: string;
}

function toldOf(hit: Hit): Told {
  const iso = new Date(hit.at * 1000).toISOString().slice(0, 19);
  const [year, month, day] = iso.slice(0, 10).split('-');
  const name = MONTHS[Number(month) - 1];
  const [path, query = ''] = hit.target.split('?');
  return {
    status: 200,
    bytes: 5000,
    referer: '-',
    agent: AGENT,
    verb: 'GET',
    site: SITE,
    ...hit,
    iso,
    common: `${day}/${name}/${year}:${iso.slice(11)} +0000`,
    syslog: `${name} ${String(Number(day)).padStart(2)} ${iso.slice(11)}`,
    path,
    query,
  };
}

type Writer = (told: Told, at: number) => string;

/** A header for formats that have one, and the line of a request. */
interface Written {
  readonly head?: string;
  readonly line: Writer;
}

const none = (text: string): string => (text === '-' ? '' : text);
const plus = (text: string): string => text.replaceAll(' ', '+');
/** Without the virtual host. */
const combined = ({ site: _, ...told }: Told): string => lineOf(told);
const request = ({ verb, target }: Told): string => `${verb} ${target} HTTP/1.1`;

const WRITERS: Readonly<Record<string, Written>> = {
  combined: { line: (told) => combined(told) },
  'vhost-combined': { line: (told) => lineOf({ ...told, site: `${SITE}:443` }) },
  common: { line: (told) => combined(told).replace(/ "[^"]*" "[^"]*"$/, '') },
  'combined in syslog': { line: (told) => `${told.syslog} web1 nginx: ${combined(told)}` },
  'CRI container': { line: (told) => `${told.iso}.123456789Z stdout F ${combined(told)}` },
  caddy: {
    line: ({ at, source, verb, site, target, referer, agent, bytes, status }) =>
      JSON.stringify({
        level: 'info',
        ts: at,
        logger: 'http.log.access',
        msg: 'handled request',
        request: {
          remote_ip: source,
          client_ip: source,
          proto: 'HTTP/2.0',
          method: verb,
          host: site,
          uri: target,
          headers: { 'User-Agent': [agent], ...(referer !== '-' && { Referer: [referer] }) },
        },
        duration: 0.001,
        size: bytes,
        status,
      }),
  },
  traefik: {
    line: ({ source, bytes, status, site, verb, target, iso, agent, referer }) =>
      JSON.stringify({
        ClientAddr: `${source}:40000`,
        ClientHost: source,
        DownstreamContentSize: bytes,
        DownstreamStatus: status,
        RequestHost: site,
        RequestMethod: verb,
        RequestPath: target,
        RequestProtocol: 'HTTP/1.1',
        StartUTC: `${iso}.000000001Z`,
        'request_User-Agent': agent,
        ...(referer !== '-' && { request_Referer: referer }),
        time: `${iso}Z`,
      }),
  },
  'nginx JSON': {
    line: (told) =>
      JSON.stringify({
        time_iso8601: `${told.iso}+00:00`,
        remote_addr: told.source,
        request: request(told),
        status: String(told.status),
        body_bytes_sent: String(told.bytes),
        http_referer: none(told.referer),
        http_user_agent: told.agent,
        host: told.site,
      }),
  },
  envoy: {
    line: (told) =>
      `[${told.iso}.310Z] "${request(told)}" ${told.status} - 0 ${told.bytes} 22 20 "${told.source}" "${told.agent}" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "${told.site}" "10.0.0.4:8080"`,
  },
  'envoy JSON': {
    line: ({ site, bytes, source, verb, status, iso, agent, target }) =>
      JSON.stringify({
        ':authority': site,
        bytes_sent: bytes,
        downstream_remote_address: `${source}:33045`,
        method: verb,
        protocol: 'HTTP/1.1',
        response_code: status,
        start_time: `${iso}.951Z`,
        'user-agent': agent,
        'x-envoy-origin-path': target,
      }),
  },
  alb: {
    line: ({ iso, source, status, bytes, verb, site, target, agent }) =>
      `https ${iso}.186641Z app/example/50dc6c495c0c9188 ${source}:2817 10.0.0.5:80 0.086 0.048 0.037 ${status} ${status} 0 ${bytes} "${verb} https://${site}:443${target} HTTP/1.1" "${agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2`,
  },
  haproxy: {
    line: (told) =>
      `${told.syslog} lb1 haproxy[394630]: ${told.source}:40000 [${told.common.slice(0, 20)}.123] https~ web/web1 0/0/1/2/3 ${told.status} ${told.bytes} - - ---- 1/1/0/0/0 0/0 "${request(told)}"`,
  },
  iis: {
    head: '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes time-taken\n',
    line: ({ iso, verb, path, query, source, agent, referer, status, bytes }) =>
      `${iso.replace('T', ' ')} ${SERVER} ${verb} ${path} ${query || '-'} 443 - ${source} ${plus(agent)} ${referer} ${status} 0 0 ${bytes} 15`,
  },
  cloudfront: {
    head: '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol\n',
    line: ({ iso, bytes, source, verb, path, status, referer, agent, query, site }) =>
      `${iso.replace('T', '\t')}\tCDG50-P2\t${bytes}\t${source}\t${verb}\td111111abcdef8.cloudfront.net\t${path}\t${status}\t${referer}\t${encodeURI(agent)}\t${query || '-'}\t-\tMiss\t375WZmnR4hhhnlZKNn0D\t${site}\thttps`,
  },
  'gcp-lb': {
    line: ({ source, verb, site, target, bytes, status, agent, iso }) =>
      JSON.stringify({
        httpRequest: {
          remoteIp: source,
          requestMethod: verb,
          requestUrl: `https://${site}${target}`,
          responseSize: String(bytes),
          status,
          userAgent: agent,
        },
        timestamp: `${iso}.403127Z`,
      }),
  },
  cloudflare: {
    line: ({ source, site, verb, target, agent, bytes, status, iso }) =>
      JSON.stringify({
        ClientIP: source,
        ClientRequestHost: site,
        ClientRequestMethod: verb,
        ClientRequestURI: target,
        ClientRequestUserAgent: agent,
        EdgeResponseBytes: bytes,
        EdgeResponseStatus: status,
        EdgeStartTimestamp: `${iso}Z`,
      }),
  },
  'nginx-proxy-manager': {
    line: ({ common, status, verb, site, target, source, bytes, agent, referer }) =>
      `[${common}] - ${status} ${status} - ${verb} https ${site} "${target}" [Client ${source}] [Length ${bytes}] [Gzip -] [Sent-to 10.0.0.5] "${agent}" "${referer}"`,
  },
  LTSV: {
    line: (told) =>
      `time:[${told.common}]\thost:${told.source}\treq:${request(told)}\tstatus:${told.status}\tsize:${told.bytes}\treferer:${told.referer}\tua:${told.agent}\tvhost:${told.site}`,
  },
  'LTSV in syslog': {
    line: (told) =>
      `${told.syslog} web1 httpd[7]: host:${told.source}\treq:${request(told)}\tstatus:${told.status}\tsize:${told.bytes}\tua:${told.agent}`,
  },
  logfmt: {
    line: ({ iso, source, verb, target, site, status, bytes, agent }) =>
      `time="${iso}Z" level=info client=${source} method=${verb} host=${site} uri="${target}" status=${status} bytes=${bytes} ua="${agent}"`,
  },
  'columns between bars': {
    line: (told) =>
      `${told.iso}Z|${told.source}|${told.site}|${request(told)}|${told.status}|${told.bytes}|${told.referer}|${told.agent}`,
  },
  'columns between commas, all quoted': {
    line: ({ iso, source, verb, target, status, bytes, agent, site }) =>
      [iso.replace('T', ' '), source, verb, target, status, bytes, agent, site].map((text) => `"${text}"`).join(','),
  },
  'columns between tabs': {
    line: (told) =>
      [told.source, '-', told.common, request(told), told.status, told.bytes, told.agent, told.site, '0.01'].join('\t'),
  },
  'columns in another order': {
    line: (told, at) =>
      `${told.status} ${told.bytes} "${request(told)}" [${told.common}] ${told.site} ${told.source} "${told.agent}" "${told.referer}" 0.0${at % 10} 10.0.0.5:8080`,
  },
  'columns without quotes': {
    line: ({ iso, source, site, verb, target, status, bytes }) =>
      `${iso}+00:00 ${source} ${site} ${verb} ${target} ${status} ${bytes} 0.003`,
  },
};

/** Names of all writers. */
export const WRITER_NAMES: readonly string[] = Object.keys(WRITERS);

/** A log of these, in order of time, as one of the writers writes it. */
export function logAs(name: string, hits: readonly Hit[]): string {
  const { head = '', line } = WRITERS[name];
  const lines = hits.toSorted((a, b) => a.at - b.at).map((hit, at) => `${line(toldOf(hit), at)}\n`);
  return head + lines.join('');
}
