/** Post ends within half a minute, whatever it meets. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { ACTION, type Stage, type StagedJob, setStage } from '../support/stage.ts';
import { NO_LINKS, NO_PIPES, testUnless } from '../support/test-unless.ts';

const PRELOAD = fileURLToPath(new URL('../support/hanging-disk.cjs', import.meta.url));
/** Milliseconds. */
const MOST = 30_000;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

const inputs = () => ({ repositories: stage.urls.team, 'profile-name': 'acme', 'token-duration': '900' });
const told = (step: StepResult | undefined) => step?.annotations.map(({ message }) => message);
const privateFolder = (step: StepResult) => join(step.outputs['netrc-file'] ?? '', '..');

/** Ends the job, of which post has to be quick. */
async function finish(job: StagedJob): Promise<StepResult | undefined> {
  const [post] = await job.finish({ timeoutMs: 60_000 });
  expect(post?.durationMs).toBeLessThan(MOST);
  return post;
}

/** Calls that never come back, and of what. */
const HANGS: readonly (readonly [call: string, placeIn: (folder: string, home: string) => string])[] = [
  ['rmSync', (folder) => folder],
  ['readdirSync', (folder) => folder],
  ['fstatSync', (_, home) => join(home, '.pypirc')],
];

test('a disk that never comes back: the step ends, fails, and says what it waited for', async () => {
  // At the same time, since each takes as long as post may.
  const ends = HANGS.map(async ([call, placeIn]) => {
    await using job = await stage.startJob();
    const main = await job.action(inputs(), {
      env: { NODE_OPTIONS: `--require=${PRELOAD}`, HANG_AT: `post ${call}` },
    });
    const post = await finish(job);
    const [message = ''] = told(post) ?? [];
    const form =
      /^Not everything could be cleaned up: this step has waited (?<seconds>\d+) s for (?<place>.+), and ends /;
    const { seconds, place } = form.exec(message)?.groups ?? {};
    expect([call, post?.outcome, place]).toEqual([call, 'failure', placeIn(privateFolder(main), job.home)]);
    expect(Number(seconds)).toBeGreaterThan(20);
  });
  await Promise.all(ends);
}, 90_000);

describe('what it finds', () => {
  testUnless(NO_LINKS)('a lock that others hold all the time: the rest is done, and what is left is told', async () => {
    await using job = await stage.startJob();
    const main = await job.action(inputs());
    const lock = join(job.home, '.pypirc.codeartifact-keyring.lock');
    let turn = 0;
    const hold = () => {
      turn += 1;
      symlinkSync(`${'b'.repeat(32)}.${String(turn).padStart(24, '0')}`, `${lock}-next`);
      renameSync(`${lock}-next`, lock);
    };
    hold();
    const others = setInterval(hold, 100);
    const post = await finish(job).finally(() => clearInterval(others));
    expect(post?.outcome).toBe('success');
    expect(told(post)).toEqual([
      `Not everything could be cleaned up: The sections of this step in ${join(job.home, '.pypirc')} may be left: ` +
        `Other jobs on this machine have held ${lock} for 15 s; remove it if none is running.`,
    ]);
    expect(post?.log.join('\n')).toContain(`Removed ${privateFolder(main)}.`);
    expect(post?.exported).toMatchObject({ PIP_CONFIG_FILE: '' });
  });

  testUnless(NO_PIPES)('pipes in the place of the lock and of the files', async () => {
    await using job = await stage.startJob();
    const main = await job.action(inputs());
    const folder = privateFolder(main);
    const lock = join(job.home, '.pypirc.codeartifact-keyring.lock');
    for (const file of ['netrc', 'pip.conf']) rmSync(join(folder, file));
    await job.run(['mkfifo', lock, join(folder, 'netrc'), join(folder, 'pip.conf')]);
    const post = await finish(job);
    expect(post?.outcome).toBe('success');
    expect(told(post)?.join()).toContain(`${lock} is not a file, but stands where this action puts its lock`);
    expect(post?.log.join('\n')).toContain(`Removed ${folder}.`);
    expect(post?.durationMs).toBeLessThan(10_000);
  });

  testUnless(NO_PIPES)("a pipe in the place of the runner's file for variables", async () => {
    await using job = await stage.startJob();
    const main = await job.action(inputs());
    const pipe = join(job.home, 'pipe');
    await job.run(['mkfifo', pipe]);
    const post = await job.run(['env', `GITHUB_ENV=${pipe}`, node24Path(), join(ACTION, 'dist', 'post', 'index.js')], {
      env: { 'STATE_clean-up': main.state['clean-up'] ?? '' },
      timeoutMs: 60_000,
    });
    expect(post.outcome).toBe('success');
    expect(told(post)?.join()).toMatch(
      /^Not everything .*NETRC.* keep their values: .*pipe \(GITHUB_ENV\) is not a file/,
    );
    expect(post.log.join('\n')).toContain('Removed');
    expect(post.durationMs).toBeLessThan(10_000);
  });

  test('a folder, a HOME and a .pypirc that are full of other things', async () => {
    await using job = await stage.startJob();
    const main = await job.action(inputs());
    const more = join(privateFolder(main), 'more');
    mkdirSync(more);
    for (let file = 0; file < 20_000; file += 1) writeFileSync(join(more, `${file}`), '');
    for (let file = 0; file < 20_000; file += 1)
      writeFileSync(join(job.home, `.pypirc.codeartifact-keyring.${file}`), '');
    const pypirc = join(job.home, '.pypirc');
    const others = 'other '.repeat(150_000);
    const crowded = readFileSync(pypirc, 'latin1').replace('index-servers =', `index-servers = ${others}`);
    writeFileSync(pypirc, crowded);
    const post = await finish(job);
    expect([post?.outcome, told(post)]).toEqual(['success', []]);
    expect(readFileSync(pypirc, 'latin1')).not.toContain('[team]');
  }, 120_000);
});
