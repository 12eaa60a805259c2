/**
 * Conversations that wait for an instant, soonest first, on one timer. A binary heap; an entry that no longer matters
 * is dropped by its owner when it rings.
 */
import type { Clock } from '#ports/runtime.ts';

export interface Alarms<Key> {
  set(key: Key, atMs: number): void;
  stop(): void;
}

/** `ring` is called once per entry at or after its instant. Waits are capped, so a clock that is set back is noticed. */
export function createAlarms<Key>(clock: Clock, ring: (key: Key) => void): Alarms<Key> {
  const heap: { key: Key; atMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function swap(left: number, right: number): void {
    const [a, b] = [heap[left], heap[right]];
    if (a && b) [heap[left], heap[right]] = [b, a];
  }

  const at = (index: number): number => heap[index]?.atMs ?? Number.POSITIVE_INFINITY;

  function rise(start: number): void {
    for (let index = start; index > 0;) {
      const parent = (index - 1) >> 1;
      if (at(parent) <= at(index)) return;
      swap(parent, index);
      index = parent;
    }
  }

  function pop(): Key | undefined {
    const [top] = heap;
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      for (let index = 0; ;) {
        const child = at(2 * index + 1) <= at(2 * index + 2) ? 2 * index + 1 : 2 * index + 2;
        if (at(index) <= at(child)) break;
        swap(index, child);
        index = child;
      }
    }
    return top?.key;
  }

  function arm(): void {
    clearTimeout(timer);
    if (stopped || heap.length === 0) return;
    timer = setTimeout(sound, Math.min(1_000, Math.max(1, at(0) - clock.nowMs())));
    timer.unref();
  }

  function sound(): void {
    const nowMs = clock.nowMs();
    while (heap.length > 0 && at(0) <= nowMs) {
      const key = pop();
      if (key !== undefined) ring(key);
    }
    arm();
  }

  return {
    set(key, atMs) {
      heap.push({ key, atMs });
      rise(heap.length - 1);
      if (heap[0]?.key === key) arm();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
