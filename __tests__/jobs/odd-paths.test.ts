import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { ACTION, type Stage, setStage } from '../support/stage.ts';
import { onWindows, testUnless } from '../support/test-unless.ts';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  stage = await setStage();
  folder = mkdtempSync(join(tmpdir(), 'odd-'));
});
afterAll(async () => {
  await stage.standIn.close();
  rmSync(folder, { recursive: true });
});

/** What has got past quoting and file commands before, as names of folders. */
const ODD = [
  'A=B',
  'K<<E',
  'ghadelimiter_x',
  '  two spaces',
  '%0A::warning::x',
  "quote's",
  '"',
  '$(id)',
  '##[error]',
  'ünïcode',
  '::add-mask::a',
];

const NO_SUCH_NAMES = onWindows('Windows has no such names.');

for (const name of ODD) {
  testUnless(/["*:<>?|]/.test(name) ? NO_SUCH_NAMES : undefined)(
    `RUNNER_TEMP under ${JSON.stringify(name)}: each variable is one, and names its file`,
    () => runUnder(name),
  );
}

async function runUnder(name: string): Promise<void> {
  const temp = join(folder, name, '_temp');
  mkdirSync(temp, { recursive: true });
  await using job = await stage.startJob({ temp });
  const inputs = { repositories: stage.urls.team, 'profile-name': 'acme', 'token-duration': '3600' };
  const step = await job.action({ ...inputs, tools: 'pip twine' });
  expect(step.outcome).toBe('success');
  expect(Object.keys(step.exported).sort()).toEqual([
    'NETRC',
    'PIP_CONFIG_FILE',
    'PIP_INDEX_URL',
    'PIP_NO_INPUT',
    'TWINE_NON_INTERACTIVE',
    'TWINE_REPOSITORY',
  ]);
  expect(readFileSync(step.exported['PIP_CONFIG_FILE'] ?? '', 'latin1')).toContain(stage.urls.team);
  expect(readFileSync(step.exported['NETRC'] ?? '', 'latin1')).toContain('machine acme-');
  expect(step.annotations).toEqual([]);
  const [post] = await job.finish();
  expect(post?.outcome).toBe('success');
  expect(post?.annotations).toEqual([]);
}

testUnless(NO_SUCH_NAMES)('a RUNNER_TEMP with a line break in it: a message, and nothing is set', async () => {
  const temp = join(folder, 'line\nNODE_PATH=/evil');
  mkdirSync(temp, { recursive: true });
  await using job = await stage.startJob();
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' }, { env: {} });
  expect(step.outcome).toBe('success');
  await using odd = await stage.startJob({ temp });
  const refused = await odd.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  expect(refused.outcome).toBe('failure');
  expect(refused.exported).toEqual({});
});

const NOT_ROOT = process.getuid?.() === 0 ? undefined : 'Only root may start a process as another user.';

testUnless(NOT_ROOT)(
  'a user without HOME and without an entry in /etc/passwd: a message, whatever the tools, and no error of the system',
  () => {
    const temp = join(folder, 'nobody', '_temp');
    mkdirSync(temp, { recursive: true });
    for (const path of [folder, join(folder, 'nobody'), temp]) chmodSync(path, 0o777);
    // The checkout may be where that user cannot look.
    const dist = join(folder, 'nobody', 'dist');
    cpSync(join(ACTION, 'dist'), dist, { recursive: true });
    const { stdout, stderr } = spawnSync(process.execPath, [join(dist, 'main', 'index.js')], {
      uid: 54_321,
      gid: 54_321,
      cwd: temp,
      // Where coverage is measured, Node.js hands this variable on, and that user cannot write what it notes.
      env: { RUNNER_TEMP: temp, INPUT_REPOSITORIES: stage.urls.team, INPUT_TOOLS: 'env', NODE_V8_COVERAGE: '' },
      encoding: 'utf8',
    });
    expect(stdout).toContain('::error::The variable HOME names no absolute path, so nothing says where');
    expect(stdout).not.toContain('This is a bug of the action');
    expect(stderr).toBe('');
  },
);
