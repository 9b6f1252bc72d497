import { lstatSync } from 'node:fs';

/** The permission bits of what lies there, in octal; those of a link are its own. */
export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8);
}

/**
 * What {@link modeOf} gives for a file with these bits: Windows keeps no more of them than whether it may be written.
 */
export function kept(mode: number): string {
  if (process.platform !== 'win32') return mode.toString(8);
  return mode & 0o200 ? '666' : '444';
}
