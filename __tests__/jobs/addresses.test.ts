import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { type Stage, setStage } from '../support/stage.ts';

const VPCE = 'https://vpce-0123456789abcdef0-abcdefgh.d.codeartifact.us-east-1.vpce.amazonaws.com';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

async function run(repositories: string, environment: Record<string, string> = {}) {
  await using job = await stage.startJob({ machine: environment });
  const before = stage.standIn.calls.length;
  const step = await job.action({ repositories, 'profile-name': 'acme' });
  return {
    step,
    hosts: stage.standIn.calls.slice(before).map(({ host }) => host),
    netrc: step.outcome === 'success' ? readFileSync(step.outputs['netrc-file'] ?? '', 'latin1') : '',
    pipConf: step.outcome === 'success' ? readFileSync(step.outputs['pip-config-file'] ?? '', 'latin1') : '',
  };
}

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';

describe('addresses', () => {
  test('an ARN', async () => {
    const { step } = await run('arn:aws:codeartifact:us-east-1:111122223333:repository/acme/team');
    expect(step.outputs['repository-url']).toBe(stage.urls.team);
  });

  test('a dual-stack host: the API is asked dual-stack too, and the netrc names this host', async () => {
    const { hosts, netrc } = await run('https://acme-111122223333.codeartifact.us-east-1.on.aws/pypi/team/simple/');
    expect(hosts).toEqual(['codeartifact.us-east-1.api.aws']);
    expect(netrc).toMatch(/^machine acme-111122223333\.codeartifact\.us-east-1\.on\.aws$/m);
  });

  test('a dual-stack host beside an endpoint variable, which the SDK takes for itself', async () => {
    const machine = { AWS_ENDPOINT_URL_CODEARTIFACT: stage.standIn.httpUrl };
    const { step, hosts } = await run('https://acme-111122223333.codeartifact.us-east-1.on.aws/pypi/team/', machine);
    expect(errorOf(step)).toBe('');
    expect(hosts[0]).toMatch(/^127\.0\.0\.1/);
  });

  test('a VPC endpoint without private DNS: the region comes from the host', async () => {
    const { step, hosts, pipConf } = await run(`${VPCE}/pypi/d/acme-111122223333/team/`);
    expect(errorOf(step)).toBe('');
    expect(hosts).toEqual(['codeartifact.us-east-1.amazonaws.com']);
    expect(pipConf).toContain(`index-url=${VPCE}/pypi/d/acme-111122223333/team/simple/`);
    expect(JSON.parse(step.outputs['repositories'] ?? '')).toMatchObject([
      { domain: 'acme', region: 'us-east-1', repository: 'team' },
    ]);
  });

  test.each([
    `${VPCE}/pypi/team/`,
    'https://vpce-x.d.codeartifact.us-east-1.vpce.amazonaws.com.evil.com/pypi/d/acme-111122223333/team/',
    'https://acme-111122223333.codeartifact.us-east-1.on.aws.evil.com/pypi/team/',
    'https://acme-111122223333.codeartifact.x@evil:443.on.aws/pypi/team/',
    'https://acme-111122223333.d.codeartifact.us-east-1.on.aws/pypi/team/',
  ])('%s is refused', async (url) => {
    const { step, hosts } = await run(url);
    expect(errorOf(step)).toContain('Input repositories, line 1');
    expect(hosts).toEqual([]);
  });
});
