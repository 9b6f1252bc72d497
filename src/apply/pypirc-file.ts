/** Edits ~/.pypirc: what is to be done with its text (formats/pypirc.ts), and where it lies. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toolsWith } from '../clients/declared.ts';
import { addIndexServers, removeOwner } from '../formats/pypirc.ts';
import type { IndexServer } from '../formats/pypirc-section.ts';
import { homeVariable, type Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';
import { describeError, joinWords } from '../messages/wording.ts';
import { type FileContent, readContent } from './file-content.ts';
import { type Edited, editShared, leftoversOf, type SharedFile, shrinkShared } from './shared-file.ts';

/** The way out of a ~/.pypirc that cannot be used. */
const LEAVE_OUT = `leave ${joinWords(toolsWith('index-servers'))} out of tools`;

/** A .pypirc, and who edits it when. */
export interface Pypirc {
  readonly path: string;
  /** The run. */
  readonly owner: string;
  readonly now: Date;
  readonly platform: NodeJS.Platform;
  /** Milliseconds to wait for other jobs; half a minute unless given. */
  readonly patience?: number;
}

/** Where twine 7.0.0 looks: `~/.pypirc`, with `~` as Python expands it. */
export function pypircPath({ home }: Pick<Machine, 'home'>): string {
  return join(home, '.pypirc');
}

/**
 * Says before anything is fetched whether the index servers could be added; changes nothing.
 * @throws {Problems} as {@link addIndexServers}, and for a file that is a link or not a file
 */
export function checkPypirc(pypirc: Pypirc, servers: readonly IndexServer[]): void {
  checkFolder(dirname(pypirc.path), homeVariable(pypirc));
  const file = readContent(pypirc.path, LEAVE_OUT);
  addIndexServers(file?.text, file?.mode, servers, pypirc.owner, pypirc.now);
}

/**
 * Adds the index servers.
 * @returns the way back. It gives an earlier use in this job its sections again, unless something has changed the file
 *   since: then they stay as they are now
 * @throws {Problems} as {@link checkPypirc}
 */
export async function addToPypirc(pypirc: Pypirc, servers: readonly IndexServer[]): Promise<() => Promise<void>> {
  let before: FileContent | undefined;
  let written = '';
  await editShared(sharedFile(pypirc), (file) => {
    before = file;
    written = addIndexServers(file?.text, file?.mode, servers, pypirc.owner, pypirc.now);
    return { text: written, mode: 0o600 };
  });
  const earlier = before?.text.includes(pypirc.owner) ? before : undefined;
  const giveBack = earlier && { ...earlier, isLast: isAlone(earlier.text, pypirc) };
  return async () => {
    const edited = await (giveBack === undefined
      ? removeFromPypirc(pypirc)
      : shrinkShared(sharedFile(pypirc), (file) => (file?.text === written ? giveBack : undefined)));
    if (edited === 'blanked') fail(describeBlanks(pypirc.path));
  };
}

/** Takes a run's index servers out; a file that has none, or does not exist, stays as it is. */
export function removeFromPypirc(pypirc: Pypirc): Promise<Edited> {
  return shrinkShared(sharedFile(pypirc), (file) => {
    const rest = file && removeOwner(file.text, pypirc.owner, pypirc.now);
    return rest && { ...rest, isLast: isAlone(file.text, pypirc) };
  });
}

/**
 * Whether runs that died left anything of theirs. A file that this action does not edit, such as a link, has nothing.
 */
export function hasDeadSections({ path, owner, now }: Pypirc): boolean {
  try {
    const text = readContent(path, LEAVE_OUT)?.text;
    const rest = text === undefined ? undefined : removeOwner(text, owner, now);
    return (rest !== undefined && rest.text !== text) || leftoversOf(path).length > 0;
  } catch {
    return false;
  }
}

/** Whether no other run has a section in the file. */
function isAlone(text: string, { owner, now }: Pypirc): boolean {
  const rest = removeOwner(text, owner, now)?.text;
  return rest === undefined || removeOwner(rest, owner, now) === undefined;
}

/** What is told of a file that was `blanked`. */
export function describeBlanks(path: string): string {
  return `${path} is left with blank lines, or empty, since no new file can be made beside it.`;
}

function sharedFile({ path, owner, platform, patience = 30_000 }: Pypirc): SharedFile {
  return { path, owner, platform, patience, remedy: LEAVE_OUT };
}

function checkFolder(folder: string, variable: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    fail(
      `${variable} is ${folder}, where no file can be written (${describeError(error)}), so the index servers cannot ` +
        `be written; set it, or ${LEAVE_OUT}.`,
      error,
    );
  }
  fail(`${variable} is ${folder}, which is not a folder; set it, or ${LEAVE_OUT}.`);
}
