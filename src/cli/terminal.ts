import type { Settings } from '../config/options.ts';
import type { Sink } from '../output/output.ts';
import type { Stream } from './ports.ts';

/** What a stream can show: width and colours. */

/** Findings that a page shows without --all. */
export const SHOWN_BY_DEFAULT = 20;
const CHUNK = 1 << 16;
const NARROWEST = 40;
const WIDEST = 140;

/** Colours as no-color.org and force-color.org have it: the option, then NO_COLOR, then FORCE_COLOR, then the terminal. */
export function coloursOf(color: Settings['color'], stream: Stream, environment: NodeJS.ProcessEnv): boolean {
  if (color !== 'auto') return color === 'always';
  if (environment.NO_COLOR) return false;
  const { FORCE_COLOR: force } = environment;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

/** Cells a line may take: COLUMNS, else the terminal's width, else 80; never so few or many that it cannot be read. */
export function columnsOf(stream: Stream, environment: NodeJS.ProcessEnv): number {
  const said = Number(environment.COLUMNS);
  const columns = Number.isInteger(said) && said > 0 ? said : (stream.columns ?? 80);
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}

/** What the reader types to run the program: npm says when it was started by `npm start`. */
export const programOf = (environment: NodeJS.ProcessEnv): string =>
  environment.npm_lifecycle_event === 'start' ? 'npm start --' : 'vedette';

/** A sink over a stream that gathers small writes; `flush` when done. */
export function sinkOf(settings: Settings, stream: Stream, environment: NodeJS.ProcessEnv): Sink & { flush(): void } {
  let pending = '';
  const flush = (): void => {
    if (pending !== '') stream.write(pending);
    pending = '';
  };
  return {
    columns: columnsOf(stream, environment),
    colours: coloursOf(settings.color, stream, environment),
    program: programOf(environment),
    limit: settings.all ? Number.POSITIVE_INFINITY : SHOWN_BY_DEFAULT,
    write: (text) => {
      pending += text;
      if (pending.length >= CHUNK) flush();
    },
    flush,
  };
}
