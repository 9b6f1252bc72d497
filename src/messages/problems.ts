/**
 * What is wrong with a run, as sentences for its user. A stage throws all that it found, and stages that do not need
 * each other are run through {@link all}, so that one run tells everything that has to be changed.
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
 * Runs every step, even when an earlier one failed.
 * @returns what each step gave, in order
 * @throws {Problems} with the problems of all steps together; any other error at once
 */
export function all<T extends readonly unknown[]>(...steps: { [K in keyof T]: () => T[K] }): T {
  return each<() => unknown, unknown>(steps, (step) => step()) as readonly unknown[] as T;
}

/**
 * Runs the step for every item, even when it failed for an earlier one.
 * @throws {Problems} with the problems of all items together; any other error at once
 */
export function each<In, Out>(items: Iterable<In>, step: (item: In, index: number) => Out): Out[] {
  const results: Out[] = [];
  const problems: string[] = [];
  let index = 0;
  for (const item of items) {
    try {
      results.push(step(item, index++));
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.list);
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return results;
}
