/** The private folder, which holds what a run writes: made by main, removed by post. */
import { chmodSync, constants, ftruncateSync, linkSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateFile } from '../clients/changes.ts';
import { PRIVATE_FILES } from '../clients/declared.ts';
import { DISK } from '../machine/disk.ts';
import { freshDigits } from '../machine/fresh-digits.ts';
import type { Machine } from '../machine/machine.ts';
import { quietly, removeOwn, withFile, writeNewFile } from '../machine/write-file.ts';
import { fail } from '../messages/problems.ts';
import { joinWords } from '../messages/wording.ts';
import { findPrivateFolder, type PrivateFolder } from './private-place.ts';

/** In the names beside a place, since another use of the job may write there at the same time. */
const MARK = freshDigits(16);
const BESIDE = /\.[0-9a-f]{16}\.(?:new|old)$/;

/**
 * Writes the files. Makes the folder first, for its user alone, if it is new. All are written beside their places, and
 * those that they replace get a second name, before the first is renamed into its place: what needs room comes first,
 * and the way back needs none.
 * @param undo gets the way back of each step as it is done, to be gone from its end
 * @throws the error of the system
 */
export function writePrivateFiles(
  { path, isNew }: PrivateFolder,
  files: readonly PrivateFile[],
  undo: (() => unknown)[],
): void {
  if (files.length === 0) return;
  if (isNew) {
    mkdirSync(path, { mode: 0o700 });
    undo.push(() => removeOwn(path));
  }
  // A umask may have taken bits away, even the user's own.
  chmodSync(path, 0o700);
  const places = files.map(({ name, bytes }) => {
    const place = join(path, name);
    return { place, fresh: `${place}.${MARK}.new`, old: `${place}.${MARK}.old`, bytes, isThere: isFile(place) };
  });
  for (const { fresh, bytes } of places) {
    removeOwn(fresh);
    writeNewFile(fresh, bytes);
    undo.push(() => removeOwn(fresh));
  }
  for (const { place, old } of places.filter(({ isThere }) => isThere)) {
    removeOwn(old);
    keep(place, old);
    // Of two names for one file a renaming would leave both.
    undo.push(() => (isSame(old, place) ? removeOwn(old) : renameSync(old, place)));
  }
  for (const { place, fresh, isThere } of places) {
    renameSync(fresh, place);
    if (!isThere) undo.push(() => removeOwn(place));
  }
}

/** Removes what {@link writePrivateFiles} kept of the files before; post removes what stays. */
export function removeOldFiles({ path }: PrivateFolder, files: readonly PrivateFile[]): void {
  for (const { name } of files) quietly(() => removeOwn(join(path, `${name}.${MARK}.old`)));
}

/**
 * Removes the folder and everything in it, if a run of this action made it. Begins with the files that may hold tokens:
 * others may have filled the folder. A file that cannot be removed is emptied.
 * @param path from the state, see {@link findPrivateFolder}
 * @returns whether it was there and is gone; false where nothing is there
 * @throws {Problems} with what is left, and for what is not that folder: a link in its place, say
 */
export function removePrivateFolder(path: string, machine: Pick<Machine, 'environment'>): boolean {
  const own = findPrivateFolder(path, machine);
  if (own === undefined) {
    if (!quietly(() => lstatSync(path))) return false;
    return fail(`${path} is not the folder that this action made, so it stays as it is; see what has replaced it.`);
  }
  // A later step may have taken the right away to remove what is in it.
  quietly(() => chmodSync(own, 0o700));
  const beside = DISK.list(own).filter((name) => BESIDE.test(name) && PRIVATE_FILES.includes(name.replace(BESIDE, '')));
  const files = [...PRIVATE_FILES, ...beside].map((name) => join(own, name));
  const full = files.filter((file) => !isGone(file));
  try {
    removeOwn(own);
  } catch (error) {
    const tokens =
      full.length === 0 ? 'It holds no file of this action any more.' : `${joinWords(full)} may hold tokens.`;
    fail(`${error instanceof Error ? error.message : error} ${tokens}`, error);
  }
  return true;
}

/** A second name for a file; a new one where the disk knows one name only. */
function keep(place: string, old: string, attempts = 10): void {
  try {
    linkSync(place, old);
  } catch (error) {
    // Another use has just renamed a file into the place: the one that was found there has no name any more.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && attempts > 1 && isFile(place)) {
      keep(place, old, attempts - 1);
      return;
    }
    if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    renameSync(place, old);
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isSame(one: string, other: string): boolean {
  return lstatSync(one).ino === lstatSync(other, { throwIfNoEntry: false })?.ino;
}

/** Removes a file, or what is in it. */
function isGone(path: string): boolean {
  const { O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    removeOwn(path);
    return true;
  } catch {
    return quietly(() => withFile(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, (file) => ftruncateSync(file)));
  }
}
