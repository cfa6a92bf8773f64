import { digest } from '../../src/record/digest.ts';
import { allocateRequests, beginRequest, keepText, type RequestBatch } from '../../src/record/request.ts';

/** A request in a test; what is not said is nothing. */
export interface RequestSpec {
  readonly time?: number;
  readonly asked: number;
  readonly reply: number;
  readonly status?: number;
  readonly verb?: number;
  readonly traits?: number;
  readonly name?: string;
  readonly site?: string;
  readonly agent?: string;
  readonly referer?: string;
  /** last word of the source's IPv4 address */
  readonly from?: number;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A batch of requests. */
export function requestsOf(specs: readonly RequestSpec[]): RequestBatch {
  const batch = allocateRequests(Math.max(1, specs.length));
  for (const spec of specs) {
    const row = beginRequest(batch);
    batch.time[row] = spec.time ?? 0;
    batch.asked[row] = spec.asked;
    batch.reply[row] = spec.reply;
    batch.status[row] = spec.status ?? 0;
    batch.verb[row] = spec.verb ?? 0;
    batch.traits[row] = spec.traits ?? 0;
    if (spec.from !== undefined) batch.address.set([0, 0, 0xffff, spec.from], row * 8);
    for (const text of ['name', 'site', 'agent', 'referer'] as const) {
      const bytes = bytesOf(spec[text] ?? '');
      batch[text][row] = keepText(batch, bytes, 0, bytes.length);
      batch[`${text}Length`][row] = bytes.length;
    }
    batch.count = row + 1;
  }
  digest(batch);
  return batch;
}
