import { canonicalFinding, canonicalSummary } from '../finding/canonical.ts';
import type { Output } from './output.ts';

/** JSON.stringify leaves DEL, C1, bidi and separator characters raw; escaped they are the same value and harmless in a terminal. */
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const unit = (at: number): string => `\\u${at.toString(16).padStart(4, '0')}`;

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join('');

/** One line, with nothing in it that a terminal would act on. */
export const jsonLine = (value: object): string => `${JSON.stringify(value).replace(RAW, escaped)}\n`;

/** Own schema: docs/schema/finding.schema.json a line, docs/schema/summary.schema.json the last one. */
export const ndjson: Output = {
  name: 'ndjson',
  about: 'One JSON object a finding and line, then a summary line; the schema is published.',
  open: (sink) => ({
    write: (finding) => sink.write(jsonLine(canonicalFinding(finding))),
    summary: (summary) => sink.write(jsonLine(canonicalSummary(summary))),
    close: async () => {},
  }),
};
