/** The post step: leaves the machine as main found it. Spawns nothing, calls no network, never fails the job. */

import { info, warning } from './log.ts';
import { takeBackFiles, takeBackVariables } from './machine/apply.ts';
import { loadCleanUp } from './state.ts';

/** The variables that a run may have set. Others in a state are not ours. */
const VARIABLES = ['PIP_CONFIG_FILE', 'NETRC', 'TWINE_REPOSITORY', 'TWINE_NON_INTERACTIVE'];

/** Removes what main made, also after a main that failed or was killed. What cannot be removed is a warning. */
export async function cleanUp(): Promise<void> {
  const state = loadCleanUp();
  if (!state) {
    info('Nothing to clean up.');
    return;
  }
  try {
    takeBackVariables(state, VARIABLES, process.env);
    await takeBackFiles(state, process.env);
    const sections = state.pypirc === undefined ? '' : ` and the sections of this step in ${state.pypirc}`;
    info(`Removed ${state.folder}${sections}.`);
  } catch (error) {
    warning(`Not everything could be cleaned up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
