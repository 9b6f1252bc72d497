/** Takes back the files of a run: its private folder, and its sections of ~/.pypirc. */
import type { State } from '../github/state.ts';
import type { Machine } from '../machine/machine.ts';
import { removePrivateFolder, runOf } from './private-folder.ts';
import { removeFromPypirc } from './pypirc-file.ts';

/**
 * Takes nothing in the state on trust, and may be done twice. Tries both, also where one fails.
 * @returns in words what was removed
 */
export async function takeBackFiles({ folder, pypirc }: State, machine: Machine): Promise<string[]> {
  const removed: string[] = [];
  try {
    if (removePrivateFolder(folder, machine)) removed.push(folder);
  } finally {
    if (pypirc !== undefined) {
      const file = { path: pypirc, owner: runOf(folder), now: new Date(), platform: machine.platform };
      if (await removeFromPypirc(file)) removed.push(`the sections of this step in ${pypirc}`);
    }
  }
  return removed;
}
