/** Files that somebody else may have put something odd in the place of: nothing is waited for, or read without end. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { devNull } from 'node:os';

/** What a path holds. */
export interface Content {
  /** Empty where there is no file that can be read. */
  readonly text: string;
  /** Why the file is not read though something is there, to go on after "is"; undefined where nothing is odd. */
  readonly obstacle?: string;
}

const NOTHING: Content = { text: '' };

/**
 * Reads a file as UTF-8. A pipe would be waited for without end, a device be read without end; the null device is as
 * good as an empty file. Never throws: what is missing, a folder or closed to this user has no text.
 * @param most bytes, in whole KiB
 */
export function readRegularFile(path: string, most: number): Content {
  try {
    const status = statSync(path);
    return isOdd(status) ? describeOdd(status) : readOpened(path, most);
  } catch {
    return NOTHING;
  }
}

function isOdd(status: Stats): boolean {
  return !status.isFile() && !status.isDirectory();
}

function describeOdd(status: Stats): Content {
  const isNull = status.isCharacterDevice() && status.rdev === statSync(devNull).rdev;
  return isNull ? NOTHING : { text: '', obstacle: 'a pipe, a socket or a device' };
}

/** Opens without waiting, and looks again: what lay at the path may have been replaced in between. */
function readOpened(path: string, most: number): Content {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(file);
    if (isOdd(status)) return describeOdd(status);
    // Not by the size that it claims: some file systems say 0.
    const bytes = Buffer.allocUnsafe(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > most) return { text: '', obstacle: `larger than ${most / 1024} KiB` };
    return { text: bytes.toString('utf8', 0, length) };
  } finally {
    closeSync(file);
  }
}
