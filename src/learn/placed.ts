/** What may tell where it is. */
interface Placed {
  readonly address: string;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly bytes?: number | undefined;
}

const isPlaced = ({ address, host }: Placed): boolean => address !== '' || host !== undefined;
const keyOf = ({ path, status, bytes }: Placed): string => `${path} ${status} ${bytes}`;

/**
 * Without the paths that one log tells without a site when another tells the same answer with one: a server may write
 * each request into two logs.
 */
export function placedOnly<T extends Placed>(facts: readonly T[]): T[] {
  const placed = new Set(facts.filter((fact) => fact.path !== undefined && isPlaced(fact)).map(keyOf));
  return facts.filter((fact) => fact.path === undefined || isPlaced(fact) || !placed.has(keyOf(fact)));
}
