/** Takes text out of a file where no new one can be made beside it, as on a full disk: the last resort of post. */
import { constants, fchmodSync, ftruncateSync } from 'node:fs';
import { writeWhole } from '../machine/write-file.ts';
import { fail } from '../messages/problems.ts';
import { type Change, readOpen } from './file-content.ts';

/** What became of a file: `empty` is one that should go, `blanked` one with blank lines in the place of the text. */
export type Shrunk = 'lock lost' | 'unchanged' | 'shorter' | 'empty' | 'blanked';

/**
 * Writes over the file, whose blocks are its own already, so that this needs no room. It never grows.
 *
 * What is written has the length of what it replaces, filled up with line ends, so that a reader meets the old text, or
 * the new one with blank lines. These are then cut off: under the lock, and by the last job that has anything in the
 * file. Else they stay: two jobs that cut a file at once would cut each other's text, and two that only write it leave
 * the text of one of them.
 * @param held whether the lock is still ours; undefined where no lock can be made. One that is lost between this
 *   question and the writing may bring back what another job takes out at that moment; it takes nothing from anybody
 * @throws {Problems} where the new text is the longer one, and the error of the system
 */
export function shrinkInPlace(path: string, remedy: string, change: Change, held?: () => boolean): Shrunk {
  return readOpen(path, constants.O_RDWR, remedy, (file, content) => {
    const changed = change(content);
    if (changed === undefined) return 'unchanged';
    if (changed.text === content.text) {
      fchmodSync(file, changed.mode);
      return 'unchanged';
    }
    const bytes = Buffer.from(changed.text ?? '', content.encoding);
    const rest = Buffer.byteLength(content.text, content.encoding) - bytes.length;
    if (rest < 0) fail(`${path} would become longer, for which there is no room; make room on the disk.`);
    if (held?.() === false) return 'lock lost';
    writeWhole(file, Buffer.concat([bytes, Buffer.alloc(rest, '\n')]), 0);
    const isAlone = held !== undefined || changed.isLast === true;
    if (isAlone) ftruncateSync(file, bytes.length);
    fchmodSync(file, changed.mode);
    if (!isAlone) return 'blanked';
    return changed.text === undefined ? 'empty' : 'shorter';
  });
}
