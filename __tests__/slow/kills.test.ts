/**
 * Main, a second use and post, killed before steps that the disk sees: nothing of the user's is lost, nothing of ours
 * stays. With the variable KILLS, before each such step, and then at as many random moments as are missing to so many.
 */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import type { StepOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { snapshot } from '../support/snapshot.ts';
import { ACTION, type Stage, type StagedJob, setStage } from '../support/stage.ts';

const KILL_AT = fileURLToPath(new URL('../support/kill-at.cjs', import.meta.url));
const OWN =
  '# mine\n[distutils]\nindex-servers =\n  private\n\n[private]\nrepository: https://pypi.example.com/\nusername: me';

/** A first use is killed at every call to the disk, the rest at every fifth, beginning by chance; with KILLS at all. */
const STRIDE = process.env['KILLS'] ? 1 : 5;

/** Kills in all, for four tests. */
const KILLS = Number(process.env['KILLS'] ?? 0);
const TIMEOUT = 600_000 + KILLS * 3_000;

let stage: Stage;
let kills = 0;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage.standIn.close();
  process.stderr.write(`${kills} processes were killed.\n`);
});

const inputs = () => ({
  repositories: `${stage.urls.team}\n${stage.urls.shared}`,
  'profile-name': 'acme',
  'publish-to': 'team',
  'token-duration': '900',
  tools: 'pip twine pdm',
});

async function startJob(home?: string): Promise<StagedJob> {
  const job = await stage.startJob(home === undefined ? {} : { home });
  if (home === undefined) job.homeFile('.pypirc', OWN, 0o640);
  return job;
}

/** What a job must find again: HOME, and RUNNER_TEMP but for the runner's own files. */
const machine = (job: StagedJob) => ({
  home: snapshot(job.home),
  temp: snapshot(job.temp, ['_runner_file_commands', '_github_workflow']),
});

/** The user's own lines are there, all of them and in their order, whatever ours are. */
function expectOwn(home: string): void {
  const lines = readFileSync(join(home, '.pypirc'), 'latin1').split('\n');
  const missing = OWN.split('\n').filter((line) => !lines.includes(line));
  expect(missing).toEqual([]);
}

/** Whether a kill did what it was to; Windows knows no signal: its processes end each other with the code 1. */
const wasKilled = ({ exitCode }: Pick<StepResult, 'exitCode'>) => [137, 1].includes(exitCode);

/**
 * Kills at steps of an entry in turn, then at random moments; `run` says whether the process was killed.
 * @returns the steps that there are, about
 */
async function killEverywhere(
  entry: 'main' | 'post',
  run: (options: StepOptions) => Promise<boolean>,
  stride = STRIDE,
): Promise<number> {
  const before = kills;
  let at = 1 + Math.floor(Math.random() * stride);
  for (; ; at += stride) {
    const env = { NODE_OPTIONS: `--require=${KILL_AT}`, KILL_AT: String(at), KILL_IN: entry };
    if (!(await run({ env }))) break;
    kills += 1;
  }
  while (kills - before < KILLS / 4) {
    const end = performance.now() + 50 + Math.random() * 600;
    if (await run({ kill: { when: () => performance.now() > end } })) kills += 1;
  }
  return at - 1;
}

test(
  'main: post leaves the machine as it was',
  async () => {
    const steps = await killEverywhere(
      'main',
      async (options) => {
        await using job = await startJob();
        const before = machine(job);
        const main = await job.action(inputs(), options);
        expectOwn(job.home);
        const [post] = await job.finish();
        expect([post?.outcome, post?.annotations]).toEqual(['success', []]);
        expect(machine(job)).toEqual(before);
        expect(main.annotations.filter(({ level }) => level === 'error')).toEqual([]);
        return wasKilled(main);
      },
      1,
    );
    expect(steps).toBeGreaterThan(30);
  },
  TIMEOUT,
);

test(
  'a second use: the files of the first are whole, and post leaves the machine as it was',
  async () => {
    const steps = await killEverywhere('main', async (options) => {
      await using job = await startJob();
      const before = machine(job);
      const first = await job.action(inputs());
      const second = await job.action({ ...inputs(), repositories: stage.urls.team }, options);
      expectOwn(job.home);
      for (const file of ['netrc-file', 'pip-config-file']) {
        expect(readFileSync(first.outputs[file] ?? '', 'latin1')).toContain('acme-111122223333');
      }
      const posts = await job.finish();
      expect(posts.map(({ outcome, annotations }) => [outcome, annotations])).toEqual([
        ['success', []],
        ['success', []],
      ]);
      expect(machine(job)).toEqual(before);
      return wasKilled(second);
    });
    expect(steps).toBeGreaterThan(30);
  },
  TIMEOUT,
);

test(
  'post: the next one leaves the machine as it was',
  async () => {
    const steps = await killEverywhere('post', async (options) => {
      await using job = await startJob();
      const before = machine(job);
      const main = await job.action(inputs());
      const post = (more: StepOptions) =>
        job.run([node24Path(), join(ACTION, 'dist', 'post', 'index.js')], {
          ...more,
          env: { ...more.env, 'STATE_clean-up': main.state['clean-up'] ?? '' },
        });
      const killed = await post(options);
      expectOwn(job.home);
      expect([(await post({})).outcome, machine(job)]).toEqual(['success', before]);
      return wasKilled(killed);
    });
    expect(steps).toBeGreaterThan(10);
  },
  TIMEOUT,
);

test(
  'main and post of jobs that share a HOME: the others keep theirs',
  async () => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'home-')));
    writeFileSync(join(home, '.pypirc'), OWN, { mode: 0o640 });
    await using other = await startJob(home);
    const kept = await other.action({
      ...inputs(),
      repositories: `kept=${stage.urls.shared}`,
      'publish-to': 'kept',
    });
    expect(kept.outcome).toBe('success');
    const steps = await killEverywhere('main', async (options) => {
      await using job = await startJob(home);
      await using beside = await startJob(home);
      const [main, whole] = await Promise.all([
        job.action(inputs(), options),
        beside.action({ ...inputs(), repositories: `beside=${stage.urls.team}`, 'publish-to': 'beside' }),
      ]);
      expect(whole.outcome).toBe('success');
      const text = readFileSync(join(home, '.pypirc'), 'latin1');
      for (const name of ['kept', 'beside']) expect(text).toContain(`\n[${name}]\n`);
      expectOwn(home);
      await Promise.all([job.finish(), beside.finish()]);
      expect(readFileSync(join(home, '.pypirc'), 'latin1').match(/^\[.*\]$/gm)).toEqual([
        '[distutils]',
        '[private]',
        '[kept]',
      ]);
      return wasKilled(main);
    });
    expect(steps).toBeGreaterThan(30);
    await other.finish();
    expect(readFileSync(join(home, '.pypirc'), 'latin1')).toBe(OWN);
    expect(readdirSync(home).filter((name) => name.includes('codeartifact-keyring'))).toEqual([]);
    rmSync(home, { recursive: true });
  },
  TIMEOUT,
);
