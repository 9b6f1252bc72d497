/** Edits ~/.pypirc: the edge between its text and the disk. Under a lock, replaced in one step, never through a link. */
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
import type { IndexServer } from '../clients/changes.ts';
import { addIndexServers, removeOwner } from '../formats/pypirc.ts';
import { fail } from '../messages/problems.ts';
import { whenFree, withLock } from './file-lock.ts';

/** Larger files are no .pypirc. */
const MOST_BYTES = 1024 * 1024;

/** The variable that says where `~` is, to Python (`os.path.expanduser`) and to Node.js. */
const HOME = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';

/**
 * Where twine 7.0.0 looks: `~/.pypirc`, with `~` as Python expands it.
 * @throws {Problems} without a HOME to speak of
 */
export function pypircPath(home: string): string {
  if (!isAbsolute(home))
    fail(
      `The variable ${HOME} names no absolute path, so there is no ~/.pypirc; set it, or leave twine, hatch and flit out of tools.`,
    );
  return join(home, '.pypirc');
}

/**
 * Says before anything is fetched whether the index servers could be added; changes nothing.
 * @throws {Problems} as {@link addIndexServers}, and for a file that is a link or not a file
 */
export function checkPypirc(path: string, servers: readonly IndexServer[], owner: string, now: Date): void {
  checkFolder(dirname(path));
  const file = read(path);
  addIndexServers(file?.text, file?.mode, servers, owner, now);
}

/** Adds the index servers. @throws {Problems} as {@link checkPypirc} */
export async function addToPypirc(
  path: string,
  servers: readonly IndexServer[],
  owner: string,
  now: Date,
): Promise<void> {
  await edit(path, owner, (file) => ({
    text: addIndexServers(file?.text, file?.mode, servers, owner, now),
    mode: 0o600,
  }));
}

/** Takes a run's index servers out; a file that has none, or is not there, stays as it is. */
export async function removeFromPypirc(path: string, owner: string, now: Date): Promise<void> {
  await edit(path, owner, (file) => file && removeOwner(file.text, owner, now));
}

function checkFolder(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fail(
      `${HOME} is ${folder}, where no file can be written (${code}), so the index servers cannot be written; set it, or leave twine, hatch and flit out of tools.`,
      error,
    );
  }
  fail(`${HOME} is ${folder}, which is not a folder; set it, or leave twine, hatch and flit out of tools.`);
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

async function edit(path: string, owner: string, change: Edit): Promise<void> {
  await withLock(`${path}.codeartifact-keyring.lock`, owner, (held) => {
    removeLeftovers(path);
    const file = read(path);
    const changed = change(file);
    if (changed === undefined) return;
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
    // Windows replaces no file that is read-only.
    if (file && process.platform === 'win32') chmodSync(path, 0o600);
    whenFree(() => (changed.text === undefined ? rmSync(path, { force: true }) : renameSync(fresh, path)));
  });
}

/** A job that runs as root, as in a container, would take the file away from its user. Nobody else may give one away. */
function keepOwner(path: string, { uid, gid }: PypircFile): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Then it is this user's now, as every file that it writes.
  }
}

/** Under the lock nobody else writes, so a half-made file or a lock set aside is one that a killed run left, tokens and all. */
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
    fail(
      `${path} is a symbolic link, which this action does not write through; make it a file, or leave twine, hatch and flit out of tools.`,
    );
  }
  if (!status.isFile()) fail(`${path} is not a file; remove it, or leave twine, hatch and flit out of tools.`);
  if (status.size > MOST_BYTES) fail(`${path} is larger than 1 MiB; that is no .pypirc.`);
  const { uid, gid, mode } = status;
  try {
    const bytes = readFileSync(path);
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return { text: bytes.toString(encoding), encoding, mode: mode & 0o7777, uid, gid };
  } catch (error) {
    return fail(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}); make it readable for this user, or leave twine, hatch and flit out of tools.`,
      error,
    );
  }
}
