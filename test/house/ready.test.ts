import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT } from '../../scripts/tree.ts';
import { scratch } from './scratch.ts';

/** Stands in for npm: talks on stdout, takes a moment, empties the folder, leaves a line in `calls`, and ends as `status` says. */
const NPM = `#!/bin/sh
echo talk of npm
sleep 0.3
echo "$@" >> calls
rm -rf node_modules/*
mkdir -p node_modules
exit $(cat status)
`;

interface Project {
  readonly root: string;
  readonly calls: () => string[];
  readonly ready: () => Promise<{ readonly status: number | null; readonly stdout: string }>;
}

function project(t: TestContext): Project {
  const script = readFileSync(join(ROOT, 'scripts/ready.mjs'), 'utf8');
  const root = scratch(t, { 'scripts/ready.mjs': script, 'package-lock.json': '{}', status: '0', calls: '' });
  const bin = scratch(t, { npm: NPM });
  chmodSync(join(bin, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return {
    root,
    calls: () => readFileSync(join(root, 'calls'), 'utf8').split('\n').filter(Boolean),
    ready: () =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ['scripts/ready.mjs'], {
          cwd: root,
          env,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        let stdout = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.on('error', reject).on('close', (status) => resolve({ status, stdout }));
      }),
  };
}

test('installs with the development dependencies, once, and says nothing on stdout', async (t) => {
  const { calls, ready } = project(t);
  assert.deepEqual(await ready(), { status: 0, stdout: '' });
  assert.deepEqual(await ready(), { status: 0, stdout: '' });
  assert.deepEqual(calls(), ['ci --include=dev --no-audit --no-fund']);
});

test('what a link leads to is left alone', async (t) => {
  const { root, ready } = project(t);
  const theirs = scratch(t, { package: 'theirs' });
  symlinkSync(theirs, join(root, 'node_modules'));
  assert.equal((await ready()).status, 0);
  assert.equal(readFileSync(join(theirs, 'package'), 'utf8'), 'theirs');
  assert.ok(lstatSync(join(root, 'node_modules')).isDirectory());
});

test('installs again when the lock file has changed', async (t) => {
  const { root, calls, ready } = project(t);
  await ready();
  writeFileSync(join(root, 'package-lock.json'), '{"changed":true}');
  await ready();
  assert.equal(calls().length, 2);
});

test('of several at once, one installs and the others wait for it', async (t) => {
  const { calls, ready } = project(t);
  const endings = await Promise.all([ready(), ready(), ready()]);
  assert.deepEqual(
    endings.map(({ status }) => status),
    [0, 0, 0],
  );
  assert.equal(calls().length, 1);
});

test('a failed installation is told and tried again', async (t) => {
  const { root, calls, ready } = project(t);
  writeFileSync(join(root, 'status'), '7');
  assert.equal((await ready()).status, 7);
  writeFileSync(join(root, 'status'), '0');
  assert.equal((await ready()).status, 0);
  assert.equal(calls().length, 2);
});

test('a lock left by a process that died is taken over', async (t) => {
  const { root, calls, ready } = project(t);
  mkdirSync(join(root, '.cache/ready.lock'), { recursive: true });
  writeFileSync(join(root, '.cache/ready.lock/pid'), '99999999');
  assert.equal((await ready()).status, 0);
  assert.equal(calls().length, 1);
  assert.ok(!existsSync(join(root, '.cache/ready.lock')));
});
