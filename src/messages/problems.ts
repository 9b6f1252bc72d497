/**
 * What is wrong with a run, as sentences for its user. A stage throws everything that it found, and stages that do not
 * need each other run through {@link all}, so that one run tells everything that has to be changed.
 */
export class Problems extends Error {
  /** One sentence each: what is wrong, where, which rule, what to do. Never a secret. */
  readonly list: readonly string[];

  constructor(list: readonly string[], options?: ErrorOptions) {
    super(list.join('\n'), options);
    this.name = 'Problems';
    this.list = [...new Set(list)];
  }
}

/** Ends the stage with one problem. */
export function fail(problem: string, cause?: unknown): never {
  throw new Problems([problem], cause === undefined ? undefined : { cause });
}

/**
 * Ends the stage with all of its problems; returns where there are none.
 * @throws {Problems} for a list that is not empty
 */
export function failWithAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new Problems(problems);
}

/**
 * Runs every step, even when an earlier one failed.
 * @returns what each step gave, in order
 * @throws {Problems} with the problems of all steps together; any other error at once
 */
export function all<T extends readonly unknown[]>(...steps: { [K in keyof T]: () => T[K] }): T {
  return each<() => unknown, unknown>(steps, (step) => step()) as readonly unknown[] as T;
}

/** A step that was run, whose problems are yet to be told. */
export interface Attempt<T> {
  /** What it gave; undefined where it has problems. */
  readonly value?: T;
  /** @returns what it gave @throws {Problems} those of the step */
  readonly result: () => T;
}

/** Runs a step now, for {@link all} to tell its problems with those of later ones. Throws any other error at once. */
export function attempt<T>(step: () => T): Attempt<T> {
  try {
    const value = step();
    return { value, result: () => value };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return {
      result: () => {
        throw error;
      },
    };
  }
}

/**
 * Runs the step for every item, even when it failed for an earlier one.
 * @throws {Problems} with the problems of all items together; any other error at once
 */
export function each<In, Out>(items: Iterable<In>, step: (item: In) => Out): Out[] {
  const results: Out[] = [];
  const problems: string[] = [];
  for (const item of items) {
    try {
      results.push(step(item));
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.list);
    }
  }
  failWithAll(problems);
  return results;
}
