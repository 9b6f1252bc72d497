import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LOST, whenFree, withLock } from '../../../src/apply/file-lock.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { NO_LINKS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const OURS = 'a'.repeat(32);
const OTHERS = 'b'.repeat(32);
const WORD = '0123456789abcdef01234567';
const newLock = () => join(freshFolder(), 'lock');
const lockAt = (path: string, platform = process.platform) => ({ path, owner: OURS, platform, patience: 30_000 });

/** What a lock says, be it a link or a file. */
const contentOf = (lock: string) =>
  lstatSync(lock).isSymbolicLink() ? readlinkSync(lock) : readFileSync(lock, 'utf8');

/** A lock as another run of the same system makes it. */
function putLock(lock: string, content: string): void {
  if (process.platform === 'win32') writeFileSync(lock, content);
  else symlinkSync(content, lock);
}

describe('the lock', () => {
  test('is a link that says whose it is, stands while the work is done, and is gone then', async () => {
    const lock = newLock();
    const result = await withLock(lockAt(lock), (held) => {
      expect(contentOf(lock)).toMatch(new RegExp(`^${OURS}\\.[0-9a-f]{24}$`));
      expect(lstatSync(lock).isSymbolicLink()).toBe(process.platform !== 'win32');
      return held();
    });
    expect(result).toBe(true);
    expect(readdirSync(dirname(lock))).toEqual([]);
  });

  test('is a file for nobody else to read where there are no links, as on Windows', async () => {
    const lock = newLock();
    const before = process.umask(0o777);
    const result = await withLock(lockAt(lock, 'win32'), (held) => {
      expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${OURS}\\.[0-9a-f]{24}$`));
      expect(modeOf(lock)).toBe(kept(0o600));
      return held();
    }).finally(() => process.umask(before));
    expect(result).toBe(true);
    expect(readdirSync(dirname(lock))).toEqual([]);
  });

  test('is gone, too, when the work fails', async () => {
    const lock = newLock();
    const failing = withLock(lockAt(lock), () => {
      throw new TypeError('no luck');
    });
    await expect(failing).rejects.toThrow(new TypeError('no luck'));
    expect(existsSync(lock)).toBe(false);
  });

  test("that our own killed run left is taken over at once; another's is not", async () => {
    const lock = newLock();
    putLock(lock, `${OURS}.${WORD}`);
    const begin = performance.now();
    expect(await withLock(lockAt(lock), () => 'done')).toBe('done');
    expect(performance.now() - begin).toBeLessThan(1_000);

    putLock(lock, `${OTHERS}.${WORD}`);
    const order: string[] = [];
    const waiting = withLock(lockAt(lock), () => order.push('ours'));
    setTimeout(() => {
      order.push('theirs');
      rmSync(lock);
    }, 100);
    await waiting;
    expect(order).toEqual(['theirs', 'ours']);
  });

  test('that others keep changing is waited for no longer than it is said', async () => {
    const lock = newLock();
    putLock(lock, `${OTHERS}.${WORD}`);
    let word = 0;
    const alive = setInterval(() => {
      rmSync(lock);
      word += 1;
      putLock(lock, `${OTHERS}.${String(word).padStart(24, '0')}`);
    }, 50);
    const begin = performance.now();
    const problems = await problemsOfAsync(() => withLock({ ...lockAt(lock), patience: 1_000 }, () => 'done'));
    clearInterval(alive);
    expect(problems).toEqual([`Other jobs on this machine have held ${lock} for 1 s; remove it if none is running.`]);
    expect(performance.now() - begin).toBeLessThan(3_000);
    expect(contentOf(lock)).toContain(OTHERS);
  });

  test('says whether it is still held, and leaves one alone that others put in its place', async () => {
    const lock = newLock();
    const held = await withLock(lockAt(lock), (stillHeld) => {
      rmSync(lock);
      putLock(lock, `${OTHERS}.${WORD}`);
      return stillHeld();
    });
    expect(held).toBe(false);
    expect(contentOf(lock)).toBe(`${OTHERS}.${WORD}`);
  });

  test('that was lost is asked for again, with another word', async () => {
    const lock = newLock();
    const seen: string[] = [];
    const result = await withLock(lockAt(lock), (held) => {
      seen.push(contentOf(lock));
      if (seen.length === 1) rmSync(lock);
      return held() ? 'done' : LOST;
    });
    expect(result).toBe('done');
    expect(new Set(seen).size).toBe(2);
    expect(readdirSync(dirname(lock))).toEqual([]);
  });

  const obstacles: [string, (lock: string) => void, unless?: string | undefined][] = [
    ['a folder', (lock) => mkdirSync(join(lock, 'inside'), { recursive: true })],
    ['a pipe', (lock) => execFileSync('mkfifo', [lock]), NO_PIPES],
    ['a link to nothing', (lock) => symlinkSync(`${lock}-target`, lock), NO_LINKS],
    ['a link to a file', (lock) => symlinkSync('/etc/hostname', lock), NO_LINKS],
    ['a link to a name that is nearly one of ours', (lock) => symlinkSync(`x${OTHERS}.${WORD}`, lock), NO_LINKS],
  ];
  for (const [name, put, unless] of obstacles) {
    testUnless(unless)(`${name} in its place is told at once, and stays`, async () => {
      const lock = newLock();
      put(lock);
      const before = lstatSync(lock);
      const begin = performance.now();
      const problems = await problemsOfAsync(() => withLock(lockAt(lock), () => expect(true).toBe(false)));
      expect(problems).toEqual([`${lock} is not a file, but stands where this action puts its lock; remove it.`]);
      expect(performance.now() - begin).toBeLessThan(1_000);
      expect(lstatSync(lock)).toMatchObject({ ino: before.ino, mode: before.mode });
      expect(existsSync(`${lock}-target`)).toBe(false);
    });
  }

  test('a folder that is not there is an error', async () => {
    const lock = join(freshFolder(), 'missing', 'lock');
    await expect(withLock(lockAt(lock), () => 1)).rejects.toMatchObject({
      code: 'ENOENT',
      dest: lock,
    });
  });
});

describe('a step with a file that others read', () => {
  const inUse = (code: string) => Object.assign(new Error(code), { code });

  test('is tried again on Windows, where such a file can be neither replaced nor removed', () => {
    let tries = 0;
    whenFree(() => {
      tries += 1;
      if (tries < 3) throw inUse('EBUSY');
    }, 'win32');
    expect(tries).toBe(3);
  });

  test.each<[string, NodeJS.Platform]>([
    ['EBUSY', 'linux'],
    ['ENOSPC', 'win32'],
  ])('is tried once where it fails with %s on %s', (code, platform) => {
    let tries = 0;
    const failing = () =>
      whenFree(() => {
        tries += 1;
        throw inUse(code);
      }, platform);
    expect(failing).toThrow(code);
    expect(tries).toBe(1);
  });
});
