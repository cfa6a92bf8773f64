import type { Sheaf } from '../../record/sheaf.ts';
import { keepString } from '../texts.ts';
import type { DialectReader, Unwrapped } from './dialect.ts';

/**
 * Has a message read that stands in no line of a file by itself. It is put where texts of requests stand, for those
 * point into the line; its place is given back when nothing was told of it.
 *
 * @param line its time, program and number are told already
 * @returns what the reader says
 */
export function readPut(
  reader: Pick<DialectReader, 'read'>,
  line: Unwrapped,
  host: string,
  message: string,
  sheaf: Sheaf,
): number {
  const { requests } = sheaf;
  const before = requests.textUsed;
  const rows = rowsOf(sheaf);
  line.bytes = requests.text;
  line.host = keepString(requests, host);
  line.hostEnd = requests.textUsed;
  // The line end keeps what is read field by field from running on into older text.
  line.message = keepString(requests, `${message}\n`);
  line.end = Math.max(line.message, requests.textUsed - 1);
  const said = reader.read(line, sheaf);
  if (rowsOf(sheaf) === rows) requests.textUsed = before;
  return said;
}

const rowsOf = ({ requests, executions, answers }: Sheaf): number => requests.count + executions.count + answers.count;
