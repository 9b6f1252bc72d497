/** `npm ci` is quiet on every Node.js that may start it, also on one that is older than some packages like. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { onWindows, testUnless } from '../support/test-unless.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NO_NPM = onWindows('npm is a script of cmd there, which no program can start by its name.');

/** What npm says, other than what it would add, without adding anything or asking the registry. */
async function warningsOf(files: readonly string[]): Promise<string> {
  const folder = freshFolder();
  for (const file of files) cpSync(join(ROOT, file), join(folder, file));
  const env = { ...process.env, npm_config_loglevel: undefined, npm_config_cache: join(folder, 'cache') };
  const { status, stderr } = await runProgram('npm', ['ci', '--dry-run', '--offline'], { cwd: folder, env });
  expect(status).toBe(0);
  return stderr;
}

testUnless(NO_NPM)('with .npmrc it warns of nothing', async () => {
  expect(await warningsOf(['package.json', 'package-lock.json', '.npmrc'])).toBe('');
});
