import type { ExecutionBatch } from '../../record/execution.ts';
import type { Block } from './fan-out.ts';

/** Something noticed about a process, as a finding tells it. */
export interface Sighting {
  readonly kind: SightingKind;
  /** name of the host; '' where it is not told */
  readonly host: string;
  /** an address of the host, four words; undefined: none is known */
  readonly address: Uint32Array | undefined;
  readonly image: string;
  readonly command: string;
  readonly user: string;
  readonly process: number;
  readonly rows: readonly SightingRow[];
  readonly first: number;
  readonly last: number;
  /** what the process tried, most telling first; only of a fan-out */
  readonly blocks: readonly Block[];
}

export interface SightingRow {
  readonly reason: string;
  readonly bits: number;
  /** executions that it stands for */
  readonly times: number;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly time: number;
  readonly input: number;
  readonly record: number;
}

export type SightingKind = 'scanner' | 'fan-out' | 'first words' | 'other kind';

/** A sighting that is kept and may come again. */
export interface Seen {
  readonly kind: SightingKind;
  readonly host: number;
  readonly hostName: string;
  /** the processes that it was seen of */
  readonly owners: Set<number>;
  readonly image: string;
  readonly command: string;
  readonly user: string;
  readonly process: number;
  readonly reason: string;
  readonly bits: number;
  readonly first: number;
  last: number;
  times: number;
  readonly samples: Sample[];
}

/** What is noticed of a row. */
export interface Notice {
  readonly kind: SightingKind;
  /** notices of one kind and host that are the same have the same */
  readonly same: string | number;
  readonly reason: string;
  readonly bits: number;
  readonly host: number;
  readonly owner: number;
  /** the command line, where the row itself tells none */
  readonly command: string;
}

/** Sightings of a kind that are kept; of more, the one that came least often goes, the first of several. */
const KEPT = 256;
const SAMPLES = 5;
const OWNERS = 64;

/** The sightings of a run. Cold: called for what is odd only. */
export class Sightings {
  readonly #kept = new Map<SightingKind, Map<string, Seen>>();
  readonly #decoder = new TextDecoder();

  /** Kind by kind, each in the order in which they began. */
  get all(): Seen[] {
    return [...this.#kept.values()].flatMap((kept) => [...kept.values()]);
  }

  note(batch: ExecutionBatch, row: number, { kind, same, reason, bits, host, owner, command }: Notice): void {
    const sample = { time: batch.time[row], input: batch.input[row], record: batch.record[row] };
    const key = `${host} ${same}`;
    const kept = this.#kept.get(kind) ?? new Map<string, Seen>();
    this.#kept.set(kind, kept);
    const known = kept.get(key);
    if (known) {
      known.times += 1;
      known.last = Math.max(known.last, sample.time);
      if (known.samples.length < SAMPLES) known.samples.push(sample);
      if (known.owners.size < OWNERS) known.owners.add(owner);
    } else {
      if (kept.size === KEPT) makeRoom(kept);
      kept.set(key, {
        kind,
        host,
        hostName: this.text(batch, batch.host[row], batch.hostLength[row]),
        owners: new Set([owner]),
        image: this.text(batch, batch.image[row], batch.imageLength[row]),
        command: this.text(batch, batch.command[row], batch.commandLength[row]) || command,
        user: this.text(batch, batch.user[row], batch.userLength[row]),
        process: batch.process[row],
        reason,
        bits,
        first: sample.time,
        last: sample.time,
        times: 1,
        samples: [sample],
      });
    }
  }

  text({ text }: ExecutionBatch, at: number, length: number): string {
    return length === 0 ? '' : this.#decoder.decode(text.subarray(at, at + length));
  }
}

/** Programs that talk to many for a good reason are many; one that scans is noticed again and again. */
function makeRoom(kept: Map<string, Seen>): void {
  const [[first, { times }]] = kept;
  let [goes, least] = [first, times];
  for (const [key, seen] of kept) if (seen.times < least) [goes, least] = [key, seen.times];
  kept.delete(goes);
}

const LONGEST_SHOWN = 200;

/** `process 4711 /usr/bin/nmap (command line: nmap -sS …) on host pc7` */
export function describe(who: Pick<Seen, 'image' | 'command' | 'hostName' | 'process' | 'user'>): string {
  const command = who.command.length > LONGEST_SHOWN ? `${who.command.slice(0, LONGEST_SHOWN)}…` : who.command;
  const call = command === '' ? '' : ` (command line: ${command})`;
  const user = who.user === '' ? '' : ` of user ${who.user}`;
  const host = who.hostName === '' ? '' : ` on host ${who.hostName}`;
  return `process ${who.process} ${who.image || 'without a name'}${call}${user}${host}`;
}

/** What wide blocks of a process come to, as a sentence. */
export function fanOutReason(blocks: readonly Block[]): string {
  const [{ byPort, port }] = blocks;
  const alike = blocks.filter((block) => block.byPort === byPort);
  const targets = alike.reduce((sum, block) => sum + block.targets, 0);
  const where = alike.length === 1 ? '' : ` in ${alike.length} blocks of them`;
  return byPort
    ? `one process tried port after port within an hour: ${targets}${where}`
    : `one process tried neighbour after neighbour at port ${port} within an hour: ${targets}${where}`;
}
