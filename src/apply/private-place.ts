/**
 * Where the private folder lies: in RUNNER_TEMP, or in the HOME of a container job.
 *
 * That HOME is at `RUNNER_TEMP/_github_home` (runner 2.336, `ContainerActionHandler` and `StepHost`): the containers of
 * actions have RUNNER_TEMP at another path than that of the job, and HOME at the same one.
 */
import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';

const PREFIX = 'codeartifact-keyring-';
const NAME = new RegExp(`^${PREFIX}[0-9a-f]{32}$`);

/** The HOME of a container job, as a folder of RUNNER_TEMP. */
const CONTAINER_HOME = '_github_home';

/** A private folder. */
export interface PrivateFolder {
  readonly path: string;
  /** Whether this run has to make it. */
  readonly isNew: boolean;
}

/**
 * The folder of an earlier step of this job, if the variables still name it: a second step refreshes the first one's
 * files in place, for the steps that hold their paths already. Whatever has files there has one of the two variables.
 * Else the path of a new one; nothing is made yet.
 * @param digits gives those of its name, which nobody may guess: indexes of some clients are named by them
 * @throws {Problems} without a RUNNER_TEMP that is a folder
 */
export function choosePrivateFolder(
  { environment, home }: Pick<Machine, 'environment' | 'home'>,
  digits: (count: number) => string,
): PrivateFolder {
  const temp = runnerTemp(environment);
  if (temp === undefined) {
    return fail('The variable RUNNER_TEMP names no folder; run this as a step of a GitHub workflow.');
  }
  const container = containerHome(home, temp);
  const earlier = ['PIP_CONFIG_FILE', 'NETRC']
    .map((name) => dirname(environment[name] ?? ''))
    .find((path) => isPrivateFolder(path, temp) || (container && isPrivateFolder(path, container)));
  if (earlier !== undefined) return { path: earlier, isNew: false };
  return { path: join(container ?? temp, PREFIX + digits(32)), isNew: true };
}

/** The other private folders beside this one that no variable leads to, by their paths. */
export function unnamedFolders(path: string, environment: Machine['environment'], disk: Disk): string[] {
  const values = Object.values(environment);
  return disk
    .list(dirname(path))
    .filter((name) => NAME.test(name) && name !== basename(path))
    .map((name) => join(dirname(path), name))
    .filter((other) => !values.some((value) => value?.includes(other)));
}

/** The run that a private folder belongs to: 32 hexadecimal digits. */
export function runOf(path: string): string {
  return basename(path).slice(PREFIX.length);
}

/**
 * Where a folder of ours is.
 * @param path from the state, which another step may have forged: it counts only where it names a folder of ours
 *   directly in the runner's own RUNNER_TEMP, which no step can set, or in the HOME of a container job, which is looked
 *   for in RUNNER_TEMP too; with a slash at its end it would follow a link
 * @returns undefined for any other path
 */
export function findPrivateFolder(path: string, { environment }: Pick<Machine, 'environment'>): string | undefined {
  const temp = runnerTemp(environment);
  if (temp === undefined) return undefined;
  if (isPrivateFolder(path, temp)) return path;
  const [parent, name, home] = [dirname(path), basename(path), join(temp, CONTAINER_HOME)];
  const isThere = path === join(parent, name) && isSameFolder(parent, home) && isPrivateFolder(join(home, name), home);
  return isThere ? join(home, name) : undefined;
}

/** HOME, if this is a container job and files can be made there. */
function containerHome(home: string, temp: string): string | undefined {
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

function isPrivateFolder(path: string, temp: string): boolean {
  if (!NAME.test(basename(path)) || path !== join(temp, basename(path))) return false;
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function runnerTemp(environment: Machine['environment']): string | undefined {
  const temp = environment['RUNNER_TEMP'];
  if (!temp || !isAbsolute(temp)) return undefined;
  try {
    const path = realpathSync(temp);
    return statSync(path).isDirectory() ? path : undefined;
  } catch {
    return undefined;
  }
}
