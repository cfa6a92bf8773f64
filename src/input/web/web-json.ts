import type { RequestBatch } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { Input, ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, jsonLinesInput, type JsonParser } from '../json.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { keepString } from '../texts.ts';
import { Entry, Tells, Written } from './entry.ts';
import { timeAt } from './moment.ts';

/** Paths of own keys, dots between them, the first that holds something counts: `request.headers.Host` or `host`. */
type Keys = readonly string[];

/** An access log of one JSON object a line: where it says what. */
interface WebJson {
  readonly name: string;
  readonly about: string;
  readonly sample: string;
  /** Client, time, and what was asked for must be there, or else the object is no request. */
  readonly told: Readonly<Partial<Record<keyof typeof Tells, Keys>>>;
}

/** Add a format: an entry. Keys are those of the programs' own documentation. */
const FORMATS: readonly WebJson[] = [
  {
    // Caddy, "How Logging Works", access logs
    name: 'caddy',
    about: 'Access log of Caddy, JSON.',
    sample:
      '{"level":"info","ts":1795303621.403,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.7","remote_port":"51234","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"www.example.org","uri":"/admin","headers":{"User-Agent":["curl/8.10.1"]},"tls":{"version":772}},"duration":0.0009,"size":0,"status":404}',
    told: {
      client: ['request.client_ip', 'request.remote_ip', 'request.remote_addr'],
      forwarded: ['request.headers.X-Forwarded-For'],
      time: ['ts'],
      verb: ['request.method'],
      target: ['request.uri'],
      status: ['status'],
      bytes: ['size'],
      referer: ['request.headers.Referer'],
      agent: ['request.headers.User-Agent'],
      host: ['request.host'],
      tls: ['request.tls.version', 'request.tls.cipher_suite'],
    },
  },
  {
    // Traefik, "Access Logs", fields
    name: 'traefik',
    about: 'Access log of Traefik, JSON.',
    sample:
      '{"ClientAddr":"192.0.2.7:39490","ClientHost":"192.0.2.7","DownstreamContentSize":356,"DownstreamStatus":404,"RequestHost":"www.example.org","RequestMethod":"GET","RequestPath":"/admin","RequestProtocol":"HTTP/1.1","RequestScheme":"https","StartUTC":"2026-11-21T23:27:01.464763557Z","request_User-Agent":"curl/8.10.1","time":"2026-11-21T23:27:01Z"}',
    told: {
      client: ['ClientHost', 'ClientAddr'],
      forwarded: ['request_X-Forwarded-For'],
      time: ['StartUTC', 'time'],
      verb: ['RequestMethod'],
      target: ['RequestPath'],
      status: ['DownstreamStatus'],
      bytes: ['DownstreamContentSize'],
      referer: ['request_Referer'],
      agent: ['request_User-Agent'],
      host: ['RequestHost', 'RequestAddr'],
      scheme: ['RequestScheme'],
      tls: ['TLSVersion'],
    },
  },
  {
    // Envoy Gateway and Istio, default JSON access log
    name: 'envoy-json',
    about: 'Access log of Envoy, Istio and Envoy Gateway, JSON.',
    sample:
      '{":authority":"www.example.org","bytes_sent":154,"downstream_remote_address":"192.0.2.7:33045","method":"GET","protocol":"HTTP/1.1","response_code":404,"start_time":"2026-11-21T23:27:01.951Z","user-agent":"curl/8.10.1","x-envoy-origin-path":"/admin","x-forwarded-for":"192.0.2.7"}',
    told: {
      client: ['downstream_remote_address', 'downstream_direct_remote_address'],
      forwarded: ['x-forwarded-for', 'x_forwarded_for'],
      time: ['start_time'],
      verb: ['method', ':method'],
      target: ['x-envoy-origin-path', 'x_envoy_origin_path', 'path', ':path'],
      status: ['response_code'],
      bytes: ['bytes_sent'],
      referer: ['referer'],
      agent: ['user-agent', 'user_agent'],
      host: [':authority', 'authority'],
      tls: ['downstream_tls_version'],
    },
  },
  {
    // Cloudflare Logpush, "HTTP requests" data set
    name: 'cloudflare',
    about: 'HTTP requests of Cloudflare Logpush, JSON.',
    sample:
      '{"ClientIP":"192.0.2.7","ClientRequestHost":"www.example.org","ClientRequestMethod":"GET","ClientRequestURI":"/admin","ClientRequestUserAgent":"curl/8.10.1","ClientSSLProtocol":"TLSv1.3","EdgeResponseBytes":154,"EdgeResponseStatus":404,"EdgeStartTimestamp":"2026-11-21T23:27:01Z"}',
    told: {
      client: ['ClientIP'],
      time: ['EdgeStartTimestamp', 'EdgeEndTimestamp'],
      verb: ['ClientRequestMethod'],
      target: ['ClientRequestURI', 'ClientRequestPath'],
      status: ['EdgeResponseStatus'],
      bytes: ['EdgeResponseBodyBytes', 'EdgeResponseBytes'],
      referer: ['ClientRequestReferer'],
      agent: ['ClientRequestUserAgent'],
      host: ['ClientRequestHost'],
      scheme: ['ClientRequestScheme'],
      tls: ['ClientSSLProtocol'],
    },
  },
  {
    // Google Cloud, LogEntry and HttpRequest; external Application Load Balancer logging
    name: 'gcp-lb',
    about: 'Requests in Google Cloud Logging (load balancers, App Engine, Cloud Run), JSON.',
    sample:
      '{"httpRequest":{"remoteIp":"192.0.2.7","requestMethod":"GET","requestUrl":"https://www.example.org/admin","responseSize":"154","status":404,"userAgent":"curl/8.10.1"},"timestamp":"2026-11-21T23:27:01.403127Z"}',
    told: {
      client: ['httpRequest.remoteIp'],
      time: ['timestamp'],
      verb: ['httpRequest.requestMethod'],
      url: ['httpRequest.requestUrl'],
      status: ['httpRequest.status'],
      bytes: ['httpRequest.responseSize'],
      referer: ['httpRequest.referer'],
      agent: ['httpRequest.userAgent'],
      address: ['httpRequest.serverIp'],
    },
  },
  {
    // Microsoft, Application Gateway and Front Door, "Access log"
    name: 'azure-gateway',
    about: 'Access log of Azure Application Gateway and Front Door, JSON.',
    sample:
      '{"time":"2026-11-21T23:27:01Z","category":"ApplicationGatewayAccessLog","properties":{"clientIP":"192.0.2.7","httpMethod":"GET","requestUri":"/admin","requestQuery":"","userAgent":"curl/8.10.1","httpStatus":404,"sentBytes":154,"host":"www.example.org","sslEnabled":"on"}}',
    told: {
      client: ['properties.clientIP', 'properties.clientIp'],
      time: ['time', 'timeStamp'],
      verb: ['properties.httpMethod'],
      path: ['properties.requestUri'],
      query: ['properties.requestQuery'],
      status: ['properties.httpStatus', 'properties.httpStatusCode'],
      bytes: ['properties.sentBytes', 'properties.responseBytes'],
      referer: ['properties.referer'],
      agent: ['properties.userAgent'],
      host: ['properties.originalHost', 'properties.host', 'properties.hostName'],
      tls: ['properties.sslProtocol', 'properties.securityProtocol'],
    },
  },
  {
    // names in use where operators write their own `log_format … escape=json`; Fastly, Amazon API Gateway
    name: 'web-json',
    about: 'Access log with one JSON object a line under the usual names, as Nginx writes with escape=json.',
    sample:
      '{"time_iso8601":"2026-11-21T23:27:01+00:00","remote_addr":"192.0.2.7","request":"GET /admin HTTP/1.1","status":"404","body_bytes_sent":"153","http_referrer":"","http_user_agent":"curl/8.10.1","host":"www.example.org"}',
    told: {
      client: [
        'remote_addr',
        'remote_ip',
        'client_ip',
        'clientip',
        'clientIp',
        'client_addr',
        'remoteAddr',
        'remote',
        'client',
        'ip',
        'source.ip',
        'client.ip',
      ],
      forwarded: ['http_x_forwarded_for', 'x_forwarded_for', 'x-forwarded-for', 'forwarded_for', 'xff'],
      time: [
        'time_iso8601',
        '@timestamp',
        'timestamp',
        'time_local',
        'time',
        'msec',
        'ts',
        'requestTime',
        'date',
        'datetime',
      ],
      request: ['request', 'request_line'],
      verb: ['request_method', 'method', 'httpMethod', 'verb', 'http_method', 'http.request.method'],
      target: ['request_uri', 'uri', 'path', 'url', 'request_url', 'request_path', 'resourcePath', 'url.original'],
      query: ['args', 'query_string', 'query'],
      status: ['status', 'status_code', 'response_status', 'response', 'statusCode', 'http.response.status_code'],
      bytes: [
        'body_bytes_sent',
        'bytes_sent',
        'bytes',
        'size',
        'response_body_size',
        'responseLength',
        'http.response.body.bytes',
      ],
      referer: ['http_referer', 'http_referrer', 'referer', 'referrer', 'request_referer', 'http.request.referrer'],
      agent: [
        'http_user_agent',
        'user_agent',
        'agent',
        'useragent',
        'userAgent',
        'request_user_agent',
        'user_agent.original',
      ],
      host: ['http_host', 'host', 'vhost', 'virtual_host', 'domainName', 'url.domain'],
      server: ['server_name'],
      port: ['server_port'],
      scheme: ['scheme', 'x_forwarded_proto'],
      tls: ['ssl_protocol', 'tls_version'],
      address: ['server_addr'],
    },
  },
];

/** A kind of field, and where it may stand. */
interface Place {
  readonly tells: number;
  readonly paths: readonly (readonly string[])[];
}

const scratch = new Uint8Array(64);

/** Reads the objects of one format. */
class WebObjects implements JsonParser {
  readonly #places: readonly Place[];
  readonly #entry: Entry;
  readonly #stamps: Stamps;

  constructor(places: readonly Place[], context: ReaderContext) {
    this.#places = places;
    this.#entry = new Entry(context);
    this.#entry.written = Written.asItIs;
    this.#stamps = new Stamps(context.dating);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const entry = this.#entry;
    const { requests: batch } = sheaf;
    const used = batch.textUsed;
    entry.clear();
    for (const { tells, paths } of this.#places) this.#take(value, tells, paths, batch);
    const isRequest = [Tells.request, Tells.target, Tells.path, Tells.url].some((what) => entry.to[what] >= 0);
    if (entry.to[Tells.client] < 0 || !isRequest) {
      batch.textUsed = used;
      return Weird['line-not-about-network'];
    }
    const hasQuery = entry.to[Tells.query] > entry.from[Tells.query];
    if (hasQuery && entry.to[Tells.request] < 0) queryApart(entry, batch);
    return entry.append(batch.text, batch, record);
  }

  #take(value: JsonObject, tells: number, paths: Place['paths'], batch: RequestBatch): void {
    for (const path of paths) {
      const text = textOf(valueAt(value, path));
      if (text === undefined || text === '') continue;
      if (tells === Tells.time) {
        this.#time(text);
        if (this.#entry.time < 0) continue;
        return;
      }
      const from = keepString(batch, text);
      this.#entry.set(tells, from, batch.textUsed);
      return;
    }
    // an agent that stands there and is empty was sent so
    if ((tells === Tells.agent || tells === Tells.referer) && paths.some((path) => valueAt(value, path) !== undefined))
      this.#entry.set(tells, batch.textUsed, batch.textUsed);
  }

  #time(text: string): void {
    scratch.fill(0);
    const length = Math.min(text.length, scratch.length - 8);
    for (let n = 0; n < length; n += 1) scratch[n] = text.charCodeAt(n);
    const isClipped = length < text.length;
    const end = isClipped ? -1 : timeAt(this.#stamps, scratch, 0);
    this.#entry.time = end < 0 ? -1 : this.#stamps.time;
  }
}

/** A target without its query, which is told beside it, is a path. */
function queryApart(entry: Entry, batch: RequestBatch): void {
  const from = entry.from[Tells.target];
  const to = entry.to[Tells.target];
  if (to < 0 || batch.text.subarray(from, to).includes(63)) return;
  entry.set(Tells.path, from, to);
  entry.to[Tells.target] = -1;
}

/** What stands under own keys; a path may also be one key with dots in it. */
function valueAt(value: JsonObject, path: readonly string[]): Json | undefined {
  let at: Json = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return path.length > 1 ? ownOf(value, path.join('.')) : undefined;
    at = at[key];
  }
  return at;
}

const ownOf = (value: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(value, key) ? value[key] : undefined;

/** A text or number; of several values of a header all, as HTTP joins them. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string').join(', ') : undefined;
}

const placesOf = ({ told }: WebJson): Place[] =>
  Object.entries(told).map(([name, keys]) => ({
    tells: Tells[name as keyof typeof Tells],
    paths: keys.map((key) => key.split('.')),
  }));

/** Inputs of access logs in JSON, the more special ones first. */
export const webJson: readonly Input[] = FORMATS.map((format) => {
  const places = placesOf(format);
  const { name, about, sample } = format;
  return jsonLinesInput({ name, about, sample, parser: (context) => new WebObjects(places, context) });
});

/** Reads an object in any of these formats, for lines within other logs. */
export class AnyWebJson implements JsonParser {
  readonly #all: readonly WebObjects[];

  constructor(context: ReaderContext) {
    this.#all = FORMATS.map((format) => new WebObjects(placesOf(format), context));
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    for (const one of this.#all) if (one.object(value, sheaf, record) === Line.used) return Line.used;
    return Line.foreign;
  }
}
