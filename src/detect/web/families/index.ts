import { CONSOLES } from './consoles.ts';
import { EXPLOITS } from './exploits.ts';
import type { Family } from './family.ts';
import { FILES } from './files.ts';
import { INJECTION } from './injection.ts';
import { REQUESTS } from './requests.ts';
import { TRAVERSAL } from './traversal.ts';

export type { Family, Technique } from './family.ts';

const NONE: Family = { name: '', about: 'nothing that only a scanner asks for', bits: 0, technique: 'enumeration' };

/** The list. A family's number is its place here; 0: none. Add one: a line in the file of its kind. */
export const FAMILIES: readonly Family[] = [
  NONE,
  ...REQUESTS,
  ...TRAVERSAL,
  ...INJECTION,
  ...EXPLOITS,
  ...FILES,
  ...CONSOLES,
];

/** Number of a family; a name that is not in the list is a mistake in the code that asks. */
export function familyNamed(name: string): number {
  const place = FAMILIES.findIndex((family) => family.name === name);
  if (place < 0) throw new Error(`no family is named ${name}`);
  return place;
}

/** By what the same is worth where nothing is there, then by its bits. */
const STRENGTH = Uint16Array.from(FAMILIES, ({ bits, missing = bits }) => 256 * missing + bits);

/** The family with more bits; the first where they have as many. */
export const stronger = (a: number, b: number): number => (STRENGTH[b] > STRENGTH[a] ? b : a);
