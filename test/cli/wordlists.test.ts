import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runStub } from './run.ts';

function state(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-words-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the lists are listed by source, with their words', async (t) => {
  const { code, out, err } = await runStub(['wordlists'], state(t));
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^Your own\n {2}none; /);
  assert.match(out, /\nDebian 12 dirb .*\(GPL-2.0-or-later\)\n[^]*\n {6}959 {2}dirb small\.txt\n/);
});

test('a list of the own is added, listed and removed', async (t) => {
  const folder = state(t);
  const file = join(folder, 'words');
  writeFileSync(file, 'portal-old\nportal-new\n');
  const added = await runStub(['wordlists', 'add', 'acme', file], folder);
  assert.deepEqual([added.code, added.out, added.err], [0, '', 'Wordlist acme: 2 words.\n']);
  assert.match((await runStub(['wordlists'], folder)).out, /^Your own\n {8}2 {2}acme\n/);
  assert.equal((await runStub(['wordlists', 'remove', 'acme'], folder)).code, 0);
  assert.match((await runStub(['wordlists'], folder)).out, /^Your own\n {2}none/);
});

test('mistakes are said with their code', async (t) => {
  const folder = state(t);
  for (const [words, code] of [
    [['wordlists', 'add', '../x', 'y'], 'WORDLIST_NAME'],
    [['wordlists', 'remove', 'x'], 'WORDLIST_UNKNOWN'],
    [['wordlists', 'add', 'x', join(folder, 'none')], 'INPUT_MISSING'],
    [['wordlists', 'add', 'x'], 'ARGUMENT_MISSING'],
  ] as const) {
    const { code: exit, err } = await runStub(words, folder);
    assert.ok(exit !== 0 && err.includes(`[${code}]`), err);
  }
});
