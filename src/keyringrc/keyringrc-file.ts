/**
 * Finds and reads the job's keyringrc.cfg: the edge between the disk and keyringrc.ts. Masks its keys before it says
 * anything.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, posix, relative, resolve, sep, win32 } from 'node:path';
import { MAX_SIZE, RULES } from '../configparser/mistakes.ts';
import { describeForkEvent } from '../github/fork-event.ts';
import { maskKey, maskSecret } from '../github/masks.ts';
import type { Machine } from '../machine/machine.ts';
import { fail, failWithAll } from '../messages/problems.ts';
import type { Remarks } from '../messages/remarks.ts';
import { withoutRepeats } from '../messages/repeated-advice.ts';
import { count, describeError, withFullStop } from '../messages/wording.ts';
import { decodeConfig } from './decode-config.ts';
import { findKeyValues, findSecretValues } from './key-values.ts';
import { type Keyringrc, readKeyringrc } from './keyringrc.ts';
import type { Matching } from './section.ts';

/** A keyringrc.cfg that was read. */
export interface KeyringrcFile extends Remarks {
  /** What messages call it: its path, relative to the workspace where it is in there. */
  readonly name: string;
  readonly content: Keyringrc;
}

/** Which file is read, and how. */
export interface KeyringrcInputs {
  /** The path as given; empty for the usual places. */
  readonly keyringrc: string;
  readonly matching: Matching;
}

/**
 * Reads the file that the input `keyringrc` names; without one, `keyringrc.cfg`, then `.github/keyringrc.cfg` of the
 * workspace, then the file that the Python package `keyring` reads on this machine.
 * @returns undefined where there is none
 * @throws {Problems} for a named file that is not there, for every mistake in it by its line, and for a file of the
 *   workspace when the event is one that outsiders can trigger with content of their own
 */
export function loadKeyringrc({ keyringrc, matching }: KeyringrcInputs, machine: Machine): KeyringrcFile | undefined {
  const { workspace } = machine;
  const named = keyringrc === '' ? undefined : resolve(workspace, keyringrc);
  const path = named ?? keyringrcPaths(machine).find(isFile);
  if (path === undefined) return undefined;
  if (!isFile(path)) {
    fail(
      `Input keyringrc names ${path}, which is not a file; write a path relative to the workspace, and run ` +
        'actions/checkout before this step.',
    );
  }
  const inside = isInside(workspace, path) || isInside(realPath(workspace), realPath(path));
  const name = inside ? relative(workspace, path).split(sep).join('/') : path;
  const fork = inside ? describeForkEvent(machine) : undefined;
  if (fork !== undefined) {
    fail(
      `The file ${name} is in the workspace, and ${fork}, so the author of that fork could have written it to choose ` +
        'your credentials; copy the file of a trusted checkout to RUNNER_TEMP and give its path in the input ' +
        'keyringrc, or use inputs instead of a file.',
    );
  }
  if (statSync(path).size > MAX_SIZE) fail(`${name}: ${RULES.tooLarge}.`);
  const decoded = decodeConfig(read(path, name));
  maskValues(decoded.text);
  return judgeKeyringrc(name, decoded, matching);
}

/**
 * Reads what is in a file. Pure.
 * @throws {Problems} with every mistake in it by its line
 */
export function judgeKeyringrc(
  name: string,
  { text, mistakes }: ReturnType<typeof decodeConfig>,
  matching: Matching,
): KeyringrcFile {
  const content = readKeyringrc(text);
  const wrong = [...mistakes, ...(mistakes.length > 0 ? [] : content.mistakes[matching])];
  failWithAll(wrong.map(({ line, rule }) => withFullStop(`${name} line ${line}: ${rule}`)));
  return { name, content, warnings: describeWarnings(name, content, matching) };
}

function maskValues(text: string): void {
  const keys = new Set(findKeyValues(text));
  for (const value of findSecretValues(text)) (keys.has(value) ? maskKey : maskSecret)(value);
}

/** GitHub shows 10 warnings of a step, and there are others to see. */
const MOST_WARNINGS = 5;

function describeWarnings(name: string, { warnings }: Keyringrc, matching: Matching): string[] {
  const told = warnings[matching].map(({ line, rule }) => withFullStop(`${name} line ${line}: ${rule}`));
  const sentences = withoutRepeats(told, () => '.');
  const more = sentences.length - MOST_WARNINGS;
  if (more <= 0) return sentences;
  const rest = `${count(more, 'more warning')} about ${name} ${more === 1 ? 'is' : 'are'} not shown.`;
  return [...sentences.slice(0, MOST_WARNINGS), rest];
}

/** Where the file may be: the workspace, then keyring 25.7's `config_root()`. */
export function keyringrcPaths({ workspace, environment, home, platform }: Machine): string[] {
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

/** The path without links, in the letter case of the disk; the path itself where a step has removed the file. */
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
    return fail(`The file ${name} cannot be read (${describeError(error)}); make it readable for this user.`, error);
  }
}
