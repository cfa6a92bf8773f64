import { allocate, type Batch, bytesOf, headOf, withHead } from './batch.ts';

/**
 * A request: a source asked a service for something by name (a path of a web site, a name of a zone, a user of a host),
 * and it was answered somehow. Web, DNS, login and telephony logs become requests, and so do requests seen in packets.
 */
export const requestSchema = {
  /** µs since 1970 */
  time: ['f64', 1],
  /** number of the input */
  input: ['u16', 1],
  /** number of the line or packet within the input, from 1 */
  record: ['u32', 1],
  /** 8 words in host order: source 0–3, server 4–7 (all 0: the log does not tell); IPv4 is mapped */
  address: ['u32', 8],
  /** port of the service; 0: not told */
  port: ['u16', 1],
  /** one of Asked */
  asked: ['u8', 1],
  /** one of Reply */
  reply: ['u8', 1],
  /** place in VERBS; 0: none or not told */
  verb: ['u8', 1],
  /** HTTP status, DNS RCODE, SIP status; 0: not told */
  status: ['u16', 1],
  /** bytes of the answer's body; 0xffffffff: not told */
  bytes: ['u32', 1],
  /** bits of RequestTrait */
  traits: ['u32', 1],
  /** what was asked for, raw: target of the request line (path and query), DNS name, user; where it stands in `text` */
  name: ['u32', 1],
  nameLength: ['u16', 1],
  /** of whom: host of the site, zone or name server, host that was logged in to */
  site: ['u32', 1],
  siteLength: ['u16', 1],
  /** the user agent, or what else the client calls itself (SSH identification, EHLO name) */
  agent: ['u32', 1],
  agentLength: ['u16', 1],
  referer: ['u32', 1],
  refererLength: ['u16', 1],
  /** hashes of the texts, for rows below `digested`: of the name as one target (`hashName`) */
  nameA: ['i32', 1],
  nameB: ['i32', 1],
  /** of the name as it stands, two; of the agent: FNV-1a */
  nameHash: ['i32', 1],
  nameMix: ['i32', 1],
  agentHash: ['i32', 1],
  /** of the site, `hashCaseless`; of the referer, by words */
  siteHash: ['i32', 1],
  refererHash: ['i32', 1],
} as const;

/** What kind of name was asked for. */
export const Asked = {
  /** nothing: connected and left without asking, or without making sense */
  nothing: 0,
  /** a path of a web site */
  path: 1,
  /** a DNS name at our name server */
  dnsName: 2,
  /** a user (or mailbox, SIP extension, database role) of a service */
  user: 3,
} as const;

/**
 * What a source that has kept a page is told of it instead of the page, and nobody else (RFC 9110 section 15.4.5): alike for all
 * pages, and it says of each that it is there.
 */
export const NOT_MODIFIED = 304;

/** How it was answered. */
export const Reply = {
  unknown: 0,
  /** there is such a thing: 2xx, 3xx, 304, NOERROR with data */
  answered: 1,
  /** there is no such thing: 404, 410, NXDOMAIN, unknown user */
  missed: 2,
  /** no admittance: 401, 403, 407, REFUSED, wrong password */
  denied: 3,
  /** not understood: 400, 405, 414, 501, 505, FORMERR, protocol errors */
  malformed: 4,
  /** the server failed or was busy: 5xx, 429, SERVFAIL */
  failed: 5,
  /** a login that was accepted */
  accepted: 6,
} as const;

/** Bits of `traits`. */
export const RequestTrait = {
  /** the input tells the user agent: an empty one was then really empty */
  agentTold: 1,
  /** the input tells the referer */
  refererTold: 2,
  /** went over TLS or SSH */
  encrypted: 4,
  /** the request line broke the grammar of its protocol */
  brokenLine: 8,
  /** the address is what a proxy that the operator named has told (Forwarded, X-Forwarded-For) */
  forwarded: 16,
  /** connection established: the address of the source is proven */
  proven: 32,
  /** a transfer of a whole zone (AXFR, IXFR) */
  zoneTransfer: 64,
  /** asked for the version of the server (version.bind, SIP OPTIONS, EHLO and leave) */
  versionAsked: 128,
  /** guessed a password (and not only whether a name exists) */
  secretGuessed: 256,
  /** another input has told this request already; this one may tell more of it */
  copy: 512,
  /** asked where the mail of a domain goes (DNS type MX) */
  mailAsked: 1024,
  /** asked which name comes next in a zone (DNS types NSEC, NSEC3) */
  nextAsked: 2048,
  /** asked for the serial number of a zone (DNS type SOA), as secondaries do before they transfer it */
  serialAsked: 4096,
  /** told of another client that it forwards for (Forwarded, X-Forwarded-For), and is no proxy that the operator named */
  hearsay: 8192,
  /** was let in by a key or a ticket, which nobody guesses (RFC 4252 section 7, RFC 4462) */
  keyShown: 16384,
} as const;

/** DNS types SOA, MX (RFC 1035), NSEC (RFC 4034), NSEC3 (RFC 5155), IXFR, AXFR (RFC 1995, RFC 5936), and what each asks. */
const TRAIT_OF_TYPE: ReadonlyMap<number, number> = new Map([
  [6, RequestTrait.serialAsked],
  [15, RequestTrait.mailAsked],
  [47, RequestTrait.nextAsked],
  [50, RequestTrait.nextAsked],
  [251, RequestTrait.zoneTransfer],
  [252, RequestTrait.zoneTransfer],
]);

/** What a question of this DNS type asks beside a name: a bit of RequestTrait, 0: nothing. */
export const traitOfType = (type: number): number => TRAIT_OF_TYPE.get(type) ?? 0;

/** Verbs of HTTP (RFC 9110 section 9, RFC 5789, RFC 4918, RFC 3253) and SIP; the last stands for all others. */
export const VERBS = [
  '',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'SEARCH',
  'REPORT',
  'DEBUG',
  'REGISTER',
  'INVITE',
  'other',
] as const;

/** Bytes of the answer when nobody told them. */
export const BYTES_UNKNOWN = 0xffffffff;

/** A batch of requests and the bytes that their texts stand in. */
export interface RequestBatch extends Batch<typeof requestSchema> {
  /** Bytes that `name`, `site`, `agent` and `referer` point into: own room, or the block that the lines were read from. */
  text: Uint8Array;
  /** Bytes of own room in use. */
  textUsed: number;
  /** Rows 0 … digested − 1 have their hashes (record/digest.ts). */
  digested: number;
}

const HEAD = headOf({ count: 0, textUsed: 1, digested: 2 });

/** Own room for texts, a row. */
const ROOM = 256;

/** Bytes that `allocateRequests` lays out. */
export const requestBytes = (capacity: number): number => bytesOf(requestSchema, capacity) + ROOM * capacity;

/** Lays out a batch of requests with room for texts. */
export function allocateRequests(
  capacity: number,
  buffer: ArrayBufferLike = new ArrayBuffer(requestBytes(capacity)),
  start = 0,
): RequestBatch {
  const columns = allocate(requestSchema, capacity, buffer, start);
  const text = new Uint8Array(buffer as ArrayBuffer, start + bytesOf(requestSchema, capacity), ROOM * capacity);
  return withHead({ ...columns, text }, HEAD) as unknown as RequestBatch;
}

/** Forgets all rows and their texts. */
export function clearRequests(batch: RequestBatch): void {
  batch.count = 0;
  batch.textUsed = 0;
  batch.digested = 0;
}

/** Begins a row with nothing told; returns its number. The caller sets what it knows and then counts the row. */
export function beginRequest(batch: RequestBatch): number {
  const row = batch.count;
  if (batch.digested > row) batch.digested = row;
  const { address } = batch;
  for (let at = row * 8, end = at + 8; at < end; at += 1) address[at] = 0;
  batch.port[row] = 0;
  batch.asked[row] = Asked.nothing;
  batch.reply[row] = Reply.unknown;
  batch.verb[row] = 0;
  batch.status[row] = 0;
  batch.bytes[row] = BYTES_UNKNOWN;
  batch.traits[row] = 0;
  batch.nameLength[row] = 0;
  batch.siteLength[row] = 0;
  batch.agentLength[row] = 0;
  batch.refererLength[row] = 0;
  return row;
}

/** What an HTTP status says of the thing that was asked for. */
export function replyOfStatus(status: number): number {
  if (status === 404 || status === 410) return Reply.missed;
  if (status === 401 || status === 403 || status === 407 || status === 451) return Reply.denied;
  if (status >= 200 && status < 400) return Reply.answered;
  if (status === 429 || status >= 500) return status === 501 || status === 505 ? Reply.malformed : Reply.failed;
  return status >= 400 ? Reply.malformed : Reply.unknown;
}

const VERB_LETTERS = VERBS.map((verb) => Uint8Array.from(verb, (letter) => letter.charCodeAt(0)));
const OTHER_VERB = VERBS.length - 1;

/** Place in VERBS of the token bytes[from … to); 0: empty. Makes no garbage: packets are read with it too. */
export function verbOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 0) return 0;
  for (let verb = 1; verb < OTHER_VERB; verb += 1) {
    const letters = VERB_LETTERS[verb];
    if (letters.length !== length || letters[0] !== bytes[from]) continue;
    let same = 1;
    while (same < length && letters[same] === bytes[from + same]) same += 1;
    if (same === length) return verb;
  }
  return OTHER_VERB;
}

/** Copies bytes[from … to) into the batch's own room and returns where they stand; at most 65,535, cut where room ends. */
export function keepText(batch: RequestBatch, bytes: Uint8Array, from: number, to: number): number {
  const start = batch.textUsed;
  const length = Math.min(to - from, 0xffff, batch.text.length - start);
  for (let at = 0; at < length; at += 1) batch.text[start + at] = bytes[from + at];
  batch.textUsed = start + length;
  return start;
}
