import { type Deed, targetOf } from '../../correlate/after/access.ts';
import type { Advice } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import * as check from '../../learn/verify.ts';
import { OPEN_AT } from '../../record/login.ts';

/**
 * What to do where somebody got in, by how: an account, a file, a page, a service that asks for no login, a server that
 * called out. Texts of ours only, as in learn/advice.ts.
 */
export function responseTo({ before, did }: Deed): Advice {
  const { host, port, isName } = did.place;
  const target = `${targetOf(did.place)}${did.name === '' ? '' : ` ${isLogin(did) ? 'user ' : ''}${did.name}`}`.trim();
  const place = {
    address: isName ? '' : host,
    host: isName ? host : undefined,
    protocol: 'tcp',
    port: port || undefined,
  };
  const why = `this is how somebody got in on ${timeText(did.first.time).slice(0, 19).replace('T', ' ')} UTC`;
  const base = { target: target === '' ? 'the site' : target, why };
  if (isLogin(did))
    return {
      ...base,
      mitigation: 'M1032',
      text: 'End its sessions, change the password and the keys of the account, and look at what it did since; from now on let nobody in with a password alone.',
      verify: check.noPassword(place, did.name),
    };
  if (before[0]?.technique === 'T1595.003')
    return {
      ...base,
      mitigation: 'M1042',
      text: 'Take it off the server; what stands in it is known to others now: change the secrets in it.',
      verify: check.gone({ ...place, path: did.name }),
    };
  if (OPEN_AT[port] === 1)
    return {
      ...base,
      mitigation: 'M1035',
      text: 'Cut the server off and look at what it was told to do and whom it called since; let only inner machines reach the service, with a login.',
      verify: check.refuses(place),
    };
  return {
    ...base,
    mitigation: 'M1051',
    text: 'Cut the server off, and look at what it ran, wrote and called since; repair or update the program before it answers strangers again.',
    verify: 'send the request again that the account cites  # expect an error, or the plain page',
  };
}

const isLogin = ({ technique }: Deed['did']): boolean => technique === 'T1133' || technique === 'T1078';
