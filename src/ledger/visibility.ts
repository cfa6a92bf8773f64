import { type ContactBatch, Outcome, Proof } from '../record/contact.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { hash4 } from '../table/hash.ts';

/**
 * Whether answers are visible, measured over the held contacts, by transport.
 *
 * TCP: a source that acknowledges and sends data has been answered. Where most sources go on without any answer in
 * sight, answers do not pass here; but whoever does not go on was not answered either, so misses stay visible. Sources
 * are counted, not contacts: a single one that pretends to have been answered proves nothing, and is not believed.
 * Others: a source's silence tells nothing. Their answers count as invisible where TCP says so, or where many sources
 * asked and fewer than one in a hundred was seen to be answered.
 */
export interface Visibility {
  readonly tcp: boolean;
  readonly udp: boolean;
  readonly icmp: boolean;
}

/** Share of sources, and how many, that went on without a visible answer. */
const UNSEEN = 0.5;
const ENOUGH = 3;
const CONTACTS = 100;
const SOURCES = 10;
const ANSWERED = 0.01;

interface Tally {
  contacts: number;
  answered: number;
  readonly sources: Set<number>;
}

export function measureVisibility(contacts: ContactBatch): Visibility {
  const { proof, outcome, protocol, address } = contacts;
  const udp: Tally = { contacts: 0, answered: 0, sources: new Set() };
  const icmp: Tally = { contacts: 0, answered: 0, sources: new Set() };
  const unseen = new Set<number>();
  const seen = new Set<number>();
  for (let row = 0; row < contacts.count; row += 1) {
    if (outcome[row] >= Outcome.exchanged) continue;
    const answered = outcome[row] === Outcome.answered || outcome[row] === Outcome.refused;
    const at = row * 8;
    const source = hash4(0, address[at], address[at + 1], address[at + 2], address[at + 3]);
    if (protocol[row] === TCP) {
      if ((proof[row] & Proof.continued) !== 0) unseen.add(source);
      else if (answered) seen.add(source);
      continue;
    }
    const tally = protocol[row] === UDP ? udp : icmp;
    tally.contacts += 1;
    if (answered) tally.answered += 1;
    if (tally.sources.size < SOURCES) tally.sources.add(source);
  }
  const oneSided = unseen.size >= ENOUGH && unseen.size > UNSEEN * (unseen.size + seen.size);
  return { tcp: !oneSided, udp: !oneSided && !isMute(udp), icmp: !oneSided && !isMute(icmp) };
}

const isMute = ({ contacts, answered, sources }: Tally): boolean =>
  contacts >= CONTACTS && sources.size >= SOURCES && answered < ANSWERED * contacts;
