import type { Json, JsonObject } from './json-value.ts';
import { isObject, pick, textAt } from './json.ts';
import { Wanted } from './wanted.ts';

/*
 * What many programs tell in JSON under names that differ: each thing has several paths of own keys, the surest first. A
 * path with dots may also be one key with dots in it, as stores that flatten objects write them.
 */
export type Path = readonly string[];

/** @param names separated by blanks, or one each */
export const pathsOf = (names: string | readonly string[]): readonly Path[] =>
  (typeof names === 'string' ? names.split(' ') : names).flatMap((name) =>
    name.includes('.') ? [name.split('.'), [name]] : [[name]],
  );

/** The first text, or number, or list of texts, under any of these; '' for none. */
export function firstOf(value: JsonObject, paths: readonly Path[]): string {
  for (const path of paths) {
    const text = textAt(value, ...path) || listed(pick(value, ...path));
    if (text !== '') return text;
  }
  return '';
}

const listed = (value: Json | undefined): string =>
  Array.isArray(value) ? value.filter((part) => typeof part === 'string').join(' ') : '';

/** The object, or that under one of the names in it, which tells what is looked for; the object where none does. */
export function within(value: JsonObject, names: readonly string[], paths: readonly Path[]): JsonObject {
  if (firstOf(value, paths) !== '') return value;
  for (const name of names) {
    const inner = pick(value, name);
    if (isObject(inner) && firstOf(inner, paths) !== '') return inner;
  }
  return value;
}

/** All these members, at the top and within the objects of these names. */
export function wantedOf(paths: readonly (readonly Path[])[], names: readonly string[]): Wanted {
  const all = paths.flat();
  return new Wanted([...all, ...names.flatMap((name) => all.map((path) => [name, ...path]))]);
}
