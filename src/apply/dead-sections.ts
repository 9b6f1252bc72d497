/** What earlier runs left in ~/.pypirc, because they ended without clean-up. Any later run removes it. */
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
    // A file that looked half-made may have been one that a living run was just writing.
    if ((await removeFromPypirc(pypirc)) === 'unchanged') return {};
    return {
      notes: [`Removed from ${path} what earlier runs of this action left there, which ended without clean-up.`],
    };
  } catch (error) {
    return {
      warnings: [
        `Earlier runs of this action ended without clean-up, and what they left in ${path} cannot be removed now: ` +
          sentencesOf(error).join(' '),
      ],
    };
  }
}
