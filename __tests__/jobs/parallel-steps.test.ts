/** Whole jobs with parallel steps: the action in the background, alone and beside another use of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { runScript } from '../support/node-programs.ts';
import { snapshot } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

const inputs = (urls: readonly string[], profile = 'acme') => ({
  repositories: urls.join('\n'),
  'profile-name': profile,
  tools: 'pip twine',
});
const warningsOf = (steps: readonly StepResult[]) =>
  steps
    .flatMap(({ annotations }) => annotations.filter(({ level }) => level === 'warning'))
    .map(({ message }) => message);
const BESIDE = /^Another step of this job has set up (\S+) with this action, but no variable names its files/;
const leftIn = (job: StagedJob) => [
  snapshot(job.home),
  snapshot(job.temp, ['_runner_file_commands', '_github_workflow']),
];

/** Starts the action in the background. */
function start(job: StagedJob, id: string, ...given: Parameters<typeof inputs>): Promise<StepResult> {
  return job.action(inputs(...given), { id, background: true });
}

test('in the background beside steps that set variables and a path, until the job waits for it', async () => {
  await using job = await stage.startJob();
  const before = leftIn(job);
  const index = start(job, 'index', [stage.urls.team]);
  const show = 'console.log(process.env.PIP_CONFIG_FILE, process.env.pythonLocation)';
  // What actions/checkout and actions/setup-python do: files in the workspace, a variable and a path.
  await runScript(
    job,
    `fs.writeFileSync('requirements.txt', 'acme-tool'); say('ENV', 'pythonLocation=/py\\n'); say('PATH', '/py/bin\\n')`,
  );
  expect((await runScript(job, show)).stdout).toBe('undefined /py\n');
  expect((await index).outcome).toBe('success');
  expect(await job.wait(['index'])).toMatchObject({ outcome: 'success' });
  expect((await runScript(job, show)).stdout).toMatch(/^\S+pip\.conf \/py\n$/);
  expect(job.env['PATH']).toMatch(/^\/py\/bin[:;]/);
  expect(job.outputs['index']?.['configured']).toBe('true');
  expect(warningsOf([await index])).toEqual([]);
  const posts = await job.finish();
  expect(posts.map(({ outcome, annotations }) => ({ outcome, annotations }))).toEqual([
    { outcome: 'success', annotations: [] },
  ]);
  expect(readFileSync(join(job.workspace, 'requirements.txt'), 'utf8')).toBe('acme-tool');
  expect(leftIn(job)).toEqual(before);
});

describe('two uses at once', () => {
  test('with other repositories: the last to end warns; the settings of the one waited for last count', async () => {
    await using job = await stage.startJob();
    const before = leftIn(job);
    const steps = await Promise.all([
      start(job, 'team', [stage.urls.team]),
      start(job, 'labs', [stage.urls.research], 'labs'),
    ]);
    expect(steps.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    const warnings = warningsOf(steps);
    expect(warnings.length).toBeGreaterThanOrEqual(1);
    for (const warning of warnings) expect(warning).toMatch(BESIDE);
    for (const step of steps) {
      const named = warningsOf([step]).map((text) => BESIDE.exec(text)?.[1]);
      expect([[], [step === steps[0] ? 'research' : 'team']]).toContainEqual(named);
    }
    await job.wait(['team', 'labs']);
    const [team, labs] = steps.map(({ exported }) => exported);
    expect(job.env['PIP_CONFIG_FILE']).toBe(labs?.['PIP_CONFIG_FILE']);
    expect(job.env['PIP_CONFIG_FILE']).not.toBe(team?.['PIP_CONFIG_FILE']);
    expect(readFileSync(job.env['NETRC'] ?? '', 'utf8')).not.toContain('acme-111122223333');
    // Both are in the file that they share, and each post takes its own out.
    const pypirc = readFileSync(join(job.home, '.pypirc'), 'utf8');
    expect(pypirc).toContain('[team]');
    expect(pypirc).toContain('[research]');
    for (const post of await job.finish()) expect(post).toMatchObject({ outcome: 'success', annotations: [] });
    expect(leftIn(job)).toEqual(before);
    expect(job.env['PIP_CONFIG_FILE']).toBe('');
  });

  test('with the same repositories: no warning', async () => {
    await using job = await stage.startJob();
    const steps = await Promise.all(['a', 'b'].map((id) => start(job, id, [stage.urls.team])));
    expect(steps.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    expect(warningsOf(steps)).toEqual([]);
    await job.waitAll();
    for (const post of await job.finish()) expect(post).toMatchObject({ outcome: 'success', annotations: [] });
    expect(existsSync(join(job.home, '.pypirc'))).toBe(false);
  });

  test('after a use that the job has waited for: both refresh its files, and none is half written', async () => {
    await using job = await stage.startJob();
    const first = await job.action(inputs([stage.urls.team]));
    const steps = await Promise.all(['a', 'b', 'c'].map((id) => start(job, id, [stage.urls.team])));
    await job.waitAll();
    expect(steps.map(({ outcome, annotations }) => [outcome, annotations])).toEqual(steps.map(() => ['success', []]));
    expect(job.env['NETRC']).toBe(first.exported['NETRC']);
    const tokens = steps.map(({ outputs }) => outputs['token'] ?? '');
    const netrc = readFileSync(job.env['NETRC'] ?? '', 'utf8');
    expect(tokens.some((token) => netrc.includes(token))).toBe(true);
    for (const post of await job.finish()) expect(post).toMatchObject({ outcome: 'success', annotations: [] });
  });
});

describe('no warning', () => {
  test('for uses one after the other, with the same or other repositories, or other clients', async () => {
    await using job = await stage.startJob();
    const first = await job.action({ ...inputs([stage.urls.team]), tools: 'pdm' });
    const steps = [
      first,
      await job.action(inputs([stage.urls.team])),
      await job.action(inputs([stage.urls.team])),
      await job.action(inputs([stage.urls.team, stage.urls.shared])),
    ];
    expect(steps.map(({ outcome }) => outcome)).toEqual(steps.map(() => 'success'));
    expect(warningsOf(steps).filter((text) => text.startsWith('Another use'))).toEqual([]);
  });

  test('for a use that failed beside this one', async () => {
    await using job = await stage.startJob();
    const failing = start(job, 'failing', [stage.urls.team], 'labs');
    expect((await failing).outcome).toBe('failure');
    expect(warningsOf([await start(job, 'team', [stage.urls.team])])).toEqual([]);
  });
});
