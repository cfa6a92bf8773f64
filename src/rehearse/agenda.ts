import type { Actor } from './traffic.ts';

/** Something that begins at a time and then goes on packet by packet. */
export interface Course {
  at: number;
  readonly actor: Actor;
  /** µs between two of its packets */
  readonly gap: number;
}

/** What comes next: a binary heap by time. */
export class Agenda {
  readonly #heap: Course[] = [];

  add(plan: Course): void {
    const heap = this.#heap;
    let at = heap.push(plan) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent].at <= plan.at) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = plan;
  }

  next(): Course | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = at * 2 + 1) {
      if (child + 1 < heap.length && heap[child + 1].at < heap[child].at) child++;
      if (heap[child].at >= last.at) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
