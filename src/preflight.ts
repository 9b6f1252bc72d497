/** Asks each configured tool that is installed what it now sees. */
import type { Changes } from './changes.ts';
import type { Tool } from './clients/index.ts';

export async function preflight(
  _tools: readonly Tool[],
  _changes: Changes,
  _environment: NodeJS.ProcessEnv,
): Promise<void> {}
