/** A lock beside a file that several jobs of one machine edit. */
import { constants, fstatSync, lstatSync, readlinkSync, readSync, symlinkSync, unlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { uptime } from '../machine/clock.ts';
import { freshDigits } from '../machine/fresh-digits.ts';
import { withFile, writeNewFile } from '../machine/write-file.ts';
import { fail } from '../messages/problems.ts';

/**
 * Milliseconds that a lock may stand unchanged. Its holder needs a few; one that is still there was left by a dead run.
 */
const STALE = 5_000;
/** What Windows says of a file that another process has open, or has just removed. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
/** What disks say that know no links. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP'];
/** What our links point to: the owner, and a word that is never used again. Nothing has such a name. */
const TARGET = /^[0-9a-f]{32}\.[0-9a-f]{24}$/;

/** A lock, and who asks for it. */
export interface Lock {
  /** The lock's own place; it stands while the work is done. */
  readonly path: string;
  /** The run, 32 hexadecimal digits; a lock that its own killed main left is taken over at once. */
  readonly owner: string;
  readonly platform: NodeJS.Platform;
  /** Milliseconds to wait in all; many holders may come first. */
  readonly patience: number;
}

/** What the work gives when it found that the lock is no longer ours; then all begins anew. */
export const LOST = Symbol('lost');

/**
 * Does the work while others who ask for the same lock wait.
 *
 * A lock is judged by watching it, not by its age or its holder's process: clocks differ on a shared HOME, and process
 * numbers mean nothing in another container. So a holder that stands still for seconds loses it, and where many find a
 * dead lock at once, a slow one may remove the next living one. What the work may count on is this:
 *
 * - A lock is made where none stands, with a content that is never used again. Nobody moves one, or puts one back. So
 *   while the lock has our content, nobody has got it after us.
 * - Where it has not, somebody took it for dead. `held` says so, and the work gives {@link LOST} and is done again.
 *
 * shared-file.ts makes of this that no edit is lost. On POSIX the lock is a symbolic link whose target is the content:
 * that needs no room on a full disk, and nothing of it can be half done.
 * @param work must not wait: the lock's time is short
 * @throws {Problems} when others hold the lock for the whole time, or when something else stands in its place
 */
export async function withLock<T>(lock: Lock, work: (held: () => boolean) => T | typeof LOST): Promise<T> {
  const { path, owner, platform, patience } = lock;
  const end = uptime() + patience;
  let watched = { content: '', since: uptime() };
  for (;;) {
    const content = `${owner}.${freshDigits(24)}`;
    if (create(path, content, platform)) {
      const result = holding(path, content, work);
      if (result !== LOST) return result;
    }
    const now = uptime();
    if (now > end) {
      fail(`Other jobs on this machine have held ${path} for ${patience / 1000} s; remove it if none is running.`);
    }
    const present = read(path);
    if (present !== watched.content) watched = { content: present, since: now };
    if (present.startsWith(`${owner}.`) || now - watched.since > STALE) remove(path, present);
    await setTimeout(5 + Math.random() * 20);
  }
}

/**
 * Does a step with a file that others may read at this moment. Windows neither replaces nor removes such a file, so
 * there the step is tried for half a second. It waits without letting anybody else in.
 */
export function whenFree(step: () => void, platform: NodeJS.Platform): void {
  for (let attempt = 1; ; attempt++) {
    try {
      step();
      return;
    } catch (error) {
      if (attempt === 50 || !isInUse(error, platform)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function holding<T>(path: string, content: string, work: (held: () => boolean) => T): T {
  try {
    return work(() => read(path) === content);
  } finally {
    remove(path, content);
  }
}

function isInUse(error: unknown, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && IN_USE.includes(codeOf(error));
}

function create(path: string, content: string, platform: NodeJS.Platform): boolean {
  try {
    if (platform === 'win32' || !link(path, content)) writeNewFile(path, Buffer.from(content));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || isInUse(error, platform)) return false;
    throw error;
  }
}

/** @returns whether this disk knows links */
function link(path: string, content: string): boolean {
  try {
    symlinkSync(content, path);
    return true;
  } catch (error) {
    if (NO_LINKS.includes(codeOf(error))) return false;
    throw error;
  }
}

/**
 * What a lock says; nothing where it has gone, or where this user may not read it.
 * @throws {Problems} for what is no lock: a folder cannot be removed so, a pipe would never be read, a link of somebody
 *   else's leads somewhere
 */
function read(path: string): string {
  try {
    const status = lstatSync(path);
    if (status.isFile()) return readFile(path);
    const target = status.isSymbolicLink() ? readlinkSync(path) : '';
    if (TARGET.test(target)) return target;
  } catch {
    return '';
  }
  return fail(`${path} is not a file, but stands where this action puts its lock; remove it.`);
}

/** The beginning, which says all. What stands there may have become a pipe by now. */
function readFile(path: string): string {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const bytes = Buffer.alloc(200);
  return withFile(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, (file) =>
    fstatSync(file).isFile() ? bytes.toString('latin1', 0, readSync(file, bytes)) : '',
  );
}

/** Removes the lock if it still says this. Somebody may be faster and lose a living one: that begins anew. */
function remove(path: string, content: string): void {
  try {
    if (read(path) === content) unlinkSync(path);
  } catch {
    // It stays, and is watched again.
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
