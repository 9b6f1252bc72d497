import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, newSession, newUser } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { type Stage, setStage, writeProfiles } from '../support/stage.ts';
import { NO_LINKS, testUnless } from '../support/test-unless.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** The one error annotation of a step that failed; it has no other, and changed nothing. */
function errorOf(step: StepResult): string {
  expect(step.outcome).toBe('failure');
  const errors = step.annotations.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  expect(step.exported).toEqual({});
  expect(step.outputs).toEqual({});
  return errors[0]?.message ?? '';
}

describe('what has to be changed is told', () => {
  test('all of it at once: inputs, file, machine; before AWS is asked', async () => {
    await using job = await stage.startJob({ machine: { HTTPS_PROXY: 'proxy.example.com:8080' } });
    job.workspaceFile('keyringrc.cfg', '[codeartifact acount="111122223333"]\nprofile_name=acme\nprofile_name=labs\n');
    const calls = stage.standIn.calls.length;
    const step = await job.action({
      repositories: `${stage.urls.team}\nhttp://insecure/\n${stage.urls.team}`,
      tools: 'pip npm',
      'token-duration': '60',
      verify: 'on',
      credentials: 'keyring',
    });
    const message = errorOf(step);
    expect(message).toMatch(/^8 problems:\n1\. /);
    for (const part of [
      'line 2',
      '"npm"',
      '"60"',
      '"keyring"',
      'keyringrc.cfg line 1',
      'keyringrc.cfg line 3',
      'HTTPS_PROXY',
    ]) {
      expect(message).toContain(part);
    }
    expect(stage.standIn.calls.length).toBe(calls);
  });

  test('a percent sign in the proxy password that escapes nothing', async () => {
    await using job = await stage.startJob({ machine: { HTTPS_PROXY: 'http://me:p%zz@127.0.0.1:9' } });
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toBe(
      'The variable HTTPS_PROXY has a "%" in its password that escapes nothing; write a % as %25.',
    );
  });

  test('quotes around values of keyringrc.cfg, by line, before AWS is asked; without them it works', async () => {
    await using job = await stage.startJob();
    const calls = stage.standIn.calls.length;
    const lines = ['[codeartifact]', 'profile_name = "acme"', "token_duration = '900'", 'verify = "on"', ''];
    job.workspaceFile('keyringrc.cfg', lines.join('\n'));
    const message = errorOf(await job.action({ repositories: stage.urls.team }));
    expect(message).toMatch(/^2 problems:\n/);
    for (const part of ['line 3: token_duration is "\'900\'"', `line 4: verify is '"on"'`]) {
      expect(message).toContain(`keyringrc.cfg ${part}; it must not have quotes around it; remove them.`);
    }
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name = "acme"\n');
    expect(errorOf(await job.action({ repositories: stage.urls.team }))).toBe(
      "keyringrc.cfg line 2: profile_name has quotes around it, which are a part of the profile's name, and this " +
        'machine has no profile of that name; remove the quotes.',
    );
    expect(stage.standIn.calls.length).toBe(calls);
    job.workspaceFile('keyringrc.cfg', lines.join('\n').replace(/["']/g, ''));
    expect((await job.action({ repositories: stage.urls.team })).outcome).toBe('success');
  });

  test('a listed repository twice, a taken name: a way out is shown', async () => {
    await using job = await stage.startJob();
    const step = await job.action({ repositories: `${stage.urls.team}\nteam=${stage.urls.research}` });
    expect(errorOf(step)).toContain(`acme-labs-team=${stage.urls.research}`);
  });

  test('a name that is a section of the user: before AWS is asked', async () => {
    await using job = await stage.startJob();
    job.homeFile('.pypirc', '[distutils]\nindex-servers = team\n[team]\nrepository = https://example.com/\n');
    const calls = stage.standIn.calls.length;
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toContain(`my-team=${stage.urls.team}`);
    expect(stage.standIn.calls.length).toBe(calls);
  });

  testUnless(NO_LINKS)('a ~/.pypirc that is a link, with the way out; which works', async () => {
    await using job = await stage.startJob();
    job.homeFile('real', '');
    symlinkSync(join(job.home, 'real'), join(job.home, '.pypirc'));
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toContain('leave twine, hatch and flit out of tools');
    const pipOnly = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme', tools: 'pip' });
    expect(pipOnly.outcome).toBe('success');
  });

  test('a pip.conf or .pypirc of the user that its own client could not read', async () => {
    await using job = await stage.startJob();
    job.homeFile(PIP_FILE, 'timeout = 3\n');
    job.homeFile('.pypirc', '[a]\nx = 1\n[a]\n');
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    const message = errorOf(step);
    expect(message).toContain(`${basename(PIP_FILE)} line 1`);
    expect(message).toContain('.pypirc line 3');
  });

  test('a file that the step cannot write: what was begun is taken back', async () => {
    await using job = await stage.startJob();
    mkdirSync(join(job.home, '.pypirc.codeartifact-keyring.lock'));
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toContain('.pypirc');
    expect(step.rawLog).not.toContain('This is a bug of the action');
  }, 60_000);
});

describe('what AWS refuses is explained', () => {
  const refusals: {
    name: string;
    inputs?: Record<string, string>;
    act?: () => Record<string, string>;
    says: string[];
  }[] = [
    {
      name: 'an identity without the right',
      inputs: { 'profile-name': 'labs' },
      says: [
        'team: ',
        'profile labs',
        'AccessDenied',
        'not authorized',
        'Check the URL: is the domain acme in the account 111122223333 and the region us-east-1? If so, grant this ' +
          'identity codeartifact:GetAuthorizationToken on ' +
          'arn:aws:codeartifact:us-east-1:111122223333:domain/acme',
      ],
    },
    {
      name: 'an unknown profile, with those that there are',
      inputs: { 'profile-name': 'ghost' },
      says: ['profile ghost', 'The profiles of this machine are acme and labs.'],
    },
    {
      name: 'no credentials at all',
      says: ['default chain', 'give the job permissions: { contents: read, id-token: write }'],
    },
    {
      name: 'a wrong secret',
      act: () => ({ 'aws-access-key-id': stage.acmeUser.accessKeyId, 'aws-secret-access-key': 'A'.repeat(40) }),
      says: ['the access keys of the inputs', 'Check the access key id'],
    },
    {
      name: 'an unknown key',
      act: () => ({ 'aws-access-key-id': 'AKIAUNKNOWN123456789', 'aws-secret-access-key': 'A'.repeat(40) }),
      says: ['Check the access key id'],
    },
    {
      name: 'a session that has ended',
      act: () => {
        const session = newSession(
          'arn:aws:sts::111122223333:assumed-role/a/b',
          fullAccess(stage.acme),
          Date.now() - 1000,
        );
        stage.standIn.world.identities.push(session);
        return {
          'aws-access-key-id': session.accessKeyId,
          'aws-secret-access-key': session.secretAccessKey,
          'aws-session-token': session.sessionToken ?? '',
        };
      },
      says: ['ExpiredToken', 'get new ones'],
    },
    {
      name: 'the bearer token not allowed',
      act: () => {
        const grants = fullAccess(stage.acme).filter(({ action }) => action !== 'sts:GetServiceBearerToken');
        const user = newUser('arn:aws:iam::111122223333:user/half', grants);
        stage.standIn.world.identities.push(user);
        return { 'aws-access-key-id': user.accessKeyId, 'aws-secret-access-key': user.secretAccessKey };
      },
      says: ['Grant this identity sts:GetServiceBearerToken'],
    },
    {
      name: 'a domain that is not there',
      act: () => ({
        repositories: 'https://gone-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/x1/',
        'profile-name': 'acme',
      }),
      says: ['x1: ', 'gone'],
    },
    {
      name: '0 seconds with keys that last',
      inputs: { 'profile-name': 'acme', 'token-duration': '0' },
      says: ['Validation', '0 needs temporary credentials'],
    },
  ];

  test.each(refusals)('$name, in one call', async ({ inputs = {}, act, says }) => {
    await using job = await stage.startJob({ machine: { AWS_EC2_METADATA_DISABLED: 'true' } });
    const before = stage.standIn.calls.length;
    const step = await job.action({ repositories: stage.urls.team, ...inputs, ...act?.() });
    const message = errorOf(step);
    for (const part of says) expect(message).toContain(part);
    expect(message).not.toMatch(/\n\s+at /);
    expect(stage.standIn.calls.slice(before).length).toBeLessThanOrEqual(1);
  });

  test('several at once: each repository, with the section that it got; nothing is written', async () => {
    await using job = await stage.startJob();
    job.homeFile('.aws/credentials', writeProfiles({ acme: stage.labsUser, labs: stage.acmeUser }));
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact]\nprofile_name=acme\n[codeartifact domain="acme-labs"]\nprofile_name=labs\n',
    );
    const step = await job.action({ repositories: Object.values(stage.urls).join('\n') });
    const message = errorOf(step);
    expect(message).toMatch(
      /^2 problems:\n1\. team, shared: no token .*\[codeartifact\].*\n2\. research: .*\[codeartifact domain="acme-l/,
    );
  });
});

describe('trouble on the way', () => {
  test('a proxy that is not there', async () => {
    await using job = await stage.startJob({ machine: { HTTPS_PROXY: 'http://127.0.0.1:9' } });
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toContain('HTTPS_PROXY');
  });
});

describe('a fork', () => {
  const event = (name: string, payload: unknown) => ({ event: { name, payload } });
  const forks = [
    event('pull_request_target', { repository: { id: 1 }, pull_request: { head: { repo: { id: 2 } } } }),
    event('pull_request_target', { repository: { id: 1 }, pull_request: { head: { repo: null } } }),
    event('workflow_run', { repository: { id: 1 }, workflow_run: { head_repository: { id: 2 } } }),
  ];

  test.each(forks)('on $event.name the file of the workspace is refused, the input works', async (options) => {
    await using job = await stage.startJob(options);
    job.workspaceFile('.github/keyringrc.cfg', '[codeartifact]\nprofile_name=acme\n');
    const step = await job.action({ repositories: stage.urls.team });
    expect(errorOf(step)).toContain(`${options.event.name} for a fork`);
    await using without = await stage.startJob(options);
    const inputs = await without.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(inputs.outcome).toBe('success');
  });

  test('a pull request of the repository itself is no fork', async () => {
    const own = { repository: { id: 1 }, pull_request: { head: { repo: { id: 1 } } } };
    await using job = await stage.startJob(event('pull_request_target', own));
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name=acme\n');
    const step = await job.action({ repositories: stage.urls.team });
    expect(step.outcome).toBe('success');
  });
});
