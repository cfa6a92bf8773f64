// Hot: `#records` runs its loop once a flow record.
import type { ContactBatch } from '../../record/contact.ts';
import { Weird } from '../../record/weird.ts';
import type { Counter } from './counter.ts';
import { FIRST_DATA, FIXED, type Fixed, IPFIX, u16, u32, V9 } from './message.ts';
import type { Pairs } from './pairs.ts';
import { compile, type Field, type Template, Templates } from './templates.ts';
import { type Setting, Values } from './values.ts';

/*
 * What sets of templates hold (RFC 3954 sections 5.2 and 6.1, RFC 7011 section 3.4); `message.ts` has what they stand in.
 *
 *   template = id(2) count(2) count*field        count 0 (ipfix): withdrawn; id 2 and 3: all of their kind
 *   options  = id(2) scope-bytes(2) option-bytes(2) *(type(2) length(2))                      v9
 *   options  = id(2) count(2) scope-count(2) count*field                                      ipfix
 *   field    = element(2) length(2) [enterprise(4)]          the latter when the top bit of element is set, in ipfix
 */
const FIELD = 4;
const ENTERPRISE = 0x8000;
/** Fields of one template at most. */
const FIELDS_MAX = 4096;

/** µs by which exporters' times of start may differ from message to message: v9 tells the export in whole seconds. */
const JITTER = 2e6;

/** Data that came before its template waits, up to so much. */
const WAIT_SETS = 256;
const WAIT_BYTES = 1 << 20;
/** Rows that one record may come to. */
const ROOM = 8;

/** A data set, and what its records need. */
interface DataSet {
  readonly domain: number;
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly setting: Setting;
}

/** Reads messages of NetFlow and IPFIX, from any number of exporters, into flow records. */
export class Exports {
  readonly #counter: Counter;
  readonly #pairs: Pairs;
  readonly #templates = new Templates();
  readonly #values = new Values();
  /** the message: what stands behind its header, and of whom */
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #version = 0;
  #domain = 0;
  #setting: Setting = { exported: 0, boot: Number.NaN, sampled: false };
  /** the data set in hand: its records from `#recordAt` are still to be read */
  #data: DataSet | undefined;
  #template: Template | undefined;
  #recordAt = 0;
  /** data whose template is awaited, and data whose template has come */
  #waiting: DataSet[] = [];
  #waitingBytes = 0;
  readonly #replay: DataSet[] = [];

  constructor(counter: Counter, pairs: Pairs) {
    this.#counter = counter;
    this.#pairs = pairs;
  }

  /**
   * Begins a message; `run` then reads it. The bytes must stay until `run` has said that it is through.
   *
   * @param words the exporter's address stands there, in four words from `wordsAt`
   */
  begin(bytes: Uint8Array, at: number, end: number, words: Uint32Array, wordsAt: number): void {
    const version = at + 2 <= end ? u16(bytes, at) : -1;
    const layout = FIXED.get(version);
    this.#bytes = bytes;
    this.#at = end;
    this.#end = end;
    this.#version = version;
    if (layout !== undefined) this.#beginFixed(layout, at, words, wordsAt);
    else if (version === V9 || version === IPFIX) this.#beginSets(at, words, wordsAt);
    else this.#counter.lost(version < 0 ? Weird['export-header-cut'] : Weird['export-version-unsupported']);
  }

  #beginFixed({ header, template }: Fixed, at: number, words: Uint32Array, wordsAt: number): void {
    const bytes = this.#bytes;
    if (at + header > this.#end) return this.#counter.lost(Weird['export-header-cut']);
    const exported = u32(bytes, at + 8) * 1e6 + Math.floor(u32(bytes, at + 12) / 1000);
    const engine = this.#version === 5 ? u16(bytes, at + 20) : 0;
    this.#domain = this.#domainOf(words, wordsAt, engine);
    const boot = this.#boot(exported - u32(bytes, at + 4) * 1000);
    const sampled = this.#version === 5 && (u16(bytes, at + 22) & 0x3fff) > 1;
    const told = at + header + u16(bytes, at + 2) * template.size;
    if (told > this.#end) this.#counter.lost(Weird['export-set-malformed']);
    this.#start(template, {
      domain: this.#domain,
      id: 0,
      bytes,
      at: at + header,
      end: Math.min(told, this.#end),
      setting: { exported, boot, sampled },
    });
  }

  #beginSets(at: number, words: Uint32Array, wordsAt: number): void {
    const bytes = this.#bytes;
    const v9 = this.#version === V9;
    const header = v9 ? 20 : 16;
    if (at + header > this.#end) return this.#counter.lost(Weird['export-header-cut']);
    const exported = u32(bytes, at + (v9 ? 8 : 4)) * 1e6;
    this.#domain = this.#domainOf(words, wordsAt, u32(bytes, at + header - 4));
    const boot = v9 ? this.#boot(exported - u32(bytes, at + 4) * 1000) : this.#templates.boot[this.#domain];
    this.#setting = { exported, boot, sampled: this.#templates.sampled[this.#domain] === 1 };
    this.#at = at + header;
    if (!v9) this.#end = Math.min(this.#end, Math.max(this.#at, at + u16(bytes, at + 2)));
  }

  #domainOf(words: Uint32Array, wordsAt: number, id: number): number {
    const { forgotten } = this.#templates;
    const domain = this.#templates.domain(words, wordsAt, id, this.#version);
    if (this.#templates.forgotten > forgotten) this.#forget();
    return domain;
  }

  /** The exporter's start: as it was said first, as long as what is said now is about the same. */
  #boot(said: number): number {
    const { boot } = this.#templates;
    if (!(Math.abs(boot[this.#domain] - said) <= JITTER)) boot[this.#domain] = said;
    return boot[this.#domain];
  }

  /** Reads on until the message is through (true) or the contacts are full. */
  run(contacts: ContactBatch): boolean {
    for (;;) {
      if (!this.#records(contacts)) return false;
      const replayed = this.#replay.shift();
      if (replayed !== undefined) this.#open(replayed);
      else if (!this.#nextSet()) return true;
    }
  }

  /** At the end of the input: what still waits for its template waits in vain. */
  finish(): void {
    for (let left = this.#waiting.length; left > 0; left -= 1) this.#counter.lost(Weird['export-template-unknown']);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #start(template: Template, data: DataSet): void {
    this.#template = template;
    this.#data = data;
    this.#recordAt = data.at;
  }

  /** Reads the records of the data set in hand; false: no room for more contacts. */
  #records(contacts: ContactBatch): boolean {
    const template = this.#template;
    const data = this.#data;
    if (template === undefined || data === undefined) return true;
    const { bytes, end, setting } = data;
    let at = this.#recordAt;
    while (at + template.size <= end) {
      if (contacts.count + ROOM > contacts.capacity) {
        this.#recordAt = at;
        return false;
      }
      const next = this.#values.read(template, bytes, at, end);
      if (next < 0) {
        this.#counter.lost(Weird['export-set-malformed']);
        break;
      }
      at = next;
      this.#counter.records += 1;
      if (template.options) this.#options(data.domain);
      else this.#flow(setting, contacts);
    }
    this.#data = undefined;
    this.#template = undefined;
    return true;
  }

  #flow(setting: Setting, contacts: ContactBatch): void {
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = this.#counter.records;
    if (!this.#values.addresses(flow)) this.#counter.note(Weird['flow-without-addresses']);
    else if (!this.#values.rest(flow, setting)) this.#counter.note(Weird['flow-time-impossible']);
    else this.#pairs.add(contacts);
  }

  /** What the exporter says of itself: when it started, and whether it takes samples. */
  #options(domain: number): void {
    const { boot, sampled } = this.#values;
    if (!Number.isNaN(boot)) this.#templates.boot[domain] = boot;
    if (sampled !== undefined) this.#templates.sampled[domain] = sampled ? 1 : 0;
    if (domain !== this.#domain) return;
    this.#setting = {
      exported: this.#setting.exported,
      boot: this.#templates.boot[domain],
      sampled: this.#templates.sampled[domain] === 1,
    };
  }

  /** Goes through the next set of the message, or begins it when it is data; false: there is none. */
  #nextSet(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (at + 4 > this.#end) return false;
    const id = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const end = at + length;
    this.#at = end;
    if (length < 4 || end > this.#end) {
      this.#at = this.#end;
      if (id !== 0 || length !== 0) this.#counter.lost(Weird['export-set-malformed']);
      return false;
    }
    if (id >= FIRST_DATA) this.#open({ domain: this.#domain, id, bytes, at: at + 4, end, setting: this.#setting });
    else if (id === (this.#version === V9 ? 0 : 2)) this.#readTemplates(at + 4, end, false);
    else if (id === (this.#version === V9 ? 1 : 3)) this.#readTemplates(at + 4, end, true);
    return true;
  }

  #open(data: DataSet): void {
    const template = this.#templates.get(data.domain, data.id);
    if (template === undefined) this.#wait(data);
    else this.#start(template, data);
  }

  #wait({ domain, id, bytes, at, end, setting }: DataSet): void {
    const length = end - at;
    this.#waiting.push({ domain, id, bytes: bytes.slice(at, end), at: 0, end: length, setting });
    this.#waitingBytes += length;
    while (this.#waiting.length > WAIT_SETS || this.#waitingBytes > WAIT_BYTES) {
      this.#waitingBytes -= (this.#waiting.shift() as DataSet).end;
      this.#counter.lost(Weird['export-template-unknown']);
    }
  }

  /** Everything the exporters told of themselves has been forgotten: what waits, waits in vain. */
  #forget(): void {
    this.#counter.note(Weird['export-templates-forgotten']);
    this.finish();
  }

  #readTemplates(start: number, end: number, options: boolean): void {
    const least = options ? 6 : 4;
    let at = start;
    while (at + least <= end) {
      const id = u16(this.#bytes, at);
      if (id === 0) return; // padding
      const next = u16(this.#bytes, at + 2) === 0 ? this.#withdraw(id, at) : this.#readTemplate(id, at, end, options);
      if (next < 0) return this.#counter.lost(Weird['export-template-malformed']);
      at = next;
    }
  }

  /** A template without fields takes back those before it                                       RFC 7011 section 8.1 */
  #withdraw(id: number, at: number): number {
    if (this.#version === IPFIX && id < FIRST_DATA) this.#templates.withdrawAll(this.#domain, id === 3);
    else this.#templates.withdraw(this.#domain, id);
    return at + 4;
  }

  /** Returns where the template ends, −1 when it is no template. */
  #readTemplate(id: number, at: number, end: number, options: boolean): number {
    const count = u16(this.#bytes, at + 2);
    const bytewise = options && this.#version === V9;
    const fields: Field[] = [];
    const number = bytewise ? (count + u16(this.#bytes, at + 4)) >> 2 : count;
    const scopes = bytewise ? count >> 2 : 0;
    if (id < FIRST_DATA || number > FIELDS_MAX) return -1;
    let next = at + (options ? 6 : 4);
    for (let field = 0; field < number; field += 1) {
      if (next + FIELD > end) return -1;
      const element = u16(this.#bytes, next);
      const length = u16(this.#bytes, next + 2);
      const own = this.#version === IPFIX && (element & ENTERPRISE) !== 0;
      if (own && next + 2 * FIELD > end) return -1;
      const enterprise = own ? u32(this.#bytes, next + 4) : field < scopes ? SCOPE : 0;
      fields.push({ element: own ? element & ~ENTERPRISE : element, length, enterprise });
      next += own ? 2 * FIELD : FIELD;
    }
    const template = compile(fields, options);
    if (template.size === 0) return -1;
    this.#learn(id, template);
    return next;
  }

  #learn(id: number, template: Template): void {
    const { forgotten } = this.#templates;
    this.#templates.set(this.#domain, id, template);
    if (this.#templates.forgotten > forgotten) this.#counter.note(Weird['export-templates-forgotten']);
    if (this.#waiting.length === 0) return;
    const comes = (data: DataSet): boolean => data.domain === this.#domain && data.id === id;
    this.#replay.push(...this.#waiting.filter(comes));
    this.#waiting = this.#waiting.filter((data) => !comes(data));
    this.#waitingBytes = this.#waiting.reduce((sum, { end }) => sum + end, 0);
  }
}

/** The scopes of v9's options have numbers of their own (RFC 3954 section 6.1), which must not be taken for elements. */
const SCOPE = 0xffffffff;
