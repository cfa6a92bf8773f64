import { randomInt } from 'node:crypto';
import { KeyTable } from '../../table/keys.ts';
import { longest, SLOTS, Slot, slotOf } from './elements.ts';

/** A field as a template names it. Length 65535: each value tells its own (RFC 7011 section 7). */
export interface Field {
  readonly element: number;
  /** private enterprise number, 0: IANA's */
  readonly enterprise: number;
  readonly length: number;
}

export const VARIABLE = 0xffff;

/** How records of a data set are read. */
export interface Template {
  /** its records describe the exporter */
  readonly options: boolean;
  /** some field tells its own length: then all fields are listed, and `offset` means nothing */
  readonly variable: boolean;
  /** bytes of a record; the fewest when `variable` */
  readonly size: number;
  readonly slot: Uint8Array;
  readonly length: Uint16Array;
  readonly offset: Uint32Array;
  /** by slot: whether records have it */
  readonly has: Uint8Array;
}

/** Makes a template of its fields; of a slot that is named twice, the first is read (exporters repeat fields as padding). */
export function compile(fields: readonly Field[], options: boolean): Template {
  const variable = fields.some(({ length }) => length === VARIABLE);
  const has = new Uint8Array(SLOTS);
  const read: { slot: number; length: number; offset: number }[] = [];
  let size = 0;
  for (const { element, enterprise, length } of fields) {
    const known = slotOf(element, enterprise);
    const slot = has[known] === 0 && fits(known, length) ? known : Slot.none;
    if (slot !== Slot.none) has[slot] = 1;
    if (variable || slot !== Slot.none) read.push({ slot, length, offset: size });
    size += length === VARIABLE ? 1 : length;
  }
  return {
    options,
    variable,
    size,
    slot: Uint8Array.from(read, ({ slot }) => slot),
    length: Uint16Array.from(read, ({ length }) => length),
    offset: Uint32Array.from(read, ({ offset }) => offset),
    has,
  };
}

function fits(slot: number, length: number): boolean {
  if (slot === Slot.sourceV4 || slot === Slot.targetV4) return length === 4;
  if (slot === Slot.sourceV6 || slot === Slot.targetV6) return length === 16;
  if (slot === Slot.startNtp || slot === Slot.endNtp) return length === 8;
  return length > 0 && length <= longest(slot);
}

/** Exporters' observation domains, and templates, that are kept. Routers have a few tens each. */
const DOMAINS = 1024;
const TEMPLATES = 4096;
/** Fields of all templates together. */
const FIELDS = 1 << 16;

/**
 * What exporters told of themselves, by exporter and observation domain (RFC 7011: domain; RFC 3954: source id). When
 * more comes than is kept, everything is forgotten, and comes again: exporters repeat their templates.
 */
export class Templates {
  /** µs since 1970 of an uptime of 0; NaN: not told */
  readonly boot = new Float64Array(DOMAINS).fill(Number.NaN);
  readonly sampled = new Uint8Array(DOMAINS);
  /** times that everything was forgotten */
  forgotten = 0;
  /** times that a domain took back all its templates for data, and all for options */
  readonly #withdrawn = new Uint32Array(2 * DOMAINS);
  // any seed does: what is kept depends on the order of the templates only
  readonly #addresses = new KeyTable(DOMAINS, randomInt(2 ** 32));
  readonly #domains = new KeyTable(DOMAINS, randomInt(2 ** 32));
  readonly #keys = new KeyTable(TEMPLATES, randomInt(2 ** 32));
  readonly #templates: (Template | undefined)[] = [];
  #fields = 0;

  /** Number of a domain of an exporter, whose address stands in four words. */
  domain(words: Uint32Array, at: number, id: number, version: number): number {
    const address = this.#addresses.insertAt(words, at);
    const known = this.#domains.size;
    const domain = address < 0 ? -1 : this.#domains.insert(address, id, version, 0);
    if (domain < 0) {
      this.#forget();
      return this.domain(words, at, id, version);
    }
    if (this.#domains.size > known) {
      this.boot[domain] = Number.NaN;
      this.sampled[domain] = 0;
    }
    return domain;
  }

  get(domain: number, id: number): Template | undefined {
    const row = this.#find(domain, id);
    return row < 0 ? undefined : this.#templates[row];
  }

  set(domain: number, id: number, template: Template): void {
    this.withdraw(domain, id);
    const fields = template.slot.length;
    if (this.#keys.size === TEMPLATES || this.#fields + fields > FIELDS) this.#forgetTemplates();
    const kind = template.options ? 1 : 0;
    const row = this.#keys.insert(domain, id, kind, this.#withdrawn[2 * domain + kind]);
    this.#fields += fields;
    this.#templates[row] = template;
  }

  withdraw(domain: number, id: number): void {
    const row = this.#find(domain, id);
    if (row < 0) return;
    this.#fields -= this.#templates[row]?.slot.length ?? 0;
    this.#templates[row] = undefined;
    this.#keys.remove(row);
  }

  /** Takes back all templates of a domain that are, or are not, for options. */
  withdrawAll(domain: number, options: boolean): void {
    this.#withdrawn[2 * domain + (options ? 1 : 0)] += 1;
  }

  #find(domain: number, id: number): number {
    const row = this.#keys.find(domain, id, 0, this.#withdrawn[2 * domain]);
    return row < 0 ? this.#keys.find(domain, id, 1, this.#withdrawn[2 * domain + 1]) : row;
  }

  #forget(): void {
    this.#addresses.clear();
    this.#domains.clear();
    this.#forgetTemplates();
  }

  #forgetTemplates(): void {
    this.forgotten += 1;
    this.#keys.clear();
    this.#templates.fill(undefined);
    this.#fields = 0;
  }
}
