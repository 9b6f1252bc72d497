import { Problems } from '../../src/messages/problems.ts';

/** The sentences that the action fails with; none when it does not fail. Any other error is thrown on. */
export function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof Problems) return error.list;
    throw error;
  }
  return [];
}

/** The same for an action that takes its time. */
export async function problemsOfAsync(action: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Problems) return error.list;
    throw error;
  }
  return [];
}
