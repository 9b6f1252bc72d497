/** Finds and reads the job's keyringrc.cfg. The edge between the disk and keyringrc.ts; hides its keys before it says anything. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, posix, relative, resolve, sep, win32 } from 'node:path';
import type { KeyringrcFile } from '../access/token-request.ts';
import { MAX_SIZE, RULES } from '../configparser/mistakes.ts';
import { describeForkEvent } from '../github/fork-event.ts';
import { maskSecret } from '../github/masks.ts';
import type { Inputs } from '../inputs.ts';
import { fail, Problems } from '../messages/problems.ts';
import { decodeConfig } from './decode-config.ts';
import { findKeyValues } from './key-values.ts';
import { type Matching, readKeyringrc } from './keyringrc.ts';

/**
 * Reads the file that the input `keyringrc` names; without one, `keyringrc.cfg`, then `.github/keyringrc.cfg` of the
 * workspace, then the file that the Python package `keyring` reads on this machine.
 * @returns undefined where none is found
 * @throws {Problems} for a named file that is not there, for every mistake in it by its line, and for a file of the
 *   workspace when the event is one that outsiders can trigger with content of their own
 */
export function loadKeyringrc(
  { keyringrc, matching }: Pick<Inputs, 'keyringrc' | 'matching'>,
  environment: NodeJS.ProcessEnv,
  home: string,
  platform: NodeJS.Platform,
): KeyringrcFile | undefined {
  const workspace = environment['GITHUB_WORKSPACE'] || process.cwd();
  const named = keyringrc === '' ? undefined : resolve(workspace, keyringrc);
  const path = named ?? keyringrcPaths(workspace, environment, home, platform).find(isFile);
  if (path === undefined) return undefined;
  if (!isFile(path)) {
    fail(
      `Input keyringrc names ${path}, which is not a file; write a path relative to the workspace (is it checked out yet?).`,
    );
  }
  const inside = isInside(workspace, path) || isInside(realPath(workspace), realPath(path));
  const name = inside ? relative(workspace, path).split(sep).join('/') : path;
  const fork = inside ? describeForkEvent(environment) : undefined;
  if (fork !== undefined) {
    fail(
      `The file ${name} is in the workspace, and ${fork}, so its sender could have written it and choose your credentials; ` +
        'copy the file of a trusted checkout to RUNNER_TEMP and give its path in the input keyringrc, or use inputs instead of a file.',
    );
  }
  if (statSync(path).size > MAX_SIZE) fail(`${name}: ${RULES.tooLarge}.`);
  const { text, mistakes } = decodeConfig(read(path, name));
  for (const value of findKeyValues(text)) maskSecret(value);
  const content = readKeyringrc(text);
  const wrong = [...mistakes, ...(mistakes.length > 0 ? [] : content.mistakes[matching])];
  if (wrong.length > 0) throw new Problems(wrong.map(({ line, rule }) => `${name} line ${line}: ${rule}.`));
  return { name, content };
}

/** GitHub shows 10 warnings of a step, and others have to be seen as well. */
const MOST_WARNINGS = 5;

/** What is accepted in the file, but hardly meant: a sentence each. */
export function keyringrcWarnings(file: KeyringrcFile | undefined, matching: Matching): string[] {
  const warnings =
    file?.content.warnings[matching].map(({ line, rule }) => `${file.name} line ${line}: ${rule}.`) ?? [];
  const more = warnings.length - MOST_WARNINGS;
  return more > 0 ? [...warnings.slice(0, MOST_WARNINGS), `${file?.name} draws ${more} more warnings.`] : warnings;
}

/** Where the file may be: the workspace, then keyring 25.7's `config_root()`. */
export function keyringrcPaths(
  workspace: string,
  environment: NodeJS.ProcessEnv,
  home: string,
  platform: NodeJS.Platform,
): string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const root =
    platform === 'win32'
      ? join(environment['LOCALAPPDATA'] || environment['ProgramData'] || '.', 'Python Keyring')
      : join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'python_keyring');
  return [join(workspace, 'keyringrc.cfg'), join(workspace, '.github', 'keyringrc.cfg'), join(root, 'keyringrc.cfg')];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Without links, and with the letters as the disk has them; a step may have removed the workspace. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function read(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    return fail(
      `The file ${name} cannot be read (${(error as NodeJS.ErrnoException).code}); make it readable for this user.`,
      error,
    );
  }
}
