import { parseAddress } from '../../../src/record/address.ts';
import {
  allocateRequests,
  Asked,
  beginRequest,
  keepText,
  Reply,
  replyOfStatus,
  type RequestBatch,
  VERBS,
} from '../../../src/record/request.ts';
import { FollowUps } from '../../../src/correlate/after/follow-up.ts';
import { Processes } from '../../../src/correlate/process/process.ts';
import type { Judges } from '../../../src/correlate/after/exploits.ts';
import { START } from '../../support/contacts.ts';

/** One request, as a test says it. */
export interface AskedSpec {
  readonly from: string;
  /** seconds after START */
  readonly at: number;
  readonly to?: string;
  readonly port?: number;
  readonly user?: string;
  readonly path?: string;
  /** a DNS name */
  readonly dns?: string;
  readonly verb?: string;
  readonly reply?: number;
  /** bits of RequestTrait */
  readonly traits?: number;
  readonly status?: number;
  readonly bytes?: number;
  readonly agent?: string;
}

const put = (batch: RequestBatch, text: string): number => {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return keepText(batch, bytes, 0, bytes.length);
};

/** A batch of requests. */
export function requests(specs: readonly AskedSpec[]): RequestBatch {
  const batch = allocateRequests(Math.max(1, specs.length));
  for (const spec of specs) {
    const row = beginRequest(batch);
    const { user, path, status = 200, to = '192.0.2.10', agent = 'Browser' } = spec;
    batch.time[row] = START + spec.at * 1e6;
    batch.record[row] = row + 1;
    batch.address.set(parseAddress(spec.from) ?? [], row * 8);
    batch.address.set(parseAddress(to) ?? [], row * 8 + 4);
    batch.port[row] = spec.port ?? (user === undefined ? 80 : 22);
    batch.asked[row] = spec.dns !== undefined ? Asked.dnsName : user === undefined ? Asked.path : Asked.user;
    batch.verb[row] = VERBS.indexOf((spec.verb ?? 'GET') as (typeof VERBS)[number]);
    batch.status[row] = user === undefined ? status : 0;
    batch.reply[row] = spec.reply ?? (user === undefined ? replyOfStatus(status) : Reply.denied);
    if (spec.bytes !== undefined) batch.bytes[row] = spec.bytes;
    batch.traits[row] = spec.traits ?? 0;
    const name = spec.dns ?? user ?? path ?? '/';
    batch.name[row] = put(batch, name);
    batch.nameLength[row] = name.length;
    batch.agent[row] = put(batch, agent);
    batch.agentLength[row] = agent.length;
    batch.count = row + 1;
  }
  return batch;
}

/** Whoever asks, in the order of their first requests, as a ledger that suspects everybody would seat them. */
export function asked(specs: readonly AskedSpec[], judges: Judges = () => 0): FollowUps {
  const notes = new FollowUps(judges, 7, new Processes(7).spawned);
  const batch = requests(specs);
  const sources = [...new Set(specs.map(({ from }) => from))];
  const seen = new Map<string, number>();
  const account = Int32Array.from(specs, ({ from }) => sources.indexOf(from));
  const request = Uint32Array.from(specs, ({ from }) => {
    seen.set(from, (seen.get(from) ?? 0) + 1);
    return seen.get(from) as number;
  });
  notes.ask(batch, 0, batch.count, { account, request }, new Float64Array(sources.length).fill(30), 1, 0);
  return notes;
}
