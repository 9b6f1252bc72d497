/** Files of the user's, as far as a run may read them. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

/** A file of the user's. */
export interface UserFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Larger files are not the configuration of a Python client. */
const MOST_BYTES = 1024 * 1024;

const IN_THE_PLACE_OF = '# In the place of ';

/** A comment for a file of ours that names a file that it takes the place of; one line of ASCII, whatever the path. */
export function nameReplaced({ path }: UserFile): string {
  const toEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${IN_THE_PLACE_OF}${JSON.stringify(path).replace(/[^ -~]/g, toEscape)}\n`;
}

/** The files that one of ours names as those that it takes the place of. */
export function replacedFiles({ bytes }: UserFile): UserFile[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith(IN_THE_PLACE_OF))
    .flatMap((line) => {
      try {
        return readUserFile(JSON.parse(line.slice(IN_THE_PLACE_OF.length)));
      } catch {
        return [];
      }
    });
}

/** The file in a list of one; an empty list when there is none that its clients could read. */
export function readUserFile(path: string): UserFile[] {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > MOST_BYTES) return [];
    return [{ path, bytes: readFileSync(path) }];
  } catch {
    return [];
  }
}

/** Whether it is left out for its size. */
export function isTooLarge(path: string): boolean {
  try {
    const status = statSync(path);
    return status.isFile() && status.size > MOST_BYTES;
  } catch {
    return false;
  }
}

/** The lines of a file, to look for a place in it. Line n, counted from 1, is `[n - 1]`. */
export function linesOf(file: UserFile): string[] {
  return decode([file]).texts.join('').split('\n');
}

/**
 * The texts of files, which Python reads in the locale's encoding: UTF-8 where that fits all of them. Else a byte is a
 * character, so that written back in the same encoding it stays what it was.
 */
export function decode(files: readonly UserFile[]): {
  readonly texts: readonly string[];
  readonly encoding: 'utf8' | 'latin1';
} {
  const encoding = files.every(({ bytes }) => isUtf8(bytes)) ? 'utf8' : 'latin1';
  return { texts: files.map(({ bytes }) => bytes.toString(encoding)), encoding };
}
