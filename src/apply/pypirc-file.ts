/**
 * Edits ~/.pypirc: the edge between its text and the disk. Under a lock, replaced in one step, never through a link.
 */
import { isUtf8 } from 'node:buffer';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { toolsWith } from '../clients/table.ts';
import { MAX_SIZE } from '../configparser/mistakes.ts';
import { addIndexServers, removeOwner } from '../formats/pypirc.ts';
import type { IndexServer } from '../formats/pypirc-section.ts';
import { homeVariable, type Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';
import { describeError, joinWords } from '../messages/wording.ts';
import { whenFree, withLock } from './file-lock.ts';

/** The way out of a ~/.pypirc that cannot be used. */
const LEAVE_OUT = `leave ${joinWords(toolsWith('index-servers'))} out of tools`;

/** A .pypirc, and who edits it when. */
export interface Pypirc {
  readonly path: string;
  /** The run. */
  readonly owner: string;
  readonly now: Date;
  readonly platform: NodeJS.Platform;
}

/**
 * Where twine 7.0.0 looks: `~/.pypirc`, with `~` as Python expands it.
 * @throws {Problems} without a HOME to speak of
 */
export function pypircPath(machine: Machine): string {
  if (!isAbsolute(machine.home)) {
    fail(
      `The variable ${homeVariable(machine)} names no absolute path, so there is no ~/.pypirc; set it, or ` +
        `${LEAVE_OUT}.`,
    );
  }
  return join(machine.home, '.pypirc');
}

/**
 * Says before anything is fetched whether the index servers could be added; changes nothing.
 * @throws {Problems} as {@link addIndexServers}, and for a file that is a link or not a file
 */
export function checkPypirc(pypirc: Pypirc, servers: readonly IndexServer[]): void {
  checkFolder(dirname(pypirc.path), homeVariable(pypirc));
  const file = read(pypirc.path);
  addIndexServers(file?.text, file?.mode, servers, pypirc.owner, pypirc.now);
}

/** Adds the index servers. @throws {Problems} as {@link checkPypirc} */
export async function addToPypirc(pypirc: Pypirc, servers: readonly IndexServer[]): Promise<void> {
  await edit(pypirc, (file) => ({
    text: addIndexServers(file?.text, file?.mode, servers, pypirc.owner, pypirc.now),
    mode: 0o600,
  }));
}

/**
 * Takes a run's index servers out; a file that has none, or does not exist, stays as it is.
 * @returns whether there were any
 */
export function removeFromPypirc(pypirc: Pypirc): Promise<boolean> {
  return edit(pypirc, (file) => file && removeOwner(file.text, pypirc.owner, pypirc.now));
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

interface PypircFile {
  /** UTF-8 where it is that; else a character for each byte, so that what is written back is what was there. */
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
  /** Permission bits. */
  readonly mode: number;
  /** The user and the group that own it. */
  readonly uid: number;
  readonly gid: number;
}

type Edit = (file: PypircFile | undefined) => { readonly text: string | undefined; readonly mode: number } | undefined;

/** @returns whether there was anything to change */
async function edit({ path, owner, platform }: Pypirc, change: Edit): Promise<boolean> {
  return withLock({ path: `${path}.codeartifact-keyring.lock`, owner, platform }, (held) => {
    removeLeftovers(path);
    const file = read(path);
    const changed = change(file);
    if (changed === undefined || changed.text === file?.text) return false;
    const fresh = `${path}.codeartifact-keyring.${owner}`;
    if (changed.text !== undefined) {
      writeFileSync(fresh, Buffer.from(changed.text, file?.encoding), { flag: 'wx', mode: 0o600 });
      if (file) keepOwner(fresh, file);
      chmodSync(fresh, changed.mode);
    }
    if (!held()) {
      rmSync(fresh, { force: true });
      fail(`Another job on this machine changed ${path} at the same time; run the job again.`);
    }
    // Windows does not replace a file that is read-only.
    if (file && platform === 'win32') chmodSync(path, 0o600);
    whenFree(() => (changed.text === undefined ? rmSync(path, { force: true }) : renameSync(fresh, path)), platform);
    return true;
  });
}

/**
 * A job that runs as root, as in a container, would take the file away from its user. Nobody else may give one away.
 */
function keepOwner(path: string, { uid, gid }: PypircFile): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Then it is this user's now, as every file that it writes.
  }
}

/**
 * Under the lock nobody else writes, so a half-made file or a lock set aside is one that a killed run left, tokens and
 * all.
 */
function removeLeftovers(path: string): void {
  const prefix = `${basename(path)}.codeartifact-keyring.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix) || !/^(?:[0-9a-f]{32}|lock\.[0-9a-f-]{36})$/.test(name.slice(prefix.length))) continue;
    const leftover = join(dirname(path), name);
    if (!lstatSync(leftover, { throwIfNoEntry: false })?.isDirectory()) rmSync(leftover, { force: true });
  }
}

function read(path: string): PypircFile | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status) return undefined;
  if (status.isSymbolicLink()) {
    fail(`${path} is a symbolic link, which this action does not write through; make it a file, or ${LEAVE_OUT}.`);
  }
  if (!status.isFile()) fail(`${path} is not a file; remove it, or ${LEAVE_OUT}.`);
  if (status.size > MAX_SIZE) fail(`${path} is larger than 1 MiB, so it cannot be a .pypirc.`);
  const { uid, gid, mode } = status;
  try {
    const bytes = readFileSync(path);
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return { text: bytes.toString(encoding), encoding, mode: mode & 0o7777, uid, gid };
  } catch (error) {
    return fail(
      `${path} cannot be read (${describeError(error)}); make it readable for this user, or ${LEAVE_OUT}.`,
      error,
    );
  }
}
