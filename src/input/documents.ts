// Hot: `#scan` looks at every byte.
import { clearSheaf, hasRoom, rowsOf, SHEAF_RECORDS, allocateSheaf, type Sheaf } from '../record/sheaf.ts';
import { Weird, WeirdCounts } from '../record/weird.ts';
import { Refill } from './carry/refill.ts';
import type { ByteSource, ReaderContext, RecordInput, RecordReader } from './input.ts';
import { Line, LINE_MAX, type LineFormat, type LineParser } from './lines.ts';
import { trialContext } from './trial.ts';

/*
 * JSON documents (RFC 8259) that hold many records: an array of them, an object with an array of them somewhere in it, or
 * objects one after the other with or without line ends (RFC 7464 without its separators).
 *
 *   input    = *( ws value )
 *   element  = an object, an array, or a text, of an array that is a document itself or has one of the format's names,
 *              at any depth; where the format takes objects also an object that stands by itself
 *
 * The input is read once, in blocks; an element is all that is held. What lies between elements is not looked at further.
 */
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const LF = 10;

/** Nesting that is followed. */
const DEEPEST = 64;
/** Longest name of an array that is looked up. */
const NAME_MAX = 32;
const TEXT_ROOM = 1 << 20;

/** A format of documents. Its parser gets one element a call: an object or an array with its braces, or a text without its quotes. */
export interface DocumentFormat extends LineFormat {
  /** names of the arrays whose elements are records */
  readonly arrays: readonly string[];
  /** what the records are */
  readonly elements: 'objects' | 'arrays' | 'texts';
}

/** An input made of a format of documents. Recognised by the share of the first elements that its parser takes. */
export function documentInput(format: DocumentFormat): RecordInput {
  const { name, about, sample } = format;
  return {
    carries: 'records',
    name,
    about,
    sample,
    recognise: (head, _, context) => shareTaken(head, format, context ?? trialContext()),
    open: (bytes, context) => new DocumentReader(bytes, context, format),
  };
}

/** Elements that recognising looks at. */
const LOOKED_AT = 64;
/** Room for the texts of one of them, beside as much as they are long. */
const LINE_ROOM = 1 << 12;
let tried: Sheaf | undefined;

function shareTaken(head: Uint8Array, format: DocumentFormat, context: ReaderContext): number {
  const first = head.find((byte) => byte > 32);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return 0;
  tried ??= allocateSheaf();
  const sheaf = tried;
  const parser = format.parser({ ...context, weird: new WeirdCounts() });
  const splitter = new Splitter(format);
  // texts that are put together stand behind the head, as they do behind a block
  const bytes = new Uint8Array(2 * head.length + LINE_ROOM);
  bytes.set(head);
  let looked = 0;
  let taken = 0;
  sheaf.requests.text = bytes;
  for (let at = 0; looked < LOOKED_AT; ) {
    at = splitter.next(bytes, at, head.length);
    if (splitter.found === Found.nothing) break;
    looked += 1;
    clearSheaf(sheaf);
    sheaf.requests.textUsed = head.length;
    const isElement = splitter.found === Found.element;
    if (isElement && parser.line(bytes, splitter.from, splitter.to, sheaf, looked) === Line.used) taken += 1;
  }
  // a little surer than of a format of lines, for an object a line is a document too
  return looked === 0 ? 0 : (0.985 * taken) / looked;
}

/** What a call of `Splitter.next` came to. */
const Found = { nothing: 0, element: 1, scalar: 2, deep: 3, broken: 4 } as const;

/** Finds the elements in bytes that come in blocks. */
class Splitter {
  /** the element: bytes[from … to); `from` is negative as long as none has begun */
  from = -1;
  to = 0;
  found: number = Found.nothing;
  readonly #names: readonly Uint8Array[];
  readonly #objects: boolean;
  readonly #arrays: boolean;
  /** arrays that hold elements are those whose depth is marked */
  readonly #holds = new Uint8Array(DEEPEST + 1);
  readonly #isArray = new Uint8Array(DEEPEST + 1);
  #depth = 0;
  /** depth around the element that has begun */
  #base = -1;
  #inText = false;
  #escaped = false;
  /** within a text that is an element */
  #isElement = false;
  /** the last text: its first bytes, how long it is; a name when a colon follows */
  readonly #name = new Uint8Array(NAME_MAX);
  #nameLength = 0;
  #named = false;
  /** within a number, true, false or null that stands where an element should */
  #inScalar = false;

  constructor({ arrays, elements }: DocumentFormat) {
    this.#names = arrays.map((name) => new TextEncoder().encode(name));
    this.#objects = elements === 'objects';
    this.#arrays = elements === 'arrays';
  }

  /** The block has moved: what was at `by` is now at 0. */
  shift(by: number): void {
    if (this.from >= 0) this.from -= by;
  }

  /** Gives up the element that has begun, and everything around it, up to a line that begins with an object. */
  abandon(): void {
    this.from = -1;
    this.#depth = 0;
    this.#base = -1;
    this.#inText = false;
    this.#escaped = false;
    this.#isElement = false;
    this.#named = false;
    this.#inScalar = false;
  }

  /** Goes on from `at`; returns where it stopped: behind an element, or at `end`. */
  next(bytes: Uint8Array, start: number, end: number): number {
    this.found = Found.nothing;
    let at = start;
    while (at < end && this.found === Found.nothing) {
      const byte = bytes[at];
      at += 1;
      if (this.#inText) this.#text(byte, at);
      else if (byte > 32) this.#structure(byte, at);
    }
    return at;
  }

  #text(byte: number, at: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inText = false;
      if (this.#isElement) this.#end(at - 1);
      this.#isElement = false;
      return;
    } else if (byte === LF) {
      // never within a text (RFC 8259 section 7): its end is missing
      this.#break(Found.broken);
      return;
    }
    if (this.#nameLength < NAME_MAX) this.#name[this.#nameLength] = byte;
    this.#nameLength += 1;
  }

  #structure(byte: number, at: number): void {
    if (byte === QUOTE) this.#openText(at);
    else if (byte === COLON) this.#named = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(byte === OPEN_BRACKET, at);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(byte === CLOSE_BRACKET, at);
    else if (byte === COMMA) {
      this.#named = false;
      this.#inScalar = false;
    } else if (!this.#inScalar && this.#isPlace()) {
      this.#inScalar = true;
      this.found = Found.scalar;
    }
  }

  /** Whether an element may begin here. */
  #isPlace(): boolean {
    return this.#base < 0 && (this.#depth === 0 || this.#holds[this.#depth] === 1);
  }

  #openText(at: number): void {
    this.#inText = true;
    this.#escaped = false;
    this.#nameLength = 0;
    if (!this.#isPlace() || this.#depth === 0) return;
    if (this.#objects || this.#arrays) this.found = Found.scalar;
    else {
      this.#isElement = true;
      this.from = at;
    }
  }

  #open(isArray: boolean, at: number): void {
    const outer = this.#depth === 0;
    const begins = this.#isPlace() && (isArray ? this.#arrays && !outer : this.#objects);
    const depth = this.#depth + 1;
    if (this.#depth >= DEEPEST) {
      this.#break(Found.deep);
      return;
    }
    // an array by one of the names; or one that is the document
    const holds = isArray && (this.#isNamed() || (outer && this.#objects));
    this.#depth = depth;
    this.#isArray[depth] = isArray ? 1 : 0;
    this.#holds[depth] = holds ? 1 : 0;
    this.#named = false;
    this.#inScalar = false;
    if (begins) {
      this.from = at - 1;
      this.#base = depth - 1;
    } else if (holds && this.#base >= 0) {
      // what looked like an element is what the elements stand in
      this.from = -1;
      this.#base = -1;
    }
  }

  #isNamed(): boolean {
    if (!this.#named) return false;
    for (const name of this.#names) if (name.length === this.#nameLength && this.#equals(name)) return true;
    return false;
  }

  #equals(name: Uint8Array): boolean {
    for (let n = 0; n < name.length; n += 1) if (this.#name[n] !== name[n]) return false;
    return true;
  }

  #close(isArray: boolean, at: number): void {
    this.#named = false;
    this.#inScalar = false;
    if (this.#depth === 0 || this.#isArray[this.#depth] !== (isArray ? 1 : 0)) {
      this.#break(Found.broken);
      return;
    }
    this.#depth -= 1;
    if (this.#base === this.#depth && this.from >= 0) this.#end(at);
  }

  #break(found: number): void {
    this.abandon();
    this.found = found;
  }

  #end(to: number): void {
    this.to = to;
    this.#base = -1;
    this.found = Found.element;
  }
}

/** Reads a source element by element through a parser. */
class DocumentReader implements RecordReader {
  records = 0;
  readonly #refill: Refill;
  readonly #context: ReaderContext;
  readonly #parser: LineParser;
  readonly #splitter: Splitter;
  readonly #block = new Uint8Array(LINE_MAX + TEXT_ROOM);
  readonly #bytes = this.#block.subarray(0, LINE_MAX);
  /** where scanning of the block stands, and where its valid bytes end */
  #at = 0;
  #end = 0;
  /** the structure is lost (an element too long or too deep, an end missing): bytes are passed over up to a line that begins with an object */
  #lost = false;
  /** the last byte that was passed over ended a line */
  #afterLine = false;

  constructor(bytes: ByteSource, context: ReaderContext, format: DocumentFormat) {
    this.#refill = new Refill(bytes, context.weird);
    this.#context = context;
    this.#parser = format.parser(context);
    this.#splitter = new Splitter(format);
  }

  async fill(sheaf: Sheaf): Promise<boolean> {
    clearSheaf(sheaf);
    sheaf.requests.text = this.#block;
    sheaf.requests.textUsed = LINE_MAX;
    const before = this.records;
    while (this.records === before) {
      if (this.#at === this.#end && !(await this.#next())) {
        this.#finish();
        this.#parser.end?.(sheaf);
        return rowsOf(sheaf) > 0 || this.records > before;
      }
      this.#scan(sheaf);
    }
    return true;
  }

  close(): void {
    this.#refill.close();
  }

  /** The next block; begins with the element that is not yet whole. */
  async #next(): Promise<boolean> {
    const splitter = this.#splitter;
    const kept = splitter.from >= 0 ? splitter.from : this.#end;
    if (kept === 0 && this.#end === this.#bytes.length) {
      this.#count(Weird['line-too-long']);
      splitter.abandon();
      this.#lost = true;
      this.#afterLine = false;
      this.#end = 0;
      this.#at = 0;
    } else {
      this.#refill.keep(this.#bytes, kept, this.#end, false);
      splitter.shift(kept);
      this.#at = this.#end - kept;
    }
    this.#end = this.#at;
    if (this.#refill.ended) return false;
    const was = this.#at;
    this.#end = await this.#refill.into(this.#bytes);
    return this.#end > was;
  }

  /** What has begun and does not end is a record too. */
  #finish(): void {
    if (this.#splitter.from >= 0) this.#count(Weird['json-malformed']);
    this.#splitter.abandon();
  }

  #count(weird: number): void {
    this.records += 1;
    this.#context.weird.count(weird, this.records);
  }

  #scan(sheaf: Sheaf): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const most = this.records + SHEAF_RECORDS;
    const splitter = this.#splitter;
    if (this.#lost) this.#find();
    let at = this.#at;
    while (at < end && this.records < most && hasRoom(sheaf)) {
      at = splitter.next(bytes, at, end);
      if (splitter.found === Found.element) {
        const { from, to } = splitter;
        splitter.from = -1;
        this.records += 1;
        const said = this.#parser.line(bytes, from, to, sheaf, this.records);
        if (said !== Line.used)
          this.#context.weird.count(said === Line.foreign ? Weird['line-malformed'] : said, this.records);
      } else if (splitter.found === Found.scalar) this.#count(Weird['json-malformed']);
      else if (splitter.found !== Found.nothing) {
        this.#count(Weird[splitter.found === Found.deep ? 'json-too-deep' : 'json-malformed']);
        this.#lost = true;
        this.#afterLine = bytes[at - 1] === LF;
        this.#at = at;
        this.#find();
        at = this.#at;
      }
    }
    this.#at = at;
  }

  /** Goes to the next line that begins with an object. */
  #find(): void {
    const bytes = this.#bytes;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at];
      if (this.#afterLine && byte === OPEN_BRACE) {
        this.#lost = false;
        return;
      }
      this.#afterLine = byte === LF;
      this.#at += 1;
    }
  }
}
