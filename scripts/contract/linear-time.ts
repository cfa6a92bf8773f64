import { inputs } from '../../src/input/index.ts';
import type { ReaderContext, RecordInput } from '../../src/input/input.ts';
import { dialects } from '../../src/input/syslog/index.ts';
import { syslog } from '../../src/input/syslog/syslog.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import { sourceOf } from '../../test/input/captures.ts';
import type { Promised } from './promise.ts';

/** Lines made to take long, for every format of lines and every dialect of syslog. */

const LINE_BYTES = 1 << 16;
/** Copies that are read at one go, so that opening a reader does not count. */
const COPIES = 6;
const MOST = 3;
const TRIES = 7;
/** What long lines are filled with: signs that parsers look for, alone and in pairs. */
const FILLERS = [
  ' ',
  '"',
  '\\',
  '\\"',
  '[',
  '] "',
  '{',
  '{"',
  '[[',
  '}',
  ':',
  ',',
  '1',
  '1.',
  '1:',
  '%20',
  '%',
  '=',
  'a=',
  '/',
  '|',
  ';',
  '-',
  ' - ',
  '\t',
  '<',
  '#',
  '\0',
];

interface Format {
  readonly name: string;
  readonly input: RecordInput;
  readonly sample: string;
}

const formats = (): readonly Format[] => [
  ...inputs.flatMap((input) =>
    input.carries === 'records' && input.sample !== undefined
      ? [{ name: input.name, input, sample: input.sample }]
      : [],
  ),
  ...dialects.map(({ name, sample }) => ({ name: `${name} in syslog`, input: syslog, sample })),
];

const context = (): ReaderContext => ({
  ...trialContext(),
  logFormats: ['$remote_addr $host [$time_iso8601] $status "$request" $request_time'],
});

const sheaf = allocateSheaf();

/** Nanoseconds a byte; the least of several tries, each of which is too short to be interrupted every time. */
async function costOf(input: RecordInput, line: string, tries: number): Promise<number> {
  const bytes = new Uint8Array(Buffer.from(`${line}\n`.repeat(COPIES), 'latin1'));
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < tries; times++) {
    const reader = input.open(sourceOf(bytes), context());
    const before = performance.now();
    while (await reader.fill(sheaf));
    least = Math.min(least, ((performance.now() - before) * 1e6) / bytes.length);
    reader.close();
  }
  return least;
}

/** A line of the length that is promised, with a filler at some place of a sample. */
function longLine(sample: string, at: number, filler: string): string {
  const fill = filler.repeat(Math.ceil((LINE_BYTES - sample.length) / filler.length));
  return `${sample.slice(0, at)}${fill}${sample.slice(at)}`.replaceAll('\n', ' ').slice(0, LINE_BYTES);
}

/** Short lines of the sample, as many bytes as the long ones. */
const benign = (sample: string): string =>
  `${sample}\n`.repeat(Math.floor(LINE_BYTES / (sample.length + 1))).slice(0, -1);

interface Worst {
  readonly name: string;
  readonly ratio: number;
  readonly with: string;
}

async function worstOf({ name, input, sample }: Format, places: number): Promise<Worst> {
  for (let times = 0; times < 3; times++) await costOf(input, benign(sample), TRIES);
  const usual = await costOf(input, benign(sample), 3 * TRIES);
  let worst: Worst = { name, ratio: 0, with: '' };
  for (let place = 0; place <= places; place++) {
    const at = Math.floor((sample.length * place) / places);
    for (const filler of FILLERS) {
      const line = longLine(sample, at, filler);
      let ratio = (await costOf(input, line, 2)) / usual;
      // whatever seems slow is measured again before it counts: the machine may have been busy
      if (ratio > MOST) ratio = (await costOf(input, line, TRIES)) / usual;
      if (ratio > worst.ratio) worst = { name, ratio, with: `${JSON.stringify(filler)} at ${at}` };
    }
  }
  return worst;
}

export const linearTime: Promised = {
  id: 9,
  promised: `the worst 64 KB line costs at most ${MOST} times a benign one a byte`,
  keep: async (full) => {
    const worst: Worst[] = [];
    for (const format of formats()) worst.push(await worstOf(format, full ? 8 : 2));
    worst.sort((a, b) => b.ratio - a.ratio);
    const slow = worst.filter(({ ratio }) => ratio > MOST);
    return {
      // how much each costs differs from run to run: only whether the bound held stands in the page
      got: `${worst.length} formats and dialects, ${FILLERS.length} fillers: ${slow.length === 0 ? 'all' : 'not all'} within ${MOST} times`,
      pass: slow.length === 0,
      measured: worst
        .slice(0, 12)
        .map((one) => `${one.name} ${one.ratio.toFixed(2)} (${one.with})`)
        .join(', '),
    };
  },
};
