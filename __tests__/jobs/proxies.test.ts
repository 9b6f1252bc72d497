import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { findLeaks } from '../support/leaks.ts';
import { type Stage, setStage } from '../support/stage.ts';

const PASSWORD = 'p@ss:wörd/of+the proxy';
const ROLE = 'arn:aws:iam::111122223333:role/publisher';

let stage: Stage;
let proxy: string;
beforeAll(async () => {
  stage = await setStage({ proxyCredentials: { user: 'build', password: PASSWORD } }, (world) => {
    const [acme] = world.domains;
    if (!acme) throw new Error('an empty world');
    world.roles.push({ arn: ROLE, trust: [{ subject: '*', audience: 'sts.amazonaws.com' }], allow: fullAccess(acme) });
  });
  proxy = stage.standIn.proxyUrl.replace(/\/\/(.*@)?/, `//build:${encodeURIComponent(PASSWORD)}@`);
});
afterAll(() => stage.standIn.close());

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';

/** A job that assumes a role by OIDC: calls to GitHub, STS and CodeArtifact. */
async function run(machine: Record<string, string>) {
  const { requestUrl, requestToken } = stage.standIn.oidc;
  const before = stage.standIn.connects.length;
  await using job = await stage.startJob({ machine, idToken: { url: requestUrl, token: requestToken }, debug: true });
  const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
  return { step, log: job.log.join('\n'), connects: stage.standIn.connects.slice(before) };
}

describe('a proxy with a password', () => {
  // On Windows the two are one variable.
  test.each(process.platform === 'win32' ? ['HTTPS_PROXY'] : ['HTTPS_PROXY', 'https_proxy'])(
    'by %s, for GitHub, STS and CodeArtifact; the password stays hidden',
    async (name) => {
      const { step, log, connects } = await run({ HTTPS_PROXY: '', [name]: proxy });
      expect(errorOf(step)).toBe('');
      const hosts = connects.filter(({ authorized }) => authorized).map(({ target }) => target);
      expect(hosts).toEqual(
        expect.arrayContaining([
          expect.stringContaining('actions.githubusercontent.com'),
          'sts.us-east-1.amazonaws.com:443',
          'codeartifact.us-east-1.amazonaws.com:443',
        ]),
      );
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) {
        expect(findLeaks(log, secret)).toEqual([]);
        expect(findLeaks(step.rawLog.replace(/^::add-mask::.*$/gm, ''), secret)).toEqual([]);
      }
    },
  );

  test('without the password: what the proxy said, and what to do', async () => {
    const { step } = await run({ HTTPS_PROXY: stage.standIn.proxyUrl.replace(/\/\/(.*@)?/, '//') });
    expect(errorOf(step)).toMatch(/407|GitHub gave no OIDC token/);
  });

  test.each(['NO_PROXY', 'no_proxy'])('%s: the hosts that it names are not asked through the proxy', async (name) => {
    const { step, connects } = await run({ HTTPS_PROXY: proxy, [name]: 'localhost,.amazonaws.com' });
    // No AWS is there without the proxy.
    expect(errorOf(step)).toContain('NO_PROXY');
    expect(connects.map(({ target }) => target).filter((target) => target.includes('amazonaws'))).toEqual([]);
    expect(connects.some(({ target }) => target.includes('githubusercontent'))).toBe(true);
  });
});

test('the web identity of a profile is taken to STS through the proxy too, whose certificate is known', async () => {
  await using job = await stage.startJob({ machine: { HTTPS_PROXY: proxy } });
  job.homeFile('token', 'header.payload.signature');
  const token = `web_identity_token_file = ${job.home}/token`;
  job.homeFile('.aws/config', `[profile web]\nrole_arn = ${ROLE}\n${token}\nrole_session_name = web\n`);
  const before = stage.standIn.calls.length;
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'web' });
  expect(errorOf(step)).toContain('InvalidIdentityToken');
  const operations = stage.standIn.calls.slice(before).map(({ operation }) => operation);
  expect(operations).toEqual(['AssumeRoleWithWebIdentity']);
  expect(job.masks).toContain('header.payload.signature');
});

test('HTTP_PROXY, for an http:// endpoint that a variable names; its password is masked', async () => {
  const machine = {
    HTTPS_PROXY: '',
    HTTP_PROXY: proxy,
    AWS_ENDPOINT_URL_CODEARTIFACT: 'http://codeartifact.example.com',
  };
  const before = stage.standIn.connects.length;
  await using job = await stage.startJob({ machine });
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  expect(step.outcome).toBe('failure');
  const targets = stage.standIn.connects.slice(before).map(({ target }) => target);
  expect(targets[0]).toContain('codeartifact.example.com');
  expect(job.masks).toContain(PASSWORD);
});
