import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../config/errors.ts';
import { decodeWordlists, KEPT_WORDS, type Wordlist } from '../../detect/wordlist/format.ts';
import { hashOfWord } from '../../detect/wordlist/words.ts';
import { makeFolder } from './folder.ts';

/**
 * The wordlists that guesses are compared with: the shipped ones as hashes, the operator's own as text in a folder,
 * where each file begins with a line `# N words` and holds the first KEPT_WORDS of them.
 */

const SHIPPED = new URL('../../../data/wordlists.bin', import.meta.url);
const EXTENSION = '.txt';
/** What an own list may be called: it becomes the name of a file. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Where a scanner puts the extensions it was given (dirsearch): it is asked for with one, compared without. */
const PLACEHOLDER = /\.?%EXT%$/i;
const TITLE = /^# (\d+) words\n/;

const NEWLINE = 10;
const RETURN = 13;
const COMMENT = 0x23;

/** What the text of a list holds: the number of its words, the first KEPT_WORDS of them, and the bytes these take. */
export interface Words {
  readonly words: number;
  readonly hashes: Uint32Array;
  readonly texts: readonly string[];
  readonly bytes: number;
}

/** Reads a list as scanners do: a word a line; empty lines and lines that begin with `#` are none. */
export function wordsOf(bytes: Uint8Array): Words {
  const hashes: number[] = [];
  const texts: string[] = [];
  const decoder = new TextDecoder();
  let [words, kept] = [0, 0];
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(from, bytes[end - 1] === RETURN ? end - 1 : end);
    from = end + 1;
    if (line[0] === COMMENT) continue;
    if (hashes.length === KEPT_WORDS) {
      words += line.length > 0 ? 1 : 0;
      continue;
    }
    const text = decoder.decode(line);
    const placeholder = PLACEHOLDER.exec(text)?.[0] ?? '';
    const hash = hashOfWord(line, 0, line.length - placeholder.length);
    if (hash === 0) continue;
    words += 1;
    kept = Math.min(from, bytes.length);
    hashes.push(hash);
    texts.push(text);
  }
  return { words, hashes: Uint32Array.from(hashes), texts, bytes: kept };
}

/** The lists that come with the program. */
export const shippedWordlists = (): Wordlist[] => decodeWordlists(readFileSync(SHIPPED));

/** Names of the lists in a folder; none when there is no folder. */
function namesIn(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(EXTENSION));
    return files.map((file) => file.slice(0, -EXTENSION.length)).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}

/** The operator's own lists in a folder, by name. */
export function ownWordlists(folder: string): Wordlist[] {
  return namesIn(folder)
    .toSorted()
    .map((name) => {
      const bytes = read(join(folder, name + EXTENSION));
      const title = TITLE.exec(bytes.toString('latin1', 0, 64));
      const { words, hashes, texts } = wordsOf(bytes);
      return { name, source: 'own', licence: 'own', words: title === null ? words : Number(title[1]), hashes, texts };
    });
}

/** All lists: the shipped ones, then the operator's own. */
export const allWordlists = (folder: string): Wordlist[] => [...shippedWordlists(), ...ownWordlists(folder)];

/** Takes a list into the folder, in place of one of that name. @returns its number of words */
export function addWordlist(folder: string, name: string, file: string): number {
  checkName(name);
  const bytes = read(file);
  const { words, bytes: kept } = wordsOf(bytes);
  if (words === 0) throw new CodedError('WORDLIST_EMPTY', { path: file });
  const path = join(folder, name + EXTENSION);
  try {
    makeFolder(folder, 0o700);
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, Buffer.concat([Buffer.from(`# ${words} words\n`), bytes.subarray(0, kept)]), { mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    throw new CodedError('OUTPUT_UNWRITABLE', { path, reason: reasonOf(error) }, error);
  }
  return words;
}

/** Takes a list of the operator's own out of the folder. */
export function removeWordlist(folder: string, name: string): void {
  if (!namesIn(folder).includes(name)) throw new CodedError('WORDLIST_UNKNOWN', { name });
  const path = join(folder, name + EXTENSION);
  try {
    rmSync(path);
  } catch (error) {
    throw new CodedError('OUTPUT_UNWRITABLE', { path, reason: reasonOf(error) }, error);
  }
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new CodedError('WORDLIST_NAME', { name });
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new CodedError('INPUT_MISSING', { path }, error);
    throw new CodedError('INPUT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
