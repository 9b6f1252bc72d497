/** The post step: leaves the machine as main found it. Spawns nothing, calls no network, never fails the job. */
import { removeDeadSections } from './apply/dead-sections.ts';
import { type Begin, takeBack } from './apply/take-back.ts';
import { info, warning } from './github/log.ts';
import { loadCleanUp } from './github/state.ts';
import { readMachine } from './machine/machine.ts';
import { joinWords } from './messages/wording.ts';

/**
 * Removes what main made, also after a main that failed or was killed. What cannot be removed is a warning.
 * @param limitTime bounds the time, see {@link Begin}
 */
export async function cleanUp(limitTime: () => Begin): Promise<void> {
  const state = loadCleanUp();
  const machine = readMachine();
  const begin = limitTime();
  if (state) {
    const { removed, left } = await takeBack(state, machine, begin);
    if (removed.length > 0) info(`Removed ${joinWords(removed)}.`);
    else if (left.length === 0) info('No file of this step is left.');
    if (left.length > 0) warning(`Not everything could be cleaned up: ${left.join(' ')}`);
  } else info('Nothing to clean up.');
  if (state?.pypirc !== undefined) return;
  await begin('~/.pypirc', machine.home);
  const { notes = [], warnings = [] } = await removeDeadSections(machine);
  for (const note of notes) info(note);
  for (const text of warnings) warning(text);
}
