import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { snapshot } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

const ROLE = 'arn:aws:iam::111122223333:role/ci';
const payload = (head: number) => ({ repository: { id: 1 }, pull_request: { head: { repo: { id: head } } } });

/** A job for a pull request on a machine of GitHub's, without profiles. */
function startPullRequest(head: number, options: JobOptions = {}): Promise<StagedJob> {
  const event = { name: 'pull_request', payload: payload(head) };
  const machine = { AWS_CONFIG_FILE: '/missing', AWS_SHARED_CREDENTIALS_FILE: '/missing', ...options.machine };
  return stage.startJob({ hosted: true, event, ...options, machine });
}

const skip = () => ({ repositories: stage.urls.team, 'role-to-assume': ROLE, forks: 'skip' });

describe('a pull request from a fork that can have no credentials', () => {
  test('passes with forks: skip, says so, shows a plan, configures nothing, leaves nothing for post', async () => {
    await using job = await startPullRequest(2);
    const before = [snapshot(job.home), snapshot(job.temp, ['_runner_file_commands', '_github_workflow'])];
    const calls = stage.standIn.calls.length;
    const step = await job.action(skip());
    expect(step).toMatchObject({ outcome: 'success', exported: {}, annotations: [], state: {} });
    expect(step.outputs['configured']).toBe('false');
    expect(step.log.at(-1)).toBe(
      'This pull request is from a fork, so the job has no AWS credentials. Nothing is configured (forks: skip).',
    );
    const planned = await job.action({ ...skip(), plan: 'true' });
    expect(step.outputs).toEqual(planned.outputs);
    expect(step.summary).toBe(planned.summary);
    const said = ({ log }: typeof step) => log.slice(log.indexOf('##[endgroup]'), -1);
    expect(said(step)).toEqual(said(planned));
    expect(stage.standIn.calls.length).toBe(calls);
    const [post] = await job.finish();
    expect(post).toMatchObject({ outcome: 'success', annotations: [] });
    expect([snapshot(job.home), snapshot(job.temp, ['_runner_file_commands', '_github_workflow'])]).toEqual(before);
  });

  test('fails with a mistake in the inputs or the file all the same', async () => {
    await using job = await startPullRequest(2);
    const step = await job.action({ ...skip(), tools: 'npm' });
    expect(step.outcome).toBe('failure');
  });
});

describe('a pull request from a fork that fails for lack of credentials is told so', () => {
  const FORK = 'This is a pull request from a fork, whose job gets neither secrets nor an OIDC token';
  const errorOf = ({ annotations }: StepResult) => annotations.find(({ level }) => level === 'error')?.message ?? '';
  const machine = { AWS_EC2_METADATA_DISABLED: 'true' };

  test.each([
    ['a role', { 'role-to-assume': ROLE }],
    ['nothing', {}],
    ['a profile that an earlier step would have written', { 'profile-name': 'ci' }],
    ['keys from secrets, which are empty', { 'aws-access-key-id': '', 'aws-secret-access-key': '' }],
  ])('with forks: fail, which names forks: skip: %s', async (_, identity) => {
    await using job = await startPullRequest(2, { machine });
    const message = errorOf(await job.action({ repositories: stage.urls.team, ...identity }));
    expect(message).toMatch(new RegExp(`${FORK}; with forks: skip it ends green and configures nothing\\.$`));
    expect(message).not.toContain('id-token: write');
  });

  test('on a machine of the team, where skip would not pass it, without a word of skip', async () => {
    await using job = await startPullRequest(2, { hosted: false, machine });
    const message = errorOf(await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE }));
    expect(message).toMatch(
      new RegExp(`${FORK}; use credentials that this machine has: .*, or the AWS_\\* variables\\.$`),
    );
    expect(message).not.toContain('skip');
  });

  test("a pull request of the repository's own hears nothing of forks", async () => {
    await using job = await startPullRequest(1, { machine });
    expect(errorOf(await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE }))).not.toContain('fork');
  });
});

describe('forks: skip skips nothing else', () => {
  test.each<[string, number, JobOptions]>([
    ["a pull request of the repository's own", 1, {}],
    ['a pull request from a fork on a machine of the team', 2, { hosted: false }],
    ['a push', 2, { event: { name: 'push', payload: payload(2) } }],
  ])('%s', async (_, head, options) => {
    await using job = await startPullRequest(head, {
      ...options,
      machine: { AWS_EC2_METADATA_DISABLED: 'true', ...options.machine },
    });
    const step = await job.action(skip());
    expect(step.outcome).toBe('failure');
    expect(step.outputs).toEqual({});
  });

  test('where the job has an OIDC token, it is used', async () => {
    const { requestUrl, requestToken } = stage.standIn.oidc;
    await using job = await startPullRequest(2, { idToken: { url: requestUrl, token: requestToken } });
    const step = await job.action(skip());
    expect(step.outputs['configured']).not.toBe('false');
  });

  test('keys of an earlier step are used', async () => {
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    await using job = await startPullRequest(2, { env });
    const step = await job.action({ repositories: stage.urls.team, forks: 'skip' });
    expect(step.outputs['configured']).toBe('true');
  });
});
