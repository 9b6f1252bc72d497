/** The text of the user's files, and how a file of ours names those that it replaces. Pure. */
import { isUtf8 } from 'node:buffer';
import type { UserFile } from '../machine/disk.ts';

const REPLACES = '# In the place of ';

/** A comment for a file of ours that names a file it replaces; one line of ASCII, whatever the path. */
export function nameReplaced({ path }: UserFile): string {
  const toEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${REPLACES}${JSON.stringify(path).replace(/[^ -~]/g, toEscape)}\n`;
}

/** The paths that a file of ours names as those it replaces. */
export function replacedPaths({ bytes }: UserFile): string[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith(REPLACES))
    .map((line) => parse(line.slice(REPLACES.length)))
    .filter((path) => typeof path === 'string');
}

/** Another program may have changed the comment. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
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
