// Hot: `read` runs once a row of http.log.
import { Asked, replyOfStatus, RequestTrait, verbOf } from '../../../record/request.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { Line } from '../../lines.ts';
import { beginAsked, keepField } from './asked.ts';
import { ENDS, type ZeekLog, type ZeekRow } from './row.ts';

/*
 * http.log (Zeek, base/protocols/http/main.zeek): a request and the answer to it. `method` unset: Zeek saw an answer only,
 * or what was sent was no HTTP.
 */
const method = 5;
const host = 6;
const uri = 7;
const referrer = 8;
const userAgent = 9;
const bodyLength = 10;
const statusCode = 11;

function read(row: ZeekRow, { requests }: Sheaf): number {
  const at = beginAsked(row, requests);
  if (at < 0) return Weird['line-field-impossible'];
  const status = row.number(statusCode);
  const asks = row.length(method) > 0 || row.length(uri) > 0;
  if (!asks && status >= 0) return Line.used;
  requests.traits[at] = RequestTrait.proven;
  if (asks) requests.asked[at] = Asked.path;
  else requests.traits[at] |= RequestTrait.brokenLine;
  requests.verb[at] = row.length(method) > 0 ? verbOf(row.bytes, row.from[method], row.to[method]) : 0;
  if (status >= 0) {
    requests.status[at] = status;
    requests.reply[at] = replyOfStatus(status);
  }
  const size = row.number(bodyLength);
  if (size >= 0) requests.bytes[at] = Math.min(0xfffffffe, size);
  requests.name[at] = keepField(row, uri, requests);
  requests.nameLength[at] = requests.textUsed - requests.name[at];
  requests.site[at] = keepField(row, host, requests);
  requests.siteLength[at] = requests.textUsed - requests.site[at];
  requests.agent[at] = keepField(row, userAgent, requests);
  requests.agentLength[at] = requests.textUsed - requests.agent[at];
  requests.referer[at] = keepField(row, referrer, requests);
  requests.refererLength[at] = requests.textUsed - requests.referer[at];
  if (row.told[userAgent] === 1) requests.traits[at] |= RequestTrait.agentTold;
  if (row.told[referrer] === 1) requests.traits[at] |= RequestTrait.refererTold;
  requests.count = at + 1;
  return Line.used;
}

export const http: ZeekLog = {
  path: 'http',
  fields: [...ENDS, 'method', 'host', 'uri', 'referrer', 'user_agent', 'response_body_len', 'status_code'],
  own: ['uri', 'status_code', 'request_body_len'],
  read,
};
