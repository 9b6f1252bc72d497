/**
 * Where the private folder may lie: in RUNNER_TEMP, and in a container job in HOME. The runner has that HOME at
 * `RUNNER_TEMP/_github_home` (2.336, `ContainerActionHandler`): the containers of actions have RUNNER_TEMP at another
 * path than the job's container, and HOME at the same one.
 */
import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Machine } from '../machine/machine.ts';

/** What the names of all private folders begin with. */
export const PREFIX = 'codeartifact-keyring-';

const NAME = new RegExp(`^${PREFIX}[0-9a-f]{32}$`);

/** The HOME of a container job, as a folder of RUNNER_TEMP. */
const CONTAINER_HOME = '_github_home';

/** Where RUNNER_TEMP has a folder of ours; undefined for any other. */
export function placeOf(path: string, temp: string): string | undefined {
  if (isPrivateFolder(path, temp)) return path;
  const [parent, name, home] = [dirname(path), basename(path), join(temp, CONTAINER_HOME)];
  const isThere = path === join(parent, name) && isSameFolder(parent, home) && isPrivateFolder(join(home, name), home);
  return isThere ? join(home, name) : undefined;
}

/** HOME, if this is a container job and files can be made there. */
export function containerHome(home: string, temp: string): string | undefined {
  if (!isAbsolute(home) || !isSameFolder(home, join(temp, CONTAINER_HOME))) return undefined;
  try {
    accessSync(home, constants.W_OK | constants.X_OK);
    return realpathSync(home);
  } catch {
    return undefined;
  }
}

/** Whether two paths lead to the same folder; the second may be no link. */
function isSameFolder(one: string, other: string): boolean {
  try {
    const [there, own] = [statSync(one, { bigint: true }), lstatSync(other, { bigint: true })];
    return own.isDirectory() && there.ino === own.ino && there.dev === own.dev;
  } catch {
    return false;
  }
}

/** Whether it is a folder of ours directly in the given one. */
export function isPrivateFolder(path: string, temp: string): boolean {
  if (!NAME.test(basename(path)) || path !== join(temp, basename(path))) return false;
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** RUNNER_TEMP without links; undefined where it is no folder. */
export function runnerTemp(environment: Machine['environment']): string | undefined {
  const temp = environment['RUNNER_TEMP'];
  if (!temp || !isAbsolute(temp)) return undefined;
  try {
    const path = realpathSync(temp);
    return statSync(path).isDirectory() ? path : undefined;
  } catch {
    return undefined;
  }
}
