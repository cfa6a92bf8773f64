// Copies the tree as a commit would hold it to an empty folder, and does there what a newcomer does first.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, treeFiles } from './tree.ts';

const copy = mkdtempSync(join(tmpdir(), 'vedette-clone-'));

/** Standard output of an npm command in the copy; whatever it says to stderr is shown. */
function npm(...args: string[]): string {
  const { status, stdout } = spawnSync('npm', args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, PATH: process.env.PATH?.replaceAll(join(ROOT, 'node_modules', '.bin'), '') },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with exit status ${status}\n${stdout}`);
  return stdout;
}

/** stdout of the machine format is NDJSON and nothing else, and ends with the summary. */
function summaryOf(output: string): { kind: string; contacts: number; findings: number } {
  const lines = output.trimEnd().split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as { kind: string; contacts: number; findings: number });
  const last = parsed[parsed.length - 1];
  if (last.kind !== 'summary') throw new Error(`The last line is "${last.kind}", not the summary.`);
  return last;
}

try {
  for (const file of treeFiles()) cpSync(join(ROOT, file), join(copy, file));
  const report = npm('--silent', 'start');
  if (report.trim() === '') throw new Error('`npm start` printed nothing.');
  const { contacts, findings } = summaryOf(npm('--silent', 'start', '--', 'analyze', '--format', 'ndjson'));
  if (findings === 0) throw new Error('The sample of the project gave no finding.');
  console.log(`installed, ${contacts} contacts of the sample read, ${findings} findings`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
