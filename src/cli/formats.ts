import { groups } from '../input/index.ts';
import { dialects } from '../input/syslog/index.ts';
import { OUTPUTS } from '../output/index.ts';
import { cut, type Paint, painter, wrap } from '../output/layout.ts';
import { printable } from '../output/printable.ts';
import type { Ports } from './ports.ts';
import { coloursOf, columnsOf } from './terminal.ts';

/** `vedette formats`: what can be read, a sample record each, and what can be written. */

interface Listed {
  readonly name: string;
  readonly about: string;
  readonly sample?: string;
}

interface Page {
  readonly columns: number;
  readonly paint: Paint;
}

const INDENT = '    ';

/** The first line of a record that stands on several. */
const firstLine = (sample: string): string => printable(sample.split('\n', 1)[0]);

function entry({ columns, paint }: Page, { name, about, sample }: Listed): string[] {
  const room = columns - INDENT.length;
  const shown = sample === undefined ? [] : [paint('dim', `${INDENT}${cut(firstLine(sample), room)}`)];
  return [`  ${paint('bold', name)}`, ...wrap(about, room).map((line) => `${INDENT}${line}`), ...shown];
}

/** Prints what can be read and written. */
export function formats(ports: Ports): void {
  const page: Page = {
    columns: columnsOf(ports.stdout, ports.environment),
    paint: painter(coloursOf('auto', ports.stdout, ports.environment)),
  };
  const section = (name: string, lines: readonly string[]): string[] => [page.paint('bold', name), ...lines, ''];
  const within = wrap(dialects.map(({ name }) => name).join(', '), page.columns - INDENT.length);
  const lines = [
    'Formats are recognised by what is in a file, whatever its name, plain or compressed with gzip or zstd.',
    'FORMAT:FILE says which one it is.',
    '',
    ...groups.flatMap(({ title, inputs }) =>
      section(
        title,
        inputs.flatMap((input) => entry(page, input)),
      ),
    ),
    ...section(
      'Read within syslog, journald and dmesg',
      within.map((line) => `${INDENT}${line}`),
    ),
    ...section(
      'Written (--format NAME)',
      OUTPUTS.flatMap((output) => entry(page, output)),
    ),
  ];
  ports.stdout.write(`${lines.join('\n').trimEnd()}\n`);
}
