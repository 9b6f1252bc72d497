import { WorkerDeath } from './worker-death.ts';

/** Starts what is given to it when all that was given before has settled. */
export type Turns = <T>(next: () => Promise<T>) => Promise<T>;

/**
 * The turns of a job: its steps begin one after the other, also when nobody awaits them. A Worker's death is the last.
 */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (next) => {
    const result = last.then(next);
    last = result.catch((error: unknown) => {
      if (error instanceof WorkerDeath) throw error;
    });
    // Whoever takes the next turn is told.
    last.catch(() => {});
    return result;
  };
}
