import { TCP, UDP } from '../../record/protocols.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { Knowledge } from '../../ledger/knowledge.ts';
import type { Suspect } from '../../triage/suspect.ts';

/**
 * What all the data tell of a source's targets, beside what they told it: read when they are at their end, for services
 * that were down when a capture began are known only later.
 */

const PORT = 0xffff;
const MAPPED = 0xffff;
/** Sources that used a service, from which on it is none that was guessed. */
const USERS = 3;
/** Ports of mail: delivery, submission, POP, IMAP, filters (IANA service names; RFC 5804). */
const MAIL: ReadonlySet<number> = new Set([25, 110, 143, 465, 587, 993, 995, 4190]);
/** Ports where programs look for their settings, too. */
const WEB: ReadonlySet<number> = new Set([80, 443]);

/** Of the targets that it missed, how many others use, and how many nobody does. */
export function usedByOthers({ visits, services }: Dossier, knowledge: Knowledge): Suspect['inVain'] {
  const { address, port, missed } = visits;
  let all = 0;
  let used = 0;
  let dead = 0;
  for (let at = 0; at < address.length; at += 1) {
    if (!missed[at]) continue;
    lookUp(visits, at, services.get((TCP << 16) | port[at]) > 0 ? TCP : UDP, knowledge);
    all += 1;
    const users = knowledge.users();
    if (users >= USERS) used += 1;
    if (users === 0) dead += 1;
  }
  return { targets: all, used, dead };
}

/** Others that a service did not answer, from which on it is one that does not answer everybody: of those who scan, lists may keep out a half. */
const OTHERS = 3;

/** Of the targets that answered it, how many answered nobody else from outside, and how many of these turned others down. */
export function grantedTo({ visits, services }: Dossier, knowledge: Knowledge): Suspect['granted'] {
  const { address, port, missed } = visits;
  const found = { targets: 0, alone: 0, denied: 0 };
  for (let at = 0; at < address.length; at += 1) {
    if (missed[at]) continue;
    found.targets += 1;
    lookUp(visits, at, services.get((TCP << 16) | port[at]) > 0 ? TCP : UDP, knowledge);
    if (!knowledge.isExclusive()) continue;
    found.alone += 1;
    if (knowledge.others() >= OTHERS) found.denied += 1;
  }
  return found;
}

const words = Uint32Array.of(0, 0, MAPPED, 0);

/** Puts the target of a visit in hand. */
function lookUp({ address, upper, port }: Dossier['visits'], at: number, protocol: number, knowledge: Knowledge): void {
  for (let word = 0; word < 3; word += 1)
    words[word] = upper.length > 0 ? upper[3 * at + word] : word === 2 ? MAPPED : 0;
  words[3] = address[at];
  knowledge.at(words, 0, port[at], protocol);
}

/** How many services of mail it tried; 0 as soon as it tried anything that has nothing to do with mail. */
export function mailServices({ services }: Dossier): number {
  if (services.some(isNotMail)) return 0;
  return services.sorted().filter(([service]) => MAIL.has(service & PORT)).length;
}

function isNotMail(service: number): boolean {
  const port = service & PORT;
  return service >>> 16 !== TCP || !(MAIL.has(port) || WEB.has(port));
}
