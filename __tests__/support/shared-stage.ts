import { afterAll, beforeAll } from '@jest/globals';
import type { Stage } from './stage.ts';

/**
 * A stage for all tests of a `describe`: set before the first of them, closed after the last. It is empty in the body
 * of `describe` itself, which runs before that.
 */
export function sharedStage<S extends Stage>(set: () => Promise<S>): S {
  const stage = {} as S;
  beforeAll(async () => {
    Object.assign(stage, await set());
  });
  afterAll(() => stage.standIn.close());
  return stage;
}
