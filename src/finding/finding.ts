import { z } from 'zod';

/**
 * A finding: the statement a person acts on. This schema is the one source of its types, of the JSON Schema in
 * docs/schema and of what `explain` accepts back. Programs on the way of the data import the types only, so that
 * no run pays for loading the validator.
 *
 * Required keys are stable. Times are RFC 3339 in UTC with microseconds, bits are log2 of a likelihood ratio.
 * Texts may come from the wire: an output that shows them to a person escapes them first.
 */

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const technique = z.string().regex(/^T\d{4}(\.\d{3})?$/);
const count = z.int().nonnegative();
const percent = z.int().min(0).max(100);
const port = z.int().min(0).max(65535);

const stream = z
  .enum([
    'misses',
    'novelty',
    'order',
    'marks',
    'stray',
    'content',
    'crowd',
    'parent',
    'syntax',
    'protocol',
    'process',
    'rare',
    'chain',
  ])
  .describe('The mechanism that charged the bits');

const evidence = z
  .object({
    input: z.string().describe('The input as the operator named it'),
    record: z.int().positive().describe('Number of the packet or line within the input, from 1'),
    time,
    bits: z.number().optional().describe('What the stream held after it, where that was kept'),
  })
  .describe('One record that can be looked up again');

const accountRow = z
  .object({
    stream,
    bits: z.number().describe('What these contacts added; negative for what was taken off'),
    reason: z.string(),
    contacts: count.describe('How many contacts this row stands for'),
    evidence: z.array(evidence).max(20),
  })
  .describe('The rows of the deciding stream add up to the bits of the finding');

const source = z.object({
  address: z.string(),
  prefix: z.string().optional().describe('Set when a whole prefix is blamed'),
  asn: count.optional(),
  proven: z.boolean().describe('Completed a handshake; otherwise the address is claimed and could be forged'),
});

const member = z.object({
  address: z.string(),
  probes: count,
  bits: z.number().optional(),
  share: z.number().min(0).max(1).optional().describe('Part of the targets or names of the campaign that it came to'),
});

const progress = z
  .object({
    what: z.enum(['addresses', 'ports', 'targets', 'words']),
    within: z.string().describe('The range, or the list of words'),
    done: count,
    of: count,
    end: z
      .object({ from: time, to: time })
      .optional()
      .describe('When the rest is done at the pace it has, 90 % interval; absent: the pace tells nothing'),
  })
  .describe('How far it has come');

const service = z.object({ protocol: z.string(), port, probes: count });

const tool = z.object({
  name: z.string(),
  version: z.string().optional(),
  bits: z.number(),
  marks: z.array(z.string()).describe('What betrayed it'),
});

const wordlist = z.object({
  name: z.string().describe('"undecided" when no known list leads by a margin'),
  from: count,
  to: count,
  of: count,
  next: z.array(z.string()).describe('The words that come next'),
});

const learned = z
  .object({
    address: z.string().describe('Or the name of the site, where the input does not tell the address'),
    protocol: z.string(),
    port: port.optional().describe('Absent where the protocol has none, or the input does not tell it'),
    state: z.enum(['open', 'closed', 'filtered', 'up']),
    service: z.string().optional(),
    banner: z.string().optional(),
    host: z.string().optional(),
    path: z.string().optional(),
    user: z.string().optional(),
    status: z.int().optional(),
    bytes: count.optional(),
    at: time.describe('When the scanner was told first'),
    firstTime: z.boolean().describe('No earlier scan in this data was told this'),
  })
  .describe('What an answer told the scanner');

export const adviceSchema = z.object({
  mitigation: z.enum(['M1056', 'M1042', 'M1032', 'M1035', 'M1051']),
  target: z.string().describe('Where'),
  text: z.string().describe('What to do'),
  why: z.string().describe('Why now'),
  verify: z
    .string()
    .describe('A command to run oneself, or a check, and what it shows when it is done; the program never runs it'),
});

const followUp = z.object({
  technique,
  at: time,
  source: z.string(),
  target: z.string(),
  gapSeconds: z.number().nonnegative(),
  bits: z.number(),
  reason: z.string(),
  evidence: z.array(evidence).max(4).optional().describe('A record of the scan, then those of what followed'),
});

/** First contacts, and names asked for, that a trace keeps of each. */
export const TRACED = 256;

const offset = z.int().describe('µs since firstSeen');
const missed = z.int().min(0).max(1).describe('1: nothing was there');

const trace = z
  .object({
    opened: time.optional().describe('When the account reached the bar'),
    addresses: z.array(z.string()).max(TRACED).describe('The targets that the visits name by their place'),
    visits: z
      .array(z.tuple([offset, z.int().min(-1).describe('Place in addresses; -1: not told'), port, missed]))
      .max(TRACED)
      .describe('First contacts with a target, in order of time'),
    asks: z
      .array(z.tuple([offset, count.describe('Place of the name in their alphabet'), missed]))
      .max(TRACED)
      .describe('Names when they were asked for first, in order of time'),
  })
  .describe('How it began, for plots; only of the findings of most worth');

const triage = z.object({
  class: z.enum(['targeted', 'localised', 'background', 'known-scanner', 'innocent']),
  targetedness: percent,
  priority: percent,
  reasons: z.array(z.string()),
  rejected: z.array(z.string()).describe('Innocent explanations that were tried, and why each failed'),
  notify: z.boolean().optional().describe('false: part of a digest, nobody need look at it; absent: not yet decided'),
});

export const findingSchema = z
  .object({
    id: z
      .string()
      .regex(/^[0-9a-z-]{4,64}$/)
      .describe('The same for the same data'),
    kind: z.enum(['scan', 'campaign', 'anomaly', 'intrusion']),
    techniques: z.array(technique).describe('ATT&CK ids, most bits first; T1046 for own sources'),
    source: source.nullable().describe('null: a campaign, see members'),
    members: z
      .array(member)
      .optional()
      .describe('Campaigns and intrusions: the sources that took part, most probes first'),
    memberCount: count.optional().describe('Campaigns only: may be more than are listed'),
    progress: progress.optional().describe('Campaigns only, where there is a range or a list'),
    firstSeen: time,
    lastSeen: time,
    status: z.enum(['open', 'closed']),
    bits: z.number(),
    bar: z.number().describe('The value at which a finding opens'),
    decidedBy: stream,
    account: z.array(accountRow).min(1),
    shape: z
      .enum([
        'address-scan',
        'port-scan',
        'block-scan',
        'wordlist',
        'vulnerability',
        'fingerprinting',
        'single-service',
      ])
      .nullable()
      .describe('null: not a scan'),
    methods: z.array(z.string()).describe('How targets were addressed: tcp-syn, udp, icmp-echo, arp, …'),
    probes: count,
    targets: z.object({ addresses: count, ports: count, paths: count, names: count }).describe('How many of each'),
    services: z.array(service).describe('Most probed first'),
    order: z
      .enum(['sequential', 'descending', 'permuted', 'reverse-byte', 'dictionary'])
      .nullable()
      .describe('null: too few targets to tell'),
    rate: z.number().nonnegative().describe('Probes per second; 0 when all fell on one instant'),
    tool: tool.nullable(),
    wordlist: wordlist.nullable(),
    learned: z.array(learned),
    advice: z.array(adviceSchema).max(20).describe('What to close or hide, most worth first'),
    followedBy: z.array(followUp),
    related: z.array(z.object({ technique, why: z.string() })),
    triage,
    inputs: z.array(z.string()),
    caveats: z.array(z.string()),
    trace: trace.optional(),
  })
  .describe('Vedette finding');

const names = z.record(z.string(), count);

const inputCounts = z
  .object({
    name: z.string(),
    format: z.string(),
    records: count,
    used: count,
    duplicate: count,
    late: count,
    malformed: names.describe('Could not be used: name of what was wrong, and how often'),
    unsupported: count,
    shed: count.describe('Dropped under pressure'),
    noted: names.describe('Odd, yet used: name and how often'),
    assumed: z
      .array(z.enum(['year', 'zone', 'columns']))
      .describe(
        'What it left out: of its stamps the year (the last that fits) or the zone (as given, or UTC), of its lines which column is which (told from what stands in them)',
      ),
  })
  .describe('records = used + duplicate + late + malformed + unsupported + shed');

export const summarySchema = z
  .object({
    kind: z.literal('summary'),
    inputs: z.array(inputCounts),
    contacts: count,
    sources: count,
    findings: count,
    noise: z
      .object({
        sources: count,
        probes: count,
        topServices: z.array(service),
        newServices: z.array(service).describe('Tried in the second half of the data and never in the first'),
        tools: z
          .array(z.object({ name: z.string(), findings: count }))
          .describe('Programs of findings that are background, most findings first'),
        knownScanners: z
          .object({ findings: count, share: z.number().min(0).max(1) })
          .describe('Findings of known scanners, and their share of all that is background'),
      })
      .describe('Background radiation: unsolicited, and under the bar'),
    digest: z
      .array(
        z.object({
          what: z.string().describe('The tool, or else the service that was tried most'),
          hour: time.describe('When it began'),
          findings: count,
          sources: count,
          ports: z.array(z.string()).max(10).describe('protocol/port, most findings first'),
        }),
      )
      .describe('Background findings that are told together'),
    findingsPerDay: z
      .object({ findings: z.number().nonnegative(), notifications: z.number().nonnegative() })
      .nullable()
      .describe(
        'Findings a day, and notifications: findings told one by one, and digests; null: less than 12 h of data',
      ),
    explained: z
      .array(
        z.object({
          source: z.string(),
          what: z.string().describe('The innocent reading: monitor, backscatter of an attack, …'),
          because: z.string().describe('What was looked at, with the figures'),
          probes: count,
        }),
      )
      .max(100)
      .describe('Sources that looked like scanners and are none, most probes first'),
    policy: z
      .array(
        z.object({
          prefix: z.string(),
          policy: z.enum(['allow', 'label', 'ignore']),
          reason: z.string().optional().describe('Absent: none was given'),
          until: time.optional().describe('Absent: it never expires'),
          from: z.string().describe('The list, or the option'),
          state: z
            .enum(['used', 'unused', 'expired'])
            .describe('expired: before the data ended, so that it does not count from then on'),
          sources: count.describe('Sources of findings that it is about'),
          probes: count,
        }),
      )
      .max(100)
      .optional()
      .describe('Entries of the operator, expired ones first, then those that were used; absent: there are none'),
    nearest: z
      .array(
        z.object({
          source: z.string(),
          bits: z.number().describe('What its account holds, to be compared with the bar'),
          decidedBy: stream,
          reason: z.string().describe('What added most to it'),
          contacts: count.describe('All contacts and requests of the source'),
        }),
      )
      .max(20)
      .describe('Sources that came nearest to the bar and stayed under it, most bits first'),
    bar: z.number(),
    falsePerDay: z.number().positive().describe('False findings per day that the bar accepts'),
    contactsPerDay: z
      .number()
      .nonnegative()
      .nullable()
      .describe('First contacts per day behind the bar; null: bar given'),
    home: z.object({ networks: z.array(z.string()), inferred: z.boolean() }),
    span: z.object({ first: time, last: time }).nullable().describe('Time of the data; null: no record'),
    clocks: z
      .array(z.object({ input: z.string(), other: z.string(), aheadSeconds: z.number(), pairs: count }))
      .describe('Inputs that saw the same contacts at different times: how far the clock of the other is ahead'),
    seconds: z.number().nonnegative().describe('How long the run took: the only figure that differs between runs'),
  })
  .describe('The last line of a run');

export type Finding = z.infer<typeof findingSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type Stream = z.infer<typeof stream>;
export type AccountRow = z.infer<typeof accountRow>;
export type Learned = z.infer<typeof learned>;
export type Advice = z.infer<typeof adviceSchema>;
export type Service = z.infer<typeof service>;
export type Trace = z.infer<typeof trace>;
export type InputCounts = z.infer<typeof inputCounts>;
