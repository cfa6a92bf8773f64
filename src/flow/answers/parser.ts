import { SERVICES } from '../../record/answer.ts';
import type { Found } from './writer.ts';

/**
 * Reads what a target says first. Looks at bytes[at … end) only; false: it is something else, or malformed.
 *
 * @param asked payload bytes that the source had sent before
 */
export type Read = (bytes: Uint8Array, at: number, end: number, found: Found, asked: number) => boolean;

/** A protocol whose answers say what the target is. One file each; the lists are in index.ts. */
export interface Parser {
  readonly name: (typeof SERVICES)[number];
  /** the first bytes that it can begin with; absent: any */
  readonly first?: readonly number[];
  readonly read: Read;
}

/** Number of a service in the `service` column; for constants, at module load. */
export function service(name: (typeof SERVICES)[number]): number {
  return SERVICES.indexOf(name);
}
