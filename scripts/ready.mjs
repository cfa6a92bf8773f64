// Makes a clone ready to run: installs the dependencies when they are not those of package-lock.json.
// Runs before every npm script, so it needs nothing but Node 18 and is silent and quick when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = join(ROOT, 'node_modules');
const STAMP = join(INSTALLED, '.ready');
const LOCK = join(ROOT, '.cache', 'ready.lock');
const OWNER = join(LOCK, 'pid');
/** A lock without an owner's number is taken over after this many ms: its maker died between two system calls. */
const ORPHANED = 5000;

/** What the installed tree must have been made from. A change of platform (a copied or shared folder) counts as well. */
function wanted() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
}

const textOf = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const isReady = () => textOf(STAMP) === wanted();
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function orphaned() {
  const pid = Number(textOf(OWNER));
  if (pid > 0) return !alive(pid);
  try {
    return Date.now() - statSync(LOCK).mtimeMs > ORPHANED;
  } catch {
    return false;
  }
}

/** Takes the lock, or waits for whoever holds it; false when the other one has made everything ready meanwhile. */
function takeLock() {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(OWNER, String(process.pid));
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (orphaned()) rmSync(LOCK, { recursive: true, force: true });
    else sleep(100);
    if (isReady()) return false;
  }
}

/** The environment without this project's own binaries: npm must not run on the Node that it is about to replace. */
function environment() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(ROOT));
  return { ...process.env, PATH: path.join(delimiter), NODE_ENV: '', npm_config_loglevel: 'error' };
}

/** npm empties node_modules first. Where that is a link, what it leads to belongs to somebody else: the link goes instead. */
function leaveOthersAlone() {
  if (lstatSync(INSTALLED, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(INSTALLED);
}

/** All talk goes to stderr: stdout belongs to the command that comes after. Returns npm's exit status. */
function install() {
  process.stderr.write('vedette: installing dependencies (once per change of package-lock.json)…\n');
  leaveOthersAlone();
  const { status, error } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    env: environment(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error) process.stderr.write(`vedette: npm could not be started: ${error.message}\n`);
  if (status === 0) writeFileSync(STAMP, wanted());
  else process.stderr.write('vedette: the dependencies could not be installed; see the lines above, then try again.\n');
  return status ?? 1;
}

if (!isReady() && takeLock()) {
  try {
    process.exitCode = isReady() ? 0 : install();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}
