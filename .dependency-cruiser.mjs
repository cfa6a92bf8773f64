// Who may import whom: the table is scripts/folders.ts, the named rules are here. A line of src/ that breaks one fails;
// `npm run check -- imports` shows the broken rule with what to do instead. ARCHITECTURE.md says why.
import { existsSync, readFileSync } from 'node:fs';
import { FOLDERS } from './scripts/folders.ts';

/** Where plug-ins live, and what of it they have in common: the contract, and what carries bytes to all inputs. */
const PLUGINS = {
  input: /^(input\.ts|trial\.ts|carry\/)/,
  detect: /^detector\.ts/,
  output: /^output\.ts/,
  store: /^store\.ts/,
};

/** Sources that may hold a socket or start a program: those that listen or capture, and those that ship findings. */
const MAY_SEND = ['src/server/', 'src/input/capture/live.ts', 'src/input/carry/udp.ts'];

const escaped = (text) => text.replaceAll('.', '\\.');
const PURE = Object.keys(FOLDERS).filter((folder) => FOLDERS[folder].pure);
const anyOf = (parts) => `(${parts.map(escaped).join('|')})`;

/** One rule a folder: it imports itself and what the table allows. */
const tableRules = Object.entries(FOLDERS).map(([folder, { imports }]) => ({
  name: `table-${folder}`,
  severity: 'error',
  comment:
    `src/${folder} may import ${imports.length ? imports.join(', ') : 'no other folder'}. ` +
    'Hand the value in from engine/ (it sees every stage), or move the shared type down to record/ or finding/.',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/${anyOf([folder, ...imports])}/` },
}));

/** The plug-ins of a folder are the files that its index.ts lists; whatever else stands there is shared by them. */
function pluginsOf(folder) {
  const list = `src/${folder}/index.ts`;
  if (!existsSync(list)) return [];
  const imports = readFileSync(list, 'utf8').matchAll(/^import (?!type ).* from '\.\/(.+)';$/gm);
  return [...imports].map(([, file]) => file).filter((file) => !PLUGINS[folder].test(file));
}

const pluginRules = Object.keys(PLUGINS).flatMap((folder) =>
  pluginsOf(folder).map((file) => ({
    name: 'plug-ins-do-not-meet',
    severity: 'error',
    comment:
      `The entries of src/${folder}/index.ts know nothing of one another. ` +
      'Put what two of them share into a file of its own that the list does not name.',
    from: { path: `^src/${folder}/${escaped(file)}$` },
    to: { path: `^src/${folder}/${anyOf(['index.ts', ...pluginsOf(folder).filter((other) => other !== file)])}$` },
  })),
);

const namedRules = [
  {
    name: 'known-folder',
    severity: 'error',
    comment: 'A folder of src/ that the table does not know. Add its entry to scripts/folders.ts.',
    from: { path: '^src/', pathNot: `^src/${anyOf(Object.keys(FOLDERS))}/` },
    to: {},
  },
  {
    name: 'no-circles',
    severity: 'error',
    comment: 'The data goes one way. Move what both files need into a third one that imports neither.',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'pure-core',
    severity: 'error',
    comment:
      `${PURE.join(', ')} import no Node module: they compute on what they are given. ` +
      'Read files, clocks and environment in input/, engine/ or cli/ and pass the value in.',
    from: { path: `^src/${anyOf(PURE)}/` },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'nothing-sends',
    severity: 'error',
    comment:
      'Vedette is passive: no source may open a socket, ask a name server or start a program. ' +
      'If the new file is a listener or ships findings where the operator told it to, add it to MAY_SEND.',
    from: { path: '^src/', pathNot: MAY_SEND.map((path) => `^${escaped(path)}`) },
    to: { path: '^(node:)?(net|dgram|https?|http2|tls|dns|child_process|cluster)(/promises)?$' },
  },
  {
    name: 'declared-only',
    severity: 'error',
    comment: 'The package is not a runtime dependency: add it to "dependencies", pinned.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-optional', 'npm-peer'] },
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'There is no such file or package. Imports of files are relative and end in .ts.',
    from: { path: '^src/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'src-stands-alone',
    severity: 'error',
    comment: 'What ships never imports tests, benchmarks or scripts. Move the shared part into src/.',
    from: { path: '^src/' },
    to: { path: '^(test|bench|scripts)/' },
  },
];

export default {
  forbidden: [...namedRules, ...pluginRules, ...tableRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // imports of types count: a stage that knows another's types depends on it
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
