/** The folder under RUNNER_TEMP that holds what a run writes: made by main, removed by post. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { PrivateFile } from './changes.ts';
import { fail } from './problems.ts';

const PREFIX = 'codeartifact-keyring-';
const NAME = new RegExp(`^${PREFIX}[0-9a-f]{32}$`);

/**
 * @param owner the run, 32 hexadecimal digits
 * @returns the path that the folder will have; nothing is made yet
 * @throws {Problems} without a RUNNER_TEMP that is a folder
 */
export function privateFolderPath(environment: NodeJS.ProcessEnv, owner: string): string {
  return join(
    runnerTemp(environment) ??
      fail('The variable RUNNER_TEMP names no folder; run this as a step of a GitHub workflow.'),
    PREFIX + owner,
  );
}

/** Makes the folder, for its user alone, and the files in it. Fails where anything stands in the way. */
export function makePrivateFolder(path: string, files: readonly PrivateFile[]): void {
  mkdirSync(path, { mode: 0o700 });
  // A umask may have taken bits away, even the user's own.
  chmodSync(path, 0o700);
  for (const { name, bytes } of files) writeNew(join(path, name), bytes);
}

/**
 * Removes the folder with all that is in it, if it is one that a run of this action made.
 * @param path from the state, which another step may have forged: it counts only where it names a folder of ours directly
 *   in the runner's own RUNNER_TEMP, which no step can set; with a slash at its end it would follow a link
 */
export function removePrivateFolder(path: string, environment: NodeJS.ProcessEnv): void {
  const temp = runnerTemp(environment);
  if (temp === undefined || !NAME.test(basename(path)) || path !== join(temp, basename(path))) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true, force: true });
}

/** The run that a private folder belongs to. */
export function ownerOf(path: string): string {
  return basename(path).slice(PREFIX.length);
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
