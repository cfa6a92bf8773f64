import { Told } from '../../../record/answer.ts';
import { Asked, Reply, RequestTrait } from '../../../record/request.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { Line } from '../../lines.ts';
import { keepAnswer, serviceOf } from '../told.ts';
import { beginAsked, keepField } from './asked.ts';
import { ENDS, type ZeekLog, type ZeekRow } from './row.ts';

/*
 * ssh.log (Zeek, base/protocols/ssh/main.zeek): what both sides called themselves (RFC 4253 section 4.2), and what Zeek
 * concludes from the lengths of packets: `auth_attempts`, `auth_success` (unset when it cannot tell). No names of users.
 */
const authSuccess = 5;
const authAttempts = 6;
const client = 7;
const server = 8;

const SSH = serviceOf('ssh');

function read(row: ZeekRow, { requests, answers }: Sheaf): number {
  const at = beginAsked(row, requests);
  if (at < 0) return Weird['line-field-impossible'];
  const tried = row.number(authAttempts) > 0;
  requests.asked[at] = tried || row.isTrue(authSuccess) ? Asked.user : Asked.nothing;
  if (row.isTrue(authSuccess)) requests.reply[at] = Reply.accepted;
  else if (tried && row.isFalse(authSuccess)) requests.reply[at] = Reply.denied;
  requests.traits[at] = RequestTrait.encrypted | RequestTrait.proven | RequestTrait.agentTold;
  if (requests.reply[at] === Reply.denied) requests.traits[at] |= RequestTrait.secretGuessed;
  requests.agent[at] = keepField(row, client, requests);
  requests.agentLength[at] = requests.textUsed - requests.agent[at];
  requests.count = at + 1;
  if (row.length(server) > 0)
    keepAnswer(answers, requests, at, Told.banner, SSH, row.bytes, row.from[server], row.to[server]);
  return Line.used;
}

export const ssh: ZeekLog = {
  path: 'ssh',
  fields: [...ENDS, 'auth_success', 'auth_attempts', 'client', 'server'],
  own: ['auth_success', 'auth_attempts', 'hassh', 'kex_alg'],
  read,
};
