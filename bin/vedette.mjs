#!/usr/bin/env -S node --min-semi-space-size=8
// Starts the command line: the sources where there are any (a clone), else what was built from them (a package).
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

const source = new URL('../src/cli/main.ts', import.meta.url);
const clone = existsSync(source);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  const hint = clone ? ' In a clone, `npm start -- …` runs the Node that belongs to the project.' : '';
  process.stderr.write(`vedette: needs Node 22.18 or newer, this is ${process.versions.node}.${hint}\n`);
  process.exitCode = 78;
} else {
  // The young generation stays as large as it begins (8 MiB above and in `npm start`): memory is promised.
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  // Compiled code is kept between runs, in a folder of the user's own: what stands in it is executed.
  const cache = clone ? '../.cache/' : `file://${process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')}/vedette/`;
  module.enableCompileCache(fileURLToPath(new URL('compile', new URL(cache, import.meta.url))));
  await import((clone ? source : new URL('../dist/cli/main.js', import.meta.url)).href);
}
