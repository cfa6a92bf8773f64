import { Method } from '../record/contact.ts';
import type { Dossier } from '../ledger/dossier.ts';
import { HINTS } from '../record/hint.ts';
import { MARKS, Mark } from './mark-table.ts';

/**
 * Which program made the probes, from how often each mark held over a source's probes. A tool is named when its marks
 * carry at least `ENOUGH` bits and hold for most of what they were asked of; the one with the most bits wins.
 */
export interface Tool {
  readonly name: string;
  readonly bits: number;
  readonly marks: string[];
}

/** Counts of one account's marks. */
export interface MarkCounts {
  readonly asked: Uint32Array;
  readonly held: Uint32Array;
  /** place of the account's first mark in both */
  readonly at: number;
}

const ENOUGH = 8;
/** Share of probes that a mark must hold for to count. */
const MOST = 0.5;
/** Bits beyond which more of the same says nothing new. */
const CAP = 256;

class Shares {
  readonly #counts: MarkCounts;
  readonly dossier: Dossier;

  constructor(counts: MarkCounts, dossier: Dossier) {
    this.#counts = counts;
    this.dossier = dossier;
  }

  held(mark: number): number {
    return this.#counts.held[this.#counts.at + mark];
  }

  asked(mark: number): number {
    return this.#counts.asked[this.#counts.at + mark];
  }

  share(mark: number): number {
    const asked = this.asked(mark);
    return asked === 0 ? 0 : this.held(mark) / asked;
  }

  most(mark: number): boolean {
    return this.held(mark) > 0 && this.share(mark) >= MOST;
  }

  /** share of the probes that were sent by these methods */
  method(...methods: number[]): number {
    const sum = methods.reduce((total, method) => total + this.dossier.methods[method], 0);
    return sum / Math.max(1, this.dossier.probes);
  }
}

/** A tool, the marks that speak for it, and when they do. Add one: a line here. */
interface ToolSpec {
  readonly name: string;
  readonly marks: readonly number[];
  readonly when: (shares: Shares) => boolean;
  /** bits that the conditions in `when` are worth beside the marks: a stated bound, and what is said of it */
  readonly habit?: number;
  readonly says?: string;
}

const TOOLS: readonly ToolSpec[] = [
  { name: 'masscan', marks: [Mark.masscanId], when: (s) => s.most(Mark.masscanId) },
  { name: 'zmap', marks: [Mark.zmapId, Mark.zmapShape], when: (s) => s.most(Mark.zmapId) },
  { name: 'mirai', marks: [Mark.seqTarget], when: (s) => s.most(Mark.seqTarget) },
  { name: 'unicornscan', marks: [Mark.seqXorFlow], when: (s) => s.most(Mark.seqXorFlow) },
  {
    name: 'nmap',
    marks: [Mark.nmapShape, Mark.seqSame, Mark.seqHalves, Mark.ttlSpread, Mark.nmapOs, Mark.portSame],
    when: (s) =>
      s.held(Mark.nmapOs) > 0 ||
      (s.most(Mark.nmapShape) &&
        s.share(Mark.masscanId) < MOST &&
        (s.most(Mark.seqSame) || s.held(Mark.seqHalves) > 0)) ||
      (s.share(Mark.ttlSpread) > MOST && !s.most(Mark.hpingShape)),
  },
  // Over IPv6 there is no IP id to hold masscan's relation: what is left is its bare SYN.
  {
    name: 'masscan',
    marks: [Mark.nmapShape, Mark.bareSyn, Mark.portSame],
    when: (s) =>
      s.asked(Mark.masscanId) === 0 &&
      s.share(Mark.nmapShape) > 0.9 &&
      s.share(Mark.bareSyn) > 0.9 &&
      s.share(Mark.portSame) > 0.9 &&
      s.held(Mark.seqSame) + s.held(Mark.seqHalves) === 0,
  },
  {
    name: 'hping3',
    marks: [Mark.hpingShape, Mark.synAck],
    when: (s) => s.most(Mark.hpingShape),
  },
  {
    name: 'hping3',
    marks: [Mark.echoEmpty, Mark.udpEmpty, Mark.idSame],
    habit: 3,
    when: (s) =>
      s.share(Mark.ttlSpread) < 0.1 &&
      (s.most(Mark.echoEmpty) ||
        (s.most(Mark.udpEmpty) && !s.most(Mark.portSame)) ||
        s.method(Method.icmpTimestamp, Method.icmpMask) > MOST),
  },
  {
    name: 'nmap',
    marks: [],
    habit: 12,
    says: 'connects in random port order and breaks every connection off by RST, as nmap -sT does',
    when: (s) =>
      s.dossier.brokenOff >= 2 && s.dossier.brokenOff >= 0.9 * s.dossier.connected && s.dossier.services.size >= 20,
  },
  {
    name: 'nmap or arp-scan',
    marks: [],
    habit: 8,
    says: 'ARP requests for one address after the other',
    when: (s) => s.method(Method.arp) > MOST,
  },
  { name: 'fping', marks: [Mark.echoCount], when: (s) => s.most(Mark.echoCount) && !s.most(Mark.echoEmpty) },
];

/** Bits of a payload that only one program sends. */
const CONTENT_BITS = 30;

/** Names the tool of a source, or null. `hint`: place in HINTS of what its requests gave away. */
export function toolOf(counts: MarkCounts, dossier: Dossier, hint: number): Tool | null {
  const shares = new Shares(counts, dossier);
  const { tool, name: said } = HINTS[hint];
  let best: Tool | null = tool === undefined ? null : { name: tool, bits: CONTENT_BITS, marks: [said] };
  for (const { name, marks, when, habit = 0, says } of TOOLS) {
    if (!when(shares)) continue;
    const speaking = marks.filter((mark) => shares.held(mark) > 0 && shares.share(mark) >= 0.05);
    const bits = Math.min(
      CAP,
      speaking.reduce((sum, mark) => sum + shares.held(mark) * MARKS[mark].bits, habit),
    );
    if (bits < ENOUGH || (best !== null && bits <= best.bits)) continue;
    best = { name, bits, marks: [...(says ? [says] : []), ...speaking.map((mark) => MARKS[mark].name)] };
  }
  return best;
}
