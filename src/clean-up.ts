/** The post step: leaves the machine as main found it. Spawns nothing, calls no network, never fails the job. */
import { takeBackFiles } from './apply/take-back.ts';
import { takeBackVariables } from './apply/variables.ts';
import { info, warning } from './github/log.ts';
import { loadCleanUp } from './github/state.ts';
import { readMachine } from './machine/machine.ts';
import { joinWords } from './messages/wording.ts';

/** Removes what main made, also after a main that failed or was killed. What cannot be removed is a warning. */
export async function cleanUp(): Promise<void> {
  const state = loadCleanUp();
  if (!state) {
    info('Nothing to clean up.');
    return;
  }
  const machine = readMachine();
  try {
    takeBackVariables(state.variables, machine.environment);
    const removed = await takeBackFiles(state, machine);
    info(removed.length > 0 ? `Removed ${joinWords(removed)}.` : 'No file of this step is left.');
  } catch (error) {
    warning(`Not everything could be cleaned up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
