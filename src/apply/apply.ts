/** Carries the changes out: files first, then ~/.pypirc, then variables. */
import type { Changes } from '../clients/changes.ts';
import type { State } from '../github/state.ts';
import type { Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';
import { type PrivateFolder, runOf, writePrivateFiles } from './private-folder.ts';
import { addToPypirc } from './pypirc-file.ts';
import { takeBackFiles } from './take-back.ts';
import { checkVariables, setVariables } from './variables.ts';

/**
 * Variables come last, so that no later step sees one that names nothing.
 * @param check is run when all files are there, before any variable is set
 * @throws {Problems} when something stands in the way, or the check fails; what a first step wrote is taken back then,
 *   what a second one found stays for the steps that use it
 */
export async function apply(
  changes: Changes,
  state: State,
  folder: PrivateFolder,
  machine: Machine,
  check: () => Promise<void>,
): Promise<void> {
  checkVariables(changes.variables);
  try {
    writePrivateFiles(folder, changes.files);
    if (state.pypirc !== undefined) {
      const file = { path: state.pypirc, owner: runOf(state.folder), now: new Date(), platform: machine.platform };
      await addToPypirc(file, changes.indexServers);
    }
    await check();
  } catch (error) {
    // What went wrong first is what the user has to know; post tries once more.
    if (folder.isNew) await takeBackFiles(state, machine).catch(() => {});
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    if (code !== undefined && path !== undefined) {
      fail(`${path} cannot be written (${syscall}: ${code}); make room or give this user the right to.`, error);
    }
    throw error;
  }
  setVariables(changes.variables);
}
