import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

const KEYRINGRC = [
  '[codeartifact]',
  'token_duration = 900',
  '[codeartifact account="111122223333"]',
  'profile_name = acme',
  '[codeartifact domain="acme-labs" region="eu-central-1"]',
  'profile_name = labs',
  'token_duration = 1800',
  '',
].join('\n');

let stage: Stage;
let job: StagedJob;
let step: StepResult;
beforeAll(async () => {
  stage = await setStage();
  job = await stage.startJob();
  job.workspaceFile('.github/keyringrc.cfg', KEYRINGRC);
  step = await job.action({
    repositories: `${stage.urls.team}\nlab=${stage.urls.research}simple/`,
    'publish-to': 'lab',
  });
});
afterAll(async () => {
  await job.remove();
  await stage.standIn.close();
});

test('the outputs', () => {
  const { token, repositories, expiration, configured, plan, ...paths } = step.outputs;
  expect([configured, plan]).toEqual(['true', '']);
  const folder = dirname(paths['netrc-file'] ?? '');
  expect(dirname(folder)).toBe(job.temp);
  expect(basename(folder)).toMatch(/^codeartifact-keyring-[0-9a-f]{32}$/);
  expect(paths).toEqual({
    'pip-config-file': join(folder, 'pip.conf'),
    'netrc-file': join(folder, 'netrc'),
    'pypirc-file': join(job.home, '.pypirc'),
    'index-url': `${stage.urls.team}simple/`,
    'repository-url': stage.urls.research,
  });
  expect(token).toMatch(/^eyJ/);
  const list = JSON.parse(repositories ?? '') as { expiration: string }[];
  expect(list).toEqual([
    {
      name: 'team',
      url: stage.urls.team,
      indexUrl: `${stage.urls.team}simple/`,
      domain: 'acme',
      account: '111122223333',
      region: 'us-east-1',
      repository: 'team',
      section: 'codeartifact account="111122223333"',
      line: 3,
      score: 1,
      why: 'account matches; 1 of 1 qualifier',
      runnerUp: null,
      identityFrom: 'section',
      identity: 'profile acme ([codeartifact account="111122223333"])',
      expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
    {
      name: 'lab',
      url: stage.urls.research,
      indexUrl: `${stage.urls.research}simple/`,
      domain: 'acme-labs',
      account: '444455556666',
      region: 'eu-central-1',
      repository: 'research',
      section: 'codeartifact domain="acme-labs" region="eu-central-1"',
      line: 5,
      score: 2,
      why: 'domain and region match; 2 of 2 qualifiers',
      runnerUp: null,
      identityFrom: 'section',
      identity: 'profile labs ([codeartifact domain="acme-labs" region="eu-central-1"])',
      expiration: expect.any(String),
    },
  ]);
  expect(expiration).toBe(list.map((one) => one.expiration).sort()[0]);
});

test('the variables', () => {
  expect(step.exported).toEqual({
    PIP_CONFIG_FILE: step.outputs['pip-config-file'],
    PIP_INDEX_URL: `${stage.urls.team}simple/`,
    PIP_EXTRA_INDEX_URL: `${stage.urls.research}simple/`,
    PIP_NO_INPUT: '1',
    NETRC: step.outputs['netrc-file'],
    TWINE_REPOSITORY: 'lab',
    TWINE_NON_INTERACTIVE: '1',
    UV_INDEX: `team=${stage.urls.team}simple/`,
    UV_DEFAULT_INDEX: `lab=${stage.urls.research}simple/`,
    UV_PUBLISH_URL: stage.urls.research,
  });
});

test('the log says which section each repository got and why, whose identity, until when', () => {
  const log = step.log.join('\n');
  expect(log).toContain('Sections are from .github/keyringrc.cfg.');
  expect(log).toContain('section [codeartifact account="111122223333"] (line 3): account matches; 1 of 1 qualifier');
  expect(log).toContain('identity: profile labs ([codeartifact domain="acme-labs" region="eu-central-1"])');
  expect(log).toMatch(
    /^team: as profile acme until \d\d:\d\d UTC \(in 15 minutes\)\.\nlab: as profile labs until \d\d:\d\d UTC \(in 30/m,
  );
});

test('its last lines say what to type next, and where that leads', async () => {
  await using other = await stage.startJob();
  const inputs = { 'profile-name': 'acme', 'token-duration': '900' };
  const one = await other.action({ ...inputs, repositories: stage.urls.team });
  expect(one.log.slice(-4)).toEqual([
    'pip and uv install from team.',
    'twine upload dist/* uploads to team.',
    'uv publish uploads to team.',
    expect.stringMatching(/^team: as profile acme until \d\d:\d\d UTC \(in 15 minutes\)\.$/),
  ]);
});

test('the summary says the same, and masks no account or region', () => {
  for (const part of [
    'team',
    'lab',
    '111122223333',
    'us-east-1',
    '444455556666',
    'account matches',
    'profile labs',
    'installs; uploads',
  ]) {
    expect(step.summary).toContain(part);
  }
  expect(step.summary).not.toContain('***');
  expect(step.summary).not.toContain('eyJ');
});

test('without a file the summary is whole HTML', async () => {
  await using other = await stage.startJob();
  const { summary } = await other.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  expect(summary.match(/<td>/g)?.length).toBe(summary.match(/<\/td>/g)?.length);
  expect(summary).toContain('no file: inputs and environment decide');
});

test('a name with HTML in the section does not reach the summary as HTML', async () => {
  await using other = await stage.startJob();
  other.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name=acme\n[codeartifact name="<img src=x>"]\n');
  const keyring = await other.action({ repositories: stage.urls.team, 'section-matching': 'keyring' });
  expect(keyring.outcome === 'success' || keyring.outcome === 'failure').toBe(true);
  expect(keyring.summary).not.toContain('<img');
});

test('a run draws no annotation; the log says when tokens end, and what to do if nobody chose a duration', async () => {
  await using other = await stage.startJob();
  const inputs = { repositories: stage.urls.team, 'profile-name': 'acme' };
  const usual = await other.action(inputs);
  expect(usual.annotations).toEqual([]);
  expect(usual.log.join('\n')).toMatch(
    /^team: as profile acme until \d\d:\d\d UTC \(in 1 hour\)\.\nDoes the job take longer\? Set token-duration, or/m,
  );
  const chosen = await other.action({ ...inputs, 'token-duration': '900' });
  expect(chosen.log.join('\n')).toMatch(/ until \d\d:\d\d UTC \(in 15 minutes\)\.$/);
  other.workspaceFile('keyringrc.cfg', '[codeartifact]\ntoken_duration=1800\n');
  expect((await other.action(inputs)).log.join('\n')).toMatch(/ until \d\d:\d\d UTC \(in 30 minutes\)\.$/);
});

test('summary: false leaves the summary out', async () => {
  await using other = await stage.startJob();
  const inputs = { repositories: stage.urls.team, 'profile-name': 'acme' };
  expect((await other.action({ ...inputs, summary: 'false' })).summary).toBe('');
  expect((await other.action(inputs)).summary).not.toBe('');
});

test('variables of the machine are said to be replaced, without values; those of an earlier step are not', async () => {
  await using other = await stage.startJob({ env: { UV_DEFAULT_INDEX: 'https://me:passw0rd@index.example/' } });
  const inputs = { repositories: stage.urls.team, 'profile-name': 'acme', tools: 'uv', 'token-duration': '900' };
  const first = await other.action(inputs);
  expect(first.log.join('\n')).toContain(
    'The variable UV_DEFAULT_INDEX was set before; this action gives it another value',
  );
  expect(first.log.join('\n').split('##[endgroup]')[1]).not.toContain('passw0rd');
  const second = await other.action(inputs);
  expect(second.log.join('\n')).not.toContain('was set before');
  await other.finish();
});
