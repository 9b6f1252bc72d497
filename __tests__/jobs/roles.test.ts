import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, type Role } from '../../sandbox/aws/world.ts';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { findLeaks } from '../support/leaks.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

const SUBJECT = 'repo:acme/widgets:*';
const AUDIENCE = 'sts.amazonaws.com';
const ACME = 'arn:aws:iam::111122223333:role/ci/publisher';
const LABS = 'arn:aws:iam::444455556666:role/reader';
const GUARDED = 'arn:aws:iam::444455556666:role/guarded';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({}, (world) => {
    const [acme, labs] = world.domains;
    const [acmeUser] = world.identities;
    if (!acme || !labs || !acmeUser) throw new Error('an empty world');
    const roles: Role[] = [
      {
        arn: ACME,
        trust: [{ subject: SUBJECT, audience: AUDIENCE }, { principal: 'arn:aws:iam::111122223333:*' }],
        allow: fullAccess(acme),
      },
      { arn: LABS, trust: [{ subject: SUBJECT, audience: AUDIENCE }], allow: fullAccess(labs) },
      {
        arn: GUARDED,
        trust: [
          { principal: 'arn:aws:iam::111122223333:*', externalId: 'agreed' },
          { subject: SUBJECT, audience: 'own-audience' },
        ],
        allow: fullAccess(labs),
      },
    ];
    world.roles.push(...roles);
    acmeUser.allow.push({ action: 'sts:AssumeRole', resource: '*' });
  });
});
afterAll(() => stage.standIn.close());

/** A job with `id-token: write` of the repository acme/widgets. */
function oidcJob(options: JobOptions = {}): Promise<StagedJob> {
  const { requestUrl, requestToken } = stage.standIn.oidc;
  return stage.startJob({
    idToken: { url: requestUrl, token: requestToken },
    repository: 'acme/widgets',
    ...options,
    machine: { AWS_EC2_METADATA_DISABLED: 'true', ...options.machine },
  });
}

async function callsOf(work: () => Promise<StepResult>) {
  const before = stage.standIn.calls.length;
  const step = await work();
  return { step, calls: stage.standIn.calls.slice(before) };
}

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';

const MATRIX = [
  '[codeartifact]',
  'token_duration = 1800',
  '[codeartifact account="111122223333"]',
  `role_arn = ${ACME}`,
  '[codeartifact account="444455556666"]',
  `role_arn = ${LABS}`,
  '',
].join('\n');

describe("with GitHub's OIDC token", () => {
  test('a role for each section, in several accounts, from one OIDC token; in parallel', async () => {
    await using job = await oidcJob();
    job.workspaceFile('keyringrc.cfg', MATRIX);
    const { step, calls } = await callsOf(() => job.action({ repositories: Object.values(stage.urls).join('\n') }));
    expect(errorOf(step)).toBe('');
    expect(calls.map(({ operation }) => operation).sort()).toEqual([
      'AssumeRoleWithWebIdentity',
      'AssumeRoleWithWebIdentity',
      'GetAuthorizationToken',
      'GetAuthorizationToken',
      'GetIdToken',
    ]);
    const identities = (JSON.parse(step.outputs['repositories'] ?? '[]') as { identity: string }[]).map(
      ({ identity }) => identity,
    );
    expect(identities[0]).toBe(`role ${ACME} ([codeartifact account="111122223333"]) with GitHub's OIDC token`);
    expect(identities[2]).toContain(LABS);
    expect(Object.keys(step.exported).filter((name) => name.startsWith('AWS_'))).toEqual([]);
  });

  test('the session says which run it was, in allowed characters', async () => {
    await using job = await oidcJob({ repository: 'acme/widgets' });
    const { calls } = await callsOf(() => job.action({ repositories: stage.urls.team, 'role-to-assume': ACME }));
    const name = calls.find(({ operation }) => operation === 'AssumeRoleWithWebIdentity')?.parameters[
      'roleSessionName'
    ];
    expect(name).toMatch(/^acme-widgets@\d+$/);
    const given = await callsOf(() =>
      job.action({ repositories: stage.urls.team, 'role-to-assume': ACME, 'role-session-name': 'by-hand' }),
    );
    expect(
      given.calls.find(({ operation }) => operation === 'AssumeRoleWithWebIdentity')?.parameters['roleSessionName'],
    ).toBe('by-hand');
  });

  test('another audience', async () => {
    await using job = await oidcJob();
    const step = await job.action({
      repositories: stage.urls.research,
      'role-to-assume': GUARDED,
      audience: 'own-audience',
    });
    expect(errorOf(step)).toBe('');
  });

  test('neither the OIDC token nor the keys of the role reach the log', async () => {
    await using job = await oidcJob({ debug: true });
    job.workspaceFile('keyringrc.cfg', MATRIX);
    const step = await job.action({ repositories: Object.values(stage.urls).join('\n') });
    const unmasked = step.rawLog.replace(/^::add-mask::.*$/gm, '');
    expect(unmasked).not.toMatch(/eyJ[\w-]{20,}/);
    for (const mask of job.masks.filter((value) => value.length > 30)) expect(findLeaks(unmasked, mask)).toEqual([]);
    // The token, the keys and the session tokens of two roles, the OIDC token: all are masked.
    expect(job.masks.filter((mask) => mask.startsWith('eyJ')).length).toBeGreaterThanOrEqual(3);
  });
});

describe('with other credentials', () => {
  test('keys, a profile or role-chaining assume the role by AssumeRole, also where OIDC could be had', async () => {
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    await using job = await oidcJob({
      machine: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    });
    const inputs = { repositories: stage.urls.research, 'role-to-assume': GUARDED, 'role-external-id': 'agreed' };
    for (const more of [
      { 'profile-name': 'acme' },
      { 'aws-access-key-id': accessKeyId, 'aws-secret-access-key': secretAccessKey },
      { 'role-chaining': 'true' },
    ]) {
      const { step, calls } = await callsOf(() => job.action({ ...inputs, ...more } as Record<string, string>));
      expect(errorOf(step)).toBe('');
      expect(calls.map(({ operation }) => operation)).toEqual(['AssumeRole', 'GetAuthorizationToken']);
    }
  });

  test("a section's profile that this machine does not have gives way to its role", async () => {
    const file = `[codeartifact]\nrole_arn = ${LABS}\nprofile_name = `;
    await using job = await oidcJob();
    job.workspaceFile('keyringrc.cfg', `${file}developer\n`);
    const here = await callsOf(() => job.action({ repositories: stage.urls.research }));
    expect(errorOf(here.step)).toBe('');
    expect(here.calls.map(({ operation }) => operation)).toEqual([
      'GetIdToken',
      'AssumeRoleWithWebIdentity',
      'GetAuthorizationToken',
    ]);
    expect(here.step.log).toContain(
      `This machine has no profile "developer" ([codeartifact]), so the role ${LABS} is assumed with GitHub's OIDC ` +
        'token.',
    );
    await using without = await stage.startJob({ machine: { AWS_EC2_METADATA_DISABLED: 'true' } });
    without.workspaceFile('keyringrc.cfg', `${file}developer\n`);
    expect(errorOf(await without.action({ repositories: stage.urls.research }))).toContain('profile developer');
  });

  test('external_id and role_chaining of the section', async () => {
    await using job = await oidcJob({ machine: { AWS_PROFILE: 'acme' } });
    job.workspaceFile(
      'keyringrc.cfg',
      `[codeartifact]\nrole_arn=${GUARDED}\nexternal_id=agreed\nrole_chaining=yes\nrole_session_name=night.ly\n`,
    );
    const { step, calls } = await callsOf(() => job.action({ repositories: stage.urls.research }));
    expect(errorOf(step)).toBe('');
    expect(calls[0]?.parameters).toMatchObject({ roleArn: GUARDED, externalId: 'agreed', roleSessionName: 'night.ly' });
  });
});

describe('the usual mistakes', () => {
  test('no id-token: write', async () => {
    await using job = await stage.startJob({ machine: { AWS_EC2_METADATA_DISABLED: 'true' } });
    const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ACME });
    expect(errorOf(step)).toContain('Give the job permissions: { contents: read, id-token: write }, so that the role');
  });

  test('a trust policy that refuses, or a role that is not there', async () => {
    await using job = await oidcJob({ repository: 'acme/widgets' });
    const elsewhere = 'arn:aws:iam::444455556666:role/elsewhere';
    stage.standIn.world.roles.push({
      arn: elsewhere,
      trust: [{ subject: 'repo:acme/gadgets:*', audience: AUDIENCE }],
      allow: [],
    });
    for (const role of [elsewhere, 'arn:aws:iam::444455556666:role/no-such']) {
      const { step, calls } = await callsOf(() =>
        job.action({ repositories: stage.urls.research, 'role-to-assume': role }),
      );
      expect(errorOf(step)).toContain('trust policy');
      expect(errorOf(step)).toContain(role);
      expect(calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')).toHaveLength(1);
    }
  });

  test('an audience that the account does not know', async () => {
    await using job = await oidcJob();
    const step = await job.action({ repositories: stage.urls.research, 'role-to-assume': LABS, audience: 'nobody' });
    expect(errorOf(step)).toContain('with the audience that is asked for, to the account of the role (444455556666)');
  });

  test('a role of another partition, before any call', async () => {
    await using job = await oidcJob();
    const role = 'arn:aws-us-gov:iam::444455556666:role/reader';
    const { step, calls } = await callsOf(() =>
      job.action({ repositories: stage.urls.research, 'role-to-assume': role }),
    );
    expect(errorOf(step)).toContain('partition aws-us-gov');
    expect(calls).toEqual([]);
  });

  test('values that are no role, session name, external id or switch', async () => {
    await using job = await oidcJob();
    const step = await job.action({
      repositories: stage.urls.team,
      'role-to-assume': 'publisher',
      'role-session-name': 'a b',
      'role-external-id': '*',
      'role-chaining': 'maybe',
    });
    expect(errorOf(step)).toMatch(/^4 problems:/);
  });

  test('the permission for the bearer token is missing', async () => {
    const arn = 'arn:aws:iam::111122223333:role/half';
    const allow = fullAccess(stage.acme).filter(({ action }) => action !== 'sts:GetServiceBearerToken');
    stage.standIn.world.roles.push({ arn, trust: [{ subject: SUBJECT, audience: AUDIENCE }], allow });
    await using job = await oidcJob();
    const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': arn });
    expect(errorOf(step)).toContain('Grant this identity sts:GetServiceBearerToken');
  });
});

test('a refusal tells what the OIDC token said, which is what the trust policy is compared with', async () => {
  await using job = await oidcJob();
  const step = await job.action({
    repositories: stage.urls.research,
    'role-to-assume': 'arn:aws:iam::444455556666:role/none',
  });
  expect(errorOf(step)).toContain(
    'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (the token says sub repo:acme/widgets:ref:' +
      'refs/heads/main, aud sts.amazonaws.com, iss https://token.actions.githubusercontent.com, repository ' +
      'acme/widgets, repository_id 456789, ref refs/heads/main, workflow Publish, job_workflow_ref ' +
      'acme/widgets/.github/workflows/publish.yml@refs/heads/main, actor octocat, actor_id 583231). Check the name ' +
      'of the role and its trust policy: it must allow sts:AssumeRoleWithWebIdentity to the provider ' +
      'arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com for what',
  );
});

describe('an issuer other than that of github.com', () => {
  afterEach(() => {
    delete stage.standIn.world.claims;
    delete stage.standIn.world.trustedIssuer;
  });

  test.each([
    ['GitHub Enterprise Server', 'https://github.acme.example/_services/token'],
    ['ghe.com', 'https://token.actions.acme.ghe.com'],
    ["an enterprise's own", 'https://token.actions.githubusercontent.com/acme'],
  ])('%s: the refusal names its provider', async (_, issuer) => {
    const provider = `arn:aws:iam::444455556666:oidc-provider/${issuer.slice('https://'.length)}`;
    const refused = async (trustedIssuer: string) => {
      Object.assign(stage.standIn.world, { claims: { iss: issuer }, trustedIssuer });
      await using job = await oidcJob();
      const role = 'arn:aws:iam::444455556666:role/none';
      return errorOf(await job.action({ repositories: stage.urls.research, 'role-to-assume': role }));
    };
    const denied = await refused(issuer);
    expect(denied).toContain(`iss ${issuer}, `);
    expect(denied).toContain(`to the provider ${provider} for what`);
    const unknown = await refused('https://token.actions.githubusercontent.com/other');
    expect(unknown).toContain(`Add the identity provider ${issuer}, with the audience that is asked for`);
    expect(unknown).toContain(`it is then ${provider}.`);
    expect(unknown.includes('AWS has to be able to reach the provider.')).toBe(!issuer.includes('githubusercontent'));
  });
});

test.each([
  { kind: 'drop', times: 1 },
  { kind: 'error', times: 2, status: 500 },
] as const)("trouble with GitHub's endpoint is tried again: %j", async (fault) => {
  const remove = stage.standIn.fault({ ...fault, operation: 'GetIdToken' });
  await using job = await oidcJob();
  const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ACME });
  remove();
  expect(errorOf(step)).toBe('');
});

test('an input that names the source replaces the identity of the section whole, its role with it', async () => {
  await using job = await oidcJob();
  job.workspaceFile('keyringrc.cfg', MATRIX);
  const { step, calls } = await callsOf(() => job.action({ repositories: stage.urls.team, 'profile-name': 'acme' }));
  expect(errorOf(step)).toBe('');
  expect(calls.map(({ operation }) => operation)).toEqual(['GetAuthorizationToken']);
});
