/** The archive that GitHub makes of the repository for every job that uses the action: it is all that a job needs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { setStage } from '../support/stage.ts';
import { testUnless } from '../support/test-unless.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NO_CLONE = existsSync(join(ROOT, '.git')) ? undefined : 'this is no clone, so git can make no archive of it';

const stage = sharedStage(() => setStage());

/** The archive of the last commit, and what is in it. */
async function makeArchive() {
  const folder = freshFolder();
  const archive = join(folder, 'action.tar');
  const made = await runProgram('git', ['-C', ROOT, 'archive', '--format=tar', '-o', archive, 'HEAD']);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const action = join(folder, 'action');
  mkdirSync(action);
  expect(await runProgram('tar', ['-xf', archive, '-C', action])).toMatchObject({ status: 0 });
  const files = readdirSync(action, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(action, name)).isFile(),
  );
  return { archive, action, files };
}

testUnless(NO_CLONE)('has what runs, the licence and the README, and nothing else', async () => {
  const { archive, action, files } = await makeArchive();
  expect(readdirSync(action).toSorted()).toEqual(['LICENSE', 'README.md', 'action.yml', 'dist']);
  expect(files.length).toBeLessThanOrEqual(40);
  expect(gzipSync(readFileSync(archive)).length).toBeLessThanOrEqual(260_000);
});

testUnless(NO_CLONE)('runs main and post of a whole job', async () => {
  const { action } = await makeArchive();
  await using job = await stage.startJob();
  const step = await job.uses(action, { with: { repositories: stage.urls.team, 'profile-name': 'acme' } });
  expect(step).toMatchObject({ outcome: 'success', annotations: [] });
  expect(existsSync(step.outputs['netrc-file'] ?? '')).toBe(true);
  const [post] = await job.finish();
  expect(post?.outcome).toBe('success');
  expect(existsSync(step.outputs['netrc-file'] ?? '')).toBe(false);
});
