import type { Input, ReaderContext } from '../input.ts';
import { type LineParser, lineInput } from '../lines.ts';
import { Planned } from './planned.ts';
import type { Format } from './plan.ts';
import { formatOf } from './variables.ts';

/**
 * Formats of access logs that programs have for themselves, written as Nginx would have them (`variables.ts`); `$_` is
 * what tells nothing here. Add one: an entry. Fields behind the last are let be, so that later versions fit.
 */
interface Known {
  readonly name: string;
  readonly about: string;
  readonly sample: string;
  readonly formats: readonly string[];
}

const KNOWN: readonly Known[] = [
  {
    // AWS, "Access logs for your Application Load Balancer" and "… Classic Load Balancer", access log entries
    name: 'alb',
    about: 'Access log of AWS Application and Classic Load Balancers.',
    sample:
      'https 2026-11-21T23:27:01.186641Z app/example/50dc6c495c0c9188 192.0.2.7:2817 198.51.100.20:80 0.086 0.048 0.037 404 404 0 57 "GET https://www.example.org:443/admin HTTP/1.1" "curl/8.10.1" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2',
    formats: [
      '$scheme $msec $_ $remote_addr:$_ $_ $_ $_ $_ $status $_ $_ $bytes_sent "$url_request" "$http_user_agent" $_ $ssl_protocol',
      '$msec $_ $remote_addr:$_ $_ $_ $_ $_ $status $_ $_ $bytes_sent "$url_request" "$http_user_agent" $_ $ssl_protocol',
    ],
  },
  {
    // Envoy, "Access logging", default format string; Istio, "Envoy Access Logs", default access log format
    name: 'envoy',
    about: 'Access log of Envoy and Istio, text.',
    sample:
      '[2026-11-21T23:27:01.310Z] "GET /admin HTTP/2" 404 - 0 154 22 20 "192.0.2.7" "curl/8.10.1" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "www.example.org" "198.51.100.20:80"',
    formats: [
      '[$msec] "$request" $status $_ $_ $_ "$_" $_ $bytes_sent $_ $_ "$http_x_forwarded_for" "$http_user_agent" "$_" "$http_host" "$_" $_ $_ $server_addr $remote_addr $_',
      '[$msec] "$request" $status $_ $_ $bytes_sent $_ $_ "$remote_addr" "$http_user_agent" "$_" "$http_host" "$_"',
    ],
  },
  {
    // Nginx Proxy Manager, log_format `proxy` and `standard` of its nginx.conf
    name: 'nginx-proxy-manager',
    about: 'Access log of Nginx Proxy Manager.',
    sample:
      '[21/Nov/2026:23:27:01 +0000] - 404 404 - GET https www.example.org "/admin" [Client 192.0.2.7] [Length 154] [Gzip -] [Sent-to 198.51.100.20] "curl/8.10.1" "-"',
    formats: [
      '[$time_local] $_ $_ $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $_] [Sent-to $_] "$http_user_agent" "$http_referer"',
      '[$time_local] $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $_] "$http_user_agent" "$http_referer"',
    ],
  },
  {
    // Ruby on Rails, Rails::Rack::Logger; how it was answered stands in another line
    name: 'rails',
    about: 'Log of Ruby on Rails: what was asked for, not how it was answered.',
    sample: 'Started GET "/admin" for 192.0.2.7 at 2026-11-21 23:27:01 +0000',
    formats: [
      'Started $request_method "$request_uri" for $remote_addr at $msec',
      '$_ Started $request_method "$request_uri" for $remote_addr at $msec',
    ],
  },
  {
    // Werkzeug, serving.py, behind the prefix of Python's logging.basicConfig
    name: 'werkzeug',
    about: 'Log of the server that Flask and others bring along.',
    sample: 'INFO:werkzeug:192.0.2.7 - - [21/Nov/2026 23:27:01] "GET /admin HTTP/1.1" 404 -',
    formats: ['$_:werkzeug:$remote_addr - - [$time_local] "$request" $status $_'],
  },
];

/** Inputs of the formats known by their strings. */
export const knownLogs: readonly Input[] = KNOWN.map(({ name, about, sample, formats }) => {
  const plans = formats.map(formatOf);
  return lineInput({ name, about, sample, parser: (context) => new Planned(context, plans) });
});

const ALL: readonly Format[] = KNOWN.flatMap(({ formats }) => formats.map(formatOf));

/** Reads lines in any of these formats, within other logs. */
export const anyKnown = (context: ReaderContext): LineParser => new Planned(context, ALL);
