import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { withLock } from '../../src/apply/file-lock.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { kept, modeOf } from '../support/permission-bits.ts';
import { problemsOfAsync } from '../support/problems-of.ts';
import { NO_LINKS, NO_PIPES, testUnless } from '../support/test-unless.ts';

const SCRIPT = fileURLToPath(new URL('../support/lock-and-append.ts', import.meta.url));

const OURS = 'a'.repeat(32);
const OTHERS = 'b'.repeat(32);
/** How a process ends that is killed; Windows knows no signals. */
const KILLED = process.platform === 'win32' ? 1 : null;
const newLock = () => join(freshFolder(), 'lock');

/** A folder with a file to append to. */
function workplace() {
  const folder = freshFolder();
  const [lock, file] = [join(folder, 'lock'), join(folder, 'file')];
  writeFileSync(file, '');
  const start = (owner: string, times: number, ...more: string[]): Promise<Outcome> =>
    runProgram(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      SCRIPT,
      lock,
      owner,
      file,
      `${times}`,
      ...more,
    ]);
  return { folder, lock, file, start };
}

describe('processes', () => {
  test('20 at once each append 5 lines, and none is lost', async () => {
    const { folder, file, start } = workplace();
    const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
    const outcomes = await Promise.all(owners.map((owner) => start(owner, 5)));
    expect(outcomes).toEqual(owners.map(() => ({ status: 0, stdout: '', stderr: '' })));
    const lines = owners.flatMap((owner) => [0, 1, 2, 3, 4].map((count) => `${owner} ${count}`));
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').toSorted()).toEqual(lines.toSorted());
    expect(readdirSync(folder)).toEqual(['file']);
  }, 30_000);

  test('a holder that is killed keeps the others waiting for seconds, and not its own next run', async () => {
    const [abandoned, taken] = [workplace(), workplace()];
    for (const { start, lock } of [abandoned, taken]) {
      expect(await start('dead', 1, 'die')).toMatchObject({ status: KILLED });
      expect(readFileSync(lock, 'utf8')).toMatch(/^dead [0-9a-f-]{36}\n$/);
    }
    const begin = performance.now();
    const sameOwner = taken.start('dead', 1).then(() => performance.now() - begin);
    const owners = ['one', 'two', 'three', 'four'];
    const outcomes = await Promise.all(owners.map((owner) => abandoned.start(owner, 1)));
    expect(performance.now() - begin).toBeGreaterThan(4_900);
    expect(await sameOwner).toBeLessThan(4_000);
    expect(outcomes).toEqual(owners.map(() => ({ status: 0, stdout: '', stderr: '' })));
    expect(readFileSync(abandoned.file, 'utf8').trimEnd().split('\n').toSorted()).toEqual(
      owners.map((owner) => `${owner} 0`).toSorted(),
    );
    expect(readFileSync(taken.file, 'utf8')).toBe('dead 0\n');
    for (const { folder } of [abandoned, taken]) expect(readdirSync(folder)).toEqual(['file']);
  }, 30_000);
});

describe('the lock', () => {
  test('stands with its owner and for nobody else to read while the work is done, and is gone then', async () => {
    const lock = newLock();
    const result = await withLock({ path: lock, owner: OURS, platform: process.platform }, (held) => {
      expect(readFileSync(lock, 'utf8').startsWith(`${OURS} `)).toBe(true);
      expect(modeOf(lock)).toBe(kept(0o600));
      return held();
    });
    expect(result).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  test('is gone, too, when the work fails', async () => {
    const lock = newLock();
    const failing = withLock({ path: lock, owner: OURS, platform: process.platform }, () => {
      throw new TypeError('no luck');
    });
    await expect(failing).rejects.toThrow(new TypeError('no luck'));
    expect(existsSync(lock)).toBe(false);
  });

  test("that our own killed run left is taken over at once; another's is not", async () => {
    const lock = newLock();
    writeFileSync(lock, `${OURS} left\n`);
    const begin = performance.now();
    expect(await withLock({ path: lock, owner: OURS, platform: process.platform }, () => 'done')).toBe('done');
    expect(performance.now() - begin).toBeLessThan(1_000);

    writeFileSync(lock, `${OURS}0 alive\n`);
    const order: string[] = [];
    const waiting = withLock({ path: lock, owner: OURS, platform: process.platform }, () => order.push('ours'));
    setTimeout(() => {
      order.push('theirs');
      rmSync(lock);
    }, 100);
    await waiting;
    expect(order).toEqual(['theirs', 'ours']);
  });

  test('says whether it is still held, and leaves one alone that others put in its place', async () => {
    const lock = newLock();
    const held = await withLock({ path: lock, owner: OURS, platform: process.platform }, (stillHeld) => {
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
      const problems = await problemsOfAsync(() =>
        withLock({ path: lock, owner: OURS, platform: process.platform }, () => expect(true).toBe(false)),
      );
      expect(problems).toEqual([`${lock} is not a file, but stands where this action puts its lock; remove it.`]);
      expect(performance.now() - begin).toBeLessThan(1_000);
      expect(lstatSync(lock)).toMatchObject({ ino: before.ino, mode: before.mode });
      expect(existsSync(`${lock}-target`)).toBe(false);
    });
  }

  test('a folder that is not there is an error', async () => {
    const lock = join(freshFolder(), 'missing', 'lock');
    await expect(withLock({ path: lock, owner: OURS, platform: process.platform }, () => 1)).rejects.toMatchObject({
      code: 'ENOENT',
      path: lock,
    });
  });
});
