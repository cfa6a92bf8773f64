import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Check, CHECKS } from '../../scripts/checks.ts';
import { ROOT } from '../../scripts/tree.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Runs a list of checks in a process of its own. */
function outcome(...checks: Partial<Check>[]): { status: number | null; lines: string[] } {
  const list = checks.map((check, at) => ({ name: `check${at}`, holds: 'it holds', limit: 30, ...check }));
  const program = `import { runAll } from '${ROOT}scripts/check.ts'; process.exitCode = await runAll(${JSON.stringify(list)});`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

const PASSES = 'node --eval 0';
const FAILS = 'node --eval process.exit(3)';

test('nothing that the repository promises is missing from the list', () => {
  const promised = [
    'tests',
    'types',
    'lint',
    'format',
    'imports',
    'unused',
    'docs',
    'contract',
    'traces',
    'clone',
    'bench',
    'ratchet',
    'peers',
  ];
  const names = CHECKS.map(({ name }) => name);
  for (const name of promised) assert.ok(names.includes(name), name);
  assert.equal(new Set(names).size, names.length);
});

test('what a check calls is there', () => {
  for (const { name, command } of CHECKS) {
    const [program, ...args] = command.split(' ');
    if (program === 'node') assert.ok(existsSync(join(ROOT, args[0])), name);
    else if (program === 'npm') assert.ok((args[0] === 'run' ? args[1] : args[0]) in scripts, name);
    else assert.ok(existsSync(join(ROOT, 'node_modules/.bin', program)), name);
  }
});

test('.ci/run is executable, and runs the list', () => {
  const path = join(ROOT, '.ci/run');
  assert.equal(spawnSync('test', ['-x', path]).status, 0);
  assert.match(readFileSync(path, 'utf8'), /^PATH=\S+ exec node scripts\/check\.ts/m);
});

test('all checks run whatever fails, and the count stands alone on the last line', () => {
  const { status, lines } = outcome({ command: PASSES }, { command: FAILS }, { command: PASSES });
  assert.equal(status, 1);
  assert.equal(lines.at(-1), '2 passed, 1 failed');
  assert.equal(lines.at(-2), 'FAILED   check1: it does not hold that it holds');
});

test('a program that is missing, or takes too long, has failed', () => {
  const { status, lines } = outcome(
    { command: 'there-is-no-such-program' },
    { command: 'node --eval setTimeout(()=>{},20000)', limit: 0.3 },
  );
  assert.equal(status, 1);
  assert.equal(lines.at(-1), '0 passed, 2 failed');
  assert.ok(lines.some((line) => line.endsWith('still running after 0 s')));
});

test('a check whose needs are not there is skipped, and said so', () => {
  const { status, lines } = outcome({ command: PASSES }, { command: FAILS, needs: 'no/such/path' });
  assert.equal(status, 0);
  assert.deepEqual(lines.slice(-2), ['skipped  check1: no/such/path is not there', '1 passed, 0 failed']);
});
