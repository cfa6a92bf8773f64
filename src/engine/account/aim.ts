import type { Dossier } from '../../ledger/dossier.ts';
import { type Home, ipv4Addresses } from '../../ledger/home.ts';
import type { Quest } from '../../ledger/quest.ts';
import { Outcome, Proof } from '../../record/contact.ts';
import { Asked } from '../../record/request.ts';
import { parseAddress, V4_BITS } from '../../record/address.ts';
import { parsePrefix } from '../../table/prefix.ts';
import type { Aim } from '../../triage/targeted.ts';
import type { Aims } from './asked.ts';
import { tellingOf } from './telling.ts';

/** What a dossier says of the aim of a scan: figures for triage. */

/** Sites beyond so many are guesses, and no names that one knew. */
const FEW_SITES = 8;
const RETURNED = Proof.handshake | Proof.exchange;

export function aimOf(dossier: Dossier, own: boolean, order: string | null, home: Home, aims?: Aims): Aim {
  const { addresses, services, visits, first, last, proof, quest, outcomes } = dossier;
  const unseen = outcomes[Outcome.unknown];
  return {
    own,
    addresses: addresses.size,
    services: services.size,
    homeAddresses: ipv4Addresses(home.networks),
    lasted: last - first,
    order,
    networks: home.networks.length,
    networksTried: networksTried(visits.address, home),
    contacts: visits.missed.length,
    missed: visits.missed.filter(Boolean).length + unseen,
    cameBack: (proof & RETURNED) === RETURNED,
    names: quest?.namesOfOne ?? 0,
    namesFound: quest ? pathsFound(quest) : 0,
    pointed: aims?.counts.vulnerability ?? 0,
    calledBy: quest ? calledBy(quest) : '',
  };
}

const pathsFound = (quest: Quest): number =>
  new Set(
    tellingOf(quest)
      .filter(({ asked }) => asked === Asked.path)
      .map(({ name }) => name),
  ).size;

/** A host that it asked for by name, and was served under. */
function calledBy({ finds, hosts }: Quest): string {
  if (hosts.size > FEW_SITES) return '';
  return finds.find(({ asked, site }) => asked === Asked.path && isName(site))?.site ?? '';
}

function isName(site: string): boolean {
  const host = site.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return /[a-z]/i.test(host) && host.includes('.') && parseAddress(host) === null;
}

/** How many IPv4 networks of ours hold one of these addresses (their last words). */
function networksTried(words: readonly number[], { networks }: Home): number {
  return networks.filter((text) => {
    const prefix = parsePrefix(text);
    if (prefix === null || prefix.bits < V4_BITS || prefix.words[2] !== 0xffff) return false;
    const free = 128 - prefix.bits;
    const start = prefix.words[3];
    return words.some((word) => word >= start && word - start < 2 ** free);
  }).length;
}
