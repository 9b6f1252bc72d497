/** What runs that died left in ~/.pypirc: every later run on the machine removes it, whatever its tools. */
import { isAbsolute } from 'node:path';
import { freshDigits } from '../machine/fresh-digits.ts';
import type { Machine } from '../machine/machine.ts';
import type { Remarks } from '../messages/remarks.ts';
import { hasDeadSections, pypircPath, removeFromPypirc } from './pypirc-file.ts';
import { sentencesOf } from './take-back.ts';

/** Milliseconds to wait for other jobs: another run will do. */
const PATIENCE = 5_000;

/**
 * Removes the sections whose tokens have ended, and half-made files. Where there are none it looks, and touches
 * nothing. Never throws.
 */
export async function removeDeadSections({ home, platform }: Machine): Promise<Remarks> {
  if (!isAbsolute(home)) return {};
  const path = pypircPath({ home });
  const pypirc = { path, owner: freshDigits(32), now: new Date(), platform, patience: PATIENCE };
  try {
    if (!hasDeadSections(pypirc)) return {};
    // What looked half-made may have been the work of a moment of a living run.
    if ((await removeFromPypirc(pypirc)) === 'unchanged') return {};
    return { notes: [`Removed from ${path} what runs of this action left that died.`] };
  } catch (error) {
    return { warnings: [`What runs of this action left that died stays in ${path}: ${sentencesOf(error).join(' ')}`] };
  }
}
