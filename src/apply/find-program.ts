/** Where a client is that preflight may start. Pure but for the disk that it is handed. */
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { isOutside, pathsOf } from './outside.ts';

/** A program of a name. */
export interface FoundProgram {
  /** Undefined: not installed. */
  readonly path: string | undefined;
  /** What stands before it on the PATH: later steps run that, and a checkout may have brought it. */
  readonly passedOver: readonly string[];
}

/**
 * Looks for a program as a shell does, but only in absolute folders outside the workspace: an empty entry of the PATH,
 * or `.`, is the workspace itself.
 */
export function findProgram(name: string, machine: Machine, disk: Disk): FoundProgram {
  const { delimiter, join, resolve } = pathsOf(machine);
  const folders = (machine.environment['PATH'] ?? '').split(delimiter);
  const extensions =
    machine.platform === 'win32' ? (machine.environment['PATHEXT'] || '.COM;.EXE;.BAT;.CMD').split(';') : [''];
  const candidates = folders.flatMap((folder) =>
    extensions.map((extension) => ({ written: join(folder, name + extension), folder })),
  );
  const passedOver: string[] = [];
  for (const { written, folder } of candidates) {
    const path = resolve(machine.workspace, written);
    if (!disk.isProgram(path)) continue;
    // The folder too: a checkout may hold a link to a place where another step leaves what it made.
    if (isOutside(folder, machine, disk) && isOutside(path, machine, disk)) return { path, passedOver };
    passedOver.push(path);
  }
  return { path: undefined, passedOver };
}
