/** What lies outside the workspace, where a checkout can put nothing. Pure but for the disk that it is handed. */
import { posix, win32 } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';

/** The path rules of the machine's system. */
export function pathsOf({ platform }: Pick<Machine, 'platform'>): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** Whether a path is absolute, and outside the workspace both as written and where its links lead. */
export function isOutside(path: string, machine: Machine, { realPath }: Pick<Disk, 'realPath'>): boolean {
  const { isAbsolute, normalize, relative } = pathsOf(machine);
  if (!isAbsolute(path)) return false;
  return [
    [normalize(path), machine.workspace],
    [realPath(path), realPath(machine.workspace)],
  ].every(([one = '', workspace = '']) => {
    const way = relative(workspace, one);
    return isAbsolute(way) || /^\.\.(?:[/\\]|$)/.test(way);
  });
}
