import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder for the files of one test, gone after it. */
export function scratch(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-input-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
