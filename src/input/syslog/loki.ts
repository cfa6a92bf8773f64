import { documentInput } from '../documents.ts';
import type { Input, RecordInput } from '../input.ts';
import { Line } from '../lines.ts';
import { Carried } from './carried.ts';
import { Moments } from './members.ts';

/*
 * What Grafana Loki answers to a query, and what is pushed to it (Loki HTTP API, "Query logs within a range of time",
 * "Ingest logs"):
 *
 *   document = {… "values": [entry, …] …}          any number of streams
 *   entry    = [DQUOTE ns since 1970 DQUOTE, DQUOTE line DQUOTE [, labels]]
 */
const decoder = new TextDecoder();

/** Moment and line of an entry; undefined: it is something else. */
function entryOf(text: string): readonly [ns: string, line: string] | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [ns, line] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
  return typeof ns === 'string' && /^\d{16,20}$/.test(ns) && typeof line === 'string' ? [ns, line] : undefined;
}

/** @param inputs all formats, of which those of lines may be kept there */
export const lokiOver = (inputs: () => readonly Input[]): RecordInput =>
  documentInput({
    name: 'loki',
    about: 'Lines of any format in what Grafana Loki answers to a query, and what is pushed to it.',
    sample:
      '{"status":"success","data":{"resultType":"streams","result":[{"stream":{"job":"nginx"},"values":[["1795303621403127000","192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] \\"GET /admin HTTP/1.1\\" 404 153 \\"-\\" \\"curl/8.10.1\\""]]}]}}',
    arrays: ['values'],
    elements: 'arrays',
    parser: (context) => {
      const carried = new Carried(context, inputs);
      const moments = new Moments(context.dating);
      return {
        line(bytes, from, to, sheaf, record) {
          const entry = entryOf(decoder.decode(bytes.subarray(from, to)));
          if (entry === undefined) return Line.foreign;
          const [ns, line] = entry;
          return carried.text(line.trim(), { time: moments.of(ns), host: '', program: '', record }, sheaf);
        },
        end: (sheaf) => carried.end(sheaf),
      };
    },
  });
