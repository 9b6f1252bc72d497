/** Uses of the action that refresh one private folder at once, as parallel steps behind a first use do. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';

const SCRIPT = fileURLToPath(new URL('../support/write-private-files.ts', import.meta.url));

test('4 processes at once each write 100 times: none fails, and each file is whole', async () => {
  const folder = join(freshFolder(), `codeartifact-keyring-${'a'.repeat(32)}`);
  mkdirSync(folder);
  const names = ['first', 'second', 'third', 'fourth'];
  const outcomes = await Promise.all(names.map((name) => runProgram(process.execPath, [SCRIPT, folder, name, '100'])));
  expect(outcomes).toEqual(names.map(() => expect.objectContaining({ status: 0, stderr: '' })));
  expect(readdirSync(folder)).toEqual(['netrc', 'pip.conf']);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(names.map((name) => `${name} `.repeat(2_000))).toContain(text);
  }
}, 60_000);
