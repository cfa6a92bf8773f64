import { Told } from '../../../record/answer.ts';
import { Asked, Reply, RequestTrait } from '../../../record/request.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { find, standsAt } from '../../field.ts';
import { Line } from '../../lines.ts';
import { keepAnswer, serviceOf } from '../told.ts';
import { beginAsked, keepField } from './asked.ts';
import { ENDS, type ZeekLog, type ZeekRow } from './row.ts';

/*
 * ssl.log (Zeek, base/protocols/ssl/main.zeek): the name that the client asked for (`server_name`, RFC 6066 section 3),
 * whether the handshake came to its end, and the subject of the server's certificate (`CN=…,O=…`, RFC 2253).
 */
const serverName = 5;
const established = 6;
const subject = 7;

const TLS = serviceOf('tls');

function read(row: ZeekRow, { requests, answers }: Sheaf): number {
  const at = beginAsked(row, requests);
  if (at < 0) return Weird['line-field-impossible'];
  requests.asked[at] = Asked.nothing;
  requests.reply[at] = row.isTrue(established) ? Reply.answered : Reply.unknown;
  requests.traits[at] = RequestTrait.encrypted | RequestTrait.proven;
  requests.site[at] = keepField(row, serverName, requests);
  requests.siteLength[at] = requests.textUsed - requests.site[at];
  keepCommonName(row, (from, to) => keepAnswer(answers, requests, at, Told.certificateNames, TLS, row.bytes, from, to));
  // a handshake without a name asks nothing that could be guessed
  if (requests.siteLength[at] > 0) requests.count = at + 1;
  return Line.used;
}

function keepCommonName(row: ZeekRow, keep: (from: number, to: number) => void): void {
  const { bytes } = row;
  const end = row.to[subject];
  for (let at = row.from[subject]; at < end; ) {
    const next = find(bytes, 44, at, end);
    if (standsAt(bytes, at, next, 'CN=')) {
      keep(at + 3, next);
      return;
    }
    at = next + 1;
  }
}

export const ssl: ZeekLog = {
  path: 'ssl',
  fields: [...ENDS, 'server_name', 'established', 'subject'],
  own: ['server_name', 'established', 'cipher', 'sni_matches_cert'],
  read,
};
