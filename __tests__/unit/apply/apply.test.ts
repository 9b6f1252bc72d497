import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { apply } from '../../../src/apply/apply.ts';
import { joinChanges } from '../../../src/clients/changes.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { machineWith } from '../../support/sample-machine.ts';

const NAME = `codeartifact-keyring-${'0'.repeat(32)}`;
const FILES = joinChanges([{ files: [{ name: 'netrc', bytes: Buffer.from('x') }] }]);

function applyIn(temp: string, check: () => Promise<void>): Promise<void> {
  const path = join(temp, NAME);
  const state = { folder: path, pypirc: undefined, variables: [] };
  return apply(FILES, state, { path, isNew: true }, machineWith({ RUNNER_TEMP: temp }), check);
}

test('a place that cannot be written is told by its path and reason', async () => {
  const temp = join(freshFolder(), 'file');
  writeFileSync(temp, '');
  const code = process.platform === 'win32' ? 'ENOENT' : 'ENOTDIR';
  expect(await problemsOfAsync(() => applyIn(temp, async () => {}))).toEqual([
    `${join(temp, NAME)} cannot be written (mkdir: ${code}); make room or give this user the right to.`,
  ]);
});

test('another error on the way is thrown as it is, and what was written is taken back', async () => {
  const temp = freshFolder();
  const unforeseen = Object.assign(new Error('unforeseen'), { code: 'ECONNRESET' });
  await expect(
    applyIn(temp, async () => {
      expect(existsSync(join(temp, NAME, 'netrc'))).toBe(true);
      throw unforeseen;
    }),
  ).rejects.toBe(unforeseen);
  expect(existsSync(join(temp, NAME))).toBe(false);
});
