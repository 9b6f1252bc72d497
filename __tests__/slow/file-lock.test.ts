import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';

const SCRIPT = fileURLToPath(new URL('../support/lock-and-append.ts', import.meta.url));

/** How a process ends that is killed; Windows knows no signals. */
const KILLED = process.platform === 'win32' ? 1 : null;

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
