/** Writes files whole or not at all: a full disk takes a part of what is written before it says so. */
import { closeSync, constants, fchmodSync, fchownSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { describeFailure, withPath } from '../messages/disk-errors.ts';
import { Problems } from '../messages/problems.ts';

/** Whose a file is, and who may do what with it. */
export interface Rights {
  /** Permission bits. */
  readonly mode: number;
  /** The user and the group; this user's where nobody may give files away. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Makes a file. Never opens one that is there, and follows no link.
 * @throws the error of the system, with the path, and nothing is left of the file; {@link Problems} where it is
 */
export function writeNewFile(path: string, bytes: Buffer, { mode, owner }: Rights = { mode: 0o600 }): void {
  // Windows has no O_NOFOLLOW; O_EXCL alone refuses a link there too.
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  let isOurs = false;
  try {
    withFile(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, (file) => {
      isOurs = true;
      try {
        // A umask may have taken bits away, even the user's own.
        fchmodSync(file, 0o600);
        writeWhole(file, bytes);
        if (owner) giveTo(file, owner);
        fchmodSync(file, mode);
      } catch (error) {
        quietly(() => ftruncateSync(file));
        throw error;
      }
    });
  } catch (error) {
    if (isOurs) removeOwn(path, error);
    throw error;
  }
}

/** Writes all bytes, which may take several calls: from a place in the file, or where it stands. */
export function writeWhole(file: number, bytes: Buffer, place?: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, place === undefined ? null : place + done);
  }
}

/** Opens a file, works on it, and closes it. Every error of the system has the path. */
export function withFile<T>(path: string, flags: number, work: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  let isOpen = true;
  try {
    const result = work(file);
    isOpen = false;
    // A network disk may say only here that it is full.
    closeSync(file);
    return result;
  } catch (error) {
    if (isOpen) quietly(() => closeSync(file));
    throw withPath(error, path);
  }
}

/**
 * Removes a file or folder of ours that is not wanted any more; one that has gone is fine.
 * @param cause the error for which it is not wanted
 * @throws {Problems} for both errors, where it stays
 */
export function removeOwn(path: string, cause?: unknown): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    const told = [describeFailure(cause) ?? [], describeFailure(error) ?? [String(error)]];
    throw new Problems(told.flat(), { cause });
  }
}

/** A job that runs as root, as in a container, would take a file away from its user. Nobody else may give one away. */
function giveTo(file: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  quietly(() => fchownSync(file, uid, gid));
}

/** Does a step that may fail, where something else is told. @returns whether it did not fail */
export function quietly(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
