import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The files that a commit of everything would hold, relative to the root: what git tracks or would add. */
export function treeFiles(): string[] {
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 }).split('\0');
  return listed.filter((file) => file !== '' && existsSync(join(ROOT, file)));
}
