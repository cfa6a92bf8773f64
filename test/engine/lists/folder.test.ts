import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../../../src/engine/lists/folder.ts';
import { scratch } from '../../input/scratch.ts';

test('a folder is made with those above it, and is there already the second time', (context) => {
  const folder = join(scratch(context), 'a', 'b', 'c');
  makeFolder(folder, 0o700);
  makeFolder(folder, 0o700);
  assert.ok(statSync(folder).isDirectory());
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('what cannot be made is an error at once', (context) => {
  const file = join(scratch(context), 'file');
  writeFileSync(file, '');
  assert.throws(() => makeFolder(join(file, 'below', 'it')), { code: 'ENOTDIR' });
  if (existsSync('/proc/self')) assert.throws(() => makeFolder('/proc/no/such'));
});
