import { Tells } from './entry.ts';
import type { Format, Part } from './plan.ts';

/**
 * The formats that operators write for their servers, taken apart:
 *
 *   nginx  = ["log_format" name ["escape=" way]] 1*(quoted SP) [";"] | text      ngx_http_log_module, `log_format`
 *   text   = *( literal | "$" name | "${" name "}" )
 *   apache = ["LogFormat"] DQUOTE escaped DQUOTE [nickname] | text               mod_log_config, `LogFormat`
 *   text   = *( literal | "%" [["!"] statuses] ["<" | ">"] ["{" argument "}"] letter | "%%" )
 */

/** Variable of Nginx → what it tells. Others are let be. Add one: a line. */
const VARIABLES: Readonly<Record<string, number>> = {
  remote_addr: Tells.client,
  http_x_forwarded_for: Tells.forwarded,
  proxy_add_x_forwarded_for: Tells.forwarded,
  http_forwarded: Tells.forwarded,
  http_x_real_ip: Tells.forwarded,
  http_cf_connecting_ip: Tells.forwarded,
  http_true_client_ip: Tells.forwarded,
  time_local: Tells.time,
  time_iso8601: Tells.time,
  msec: Tells.time,
  request: Tells.request,
  request_method: Tells.verb,
  request_uri: Tells.target,
  uri: Tells.path,
  document_uri: Tells.path,
  args: Tells.query,
  query_string: Tells.query,
  status: Tells.status,
  body_bytes_sent: Tells.bytes,
  bytes_sent: Tells.bytes,
  http_referer: Tells.referer,
  http_user_agent: Tells.agent,
  http_host: Tells.host,
  host: Tells.host,
  server_name: Tells.server,
  server_port: Tells.port,
  scheme: Tells.scheme,
  ssl_protocol: Tells.tls,
  ssl_cipher: Tells.tls,
  server_addr: Tells.address,
  // not Nginx's: an absolute URL in a request line, or alone
  url_request: Tells.urlRequest,
  url: Tells.url,
};

/** Directive of Apache, with the argument of those that have one → what it tells; arguments in small letters. */
const DIRECTIVES: Readonly<Record<string, number>> = {
  h: Tells.client,
  a: Tells.client,
  t: Tells.time,
  r: Tells.request,
  m: Tells.verb,
  U: Tells.path,
  q: Tells.query,
  s: Tells.status,
  b: Tells.bytes,
  B: Tells.bytes,
  V: Tells.host,
  v: Tells.server,
  p: Tells.port,
  A: Tells.address,
  '{local}p': Tells.port,
  '{canonical}p': Tells.port,
  '{referer}i': Tells.referer,
  '{user-agent}i': Tells.agent,
  '{host}i': Tells.host,
  '{x-forwarded-for}i': Tells.forwarded,
  '{forwarded}i': Tells.forwarded,
  '{x-real-ip}i': Tells.forwarded,
  '{cf-connecting-ip}i': Tells.forwarded,
  '{true-client-ip}i': Tells.forwarded,
  '{ssl_protocol}x': Tells.tls,
  '{https}e': Tells.tls,
  '{msec_frac}t': Tells.millis,
  '{usec_frac}t': Tells.micros,
};

/** Takes a format apart; whose it is shows in its signs. */
export function formatOf(text: string): Format {
  const trimmed = text.trim();
  const isNginx = /\$\{?[a-z]/i.test(trimmed) && !/%>?[a-zA-Z{]/.test(trimmed);
  return isNginx ? nginxFormat(trimmed) : { parts: apacheParts(apacheText(trimmed)), isEscaped: true };
}

function nginxFormat(text: string): Format {
  const directive = /^log_format\s+\S+\s+(?:escape=(\w+)\s+)?([^]*)$/.exec(text);
  const way = directive?.[1] ?? /^escape=(\w+)\s/.exec(text)?.[1];
  const body = directive?.[2] ?? text.replace(/^escape=\w+\s+/, '');
  return { parts: nginxParts(unquoted(body.replace(/;\s*$/, '').trim())), isEscaped: way !== 'none' };
}

/** Texts between quotes, joined as Nginx joins them; text without quotes around it is itself. */
function unquoted(body: string): string {
  if (!body.startsWith("'") && !/^"(?:[^"\\]|\\.)*"(?:\s+["']|$)/.test(body)) return body;
  const pieces = body.match(/'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/g) ?? [body];
  return pieces.map((piece) => piece.slice(1, -1).replace(/\\(["'\\])/g, '$1')).join('');
}

function nginxParts(text: string): Part[] {
  return text
    .split(/(\$\w+|\$\{\w+\})/)
    .map((piece, at) => (at % 2 === 0 ? piece : (VARIABLES[piece.replace(/[${}]/g, '')] ?? Tells.nothing)))
    .filter((part) => part !== '');
}

/** The format alone, without directive, quotes and nickname. */
function apacheText(text: string): string {
  const body = text.replace(/^(?:LogFormat|CustomLog\s+\S+)\s+/i, '');
  const quoted = /^"((?:[^"\\]|\\[^])*)"(?:\s+\S+)*$/.exec(body)?.[1];
  if (quoted === undefined || !(body !== text || quoted.includes('\\"'))) return body.replaceAll('\\t', '\t');
  return quoted.replaceAll('\\t', '\t').replace(/\\(["\\])/g, '$1');
}

const DIRECTIVE = /(%(?:!?[\d,]+)?[<>]?(?:\{[^}]*\})?(?:\^?[a-zA-Z]{1,2}|%))/;

function apacheParts(text: string): Part[] {
  const parts: Part[] = [];
  for (const [at, piece] of text.split(DIRECTIVE).entries()) {
    if (at % 2 === 0) {
      if (piece !== '') parts.push(piece);
    } else parts.push(...directiveParts(piece));
  }
  return parts;
}

function directiveParts(piece: string): Part[] {
  if (piece === '%%') return ['%'];
  const [, argument = '', letters] = /(\{[^}]*\})?(\^?[a-zA-Z]{1,2})$/.exec(piece) as RegExpExecArray;
  // only those that begin with `^` have two letters
  const name = letters.startsWith('^') ? letters : letters[0];
  const rest = letters.slice(name.length);
  const parts = argument === '' ? plainParts(name) : [argumentTells(argument, name)];
  return rest === '' ? parts : [...parts, rest];
}

/** `%t` writes its brackets itself. */
const plainParts = (letter: string): Part[] =>
  letter === 't' ? ['[', Tells.time, ']'] : [DIRECTIVES[letter] ?? Tells.nothing];

function argumentTells(argument: string, letter: string): number {
  if (letter === 'h' || (letter === 'a' && argument !== '{c}')) return Tells.client;
  const known = DIRECTIVES[argument.toLowerCase() + letter];
  if (known !== undefined || letter !== 't') return known ?? Tells.nothing;
  // any other argument is a form of strftime, or the time since 1970
  return Tells.time;
}
