/**
 * The folder under RUNNER_TEMP that holds what a run writes: made by main, removed by post.
 *
 * In a container job it lies in HOME, which the runner has at `RUNNER_TEMP/_github_home` (2.336,
 * `ContainerActionHandler` and `StepHost`): the containers of actions have RUNNER_TEMP at another path than that of the
 * job, and HOME at the same one.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { PrivateFile } from '../clients/changes.ts';
import { PRIVATE_FILES } from '../clients/table.ts';
import { DISK, type Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { quietly, removeOwn, withFile, writeNewFile } from '../machine/write-file.ts';
import { fail } from '../messages/problems.ts';
import { joinWords } from '../messages/wording.ts';

const PREFIX = 'codeartifact-keyring-';
const NAME = new RegExp(`^${PREFIX}[0-9a-f]{32}$`);

/** The HOME of a container job, as a folder of RUNNER_TEMP. */
const CONTAINER_HOME = '_github_home';

/** In the names beside a place, since another use of the job may write there at the same time. */
const MARK = randomBytes(8).toString('hex');
const BESIDE = /\.[0-9a-f]{16}\.(?:new|old)$/;

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
 * @throws {Problems} without a RUNNER_TEMP that is a folder
 */
export function choosePrivateFolder({ environment, home }: Pick<Machine, 'environment' | 'home'>): PrivateFolder {
  const temp = runnerTemp(environment);
  if (temp === undefined) {
    return fail('The variable RUNNER_TEMP names no folder; run this as a step of a GitHub workflow.');
  }
  const container = containerHome(home, temp);
  const earlier = ['PIP_CONFIG_FILE', 'NETRC']
    .map((name) => dirname(environment[name] ?? ''))
    .find((path) => isPrivateFolder(path, temp) || (container && isPrivateFolder(path, container)));
  if (earlier !== undefined) return { path: earlier, isNew: false };
  return { path: join(container ?? temp, PREFIX + randomBytes(16).toString('hex')), isNew: true };
}

/**
 * Writes the files. Makes the folder first, for its user alone, if it is new. All are written beside their places, and
 * those that they replace get a second name, before the first is renamed into its place: what needs room comes first,
 * and the way back needs none.
 * @param undo gets the way back of each step as it is done, to be gone from its end
 * @throws the error of the system
 */
export function writePrivateFiles(
  { path, isNew }: PrivateFolder,
  files: readonly PrivateFile[],
  undo: (() => unknown)[],
): void {
  if (files.length === 0) return;
  if (isNew) {
    mkdirSync(path, { mode: 0o700 });
    undo.push(() => removeOwn(path));
  }
  // A umask may have taken bits away, even the user's own.
  chmodSync(path, 0o700);
  const places = files.map(({ name, bytes }) => {
    const place = join(path, name);
    return { place, fresh: `${place}.${MARK}.new`, old: `${place}.${MARK}.old`, bytes, isThere: isFile(place) };
  });
  for (const { fresh, bytes } of places) {
    removeOwn(fresh);
    writeNewFile(fresh, bytes);
    undo.push(() => removeOwn(fresh));
  }
  for (const { place, old } of places.filter(({ isThere }) => isThere)) {
    removeOwn(old);
    keep(place, old);
    // Of two names for one file a renaming would leave both.
    undo.push(() => (isSame(old, place) ? removeOwn(old) : renameSync(old, place)));
  }
  for (const { place, fresh, isThere } of places) {
    renameSync(fresh, place);
    if (!isThere) undo.push(() => removeOwn(place));
  }
}

/** Removes what {@link writePrivateFiles} kept of the files before; post removes what stays. */
export function removeOldFiles({ path }: PrivateFolder, files: readonly PrivateFile[]): void {
  for (const { name } of files) quietly(() => removeOwn(join(path, `${name}.${MARK}.old`)));
}

/**
 * Removes the folder and everything in it, if a run of this action made it. Begins with the files that may hold tokens:
 * others may have filled the folder. A file that cannot be removed is emptied.
 * @param path from the state, which another step may have forged: it counts only where it names a folder of ours
 *   directly in the runner's own RUNNER_TEMP, which no step can set, or in the HOME of a container job, which is looked
 *   for in RUNNER_TEMP too; with a slash at its end it would follow a link
 * @returns whether it was there and is gone; false where nothing is there
 * @throws {Problems} with what is left, and for what is not that folder: a link in its place, say
 */
export function removePrivateFolder(path: string, { environment }: Pick<Machine, 'environment'>): boolean {
  const temp = runnerTemp(environment);
  const own = temp === undefined ? undefined : placeOf(path, temp);
  if (own === undefined) {
    if (!quietly(() => lstatSync(path))) return false;
    return fail(`${path} is not the folder that this action made, so it stays as it is; see what has replaced it.`);
  }
  // A later step may have taken the right away to remove what is in it.
  quietly(() => chmodSync(own, 0o700));
  const beside = DISK.list(own).filter((name) => BESIDE.test(name) && PRIVATE_FILES.includes(name.replace(BESIDE, '')));
  const files = [...PRIVATE_FILES, ...beside].map((name) => join(own, name));
  const full = files.filter((file) => !isGone(file));
  try {
    removeOwn(own);
  } catch (error) {
    const tokens =
      full.length === 0 ? 'It holds no file of this action any more.' : `${joinWords(full)} may hold tokens.`;
    fail(`${error instanceof Error ? error.message : error} ${tokens}`, error);
  }
  return true;
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

/** Where RUNNER_TEMP has a folder of ours; undefined for any other. */
function placeOf(path: string, temp: string): string | undefined {
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

/** A second name for a file; a new one where the disk knows one name only. */
function keep(place: string, old: string): void {
  try {
    linkSync(place, old);
  } catch (error) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    renameSync(place, old);
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isSame(one: string, other: string): boolean {
  return lstatSync(one).ino === lstatSync(other, { throwIfNoEntry: false })?.ino;
}

/** Removes a file, or what is in it. */
function isGone(path: string): boolean {
  const { O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    removeOwn(path);
    return true;
  } catch {
    return quietly(() => withFile(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, (file) => ftruncateSync(file)));
  }
}
