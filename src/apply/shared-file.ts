/**
 * Edits a file that several jobs of one machine share, so that no edit is lost.
 *
 * The lock keeps jobs out of each other's way. But one that stands still for seconds loses it without knowing
 * (file-lock.ts), so the last step of an edit must fail where another job has got the lock meanwhile:
 *
 * 1. An edit reads the file, and makes a new one beside it, under a name that is never used again.
 * 2. It looks whether the lock is still its own; else it begins anew.
 * 3. It renames the new file into place.
 * 4. Whoever gets the lock removes the new files of all others before it reads.
 *
 * Take two edits, and let the second be the one that got the lock later. If the first looks (2) after that, it finds
 * that the lock is lost. If it looked before, its new file was there before, and the second comes upon it (4): it is
 * renamed by then, and the second reads what the first wrote; or the second removes it, and the renaming (3) fails.
 * So the second knows all that the first wrote, and the first replaces nothing that the second wrote.
 *
 * A file that is to go is moved into a new folder that others remove in the same way.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freshDigits } from '../machine/fresh-digits.ts';
import { type Rights, removeOwn, writeNewFile } from '../machine/write-file.ts';
import { isDiskError } from '../messages/disk-errors.ts';
import { fail } from '../messages/problems.ts';
import { type Change, readContent } from './file-content.ts';
import { LOST, type Lock, whenFree, withLock } from './file-lock.ts';
import { shrinkInPlace } from './shrink-file.ts';

/** Milliseconds in which another job writes what it has read. */
const MOMENT = 200;

/** A shared file, and who edits it. */
export interface SharedFile extends Lock {
  /** What else the user can do where it cannot be used, for the end of a sentence. */
  readonly remedy: string;
}

/** What became of the text; `blanked`: blank lines are left, or an empty file where there should be none. */
export type Edited = 'unchanged' | 'changed' | 'blanked';

/**
 * Changes the file.
 * @throws {Problems} as {@link readContent} and {@link withLock}, and errors of the system; the file is as it was then
 */
export function editShared(file: SharedFile, change: Change): Promise<Edited> {
  return withLock(lockOf(file), (held) => edit(file, change, held));
}

/** The same for a change that makes the file shorter: where no new one can be made, it is written in place. */
export async function shrinkShared(file: SharedFile, change: Change): Promise<Edited> {
  const lock = lockOf(file);
  try {
    return await withLock(lock, (held) => {
      try {
        return edit(file, change, held);
      } catch (error) {
        if (isDiskError(error)) return shrinkLocked(file, change, held);
        throw error;
      }
    });
  } catch (error) {
    // Where none can be made, nobody has one.
    if (isDiskError(error) && [error.path, error.dest].includes(lock.path)) return shrinkUnlocked(file, change);
    throw error;
  }
}

function lockOf(file: SharedFile): Lock {
  return { ...file, path: `${file.path}.codeartifact-keyring.lock` };
}

function edit(file: SharedFile, change: Change, held: () => boolean): Edited | typeof LOST {
  const { path, remedy, platform } = file;
  removeLeftovers(path);
  const content = readContent(path, remedy);
  const changed = change(content);
  if (changed === undefined) return 'unchanged';
  const edited = changed.text === content?.text ? 'unchanged' : 'changed';
  // Somebody may have loosened a file that holds tokens. Windows has no such bits.
  const hasMode = content === undefined || changed.mode === content.mode || platform === 'win32';
  if (edited === 'unchanged' && hasMode) return edited;
  // Other programs know no lock.
  const mayStill = () => held() && readContent(path, remedy)?.text === content?.text;
  if (changed.text === undefined) return takeAway(file, mayStill) ? 'changed' : LOST;
  const bytes = Buffer.from(changed.text, content?.encoding);
  return replace(file, bytes, { mode: changed.mode, owner: content }, mayStill) ? edited : LOST;
}

function replace({ path, platform }: SharedFile, bytes: Buffer, rights: Rights, mayStill: () => boolean): boolean {
  const fresh = newName(path);
  writeNewFile(fresh, bytes, rights);
  try {
    const isDone = unlessLost(mayStill, () => {
      makeWritable(path, platform);
      whenFree(() => renameSync(fresh, path), platform);
    });
    if (isDone) return true;
  } catch (error) {
    removeOwn(fresh, error);
    throw error;
  }
  removeOwn(fresh);
  return false;
}

function takeAway({ path, platform }: SharedFile, mayStill: () => boolean): boolean {
  const folder = `${newName(path)}.old`;
  mkdirSync(folder, { mode: 0o700 });
  try {
    return unlessLost(mayStill, () => {
      // A umask may have taken bits away, even the user's own.
      chmodSync(folder, 0o700);
      makeWritable(path, platform);
      whenFree(() => renameSync(path, join(folder, 'old')), platform);
    });
  } finally {
    removeOwn(folder);
  }
}

/** Windows neither replaces nor removes a file that is read-only. */
function makeWritable(path: string, platform: NodeJS.Platform): void {
  if (platform === 'win32' && existsSync(path)) chmodSync(path, 0o600);
}

/** Does the last step of an edit. @returns false where the lock is lost, so that something of ours is gone */
function unlessLost(mayStill: () => boolean, step: () => void): boolean {
  try {
    if (!mayStill()) return false;
    step();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function shrinkLocked(file: SharedFile, change: Change, held: () => boolean): Edited | typeof LOST {
  const { path, remedy } = file;
  const shrunk = shrinkInPlace(path, remedy, change, held);
  if (shrunk === 'lock lost') return LOST;
  if (shrunk !== 'empty') return shrunk === 'shorter' ? 'changed' : 'unchanged';
  try {
    // What was in it may have been what filled the disk.
    takeAway(file, () => held() && readContent(path, remedy)?.text === '');
    return 'changed';
  } catch {
    return 'blanked';
  }
}

/**
 * Until nothing is left to do, also a moment later: another job in the same distress, which has read the file before,
 * may write back what this one takes out.
 */
async function shrinkUnlocked({ path, remedy }: SharedFile, change: Change): Promise<Edited> {
  let edited: Edited = 'unchanged';
  for (let attempt = 1; attempt < 10; attempt++) {
    const shrunk = existsSync(path) ? shrinkInPlace(path, remedy, change) : 'unchanged';
    if (shrunk === 'unchanged') return edited;
    edited = shrunk === 'shorter' ? 'changed' : 'blanked';
    await setTimeout(MOMENT);
  }
  return fail(
    `Other jobs on this machine write ${path} all the time, and no lock can be made beside it; make its folder ` +
      'writable.',
  );
}

function newName(path: string): string {
  return `${path}.codeartifact-keyring.${freshDigits(32)}`;
}

function removeLeftovers(path: string): void {
  for (const leftover of leftoversOf(path)) rmSync(leftover, { recursive: true, force: true, maxRetries: 3 });
}

/** What others are about to put into place, or left when they were killed, tokens and all. */
export function leftoversOf(path: string): string[] {
  const prefix = `${basename(path)}.codeartifact-keyring.`;
  return readdirSync(dirname(path)).flatMap((name) => {
    if (!name.startsWith(prefix)) return [];
    const { word, old } = /^(?<word>[0-9a-f]{32})(?<old>\.old)?$/.exec(name.slice(prefix.length))?.groups ?? {};
    const leftover = join(dirname(path), name);
    const isOurs = word !== undefined && (old || !lstatSync(leftover, { throwIfNoEntry: false })?.isDirectory());
    return isOurs ? [leftover] : [];
  });
}
