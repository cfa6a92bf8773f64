import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../tree.ts';
import { few, type Promised } from './promise.ts';

/** Promises that tests keep: the tests named here are run, and each has to be there and to pass. */

/** File below test/ → names of tests in it. */
type Named = Readonly<Record<string, readonly string[]>>;

interface Kept {
  readonly id: number;
  readonly promised: string;
  readonly tests: Named;
  /** what of the promise is not covered yet */
  readonly without?: string;
}

/** Add a promise: one entry here. */
const KEPT: readonly Kept[] = [
  {
    id: 12,
    promised: 'no script runs: what others wrote stays text in the report, which asks for nothing (real browser)',
    tests: { 'output/html-browser.test.ts': ['the report opens from disk, asks for nothing and complains of nothing'] },
    without: 'there is no console yet',
  },
  {
    id: 13,
    promised:
      'lines shuffled within 120 s give the same findings; one line dated 1970 or 2038 moves the clock ≤ 60 s and changes none',
    tests: {
      'engine/logs.test.ts': [
        'lines shuffled within two minutes give the same findings',
        'one line dated 1970 and one dated 2038 change no finding',
      ],
      'record/clock.test.ts': ['law: one record dated 1970 or 2038, anywhere, moves the clock no more than 60 s'],
    },
  },
  {
    id: 14,
    promised: 'a file fed twice, and one contact seen by two inputs, count once and are told as duplicate',
    tests: {
      'engine/run.test.ts': ['a file fed twice counts once, and says so'],
      'engine/inputs/twice.test.ts': [
        'what another input has told within two seconds is a copy, as often as it was told',
        'one input does not copy itself, and another target or time is no copy',
        'a clock that runs an hour ahead is noticed, and copies are known all the same',
      ],
      'flow/answers/answers.test.ts': ['segments that come twice do no harm'],
      'engine/logs.test.ts': ['rotated files are read in the order of time, and one scan over them is one finding'],
    },
    without: 'packets mirrored within one capture with another TTL',
  },
  {
    id: 20,
    promised: 'nothing is sent: no source imports what could, and none uses what every Node has built in',
    tests: {
      'house/tree.test.ts': ['no source sends by what every Node has built in'],
      'house/imports.test.ts': ['each rule is broken by what it forbids, and says what to do instead'],
    },
  },
  {
    id: 24,
    promised: 'gzip and zstd bombs stop at 200 to 1 past 16 MB, or at the byte cap, in little memory',
    tests: {
      'input/carry/decompress.test.ts': [
        'gzip: a bomb stops at 200 to 1 past 16 MB, in little memory',
        'zstd: a bomb stops at 200 to 1 past 16 MB, in little memory',
        'a file of just the bytes allowed is no bomb',
      ],
    },
  },
  {
    id: 28,
    promised: 'mistakes of usage, configuration and input end with their exit status, one line and a hint',
    tests: {
      'cli/program.test.ts': ['every mistake of usage is exit status 2, one line and a hint'],
      'cli/end-to-end.test.ts': ['exit statuses of inputs that cannot be read'],
      'config/errors.test.ts': ['every entry is a sentence with a hint and one of the three exit codes'],
    },
    without: 'there is no service whose input could fall silent',
  },
  {
    id: 37,
    promised: 'at most 15 runtime dependencies, pinned, none with an install script, a lock file without a registry',
    tests: {
      'house/dependencies.test.ts': [
        'every dependency is pinned to one version',
        'few runtime dependencies, and none runs a script when it is installed',
        'the lock file names no registry',
      ],
    },
  },
];

const literally = (name: string): string => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** Names of the tests that ran and passed, as TAP tells them. */
function passing(named: Named): Promise<Set<string>> {
  const patterns = Object.values(named).flat();
  const files = Object.keys(named).map((file) => join('test', file));
  const args = ['--test', '--test-reporter=tap', '--test-concurrency=2'];
  const child = spawn(
    process.execPath,
    [...args, ...patterns.map((name) => `--test-name-pattern=${literally(name)}`), ...files],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(new Set(Array.from(said.matchAll(/^ *ok \d+ - (.*)$/gm), ([, name]) => name))));
  });
}

function promiseOf({ id, promised, tests, without }: Kept): Promised {
  return {
    id,
    promised,
    keep: async () => {
      const passed = await passing(tests);
      const names = Object.values(tests).flat();
      const broken = names.filter((name) => !passed.has(name));
      const files = Object.keys(tests).map((file) => `\`test/${file}\``);
      return {
        got:
          `${names.length} tests of ${files.join(', ')}: ${broken.length} missing or broken${few(broken)}` +
          (without === undefined ? '' : `. Not covered: ${without}`),
        pass: broken.length === 0,
      };
    },
  };
}

export const tested: readonly Promised[] = KEPT.map(promiseOf);
