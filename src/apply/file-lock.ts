/** A lock beside a file that several jobs of one machine edit. */
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../messages/problems.ts';

/** Milliseconds that a lock may stand unchanged. Its holder needs a few; one that is still there was left by a dead run. */
const STALE = 5_000;
/** Milliseconds to wait in all; many holders may come first. */
const PATIENCE = 30_000;
/** What Windows says of a file that another process has open, or has just removed. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Does the work while nobody else does work under the same lock.
 *
 * A lock is judged by watching it, not by its age or its holder's process: clocks differ on a shared HOME, and process
 * numbers mean nothing in another container.
 * @param path the lock's file; it stands while the work is done
 * @param owner the run; a lock that its own killed main left is taken over at once
 * @param work must not wait: the lock's time is short. `held` says whether the lock is still ours; ask it just before
 *   the one step that others see
 * @throws {Problems} when others held the lock for the whole time, or when something else stands in its place
 */
export async function withLock<T>(path: string, owner: string, work: (held: () => boolean) => T): Promise<T> {
  const content = `${owner} ${randomUUID()}\n`;
  const end = performance.now() + PATIENCE;
  let watched = { content: '', since: performance.now() };
  while (!create(path, content)) {
    const now = performance.now();
    if (now > end)
      fail(`Other jobs on this machine kept ${path} for ${PATIENCE / 1000} s; remove it if none is running.`);
    const present = read(path);
    if (present !== watched.content) watched = { content: present, since: now };
    if (present.startsWith(`${owner} `) || now - watched.since > STALE) breakLock(path, present);
    await setTimeout(5 + Math.random() * 20);
  }
  try {
    return work(() => read(path) === content);
  } finally {
    if (read(path) === content) rmSync(path, { force: true });
  }
}

/**
 * Does a step with a file that others may read at this moment: then Windows neither replaces nor removes it, so there the
 * step is tried for half a second. It waits without letting anybody else in.
 */
export function whenFree(step: () => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      step();
      return;
    } catch (error) {
      if (attempt === 50 || !isInUse(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function isInUse(error: unknown): boolean {
  return process.platform === 'win32' && IN_USE.includes((error as NodeJS.ErrnoException).code ?? '');
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    // A umask may have taken the right away to read it.
    chmodSync(path, 0o600);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || isInUse(error)) return false;
    throw error;
  }
}

/**
 * What a lock says; nothing where it has gone, or where this user may not read it.
 * @throws {Problems} for what is no file: a folder cannot be moved away for good, and a pipe would never be read
 */
function read(path: string): string {
  try {
    if (lstatSync(path).isFile()) return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
  return fail(`${path} is no file, but stands where this action puts its lock; remove it.`);
}

/** Moves the dead lock away; if someone else was faster and it is a living one, moves that back. */
function breakLock(path: string, dead: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const content = read(aside);
  rmSync(aside, { force: true });
  if (content !== '' && content !== dead) create(path, content);
}
