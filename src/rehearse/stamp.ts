import type { Dating } from '../input/input.ts';
import { Stamps } from '../input/stamp.ts';

/** Finds the stamp of a log line, whatever the log, and writes it anew in the same form. */
export interface Stamp {
  readonly form: Form;
  /** place in the line, and its text */
  readonly at: number;
  readonly text: string;
  /** µs since 1970 */
  readonly time: number;
}

/** A form of stamp: how it is found, and which method of `Stamps` reads it. */
interface FormSpec {
  readonly pattern: RegExp;
  readonly reads: 'common' | 'iso' | 'syslog' | 'dayFirst' | 'epoch';
}

const CLOCK = String.raw`\d\d:\d\d:\d\d`;
const FORMS = {
  /** `21/Nov/2026:23:27:01 +0000` */
  common: { pattern: new RegExp(String.raw`\d\d/[A-Z][a-z]{2}/\d{4}:${CLOCK}(?: [+-]\d{4})?`), reads: 'common' },
  /** `2026-11-21T23:27:01.123456Z`, `2026/11/21 23:27:01` */
  iso: {
    pattern: new RegExp(String.raw`\d{4}[-/]\d\d[-/]\d\d[Tt _]${CLOCK}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?`),
    reads: 'iso',
  },
  /** `21-Nov-2026 23:27:01.123` */
  dayFirst: { pattern: new RegExp(String.raw`\d\d-[A-Z][a-z]{2}-\d{4} ${CLOCK}(?:\.\d{1,6})?`), reads: 'dayFirst' },
  /** `Nov 21 23:27:01` */
  syslog: {
    pattern: new RegExp(String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d ${CLOCK}`),
    reads: 'syslog',
  },
  /** seconds since 1970, from 2001 to 2033 */
  epoch: { pattern: /(?<![\d.])1\d{9}(?:\.\d{1,9})?(?![\d.])/, reads: 'epoch' },
} as const satisfies Readonly<Record<string, FormSpec>>;

type Form = keyof typeof FORMS;

/** Characters of a line in which its stamp is looked for. */
const LOOKED_AT = 4096;
const decoder = new TextDecoder('latin1');

/** Reads the stamps of the lines of one file: the first one that stands in a line. */
export class StampFinder {
  readonly #stamps: Stamps;

  constructor(dating: Dating) {
    this.#stamps = new Stamps(dating);
  }

  /** The stamp in bytes[from … to); null: none. */
  find(bytes: Uint8Array, from: number, to: number): Stamp | null {
    const line = decoder.decode(bytes.subarray(from, Math.min(to, from + LOOKED_AT)));
    let best: { readonly form: Form; readonly at: number; readonly text: string } | null = null;
    for (const form of Object.keys(FORMS) as Form[]) {
      const found = FORMS[form].pattern.exec(line);
      if (found && (best === null || found.index < best.at)) best = { form, at: found.index, text: found[0] };
    }
    if (best === null || this.#stamps[FORMS[best.form].reads](bytes, from + best.at) < 0) return null;
    return { ...best, time: this.#stamps.time };
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const two = (value: number): string => String(value).padStart(2, '0');

/** Minutes east of Greenwich that the stamp says, or that are assumed. */
function zoneOf(text: string, assumed: number): number {
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(text.slice(10));
  if (zone) return (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  return text.endsWith('Z') ? 0 : assumed;
}

/** The stamp with another time (µs since 1970), in its own form, zone and number of decimals. */
export function restamped({ form, text }: Stamp, time: number, assumedZone: number): string {
  const decimals = /[.,](\d+)/.exec(text);
  const whole = Math.floor(time / 1e6);
  const fraction = decimals
    ? decimals[0][0] +
      String(Math.floor(time - whole * 1e6))
        .padStart(6, '0')
        .padEnd(9, '0')
        .slice(0, decimals[1].length)
    : '';
  if (form === 'epoch') return `${whole}${fraction}`;
  const zone = form === 'syslog' ? assumedZone : zoneOf(text, assumedZone);
  const at = new Date((whole + zone * 60) * 1000);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const month = MONTHS[at.getUTCMonth()];
  const day = two(at.getUTCDate());
  const tail = /(?:Z| ?[+-]\d\d:?\d\d)$/.exec(text.slice(10))?.[0] ?? '';
  if (form === 'syslog') return `${month} ${String(at.getUTCDate()).padStart(2)} ${clock}`;
  if (form === 'dayFirst') return `${day}-${month}-${at.getUTCFullYear()} ${clock}${fraction}`;
  if (form === 'common') return `${day}/${month}/${at.getUTCFullYear()}:${clock}${tail}`;
  const dash = text[4];
  return `${at.getUTCFullYear()}${dash}${two(at.getUTCMonth() + 1)}${dash}${day}${text[10]}${clock}${fraction}${tail}`;
}
