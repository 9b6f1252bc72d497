/** The folder under RUNNER_TEMP that holds what a run writes: made by main, removed by post. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { PrivateFile } from '../clients/changes.ts';
import { fail } from '../messages/problems.ts';

const PREFIX = 'codeartifact-keyring-';
const NAME = new RegExp(`^${PREFIX}[0-9a-f]{32}$`);

/** A private folder, and whether this run has to make it. */
export interface PrivateFolder {
  readonly path: string;
  readonly isNew: boolean;
}

/**
 * The folder of an earlier step of this job, if the variables still name it: a second step refreshes the first one's
 * files in place, for the steps that hold their paths already. Else the path of a new one; nothing is made yet.
 * @throws {Problems} without a RUNNER_TEMP that is a folder
 */
export function choosePrivateFolder(environment: NodeJS.ProcessEnv): PrivateFolder {
  const temp = runnerTemp(environment);
  if (temp === undefined) {
    return fail('The variable RUNNER_TEMP names no folder; run this as a step of a GitHub workflow.');
  }
  const earlier = ['PIP_CONFIG_FILE', 'NETRC']
    .map((name) => dirname(environment[name] ?? ''))
    .find((path) => isPrivateFolder(path, temp));
  if (earlier !== undefined) return { path: earlier, isNew: false };
  return { path: join(temp, PREFIX + randomBytes(16).toString('hex')), isNew: true };
}

/** Makes the folder, for its user alone, if it is new; each file is written beside its place and renamed into it. */
export function writePrivateFiles({ path, isNew }: PrivateFolder, files: readonly PrivateFile[]): void {
  if (isNew) mkdirSync(path, { mode: 0o700 });
  // A umask may have taken bits away, even the user's own.
  chmodSync(path, 0o700);
  for (const { name, bytes } of files) {
    const fresh = join(path, `${name}.new`);
    rmSync(fresh, { force: true });
    writeNew(fresh, bytes);
    renameSync(fresh, join(path, name));
  }
}

/**
 * Removes the folder with all that is in it, if it is one that a run of this action made.
 * @param path from the state, which another step may have forged: it counts only where it names a folder of ours directly
 *   in the runner's own RUNNER_TEMP, which no step can set; with a slash at its end it would follow a link
 */
export function removePrivateFolder(path: string, environment: NodeJS.ProcessEnv): void {
  const temp = runnerTemp(environment);
  if (temp !== undefined && isPrivateFolder(path, temp)) rmSync(path, { recursive: true, force: true });
}

/** The run that a private folder belongs to. */
export function ownerOf(path: string): string {
  return basename(path).slice(PREFIX.length);
}

function isPrivateFolder(path: string, temp: string): boolean {
  if (!NAME.test(basename(path)) || path !== join(temp, basename(path))) return false;
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function runnerTemp(environment: NodeJS.ProcessEnv): string | undefined {
  const temp = environment['RUNNER_TEMP'];
  if (!temp || !isAbsolute(temp)) return undefined;
  try {
    const path = realpathSync(temp);
    return statSync(path).isDirectory() ? path : undefined;
  } catch {
    return undefined;
  }
}

function writeNew(path: string, bytes: Buffer): void {
  // Windows has no O_NOFOLLOW; O_EXCL alone refuses a link there too.
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const file = openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    fchmodSync(file, 0o600);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  } finally {
    closeSync(file);
  }
}
