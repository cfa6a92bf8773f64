import { CodedError } from '../../config/errors.ts';
import type { RecordInput } from '../input.ts';
import { lineInput } from '../lines.ts';
import { Tells } from './entry.ts';
import { Planned } from './planned.ts';
import type { Format } from './plan.ts';
import { formatOf } from './variables.ts';

/** What a format must tell, for anything to be told of who asked for what and when. */
const NEEDED: readonly (readonly [tells: readonly number[], what: string])[] = [
  [[Tells.client], 'the address of the client ($remote_addr, %h)'],
  [[Tells.time], 'the time ($time_local, %t)'],
  [[Tells.request, Tells.target, Tells.path], 'the request ($request, %r)'],
];

/** Takes an operator's format apart. Throws a coded error where it leaves out what is needed. */
function checkedFormat(text: string): Format {
  const format = formatOf(text);
  const missing = NEEDED.find(([tells]) => !tells.some((what) => format.parts.includes(what)));
  if (missing !== undefined) throw new CodedError('LOG_FORMAT', { format: text, missing: missing[1] });
  return format;
}

/** Lines in the formats that the operator gave. */
export const logFormat: RecordInput = lineInput({
  name: 'log-format',
  about:
    'Access log in a format that you name: --log-format takes any log_format of Nginx and any LogFormat of Apache.',
  sample: '192.0.2.7 www.example.org [2026-11-21T23:27:01+00:00] 404 "GET /admin HTTP/1.1" 0.003',
  parser: (context) => new Planned(context, context.logFormats.map(checkedFormat)),
});
