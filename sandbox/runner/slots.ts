/**
 * What the runner says when a step is cancelled that has no slot yet: it never begins, and the `cancel` is cancelled
 * too.
 */
export class TaskCancelled extends Error {
  constructor() {
    super('A task was canceled.');
  }
}

/** Slots for so many at a time, in the order in which they are asked for. */
export type Slots = {
  /** Takes a slot; where none is free, gives what to wait for: it rejects when the one who waits is cancelled. */
  take(cancelled: AbortSignal): Promise<void> | undefined;
  give(): void;
};

/** All of them free. */
export function createSlots(count: number): Slots {
  let free = count;
  const queue = new Set<PromiseWithResolvers<void>>();
  return {
    take(cancelled) {
      if (free > 0) {
        free -= 1;
        return undefined;
      }
      const turn = Promise.withResolvers<void>();
      queue.add(turn);
      cancelled.addEventListener('abort', () => {
        if (queue.delete(turn)) turn.reject(new TaskCancelled());
      });
      return turn.promise;
    },
    give() {
      const [next] = queue;
      if (next === undefined) free += 1;
      else {
        queue.delete(next);
        next.resolve();
      }
    },
  };
}
