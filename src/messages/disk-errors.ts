/** What the file system refuses, in words for the user. */
import { Problems } from './problems.ts';

/** What a code means, and what helps. */
const MEANINGS: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'make room on it'],
  EDQUOT: ['the quota of this user is used up', 'make room, or raise it'],
  EROFS: ['the file system is read-only', 'make it writable'],
  EACCES: ['this user may not', 'give it the right to'],
  EPERM: ['this user may not', 'give it the right to'],
  ENOENT: ['it or its folder is gone', 'check what removes it while a step runs'],
};

/** An error of a call to the file system. */
export interface DiskError extends NodeJS.ErrnoException {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;
  /** What was to be made: of a rename, a copy, or a link, where `path` is only where that comes from or leads to. */
  readonly dest?: string;
}

/** Whether the file system refused something, and says where. A program that cannot be started is another matter. */
export function isDiskError(error: unknown): error is DiskError {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  return code !== undefined && path !== undefined && syscall !== undefined && !syscall.startsWith('spawn');
}

/** The same error with the path of its file: the call that finds the disk full, `write`, knows none. */
export function withPath(error: unknown, path: string): unknown {
  const { code, path: known } = Object(error) as NodeJS.ErrnoException;
  return code !== undefined && known === undefined ? Object.assign(error as NodeJS.ErrnoException, { path }) : error;
}

/**
 * One sentence: which file, what could not be done to it, why, and what helps.
 * @param place what the file is called
 */
export function describeDiskError({ code, syscall, path, dest }: DiskError, place = dest ?? path): string {
  const deed = ['rm', 'rmdir', 'unlink'].includes(syscall) ? 'removed' : 'written';
  const [cause, remedy] = MEANINGS[code] ?? ['', 'make room, or give this user the right to'];
  return `${place} cannot be ${deed}${cause === '' ? '' : `: ${cause}`} (${syscall}: ${code}); ${remedy}.`;
}

/** What an error comes to, as sentences; undefined for one that nobody expects. */
export function describeFailure(error: unknown): readonly string[] | undefined {
  if (error instanceof Problems) return error.list;
  return isDiskError(error) ? [describeDiskError(error)] : undefined;
}
