import { join } from 'node:path';
import type { Wordlist } from '../detect/wordlist/format.ts';
import { addWordlist, ownWordlists, removeWordlist, shippedWordlists } from '../engine/lists/wordlist-file.ts';
import { printable } from '../output/printable.ts';
import type { Ports } from './ports.ts';
import { stateFolder } from './state.ts';

/** Folder of the operator's own lists. */
export const ownFolder = (environment: NodeJS.ProcessEnv): string => join(stateFolder(environment), 'wordlists');

const line = ({ name, words }: Wordlist): string => `${String(words).padStart(9)}  ${printable(name)}\n`;

function section({ source, licence }: Wordlist, lists: readonly Wordlist[]): string {
  const those = lists.filter((list) => list.source === source);
  return `\n${source} (${licence})\n${those.map(line).join('')}`;
}

/** Prints the lists: the operator's own, then those that came with the program by source. */
export function listWordlists(ports: Ports): void {
  const own = ownWordlists(ownFolder(ports.environment));
  const shipped = shippedWordlists();
  const sources = shipped.filter((list, at) => shipped.findIndex(({ source }) => source === list.source) === at);
  const yours = own.length === 0 ? '  none; `vedette wordlists add NAME FILE` adds one\n' : own.map(line).join('');
  ports.stdout.write(`Your own\n${yours}${sources.map((list) => section(list, shipped)).join('')}`);
}

/** `vedette wordlists add NAME FILE`. */
export function addOwn(name: string, file: string, ports: Ports): void {
  const words = addWordlist(ownFolder(ports.environment), name, file);
  ports.stderr.write(`Wordlist ${name}: ${words} words.\n`);
}

/** `vedette wordlists remove NAME`. */
export function removeOwn(name: string, ports: Ports): void {
  removeWordlist(ownFolder(ports.environment), name);
  ports.stderr.write(`Wordlist ${name} is removed.\n`);
}
