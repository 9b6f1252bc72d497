/**
 * The runner's command files, which it reads when the step ends: the edge that appends to them. @actions/core appends
 * value by value, and where the disk is full it leaves half a one, for which the runner refuses the whole file. Here
 * all is said at once, or nothing.
 */
import { constants, fstatSync, ftruncateSync } from 'node:fs';
import { EOL } from 'node:os';
import type { Environment } from '../machine/machine.ts';
import { withFile, writeWhole } from '../machine/write-file.ts';
import { describeDiskError, isDiskError } from '../messages/disk-errors.ts';
import { fail } from '../messages/problems.ts';
import { describeError } from '../messages/wording.ts';

/** The variables that name the files. */
export type CommandFile = 'GITHUB_ENV' | 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY';

/**
 * Appends to a file that the runner made for this step.
 * @returns the way back, which makes the file what it was and throws as this does
 * @throws {Problems} where it cannot be written; it is as it was then
 */
export function appendTo(name: CommandFile, text: string, environment: Environment): () => void {
  const path = environment[name];
  if (!path) return fail(`The variable ${name} names no file; run this as a step of a GitHub workflow.`);
  const bytes = Buffer.from(text);
  const before = change(name, path, (file, size) => {
    try {
      writeWhole(file, bytes, size);
    } catch (error) {
      cut(file, size, `${path} (${name}) cannot be written, and keeps a part of it (${describeError(error)}).`);
      throw error;
    }
    return size;
  });
  return () =>
    change(name, path, (file, size) => {
      if (size !== before + bytes.length) fail(`${path} (${name}) was changed by something else, and stays as it is.`);
      ftruncateSync(file, before);
    });
}

/** A value as a line of a command file, or as several where it has line breaks. */
export function assign(name: string, value: string): string {
  if (!/^[\w-]+$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a value.`);
  if (!/[\r\n]/.test(value)) return `${name}=${value}${EOL}`;
  let end = 'end';
  while (value.includes(end)) end += '_';
  // On Windows the runner takes a \r before \n for a part of the line end.
  return [`${name}<<${end}`, value, end, ''].join(EOL);
}

function cut(file: number, size: number, otherwise: string): void {
  try {
    ftruncateSync(file, size);
  } catch (error) {
    fail(otherwise, error);
  }
}

/** The runner made the file, so none is made here. A pipe in its place must not keep the step waiting. */
function change<T>(name: CommandFile, path: string, work: (file: number, size: number) => T): T {
  const { O_WRONLY, O_NONBLOCK = 0 } = constants;
  const place = `${path} (${name})`;
  try {
    return withFile(path, O_WRONLY | O_NONBLOCK, (file) => {
      const status = fstatSync(file);
      return status.isFile() ? work(file, status.size) : fail(notAFile(place));
    });
  } catch (error) {
    if (!isDiskError(error)) throw error;
    if (error.code === 'ENXIO' || error.code === 'EISDIR') return fail(notAFile(place), error);
    if (error.code !== 'ENOENT') return fail(describeDiskError(error, place), error);
    return fail(`${place} is gone, because something emptied RUNNER_TEMP while this step ran; do that after the job.`);
  }
}

function notAFile(place: string): string {
  return `${place} is not a file any more; leave the runner's own files alone.`;
}
