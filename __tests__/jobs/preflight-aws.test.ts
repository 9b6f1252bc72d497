/** Whole jobs with `preflight: true`: what AWS says of the listed repositories. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { domainArn, type Grant, repositoryArn, repositoryUrl } from '../../sandbox/aws/world.ts';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { snapshot } from '../support/snapshot.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
let grants: Grant[];
beforeAll(async () => {
  stage = await setStage();
  grants = [...stage.acmeUser.allow];
});
afterEach(() => {
  stage.acmeUser.allow = [...grants];
  stage.acme.repositories.length = 2;
});
afterAll(() => stage.standIn.close());

const mayList = () => ({ action: 'codeartifact:ListRepositoriesInDomain', resource: domainArn(stage.acme) });
const urlOf = (name: string, dualStack = false) => repositoryUrl(stage.acme, name, dualStack);
const errorOf = ({ annotations }: StepResult) => annotations.find(({ level }) => level === 'error')?.message ?? '';

/** A step with these repositories, on a machine without clients. @returns it, and what it asked AWS */
async function preflight(urls: readonly string[], more: Record<string, string> = {}, options: JobOptions = {}) {
  const from = stage.standIn.calls.length;
  await using job = await stage.startJob({ ...options, machine: { PATH: '/nowhere', ...options.machine } });
  const before = [snapshot(job.home), snapshot(job.temp, ['_runner_file_commands', '_github_workflow'])];
  const inputs = { repositories: urls.join('\n'), 'profile-name': 'acme', preflight: 'true', ...more };
  const step = await job.action(inputs);
  const after = [snapshot(job.home), snapshot(job.temp, ['_runner_file_commands', '_github_workflow'])];
  const calls = stage.standIn.calls.slice(from);
  return { step, isUntouched: JSON.stringify(before) === JSON.stringify(after), calls };
}

test('every repository is asked for once, by its format and its form', async () => {
  const { step, calls } = await preflight([urlOf('team'), urlOf('shared', true)]);
  expect(errorOf(step)).toBe('');
  const asked = calls.filter(({ operation }) => operation === 'GetRepositoryEndpoint');
  expect(asked.map(({ host, parameters }) => ({ host, ...parameters }))).toEqual([
    {
      host: 'codeartifact.us-east-1.amazonaws.com',
      ...{ domain: 'acme', domainOwner: '111122223333', repository: 'team', format: 'pypi', endpointType: 'ipv4' },
    },
    {
      host: 'codeartifact.us-east-1.api.aws',
      ...{ domain: 'acme', domainOwner: '111122223333', repository: 'shared', format: 'pypi' },
      endpointType: 'dualstack',
    },
  ]);
  expect(step.log).toContain('preflight: AWS has 2 repositories as listed.');
});

test('a VPC endpoint of its own is the same repository', async () => {
  const url = 'https://vpce-0a1b.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111122223333/team/';
  const { step } = await preflight([url]);
  expect(errorOf(step)).toBe('');
  expect(step.log).toContain('preflight: AWS has 1 repository as listed.');
});

test('without preflight nothing but the token is asked for', async () => {
  const { calls } = await preflight([urlOf('no-such')], { preflight: 'false' });
  expect(calls.map(({ operation }) => operation)).toEqual(['GetAuthorizationToken']);
});

describe('repositories that are not there', () => {
  test('fail with their names and what is there, from one list; nothing is left behind', async () => {
    stage.acmeUser.allow.push(mayList());
    const { step, calls, isUntouched } = await preflight([urlOf('taem'), urlOf('team'), `x=${urlOf('shraed')}`]);
    expect(errorOf(step)).toBe(
      [
        '2 problems:',
        '1. taem: the domain acme of account 111122223333 in us-east-1 has no repository taem; check the URL. The ' +
          'domain has 2 repositories: team and shared.',
        '2. x: the domain acme of account 111122223333 in us-east-1 has no repository shraed; check the URL. The ' +
          'domain has 2 repositories: shared and team.',
      ].join('\n'),
    );
    expect(calls.filter(({ operation }) => operation === 'ListRepositoriesInDomain')).toHaveLength(1);
    expect(step.exported).toEqual({});
    expect(isUntouched).toBe(true);
  });

  test('of a domain with many, with the nearest, page by page', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `other-thing-${index}`);
    stage.acme.repositories.push(...names.map((name) => ({ name, packages: [] })));
    stage.acmeUser.allow.push(mayList());
    const { step, calls } = await preflight([urlOf('tema')]);
    expect(errorOf(step)).toMatch(/ The domain has 62 repositories; the nearest names are team, /);
    expect(calls.filter(({ operation }) => operation === 'ListRepositoriesInDomain')).toHaveLength(3);
  });

  test('where the identity may not list them, the message says what it lacks', async () => {
    const { step } = await preflight([urlOf('taem')]);
    expect(errorOf(step)).toMatch(
      / has no repository taem; check the URL\. To see which exist, .* codeartifact:ListRepositoriesInDomain/,
    );
  });
});

test('what the identity may not ask is a note, and no failure', async () => {
  stage.acmeUser.allow = grants.filter(({ action }) => action !== 'codeartifact:*');
  stage.acmeUser.allow.push({ action: 'codeartifact:*', resource: repositoryArn(stage.acme, 'shared') });
  const { step } = await preflight([urlOf('team'), urlOf('shared')]);
  expect(step.outcome).toBe('success');
  expect(step.annotations.filter(({ message }) => !message.includes('is not installed'))).toEqual([]);
  expect(step.log).toContain(
    'preflight: AWS was not asked whether it has team, since the identity may not; allow it ' +
      'codeartifact:GetRepositoryEndpoint to have that checked.',
  );
  expect(step.log).toContain('preflight: AWS has 1 repository as listed.');
});

test('trouble on the way is tried again, and what stays fails', async () => {
  const operation = 'GetRepositoryEndpoint';
  const end = stage.standIn.fault({ kind: 'error', operation, times: 2, status: 500 });
  expect(errorOf((await preflight([urlOf('team')])).step)).toBe('');
  end();
  const endRefusal = stage.standIn.fault({
    kind: 'error',
    operation,
    times: 9,
    status: 400,
    code: 'ValidationException',
  });
  const { step } = await preflight([urlOf('team')]);
  endRefusal();
  expect(errorOf(step)).toMatch(
    /^team: no repository endpoint with profile acme \(the input profile-name\): Validation/,
  );
});

test('many repositories are asked for at once, within a bound', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `many-${index}`);
  stage.acme.repositories.push(...names.map((name) => ({ name, packages: [] })));
  const end = stage.standIn.fault({ kind: 'delay', operation: 'GetRepositoryEndpoint', milliseconds: 300 });
  const { step, calls } = await preflight(names.map((name) => urlOf(name)));
  end();
  expect(errorOf(step)).toBe('');
  const times = calls.filter(({ operation }) => operation === 'GetRepositoryEndpoint').map(({ time }) => time);
  const first = Math.min(...times);
  // The answers to the first come after 300 ms; until then no more than the bound have arrived.
  expect(times.filter((time) => time < first + 290).length).toBeLessThanOrEqual(20);
  expect(times).toHaveLength(60);
});
