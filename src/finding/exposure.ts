import { z } from 'zod';
import { adviceSchema } from './finding.ts';

/**
 * What of ours is told to whoever asks, and who has asked: one line for each thing. The one source of the types of
 * `vedette learned`, of its JSON Schema in docs/schema, and of what `vedette learned --diff` accepts back.
 *
 * Times are RFC 3339 in UTC with microseconds. Texts may come from the wire: whoever shows them escapes them first.
 */

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const count = z.int().nonnegative();

const telling = z
  .object({
    source: z.string().nullable().describe('null: a member of a campaign'),
    finding: z.string().describe('Id of the finding'),
    at: time,
  })
  .describe('A scanner was told');

export const exposureSchema = z
  .object({
    kind: z.literal('exposure'),
    what: z.enum(['service', 'path', 'name', 'user', 'host']),
    address: z.string().describe('Or the name of the site, where the input does not tell the address; may be empty'),
    protocol: z.string(),
    port: z.int().min(0).max(65535).optional(),
    state: z.enum(['open', 'closed', 'filtered', 'up']).describe('By the last answer'),
    service: z.string().optional(),
    banner: z.string().optional().describe('What it calls itself'),
    certificate: z.array(z.string()).optional().describe('Names in its TLS certificate'),
    host: z.string().optional(),
    path: z.string().optional(),
    user: z.string().optional(),
    status: z.int().optional(),
    bytes: count.optional(),
    answers: z.array(z.string()).optional().describe('Hosts: what it answered, such as echo, timestamp, refusal'),
    firstSeen: time.describe('First answer to anybody'),
    lastSeen: time.describe('Last answer to anybody'),
    scanners: count.describe('Sources and campaigns with a finding that were told'),
    firstTold: telling.extend({ minutes: z.number().describe('Since the first answer') }).nullable(),
    lastTold: time.nullable(),
    toldTo: z.array(telling).max(20).describe('First of all, in order of time'),
    targeted: z.boolean().describe('A scanner that was told aims at us'),
    use: z
      .object({
        clients: count.describe('Sources without a finding that really used it'),
        last30Days: count.describe('Of these, in the last 30 days of the data'),
        atLeast: z.boolean().describe('Not all could be kept'),
        last: time.nullable(),
      })
      .nullable()
      .describe('null: use cannot be told of this kind of thing, or not from these inputs'),
  })
  .describe('Something of ours that answers, and who was told');

export const learnedSchema = z
  .object({
    kind: z.literal('learned'),
    verdict: z
      .enum(['learned', 'nothing', 'untold', 'none'])
      .describe('untold: answers are not visible, so it cannot be told; none: nobody scanned'),
    because: z.string(),
    findings: count,
    probes: count.describe('Of the findings'),
    answered: count.describe('Of these, answered'),
    refused: count.describe('Of these, refused: the host lives'),
    unanswered: count,
    untold: count.describe('Of these, how they ended cannot be told'),
    told: z
      .object({ services: count, paths: count, names: count, users: count, hosts: count })
      .describe('Things that at least one scanner was told'),
    exposed: count.describe('Things that answer anybody'),
    unkept: count.describe('Answers that found no room in the ledger'),
    advice: z.array(adviceSchema).describe('Most worth first'),
  })
  .describe('The last line of `vedette learned`');

export const changeSchema = z
  .object({
    kind: z.literal('change'),
    change: z
      .enum(['exposed', 'closed', 'unseen', 'changed', 'told'])
      .describe('unseen: nothing answered there in the second; told: by now a scanner knows it'),
    fields: z.array(z.string()).describe('Which fields differ'),
    before: exposureSchema.nullable(),
    after: exposureSchema.nullable(),
  })
  .describe('A difference between two analyses');

export type Exposure = z.infer<typeof exposureSchema>;
export type Telling = z.infer<typeof telling>;
export type LearnedSummary = z.infer<typeof learnedSchema>;
export type Change = z.infer<typeof changeSchema>;
