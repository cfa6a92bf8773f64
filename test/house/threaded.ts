/** Work for threads: a module of its own, since each thread loads it. */
export const THREADED = import.meta.url;

export async function doubled(value: number): Promise<number> {
  if (value === 99) throw new Error('not this one');
  return value * 2;
}
