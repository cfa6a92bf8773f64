import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { openError } from './file.ts';

/** Nothing where the path leads nowhere, or standard input is meant: opening it says what is wrong. */
function statOf(path: string): Stats | undefined {
  if (path === '-') return undefined;
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a path is a plain file, which can be opened more than once. */
export function isRegular(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

/**
 * The plain files below a folder in the order of their names, hidden ones left out; nothing when the path is no folder.
 * Links to files count as files; links to folders are not followed, for they may lead in a circle.
 */
export function filesOf(path: string): string[] | undefined {
  if (!statOf(path)?.isDirectory()) return undefined;
  try {
    return below(path);
  } catch (error) {
    throw openError(path, error);
  }
}

function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => filesAt(join(folder, entry.name), entry));
}

function filesAt(path: string, entry: Dirent): string[] {
  if (entry.isDirectory()) return below(path);
  return isRegular(path) ? [path] : [];
}
