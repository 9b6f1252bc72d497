import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { whenFree, withLock } from '../../../src/apply/file-lock.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { NO_LINKS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const OURS = 'a'.repeat(32);
const OTHERS = 'b'.repeat(32);
const newLock = () => join(freshFolder(), 'lock');
const lockAt = (path: string) => ({ path, owner: OURS, platform: process.platform });

describe('the lock', () => {
  test('stands with its owner and for nobody else to read while the work is done, and is gone then', async () => {
    const lock = newLock();
    const result = await withLock(lockAt(lock), (held) => {
      expect(readFileSync(lock, 'utf8').startsWith(`${OURS} `)).toBe(true);
      expect(modeOf(lock)).toBe(kept(0o600));
      return held();
    });
    expect(result).toBe(true);
    expect(existsSync(lock)).toBe(false);
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
    writeFileSync(lock, `${OURS} left\n`);
    const begin = performance.now();
    expect(await withLock(lockAt(lock), () => 'done')).toBe('done');
    expect(performance.now() - begin).toBeLessThan(1_000);

    writeFileSync(lock, `${OURS}0 alive\n`);
    const order: string[] = [];
    const waiting = withLock(lockAt(lock), () => order.push('ours'));
    setTimeout(() => {
      order.push('theirs');
      rmSync(lock);
    }, 100);
    await waiting;
    expect(order).toEqual(['theirs', 'ours']);
  });

  test('says whether it is still held, and leaves one alone that others put in its place', async () => {
    const lock = newLock();
    const held = await withLock(lockAt(lock), (stillHeld) => {
      writeFileSync(lock, `${OTHERS} theirs\n`);
      return stillHeld();
    });
    expect(held).toBe(false);
    expect(readFileSync(lock, 'utf8')).toBe(`${OTHERS} theirs\n`);
  });

  const obstacles: [string, (lock: string) => void, unless?: string | undefined][] = [
    ['a folder', (lock) => mkdirSync(join(lock, 'inside'), { recursive: true })],
    ['a pipe', (lock) => execFileSync('mkfifo', [lock]), NO_PIPES],
    ['a link to nothing', (lock) => symlinkSync(`${lock}-target`, lock), NO_LINKS],
    ['a link to a file', (lock) => symlinkSync('/etc/hostname', lock), NO_LINKS],
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
      path: lock,
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
