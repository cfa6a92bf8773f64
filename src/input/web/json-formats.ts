import type { Tells, Written } from './entry.ts';

/** Paths of own keys, dots between them, the first that holds something counts: `request.headers.Host` or `host`. */
type Keys = readonly string[];

/** An access log of one JSON object a line: where it says what. */
export interface WebJson {
  readonly name: string;
  readonly about: string;
  readonly sample: string;
  /** Client, time, and what was asked for must be there, or else the object is no request. */
  readonly told: Readonly<Partial<Record<keyof typeof Tells, Keys>>>;
  /** how agents and referers are written; absent: as they are */
  readonly written?: keyof typeof Written;
}

/** Add a format: an entry. Keys are those of the programs' own documentation. */
export const JSON_FORMATS: readonly WebJson[] = [
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
    // pino-http, and what logs requests of Fastify
    name: 'pino-http',
    about: 'Requests that programs for Node.js log with pino-http, JSON.',
    sample:
      '{"level":30,"time":1795303621403,"pid":7,"req":{"id":1,"method":"GET","url":"/admin","headers":{"host":"www.example.org","user-agent":"curl/8.10.1"},"remoteAddress":"192.0.2.7","remotePort":39490},"res":{"statusCode":404},"responseTime":3,"msg":"request completed"}',
    told: {
      client: ['req.remoteAddress', 'req.ip'],
      forwarded: ['req.headers.x-forwarded-for'],
      time: ['time'],
      verb: ['req.method'],
      target: ['req.url'],
      status: ['res.statusCode'],
      bytes: ['res.headers.content-length'],
      referer: ['req.headers.referer'],
      agent: ['req.headers.user-agent'],
      host: ['req.headers.host', 'req.host'],
    },
  },
  {
    // Akamai, DataStream 2, data set parameters
    name: 'akamai',
    about: 'Requests of Akamai DataStream 2, JSON.',
    sample:
      '{"version":2,"cp":"123456","reqTimeSec":"1795303621.403","cliIP":"192.0.2.7","reqMethod":"GET","reqHost":"www.example.org","reqPath":"admin","queryStr":"-","UA":"curl/8.10.1","statusCode":"404","totalBytes":"154","tlsVersion":"TLSv1.3"}',
    told: {
      client: ['cliIP'],
      forwarded: ['xForwardedFor'],
      time: ['reqTimeSec'],
      verb: ['reqMethod'],
      path: ['reqPath'],
      query: ['queryStr'],
      status: ['statusCode'],
      bytes: ['bytes', 'objSize', 'totalBytes'],
      referer: ['referer'],
      agent: ['UA'],
      host: ['reqHost'],
      port: ['reqPort'],
      tls: ['tlsVersion'],
    },
    written: 'percent',
  },
  {
    // Vercel, "Log Drains Reference", proxy
    name: 'vercel',
    about: 'Requests of Vercel log drains, JSON.',
    sample:
      '{"id":"1","source":"static","host":"www.example.org","timestamp":1795303621403,"proxy":{"timestamp":1795303621403,"method":"GET","scheme":"https","host":"www.example.org","path":"/admin","userAgent":["curl/8.10.1"],"statusCode":404,"clientIp":"192.0.2.7"}}',
    told: {
      client: ['proxy.clientIp'],
      time: ['proxy.timestamp', 'timestamp'],
      verb: ['proxy.method'],
      target: ['proxy.path'],
      status: ['proxy.statusCode'],
      bytes: ['proxy.responseByteSize'],
      referer: ['proxy.referer'],
      agent: ['proxy.userAgent'],
      host: ['proxy.host'],
      scheme: ['proxy.scheme'],
    },
  },
  {
    // AWS WAF, "Log fields for protection pack (web ACL) traffic"; how a request was answered it does not tell
    name: 'aws-waf',
    about: 'Requests that AWS WAF saw, JSON.',
    sample:
      '{"timestamp":1795303621403,"formatVersion":1,"action":"ALLOW","httpSourceName":"ALB","httpRequest":{"clientIp":"192.0.2.7","country":"DE","uri":"/admin","args":"","httpVersion":"HTTP/2.0","httpMethod":"GET","requestId":"1"}}',
    told: {
      client: ['httpRequest.clientIp'],
      time: ['timestamp'],
      verb: ['httpRequest.httpMethod'],
      path: ['httpRequest.uri'],
      query: ['httpRequest.args'],
      status: ['responseCodeSent'],
      host: ['httpRequest.host'],
    },
  },
  {
    // Kong, "HTTP Log" and "File Log" plug-ins; Apache APISIX, "http-logger": the same entry
    name: 'kong',
    about: 'Requests of Kong and Apache APISIX, JSON.',
    sample:
      '{"client_ip":"192.0.2.7","started_at":1795303621403,"request":{"method":"GET","uri":"/admin","headers":{"host":"www.example.org","user-agent":"curl/8.10.1"}},"response":{"status":404,"size":"154"}}',
    told: {
      client: ['client_ip'],
      forwarded: ['request.headers.x-forwarded-for'],
      time: ['started_at', 'start_time'],
      verb: ['request.method'],
      target: ['request.uri'],
      status: ['response.status'],
      referer: ['request.headers.referer'],
      agent: ['request.headers.user-agent'],
      host: ['request.headers.host'],
      tls: ['request.tls.version'],
    },
  },
  {
    // ModSecurity, Reference Manual v3, SecAuditLogFormat JSON; of requests that its rules took note of, or of all
    name: 'modsecurity',
    about: 'Audit log of ModSecurity 3 and Coraza, JSON.',
    sample:
      '{"transaction":{"client_ip":"192.0.2.7","time_stamp":"Sat Nov 21 23:27:01 2026","client_port":40123,"host_ip":"198.51.100.20","host_port":443,"unique_id":"1","request":{"method":"GET","http_version":1.1,"uri":"/admin","headers":{"Host":"www.example.org","User-Agent":"curl/8.10.1"}},"response":{"http_code":403},"messages":[]}}',
    told: {
      client: ['transaction.client_ip'],
      forwarded: ['transaction.request.headers.X-Forwarded-For', 'transaction.request.headers.x-forwarded-for'],
      time: ['transaction.time_stamp', 'transaction.timestamp'],
      verb: ['transaction.request.method'],
      target: ['transaction.request.uri'],
      status: ['transaction.response.http_code', 'transaction.response.status'],
      agent: ['transaction.request.headers.User-Agent', 'transaction.request.headers.user-agent'],
      referer: ['transaction.request.headers.Referer', 'transaction.request.headers.referer'],
      host: ['transaction.request.headers.Host', 'transaction.request.headers.host'],
      address: ['transaction.host_ip'],
      port: ['transaction.host_port'],
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
        'ClientIp',
        'remote_address',
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
        '@t',
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
      verb: ['request_method', 'method', 'RequestMethod', 'httpMethod', 'verb', 'http_method', 'http.request.method'],
      target: [
        'request_uri',
        'uri',
        'path',
        'url',
        'request_url',
        'request_path',
        'RequestPath',
        'URI',
        'resourcePath',
        'url.original',
      ],
      query: ['args', 'query_string', 'query'],
      status: [
        'status',
        'status_code',
        'StatusCode',
        'response_status',
        'response',
        'statusCode',
        'http.response.status_code',
        'code',
      ],
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
