/** A promise of the repository and the command that shows whether it is kept. Exit status 0: kept. */
export interface Check {
  readonly name: string;
  /** What holds when it passes. */
  readonly holds: string;
  /** Run without a shell in the root of the project, words split at spaces, project binaries first on the PATH. */
  readonly command: string;
  /** Seconds after which it is stopped and has failed. */
  readonly limit: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** A path beside the project that it needs; skipped, and said so, where that is missing. */
  readonly needs?: string;
}

/** Mutated inputs for every parser (the contract asks for a million). */
const FUZZ = { VEDETTE_FUZZ: process.env.VEDETTE_FUZZ ?? '1000000' };

/** Add a check: one line here. They run in this order, all of them, whatever fails. */
export const CHECKS: readonly Check[] = [
  { name: 'tests', holds: 'every test passes', command: 'npm test', limit: 600, environment: FUZZ },
  { name: 'types', holds: 'the sources are type-correct', command: 'tsc -p .', limit: 120 },
  { name: 'lint', holds: 'no lint rule is broken', command: 'oxlint', limit: 120 },
  { name: 'format', holds: 'files are laid out as `npm run format` does', command: 'biome format', limit: 60 },
  { name: 'imports', holds: 'nobody imports what the table forbids', command: 'node scripts/imports.ts', limit: 120 },
  { name: 'unused', holds: 'no file, export or dependency is idle', command: 'knip', limit: 120 },
  { name: 'docs', holds: 'generated pages are up to date', command: 'node scripts/docs.ts --check', limit: 360 },
  { name: 'contract', holds: 'the contract is kept', command: 'npm run contract -- --check', limit: 420 },
  { name: 'traces', holds: 'files name no machine and no registry', command: 'node scripts/traces.ts', limit: 60 },
  { name: 'clone', holds: 'a clean copy installs and runs', command: 'node scripts/clone.ts', limit: 240 },
  { name: 'bench', holds: 'the benchmark runs', command: 'npm run bench -- --smoke', limit: 240 },
  {
    name: 'ratchet',
    holds: 'no figure of the lab replay has fallen',
    command: 'node scripts/ratchet.ts',
    limit: 420,
    needs: '../shared/tools/score.mjs',
  },
  {
    name: 'peers',
    holds: 'no figure of the peers’ own suites is worse',
    command: 'npm run peers -- --check',
    limit: 240,
    needs: '../shared/corpus/public/peer-suites.json',
  },
];
