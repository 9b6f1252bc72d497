/** Carries the changes out: files first, then ~/.pypirc, then variables. */
import type { Changes } from '../clients/changes.ts';
import type { State } from '../github/state.ts';
import type { Machine } from '../machine/machine.ts';
import { describeFailure } from '../messages/disk-errors.ts';
import { Problems } from '../messages/problems.ts';
import { removeOldFiles, writePrivateFiles } from './private-folder.ts';
import { type PrivateFolder, runOf } from './private-place.ts';
import { addToPypirc } from './pypirc-file.ts';
import { sentencesOf } from './take-back.ts';
import { checkVariables, setVariables } from './variables.ts';

/** A step between files and variables. Gives its way back, if it has one. */
export type Step = () => (() => void) | Promise<void> | undefined;

/**
 * Variables come last, so that no later step sees one that names nothing.
 * @param steps are done when all files are there, before any variable is set
 * @throws {Problems} when something stands in the way, or a step fails. All is taken back then: what a first use in a
 *   job wrote goes, and a second one leaves the files of the first as it found them; what cannot be taken back is told
 */
export async function apply(
  changes: Changes,
  state: State,
  folder: PrivateFolder,
  machine: Machine,
  steps: readonly Step[],
): Promise<void> {
  checkVariables(changes.variables);
  const undo: (() => unknown)[] = [];
  try {
    writePrivateFiles(folder, changes.files, undo);
    if (state.pypirc !== undefined) {
      const file = { path: state.pypirc, owner: runOf(state.folder), now: new Date(), platform: machine.platform };
      undo.push(await addToPypirc(file, changes.indexServers));
    }
    for (const step of steps) {
      const back = await step();
      if (back) undo.push(back);
    }
    setVariables(changes.variables, machine.environment);
  } catch (error) {
    const left = await takeBackAll(undo);
    const problems = describeFailure(error);
    if (problems === undefined && left.length === 0) throw error;
    throw new Problems([...(problems ?? [String(error)]), ...left], { cause: error });
  }
  removeOldFiles(folder, changes.files);
}

/** Goes back from the last step to the first. @returns sentences for what could not be taken back */
async function takeBackAll(undo: readonly (() => unknown)[]): Promise<string[]> {
  const left: string[] = [];
  for (const back of undo.toReversed()) {
    try {
      await back();
    } catch (error) {
      left.push(...sentencesOf(error));
    }
  }
  return left.map((sentence) => `This step leaves something behind: ${sentence}`);
}
