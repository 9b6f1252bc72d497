/** Reads a file that is edited: never through a link, never from a pipe, and no more than such a file can have. */
import { isUtf8 } from 'node:buffer';
import { constants, fstatSync, lstatSync, readFileSync, type Stats } from 'node:fs';
import { MAX_SIZE } from '../configparser/mistakes.ts';
import { withFile } from '../machine/write-file.ts';
import { fail, Problems } from '../messages/problems.ts';
import { describeError } from '../messages/wording.ts';

/** What a file holds, and whose it is. */
export interface FileContent {
  /** UTF-8 where it is that; else a character for each byte, so that what is written back is what was there. */
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
  /** Permission bits. */
  readonly mode: number;
  /** The user and the group that own it. */
  readonly uid: number;
  readonly gid: number;
}

/** What a file is to hold. */
export interface NewContent {
  /** Undefined where there should be no file. */
  readonly text: string | undefined;
  readonly mode: number;
  /** Whether no other job has anything in it any more. */
  readonly isLast?: boolean;
}

/** Gives what a file is to hold; undefined for no change. */
export type Change = (file: FileContent | undefined) => NewContent | undefined;

/**
 * Reads a file.
 * @param remedy what else the user can do, for the end of a sentence
 * @returns undefined where there is none
 * @throws {Problems} for what is no file, is larger than 1 MiB, or cannot be read
 */
export function readContent(path: string, remedy: string): FileContent | undefined {
  try {
    checkKind(lstatSync(path), path, remedy);
    return readOpen(path, constants.O_RDONLY, remedy, (_, content) => content);
  } catch (error) {
    if (error instanceof Problems) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return fail(
      `${path} cannot be read (${describeError(error)}); make it readable for this user, or ${remedy}.`,
      error,
    );
  }
}

/**
 * Opens a file, reads it, and hands both on.
 * @throws {Problems} as {@link readContent}, but the error of the system for what cannot be opened
 */
export function readOpen<T>(
  path: string,
  flags: number,
  remedy: string,
  work: (file: number, content: FileContent) => T,
): T {
  const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  return withFile(path, flags | O_NONBLOCK | O_NOFOLLOW, (file) => {
    const status = fstatSync(file);
    checkKind(status, path, remedy);
    const bytes = readFileSync(file);
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    const { uid, gid, mode } = status;
    return work(file, { text: bytes.toString(encoding), encoding, mode: mode & 0o7777, uid, gid });
  });
}

function checkKind(status: Stats, path: string, remedy: string): void {
  if (status.isSymbolicLink()) {
    fail(`${path} is a symbolic link, which this action does not write through; make it a file, or ${remedy}.`);
  }
  if (!status.isFile()) fail(`${path} is not a file; remove it, or ${remedy}.`);
  if (status.size > MAX_SIZE) fail(`${path} is larger than 1 MiB; make it smaller, or ${remedy}.`);
}
