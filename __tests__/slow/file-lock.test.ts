/** The lock of ~/.pypirc among processes, on disks and machines that are slow. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { withLock } from '../../src/apply/file-lock.ts';
import { addToPypirc } from '../../src/apply/pypirc-file.ts';
import { freshFolder } from '../support/fresh-folder.ts';

const supportOf = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning'];
const FINE: Outcome = { status: 0, stdout: '', stderr: '' };

/** How a process ends that is killed; Windows knows no signals. */
const KILLED = process.platform === 'win32' ? 1 : null;

const ownerOf = (number: number) => number.toString(16).padStart(32, '0');

/** A folder with a file to append to. */
function workplace() {
  const folder = freshFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const start = (owner: string, times: number, ...more: string[]): Promise<Outcome> =>
    runProgram(process.execPath, [...FLAGS, supportOf('lock-and-append.ts'), owner, file, `${times}`, ...more]);
  return { folder, file, lock: lockOf(file), start };
}

const lockOf = (path: string) => `${path}.codeartifact-keyring.lock`;

/** A lock that a dead job left. */
function putDeadLock(path: string): void {
  const content = `${'d'.repeat(32)}.${'0'.repeat(24)}`;
  if (process.platform === 'win32') writeFileSync(lockOf(path), content);
  else symlinkSync(content, lockOf(path));
}

describe('processes', () => {
  test('20 at once each append 5 lines, and none is lost', async () => {
    const { folder, file, start } = workplace();
    const owners = Array.from({ length: 20 }, (_, index) => ownerOf(index));
    const outcomes = await Promise.all(owners.map((owner) => start(owner, 5)));
    expect(outcomes).toEqual(owners.map(() => FINE));
    const lines = owners.flatMap((owner) => [0, 1, 2, 3, 4].map((count) => `${owner} ${count}`));
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').toSorted()).toEqual(lines.toSorted());
    expect(readdirSync(folder)).toEqual(['file']);
  }, 60_000);

  test('a holder that is killed keeps the others waiting for seconds, and not its own next run', async () => {
    const [abandoned, taken] = [workplace(), workplace()];
    const dead = ownerOf(0xdead);
    for (const { start, lock } of [abandoned, taken]) {
      expect(await start(dead, 1, 'die')).toMatchObject({ status: KILLED });
      expect(lstatSync(lock).isSymbolicLink()).toBe(process.platform !== 'win32');
    }
    const begin = performance.now();
    const sameOwner = taken.start(dead, 1).then(() => performance.now() - begin);
    const owners = [1, 2, 3, 4].map(ownerOf);
    const outcomes = await Promise.all(owners.map((owner) => abandoned.start(owner, 1)));
    expect(performance.now() - begin).toBeGreaterThan(4_900);
    expect(await sameOwner).toBeLessThan(4_000);
    expect(outcomes).toEqual(owners.map(() => FINE));
    expect(readFileSync(abandoned.file, 'utf8').trimEnd().split('\n').toSorted()).toEqual(
      owners.map((owner) => `${owner} 0`).toSorted(),
    );
    expect(readFileSync(taken.file, 'utf8')).toBe(`${dead} 0\n`);
    for (const { folder } of [abandoned, taken]) expect(readdirSync(folder)).toEqual(['file']);
  }, 60_000);
});

const editPypirc = (preload: string, env: Record<string, string>, ...args: string[]) =>
  spawn(process.execPath, [...FLAGS, `--require=${supportOf(preload)}`, supportOf('edit-pypirc.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });

/** How the process ended, and what it said of that. */
async function endOf(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr?.on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}

test('100 jobs, ten at each of ten dead locks, on a disk that renames in 5 to 40 ms: none is harmed', async () => {
  const places = Array.from({ length: 10 }, () => join(freshFolder(), '.pypirc'));
  for (const path of places) putDeadLock(path);
  // Two groups side by side, each at one lock after the other, where all begin at once.
  const groups = [places.slice(0, 5), places.slice(5)];
  const GATES = places
    .slice(0, 5)
    .map((_, index) => Date.now() + 4_000 + index * 7_000)
    .join(' ');
  const jobs = groups.flatMap((paths, group) =>
    Array.from({ length: 10 }, (_, index) => ({ owner: ownerOf(10 * group + index), paths })),
  );
  const ends = await Promise.all(
    jobs.map(({ owner, paths }) => endOf(editPypirc('slow-disk.cjs', { GATES }, owner, 'add', ...paths))),
  );
  expect(ends).toEqual(jobs.map(() => ({ code: 0, said: '' })));
  for (const { owner, paths } of jobs) {
    for (const path of paths) expect(readFileSync(path, 'utf8')).toContain(`[of-${owner}]`);
  }
  for (const path of places) expect(readdirSync(dirname(path))).toEqual(['.pypirc']);
}, 120_000);

/**
 * Stops a job before its Nth call to the disk, takes its lock for dead, lets another job add its section, and goes on.
 * @returns whether the first job made so many calls
 */
async function overtake(path: string, deed: 'add' | 'remove', at: number): Promise<boolean> {
  const sign = join(freshFolder(), 'sign');
  const env = { PAUSE_AT: String(at), PAUSE_SIGN: sign, PAUSE_IN: dirname(path) };
  const ended = endOf(editPypirc('pause-at.cjs', env, ownerOf(1), deed, path));
  const isOver = ended.then(() => true);
  while (!existsSync(sign)) if (await Promise.race([isOver, setTimeout(5, false)])) break;
  const isPaused = existsSync(sign);
  if (isPaused) {
    rmSync(lockOf(path), { force: true });
    await addToPypirc({ path, owner: ownerOf(2), now: new Date(), platform: process.platform }, [
      {
        name: 'of-2',
        url: 'https://host/pypi/',
        token: 'token-2',
        identity: 'x',
        expiration: new Date(Date.now() + 3_600_000),
      },
    ]);
    rmdirSync(sign);
  }
  expect(await ended).toEqual({ code: 0, said: '' });
  return isPaused;
}

describe('a job that stands still before a call to the disk, so long that another takes its lock for dead', () => {
  const OWN = '[own]\nusername = me\n';

  test.each<['add' | 'remove', boolean]>([
    ['add', true],
    ['remove', true],
    ['add', false],
    ['remove', false],
  ])(
    'neither loses its section nor that of the other: to %s one, with a file of the user (%p)',
    async (deed, hasOwn) => {
      let at = 0;
      for (let paused = true; paused; ) {
        at += 1;
        const path = join(freshFolder(), '.pypirc');
        if (hasOwn) writeFileSync(path, OWN);
        const first = { path, owner: ownerOf(1), now: new Date(), platform: process.platform };
        const server = {
          name: `of-${ownerOf(1)}`,
          url: 'https://host/pypi/',
          token: 'token-1',
          identity: 'x',
          expiration: new Date(Date.now() + 3_600_000),
        };
        if (deed === 'remove') await addToPypirc(first, [server]);
        paused = await overtake(path, deed, at);
        const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
        expect({ at, of1: text.includes(`[of-${ownerOf(1)}]`), of2: text.includes('[of-2]') }).toEqual({
          at,
          of1: deed === 'add',
          of2: paused,
        });
        expect(text.startsWith(hasOwn ? OWN : '')).toBe(true);
        expect(readdirSync(dirname(path)).filter((name) => name !== '.pypirc')).toEqual([]);
      }
      expect(at).toBeGreaterThan(10);
    },
    120_000,
  );
});

test('a lock of an older kind, a file of any text, is waited for, and removed if it stays unchanged', async () => {
  const lock = join(freshFolder(), 'lock');
  writeFileSync(lock, 'somebody\n');
  const lockAt = { path: lock, owner: ownerOf(1), platform: process.platform, patience: 30_000 };
  const begin = performance.now();
  expect(await withLock(lockAt, () => 'done')).toBe('done');
  expect(performance.now() - begin).toBeGreaterThan(4_900);
  expect(readdirSync(dirname(lock))).toEqual([]);
});
