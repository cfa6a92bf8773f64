import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/tree.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly hasInstallScript?: boolean }>>;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const lockText = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const lock = JSON.parse(lockText) as Lock;
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

test('every dependency is pinned to one version', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+[\w.-]*$/, name);
});

test('few runtime dependencies, and none runs a script when it is installed', () => {
  assert.ok(Object.keys(manifest.dependencies).length <= 15);
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  assert.ok(shipped.length >= Object.keys(manifest.dependencies).length);
  for (const [path, { hasInstallScript }] of shipped) assert.ok(!hasInstallScript, path);
});

test('the lock file names no registry', () => {
  assert.doesNotMatch(lockText, /"resolved"|https?:\/\/[^"]*\.tgz/);
});
