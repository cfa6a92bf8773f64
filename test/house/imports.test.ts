import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT } from '../../scripts/tree.ts';
import { scratch } from './scratch.ts';

const RULES = ['.dependency-cruiser.mjs', 'scripts/folders.ts', 'tsconfig.json', 'package.json'];

/** What the check says of a project with these sources and our rules. */
function judged(t: TestContext, sources: Readonly<Record<string, string>>): { status: number | null; said: string } {
  const rules = RULES.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]);
  const root = scratch(t, { ...(Object.fromEntries(rules) as Record<string, string>), ...sources });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/imports.ts'), root], {
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

test('sources that keep the rules pass', (t) => {
  const { status, said } = judged(t, {
    'src/record/row.ts': 'export const row = 1;',
    'src/table/set.ts': "import { row } from '../record/row.ts';\nexport const set = row;",
    'src/input/carry/file.ts': "import { openSync } from 'node:fs';\nexport const open = openSync;",
    'src/detect/detector.ts': 'export type Detector = number;',
    'src/detect/shared.ts': 'export const shared = 1;',
    'src/detect/one.ts': "import { shared } from './shared.ts';\nexport const one = shared;",
    'src/detect/two.ts': "import { shared } from './shared.ts';\nexport const two = shared;",
    'src/detect/index.ts':
      "import { one } from './one.ts';\nimport { two } from './two.ts';\nexport const all = [one, two];",
  });
  assert.match(said, /^8 modules read, 0 complaints/);
  assert.equal(status, 0);
});

/** Rule → sources that break it, and the line that must be printed. */
const BREACHES: readonly (readonly [rule: string, sources: Readonly<Record<string, string>>, line: string])[] = [
  [
    'table-record',
    {
      'src/table/set.ts': 'export type Set = 1;',
      'src/record/row.ts': "import type { Set } from '../table/set.ts';\nexport type Row = Set;",
    },
    'src/record/row.ts → src/table/set.ts',
  ],
  [
    'no-circles',
    {
      'src/engine/a.ts': "import { b } from './b.ts';\nexport const a = b;",
      'src/engine/b.ts': "import { a } from './a.ts';\nexport const b = a;",
    },
    'src/engine/a.ts → src/engine/b.ts',
  ],
  [
    'plug-ins-do-not-meet',
    {
      'src/output/one.ts': 'export const one = 1;',
      'src/output/two.ts': "import { one } from './one.ts';\nexport const two = one;",
      'src/output/index.ts':
        "import { one } from './one.ts';\nimport { two } from './two.ts';\nexport const all = [one, two];",
    },
    'src/output/two.ts → src/output/one.ts',
  ],
  [
    'pure-core',
    { 'src/ledger/a.ts': "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;" },
    'src/ledger/a.ts → fs',
  ],
  [
    'nothing-sends',
    { 'src/engine/n.ts': "export const n = await import('node:dns/promises');" },
    'src/engine/n.ts → dns/promises',
  ],
  [
    'nothing-sends',
    { 'src/cli/b.ts': "import { spawn } from 'node:child_process';\nexport const b = spawn;" },
    'src/cli/b.ts → child_process',
  ],
  ['declared-only', { 'src/cli/c.ts': "import fc from 'fast-check';\nexport const c = fc;" }, 'src/cli/c.ts → '],
  ['resolvable', { 'src/cli/d.ts': "import { gone } from './gone.ts';\nexport const d = gone;" }, 'src/cli/d.ts → '],
  [
    'known-folder',
    {
      'src/attic/e.ts': "import type { F } from './f.ts';\nexport type E = F;",
      'src/attic/f.ts': 'export type F = 1;',
    },
    'src/attic/e.ts → src/attic/f.ts',
  ],
  [
    'src-stands-alone',
    { 'src/cli/g.ts': "import { h } from '../../test/h.ts';\nexport const g = h;", 'test/h.ts': 'export const h = 1;' },
    'src/cli/g.ts → test/h.ts',
  ],
];

test('each rule is broken by what it forbids, and says what to do instead', (t) => {
  const { status, said } = judged(t, Object.fromEntries(BREACHES.flatMap(([, sources]) => Object.entries(sources))));
  assert.equal(status, 1);
  for (const [rule, , line] of BREACHES) {
    const at = said.indexOf(`${rule}: ${line}`);
    assert.ok(at >= 0, `${rule}: ${line} is not in\n${said}`);
    assert.match(said.slice(at).split('\n')[1], /^ {4}\S.{30}/);
  }
});

test('a run that reads nothing fails', (t) => {
  const { status, said } = judged(t, { 'src/notes.md': 'no sources' });
  assert.match(said, /read no module at all/);
  assert.equal(status, 1);
});
