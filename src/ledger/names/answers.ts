// Hot: once a new name that was answered.
import { BYTES_UNKNOWN, NOT_MODIFIED, type RequestBatch, VERBS } from '../../record/request.ts';
import { signatureOf } from './sites.ts';

/** New names of a source in a row that got the very same answer, until that says nothing of whether they are there. */
const ALIKE = 8;

/** RFC 9110 section 15.5.2. */
const UNAUTHORIZED = 401;

/** How often a page that names what was asked for does so at most: its title, a message, links. */
const ECHOES = 8;
/** It cannot be told how often; the answers differ in more than the name. */
const ANY = -1;
const NEVER = -2;

/** By account: what its new names were answered with, as far as it tells whether they were given anything. */
export class Answers {
  /** the last answer to a new name: its status and size, the length of the name, how often the answer repeats it */
  readonly #status: Uint16Array;
  readonly #bytes: Float64Array;
  readonly #length: Uint16Array;
  readonly #echoes: Int8Array;
  /** how many answers before it were the same but for the name in it */
  readonly #alike: Uint8Array;
  /** the last answer that several names in a row got */
  readonly #usual: Int32Array;
  /** the last answer that gave something */
  readonly #given: Int32Array;
  /** hash of the new name that was last answered by a redirection, or by asking who it is; 0: none, or it was followed */
  readonly #sent: Int32Array;

  constructor(accounts: number) {
    this.#status = new Uint16Array(accounts);
    this.#bytes = new Float64Array(accounts);
    this.#length = new Uint16Array(accounts);
    this.#echoes = new Int8Array(accounts);
    this.#alike = new Uint8Array(accounts);
    this.#usual = new Int32Array(accounts);
    this.#given = new Int32Array(accounts);
    this.#sent = new Int32Array(accounts);
  }

  forget(account: number): void {
    this.#status[account] = 0;
    this.#echoes[account] = ANY;
    this.#alike[account] = 0;
    this.#usual[account] = 0;
    this.#given[account] = 0;
    this.#sent[account] = 0;
  }

  /**
   * Whether the last names of the source have all got this answer. A page that says what was not found grows with the
   * name, byte by byte; pages that are there do not.
   *
   * @param sized whether the site's answers are told with their sizes
   */
  areAlike(batch: RequestBatch, row: number, account: number, sized: boolean): boolean {
    const { status, bytes, nameLength } = batch;
    const isSame = isTold(batch, row, sized) && this.#status[account] === status[row];
    const longer = nameLength[row] - this.#length[account];
    const larger = bytes[row] - this.#bytes[account];
    const echoes = isSame ? echoesOf(longer, larger, this.#echoes[account]) : NEVER;
    this.#echoes[account] = echoes === NEVER ? ANY : echoes;
    this.#alike[account] = echoes === NEVER ? 0 : Math.min(ALIKE, this.#alike[account] + 1);
    if (echoes !== NEVER) this.#usual[account] = signatureOf(status[row], bytes[row]) | 1;
    this.#status[account] = status[row];
    this.#bytes[account] = bytes[row];
    this.#length[account] = nameLength[row];
    return this.#alike[account] >= ALIKE;
  }

  /** Whether the answer that was looked at last gave something: no redirection, and not what the source was given before, or is often. */
  isGift(batch: RequestBatch, row: number, account: number, sized: boolean): boolean {
    const { status } = batch;
    if (status[row] === NOT_MODIFIED) return true;
    if (status[row] >= 300) return false;
    if (!isTold(batch, row, sized)) return true;
    return this.#isOther(batch, row, account) && this.#alike[account] === 0;
  }

  /** Notes a new name that is answered by a redirection, or by asking who it is. */
  send({ status, nameHash }: RequestBatch, row: number, account: number): void {
    if ((status[row] >= 300 && status[row] < 400) || status[row] === UNAUTHORIZED) this.#sent[account] = nameHash[row];
  }

  /**
   * Whether a page is given under the name that was redirected last, and not what the source was given before: servers send
   * who comes by HTTP to HTTPS, or for a cookie, and log both under one name; and programs show who they are when asked.
   */
  isArrival(batch: RequestBatch, row: number, account: number): boolean {
    const { status, bytes, nameHash } = batch;
    if (nameHash[row] !== this.#sent[account] || status[row] >= 300) return false;
    this.#sent[account] = 0;
    return bytes[row] !== BYTES_UNKNOWN && bytes[row] !== 0 && this.#isOther(batch, row, account);
  }

  #isOther({ status, bytes }: RequestBatch, row: number, account: number): boolean {
    const answer = signatureOf(status[row], bytes[row]) | 1;
    const isOther = answer !== this.#given[account] && answer !== this.#usual[account];
    this.#given[account] = answer;
    return isOther;
  }
}

const GET = VERBS.indexOf('GET');

/** Whether the size of an answer says how much was given: an empty one does of a page that was asked for, and not only looked for (HEAD). */
const isTold = ({ bytes, verb }: RequestBatch, row: number, sized: boolean): boolean =>
  bytes[row] !== BYTES_UNKNOWN && (bytes[row] !== 0 || (sized && verb[row] === GET));

/** How often the name is in an answer, by how much longer name and answer are; `known` of the answers before. */
function echoesOf(longer: number, larger: number, known: number): number {
  if (longer === 0) return larger === 0 ? known : NEVER;
  const echoes = larger / longer;
  const isWhole = Number.isInteger(echoes) && echoes >= 0 && echoes <= ECHOES;
  return isWhole && (known === ANY || echoes === known) ? echoes : NEVER;
}
