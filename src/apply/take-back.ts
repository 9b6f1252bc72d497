/** Takes back what a run made on the machine: its private folder, its sections of ~/.pypirc, its variables. */
import { dirname } from 'node:path';
import type { State } from '../github/state.ts';
import type { Machine } from '../machine/machine.ts';
import { describeFailure } from '../messages/disk-errors.ts';
import { removePrivateFolder } from './private-folder.ts';
import { runOf } from './private-place.ts';
import { describeBlanks, removeFromPypirc } from './pypirc-file.ts';
import { takeBackVariables } from './variables.ts';

/** Milliseconds to wait for the lock of ~/.pypirc; post has half a minute in all. */
const PATIENCE = 15_000;

/** Is told each time what is waited for from then on, in words, and in which folder that is. */
export type Begin = (what: string, folder: string) => Promise<void>;

/** What became of it. */
export interface TakenBack {
  /** In words what was removed. */
  readonly removed: readonly string[];
  /** Sentences for what is left, and why. */
  readonly left: readonly string[];
}

/**
 * Tries each, whatever becomes of the others: first what holds tokens on a disk, last the variables, for which the
 * files may have to make room. Takes nothing in the state on trust, and may be done twice. Never throws.
 */
export async function takeBack(
  { folder, pypirc, variables }: State,
  machine: Machine,
  begin: Begin,
): Promise<TakenBack> {
  const removed: string[] = [];
  const left: string[] = [];
  const attempt = async (what: string, place: string, failed: string, step: () => unknown): Promise<void> => {
    await begin(what, dirname(place));
    try {
      await step();
    } catch (error) {
      left.push(`${failed}${sentencesOf(error).join(' ')}`);
    }
  };
  await attempt(folder, folder, '', () => removePrivateFolder(folder, machine) && removed.push(folder));
  if (pypirc !== undefined) {
    await attempt(pypirc, pypirc, `The sections of this step in ${pypirc} may be left: `, async () => {
      const file = { path: pypirc, owner: runOf(folder), now: new Date(), platform: machine.platform };
      const edited = await removeFromPypirc({ ...file, patience: PATIENCE });
      if (edited !== 'unchanged') removed.push(`the sections of this step in ${pypirc}`);
      if (edited === 'blanked') left.push(describeBlanks(pypirc));
    });
  }
  const { environment } = machine;
  const file = "the runner's file GITHUB_ENV";
  await attempt(file, environment['GITHUB_ENV'] ?? '', '', () => takeBackVariables(variables, environment));
  return { removed, left };
}

/** An error as sentences, also one that nobody expects. */
export function sentencesOf(error: unknown): readonly string[] {
  return describeFailure(error) ?? [error instanceof Error ? error.message : String(error)];
}
