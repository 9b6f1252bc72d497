import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, newSession, newUser } from '../../sandbox/aws/world.ts';
import { commandLine } from '../support/node-programs.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({}, (world) => {
    const [acme] = world.domains;
    if (!acme) throw new Error('no domain');
    world.roles.push({
      arn: 'arn:aws:iam::111122223333:role/reader',
      trust: [{ principal: 'arn:aws:iam::444455556666:*', externalId: 'agreed' }],
      allow: fullAccess(acme),
    });
    world.identities[1]?.allow.push({ action: 'sts:AssumeRole', resource: '*' });
  });
});
afterAll(() => stage.standIn.close());

/** The token calls that a piece of work made. */
async function tokenCalls<T>(work: () => Promise<T>): Promise<{ result: T; calls: typeof stage.standIn.calls }> {
  const before = stage.standIn.calls.length;
  const result = await work();
  return { result, calls: stage.standIn.calls.slice(before) };
}

const identitiesOf = (outputs: Record<string, string>) =>
  (JSON.parse(outputs['repositories'] ?? '[]') as { identity: string }[]).map(({ identity }) => identity);

describe('whose credentials are used', () => {
  test('keys of the inputs, with a session token', async () => {
    const session = newSession('arn:aws:sts::111122223333:assumed-role/a/b', fullAccess(stage.acme), Date.now() + 9e5);
    stage.standIn.world.identities.push(session);
    await using job = await stage.startJob();
    const { result, calls } = await tokenCalls(() =>
      job.action({
        repositories: stage.urls.team,
        'aws-access-key-id': session.accessKeyId,
        'aws-secret-access-key': session.secretAccessKey,
        'aws-session-token': session.sessionToken ?? '',
        'token-duration': '0',
      }),
    );
    expect(result.outcome).toBe('success');
    expect(identitiesOf(result.outputs)).toEqual(['the access keys of the inputs']);
    expect(calls.map(({ principal }) => principal)).toEqual([session.arn]);
  });

  test('the keys of the inputs before profile-name, the file and the environment', async () => {
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    await using job = await stage.startJob({ machine: { AWS_PROFILE: 'labs' } });
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name = labs\n');
    const step = await job.action({
      repositories: stage.urls.team,
      'profile-name': 'labs',
      'aws-access-key-id': accessKeyId,
      'aws-secret-access-key': secretAccessKey,
    });
    expect(step.outcome).toBe('success');
  });

  test('the environment: key variables, and AWS_PROFILE before them, which the report says', async () => {
    const { accessKeyId, secretAccessKey } = stage.labsUser;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    await using first = await stage.startJob({ machine: keys });
    const byKeys = await first.action({ repositories: stage.urls.research });
    expect(identitiesOf(byKeys.outputs)).toEqual(['the access keys of AWS_ACCESS_KEY_ID']);
    await using second = await stage.startJob({ machine: { ...keys, AWS_PROFILE: 'acme' } });
    const byProfile = await second.action({ repositories: stage.urls.team });
    expect(identitiesOf(byProfile.outputs)).toEqual(['profile acme (AWS_PROFILE)']);
    expect(byProfile.stderr).toBe('');
  });

  test('profiles that the SDK resolves: a role with source profile and external id, a credential process', async () => {
    await using job = await stage.startJob();
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    const answer = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey });
    job.homeFile(
      '.aws/config',
      [
        '[profile reader]',
        'role_arn = arn:aws:iam::111122223333:role/reader',
        'source_profile = labs',
        'external_id = agreed',
        '[profile process]',
        `credential_process = ${commandLine(job.home, 'answer', `console.log(${JSON.stringify(answer)})`)}`,
        '',
      ].join('\n'),
    );
    const { result, calls } = await tokenCalls(() =>
      job.action({ repositories: stage.urls.team, 'profile-name': 'reader' }),
    );
    expect(result.outcome).toBe('success');
    expect(calls.map(({ operation }) => operation)).toEqual(['AssumeRole', 'GetAuthorizationToken']);
    expect(calls[0]?.host).toBe('sts.us-east-1.amazonaws.com');
    const process = await job.action({ repositories: stage.urls.team, 'profile-name': 'process' });
    expect(process.outcome).toBe('success');
  });

  test('AWS_REGION says where a role of a profile is assumed', async () => {
    await using job = await stage.startJob({ machine: { AWS_REGION: 'eu-west-1' } });
    job.homeFile(
      '.aws/config',
      '[profile reader]\nrole_arn=arn:aws:iam::111122223333:role/reader\nsource_profile=labs\nexternal_id=agreed\n',
    );
    const { calls } = await tokenCalls(() => job.action({ repositories: stage.urls.team, 'profile-name': 'reader' }));
    expect(calls[0]?.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(calls[1]?.host).toBe('codeartifact.us-east-1.amazonaws.com');
  });
});

describe('the calls', () => {
  test('one for each distinct need, in parallel', async () => {
    await using job = await stage.startJob();
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact]\nprofile_name=acme\n[codeartifact account="444455556666"]\nprofile_name=labs\n',
    );
    const slow = stage.standIn.fault({ kind: 'delay', milliseconds: 400, operation: 'GetAuthorizationToken' });
    const { result, calls } = await tokenCalls(() =>
      job.action({ repositories: Object.values(stage.urls).join('\n') }),
    );
    slow();
    expect(result.outcome).toBe('success');
    expect(calls.map(({ host }) => host).sort()).toEqual([
      'codeartifact.eu-central-1.amazonaws.com',
      'codeartifact.us-east-1.amazonaws.com',
    ]);
    expect(Math.abs((calls[0]?.time ?? 0) - (calls[1]?.time ?? 0))).toBeLessThan(400);
  });

  test('token_duration of the section, and token-duration before it', async () => {
    await using job = await stage.startJob();
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name=acme\ntoken_duration=1800\n');
    const section = await tokenCalls(() => job.action({ repositories: stage.urls.team }));
    const input = await tokenCalls(() => job.action({ repositories: stage.urls.team, 'token-duration': '900' }));
    const durations = [...section.calls, ...input.calls].map(({ parameters }) => parameters['duration']);
    expect(durations).toEqual(['1800', '900']);
  });

  test('AWS_ENDPOINT_URL_CODEARTIFACT and AWS_ENDPOINT_URL_STS are honoured', async () => {
    const url = stage.standIn.httpUrl;
    await using job = await stage.startJob({
      machine: { AWS_ENDPOINT_URL_CODEARTIFACT: url, AWS_ENDPOINT_URL_STS: url },
    });
    job.homeFile(
      '.aws/config',
      '[profile reader]\nrole_arn=arn:aws:iam::111122223333:role/reader\nsource_profile=labs\nexternal_id=agreed\n',
    );
    const { result, calls } = await tokenCalls(() =>
      job.action({ repositories: stage.urls.team, 'profile-name': 'reader' }),
    );
    expect(result.outcome).toBe('success');
    expect(calls.map(({ host }) => host)).toEqual([
      expect.stringMatching(/^127\.0\.0\.1/),
      expect.stringMatching(/^127\.0\.0\.1/),
    ]);
  });
});

/** Who chooses a duration is not warned that a token may end before the job. */
const CHOSEN = { 'token-duration': '3600' };

describe('verify', () => {
  /** A job whose calls reach the stand-in, but which does not know its authority. */
  async function untrusting(): Promise<StagedJob> {
    const machine = Object.fromEntries(Object.keys(stage.standIn.clientEnvironment()).map((name) => [name, '']));
    return stage.startJob({ machine: { ...machine, HTTPS_PROXY: stage.standIn.proxyUrl } });
  }

  test('a certificate that nobody vouches for is refused, and the message says what to do', async () => {
    await using job = await untrusting();
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(step.outcome).toBe('failure');
    expect(step.annotations[0]?.message).toContain('Set verify to the path of the CA bundle');
  });

  test('a CA bundle of the workspace is trusted, named by the input, the section or AWS_CA_BUNDLE', async () => {
    await using job = await untrusting();
    copyFileSync(stage.standIn.caFile, join(job.workspace, 'ca.pem'));
    const input = await job.action({
      repositories: stage.urls.team,
      'profile-name': 'acme',
      verify: 'ca.pem',
      ...CHOSEN,
    });
    expect(input.outcome).toBe('success');
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name=acme\nverify="ca.pem"\n');
    const section = await job.action({ repositories: stage.urls.team, ...CHOSEN });
    expect(section.outcome).toBe('success');
    const variable = await job.action(
      { repositories: stage.urls.team, verify: 'on', ...CHOSEN },
      { env: { AWS_CA_BUNDLE: 'ca.pem' } },
    );
    expect(variable.outcome).toBe('success');
    expect([...input.annotations, ...section.annotations, ...variable.annotations]).toEqual([]);
  });

  test('off works, with a warning', async () => {
    await using job = await untrusting();
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme', verify: 'off', ...CHOSEN });
    expect(step.outcome).toBe('success');
    expect(step.annotations.map(({ message }) => message)).toEqual([expect.stringContaining('verify is off')]);
  });
});

describe('two identities on one host', () => {
  test('the second repository of the host carries its token in its URL, and the log says so', async () => {
    const other = newUser('arn:aws:iam::111122223333:user/second', fullAccess(stage.acme));
    stage.standIn.world.identities.push(other);
    await using job = await stage.startJob();
    job.homeFile('.aws/credentials', writeProfiles({ acme: stage.acmeUser, other }));
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact]\nprofile_name=acme\n[codeartifact name="shared"]\nprofile_name=other\n',
    );
    const step = await job.action({ repositories: `${stage.urls.team}\n${stage.urls.shared}` });
    expect(step.outcome).toBe('success');
    const conf = readFileSync(step.outputs['pip-config-file'] ?? '', 'latin1');
    expect(conf).toMatch(/^index-url=https:\/\/acme-/m);
    expect(conf).toMatch(/^extra-index-url=https:\/\/aws:eyJ/m);
    expect(step.log.join('\n')).toContain('pip: the URL of shared in pip.conf has its token in it, because');
  });
});
