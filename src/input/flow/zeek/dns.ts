// Hot: `read` runs once a row of dns.log.
import { Asked, Reply, RequestTrait } from '../../../record/request.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { Line } from '../../lines.ts';
import { isAsked, replyOfCode, traitsOfQuery } from '../names.ts';
import { beginAsked, keepField } from './asked.ts';
import { ENDS, type ZeekLog, type ZeekRow } from './row.ts';

/*
 * dns.log (Zeek, base/protocols/dns/main.zeek): a question and the answer to it. What was asked of a group of neighbours
 * (mDNS, LLMNR, NetBIOS) asks no server, and becomes nothing.
 */
const proto = 5;
const query = 6;
const queryClass = 7;
const queryType = 8;
const code = 9;
const answers = 10;

function read(row: ZeekRow, { requests }: Sheaf): number {
  if (!isAsked(row.targetPort)) return Line.used;
  const at = beginAsked(row, requests);
  if (at < 0) return Weird['line-field-impossible'];
  const status = row.number(code);
  requests.asked[at] = Asked.dnsName;
  requests.status[at] = Math.max(0, status);
  requests.reply[at] = status < 0 ? Reply.unknown : replyOfCode(status, row.length(answers) > 0);
  requests.name[at] = keepField(row, query, requests);
  requests.nameLength[at] = requests.textUsed - requests.name[at];
  requests.traits[at] = traitsOfQuery(row.number(queryType), row.number(queryClass));
  if (row.length(proto) === 3 && row.bytes[row.from[proto]] === 116) requests.traits[at] |= RequestTrait.proven;
  requests.count = at + 1;
  return Line.used;
}

export const dns: ZeekLog = {
  path: 'dns',
  fields: [...ENDS, 'proto', 'query', 'qclass', 'qtype', 'rcode', 'answers'],
  own: ['query', 'qtype', 'rcode'],
  read,
};
