import { trialContext } from '../../../src/input/trial.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { formatAddress } from '../../../src/record/address.ts';
import { METHODS, Outcome } from '../../../src/record/contact.ts';
import { Did } from '../../../src/record/execution.ts';
import { allocateSheaf, type Sheaf } from '../../../src/record/sheaf.ts';
import { WEIRDS } from '../../../src/record/weird.ts';
import { sourceOf } from '../flow/rows.ts';

const DIDS = Object.keys(Did);
const OUTCOMES = Object.keys(Outcome);

/** An execution as a test looks at it. */
export interface Act {
  readonly time: number;
  readonly record: number;
  readonly did: string;
  readonly process: number;
  /** `own:port > peer:port/protocol`, `<` where it was not opened here; '' where neither is told */
  readonly ends: string;
  readonly host: string;
  readonly image: string;
  readonly command: string;
  readonly user: string;
  readonly parent: string;
}

export interface Read {
  readonly acts: readonly Act[];
  /** `source:port > target:port/protocol method outcome` */
  readonly contacts: readonly string[];
  readonly records: number;
  readonly weird: Readonly<Record<string, number>>;
}

/** Reads lines as a format and says what they became. */
export async function readActs(input: RecordInput, text: string, piece?: number): Promise<Read> {
  const context = trialContext();
  const reader = input.open(sourceOf(new TextEncoder().encode(text), piece), context);
  const sheaf = allocateSheaf();
  const acts: Act[] = [];
  const contacts: string[] = [];
  while (await reader.fill(sheaf)) {
    acts.push(...actsOf(sheaf));
    contacts.push(...contactsOf(sheaf));
  }
  const { counts } = context.weird;
  const weird = Object.fromEntries(WEIRDS.map(([name], at) => [name, counts[at]] as const).filter(([, n]) => n > 0));
  return { acts, contacts, records: reader.records, weird };
}

function actsOf({ executions: e }: Sheaf): Act[] {
  const text = (at: number, length: number): string => new TextDecoder().decode(e.text.subarray(at, at + length));
  return Array.from({ length: e.count }, (_, row) => {
    const isTold = e.address.subarray(8 * row, 8 * row + 8).some((word) => word !== 0);
    const own = `${formatAddress(e.address, 8 * row)}:${e.ownPort[row]}`;
    const peer = `${formatAddress(e.address, 8 * row + 4)}:${e.peerPort[row]}/${e.protocol[row]}`;
    return {
      time: e.time[row],
      record: e.record[row],
      did: DIDS[e.did[row] - 1],
      process: e.process[row],
      ends: isTold ? `${own} ${e.opened[row] === 1 ? '>' : '<'} ${peer}` : '',
      host: text(e.host[row], e.hostLength[row]),
      image: text(e.image[row], e.imageLength[row]),
      command: text(e.command[row], e.commandLength[row]),
      user: text(e.user[row], e.userLength[row]),
      parent: text(e.parent[row], e.parentLength[row]),
    };
  });
}

function contactsOf({ contacts: c }: Sheaf): string[] {
  return Array.from({ length: c.count }, (_, row) => {
    const source = `${formatAddress(c.address, 8 * row)}:${c.sourcePort[row]}`;
    const target = `${formatAddress(c.address, 8 * row + 4)}:${c.targetPort[row]}/${c.protocol[row]}`;
    return `${source} > ${target} ${METHODS[c.method[row]]} ${OUTCOMES[c.outcome[row]]}`;
  });
}
