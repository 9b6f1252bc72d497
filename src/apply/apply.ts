/** Carries the changes out, and takes them back: files, ~/.pypirc, variables. */
import { exportVariable } from '@actions/core';
import type { Changes, Variable } from '../clients/changes.ts';
import { markOf, type State } from '../github/state.ts';
import { fail } from '../messages/problems.ts';
import { ownerOf, type PrivateFolder, removePrivateFolder, writePrivateFiles } from './private-folder.ts';
import { addToPypirc, removeFromPypirc } from './pypirc-file.ts';

/**
 * Files first, variables last: no later step sees a variable that names nothing.
 * @param check is run when all files are there, before any variable is set
 * @throws {Problems} when something stands in the way, or the check fails; what a first step wrote is taken back then,
 *   what a second one found stays for the steps that use it
 */
export async function apply(
  changes: Changes,
  state: State,
  folder: PrivateFolder,
  environment: NodeJS.ProcessEnv,
  check: () => Promise<void>,
): Promise<void> {
  checkVariables(changes.variables);
  try {
    writePrivateFiles(folder, changes.files);
    if (state.pypirc !== undefined) {
      await addToPypirc(state.pypirc, changes.indexServers, ownerOf(state.folder), new Date());
    }
    await check();
  } catch (error) {
    // What went wrong first is what the user has to know; post tries once more.
    if (folder.isNew) await takeBackFiles(state, environment).catch(() => {});
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    if (code !== undefined && path !== undefined)
      fail(`${path} cannot be written (${syscall}: ${code}); make room or give this user the right to.`, error);
    throw error;
  }
  for (const { name, value } of changes.variables) exportVariable(name, value);
}

/** Removes the private folder and the run's sections of ~/.pypirc. Takes nothing on trust, and may be done twice. */
export async function takeBackFiles(state: State, environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    removePrivateFolder(state.folder, environment);
  } finally {
    if (state.pypirc !== undefined) await removeFromPypirc(state.pypirc, ownerOf(state.folder), new Date());
  }
}

/** Puts the variables back that still say what we made them say; a variable cannot be unset, only emptied. */
export function takeBackVariables(state: State, names: RegExp, environment: NodeJS.ProcessEnv): void {
  for (const { name, mark, before } of state.variables) {
    if (names.test(name) && markOf(environment[name] ?? '') === mark) exportVariable(name, before);
  }
}

/** @throws {Problems} for a value that would not stay one line of a variable, a file or the log */
function checkVariables(variables: readonly Variable[]): void {
  for (const { name, value } of variables) {
    if (/\p{Cc}/u.test(value)) fail(`The path for ${name} holds a control character; use a RUNNER_TEMP without one.`);
  }
}
