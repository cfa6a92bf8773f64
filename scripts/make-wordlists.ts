import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWordlists, KEPT_WORDS, type Wordlist } from '../src/detect/wordlist/format.ts';
import { FOLD_MASK } from '../src/detect/wordlist/words.ts';
import { wordsOf } from '../src/engine/lists/wordlist-file.ts';
import { ROOT } from './tree.ts';

/**
 * Makes data/wordlists.bin, the hashes of public wordlists, and the table of them in data/README.md.
 *
 *     node scripts/make-wordlists.ts FOLDER
 *
 * FOLDER holds a folder for each entry of SOURCES; its text files are the lists, their paths below it the names.
 * Debian packages: `apt-get download PACKAGE`, `dpkg -x PACKAGE*.deb .`, then the folder named below. The others: a
 * clone of the repository at the commit named below, less what nobody should be charged for (passwords, user agents).
 * No list and no word of one comes into the project; the file cannot be turned back into words other than by guessing
 * them.
 */
interface Source {
  /** How the lists of this source are called; versions of one source share it. */
  readonly name: string;
  readonly source: string;
  readonly licence: string;
}

const debian = (name: string, version: string, path: string, licence: string): Source => ({
  name,
  source: `Debian 12 ${name} ${version}, ${path}`,
  licence,
});

/** In this order: what comes first lends its words to what follows. Add a source: one entry. */
const SOURCES: Readonly<Record<string, Source>> = {
  dirb: debian('dirb', '2.22+dfsg-5', '/usr/share/dirb/wordlists', 'GPL-2.0-or-later'),
  wfuzz: debian('wfuzz', '3.1.0-2', '/usr/share/wfuzz/wordlist', 'GPL-2.0-only'),
  dirsearch: debian('dirsearch', '0.4.2+ds-3', 'dirsearch/db', 'GPL-2.0-or-later'),
  'dirsearch@2026-08-20': {
    name: 'dirsearch',
    source: 'github.com/maurosoria/dirsearch, 2026-08-20 (commit 1e6977a08), db',
    licence: 'GPL-2.0-or-later',
  },
  dnsrecon: debian('dnsrecon', '1.1.3-2', '/usr/share/dnsrecon', 'GPL-2.0-only'),
  fierce: debian('fierce', '1.5.0-1', 'fierce/lists', 'GPL-3.0-only'),
  dnsenum: debian('dnsenum', '1.3.1-1', '/usr/share/dnsenum', 'GPL-2.0-or-later'),
  sublist3r: debian('sublist3r', '1.1-3', 'subbrute', 'GPL-2.0-or-later'),
  arjun: debian('arjun', '2.2.1-2', 'arjun/db', 'GPL-3.0-only'),
  sqlmap: debian('sqlmap', '1.7.2-1', '/usr/share/sqlmap/data/txt', 'GPL-2.0-or-later'),
  onesixtyone: debian('onesixtyone', '0.3.4-1', '/usr/share/doc/onesixtyone', 'GPL-2.0-or-later'),
  wapiti: debian('wapiti', '3.0.4+dfsg-2', 'wapitiCore/data/attacks', 'GPL-2.0-or-later'),
  'SecLists@2023-11-27': {
    name: 'SecLists',
    source: 'github.com/danielmiessler/SecLists, 2023-11-27 (commit 836489404 of the copy jencoke/SecLists)',
    licence: 'MIT',
  },
  'SecLists@2020-08-03': {
    name: 'SecLists',
    source: 'github.com/danielmiessler/SecLists, 2020-08-03 (commit 1f8c9a2b0 of the copy really-Deep/SecLists)',
    licence: 'MIT',
  },
  fuzzdb: {
    name: 'fuzzdb',
    source: 'github.com/fuzzdb-project/fuzzdb, 2020-02-26 (commit 5656ab25d)',
    licence: 'CC-BY-3.0 and BSD-3-Clause',
  },
};

/** A list with fewer words names nobody. */
const LEAST_WORDS = 8;

/** How many words are kept, by the name of the list: the first that fits. More of what most scans are made with. */
const KEPT: readonly (readonly [RegExp, number])[] = [
  [/^dirb /, KEPT_WORDS],
  [/^(wfuzz|dirsearch|dnsrecon|fierce|dnsenum) /, 10_000],
  [
    /^SecLists Discovery\/(Web-Content\/(raft|directory-list|big|dirsearch|burp)|DNS\/(subdomains-top|bitquark))/,
    10_000,
  ],
  [/^/, 3000],
];

function listsOf(folder: string): Wordlist[] {
  return Object.entries(SOURCES).flatMap(([directory, { name, source, licence }]) =>
    globSync('**/*.txt', { cwd: join(folder, directory) })
      .toSorted()
      .map((file) => {
        const { words, hashes } = wordsOf(readFileSync(join(folder, directory, file)));
        return { name: `${name} ${file}`, source, licence, words, hashes };
      })
      .filter(({ words }) => words >= LEAST_WORDS),
  );
}

const same = (one: Wordlist, other: Wordlist): boolean =>
  one.words === other.words && one.hashes.every((hash, at) => hash === other.hashes[at]);

/** Lists with the same words in the same order are one list with both names. */
function merged(lists: readonly Wordlist[]): Wordlist[] {
  const kept: Wordlist[] = [];
  for (const list of lists) {
    const at = kept.findIndex((other) => same(list, other));
    if (at < 0) kept.push(list);
    else if (!kept[at].name.split(' = ').includes(list.name))
      kept[at] = { ...kept[at], name: `${kept[at].name} = ${list.name}` };
  }
  return kept;
}

function cut(list: Wordlist): Wordlist {
  const [, kept] = KEPT.find(([pattern]) => pattern.test(list.name)) ?? [/^/, 0];
  return { ...list, hashes: list.hashes.slice(0, kept) };
}

function table(source: string, lists: readonly Wordlist[]): string {
  const those = lists.filter((list) => list.source === source);
  const rows = those.map(({ name, words, hashes }) => `| ${name} | ${words} | ${hashes.length} |`);
  const head = '| list | words | kept |\n|---|---:|---:|';
  return `## ${source}\n\nLicence: ${those[0].licence}\n\n${head}\n${rows.join('\n')}\n`;
}

function readme(lists: readonly Wordlist[], bytes: number): string {
  const sources = [...new Set(lists.map(({ source }) => source))];
  const { size } = new Set(lists.flatMap(({ hashes }) => Array.from(hashes, (hash) => hash & FOLD_MASK)));
  return `# wordlists.bin

Fingerprints of ${lists.length} public wordlists, ${bytes} bytes, made by \`scripts/make-wordlists.ts\`, which says
where the lists are from. The format is described in \`src/detect/wordlist/format.ts\`.

For each list there is its name, its source, its licence, its number of words, and a hash of 32 bits for each of its
first words in order. No list and no word of one is here: what is kept are facts about the lists, which cannot be turned
back into words other than by guessing them. The licences are those of the lists, for whoever goes and gets them;
\`directory-list-*\` in SecLists is CC-BY-SA-3.0 by its own header. Lines that begin with \`#\` are no words; lists with
the same words in the same order are one.

A hash is equal to one of n others by chance with n ÷ 2^28 (capitals ignored, n ÷ 2^32 with them): 1 in 27,000 for a
list of 10,000 words, 1 in ${Math.round(2 ** 28 / size)} for all ${size} different words together. A list is named by
its hits, their order and its misses, never by one of them.

${sources.map((source) => table(source, lists)).join('\n')}`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: make-wordlists.ts FOLDER');
const missing = Object.keys(SOURCES).filter((name) => !readdirSync(folder).includes(name));
if (missing.length > 0) throw new Error(`no folder ${missing.join(', ')} in ${folder}`);
const lists = merged(listsOf(folder)).map(cut);
const bytes = encodeWordlists(lists);
writeFileSync(join(ROOT, 'data/wordlists.bin'), bytes);
writeFileSync(join(ROOT, 'data/README.md'), readme(lists, bytes.length));
console.log(`${lists.length} lists, ${bytes.length} bytes`);
