/** Whole jobs on a team's own machines: what EKS, ECS and EC2 give a runner, and what happens where nothing does. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, type Identity, newSession } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { place } from '../support/files.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { findLeaks } from '../support/leaks.ts';
import { ADDRESSES, answeringAt, serveContainer, serveInstance } from '../support/metadata-server.ts';
import { serveRaw } from '../support/raw-server.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { NO_LINKS, testUnless } from '../support/test-unless.ts';

const EKS = 'https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF';
const POD_ROLE = 'arn:aws:iam::111122223333:role/runner';

let stage: Stage;
let session: Identity;
beforeAll(async () => {
  stage = await setStage({}, (world) => {
    const [acme] = world.domains;
    if (!acme) throw new Error('an empty world');
    const arn = 'arn:aws:sts::111122223333:assumed-role/runner/i-1';
    session = newSession(arn, fullAccess(acme), Date.now() + 3_600_000);
    world.identities.push(session);
    const trust = [{ subject: 'system:serviceaccount:runners:widgets', audience: 'sts.amazonaws.com' }];
    world.roles.push({ arn: POD_ROLE, trust, allow: fullAccess(acme) });
    world.claims = { iss: EKS, sub: 'system:serviceaccount:runners:widgets' };
    world.trustedIssuer = EKS;
  });
});
afterAll(() => stage.standIn.close());

const errorOf = ({ annotations }: StepResult) => annotations.find(({ level }) => level === 'error')?.message ?? '';

/** A step of a job on a machine with these variables and no profile for everyone. */
async function stepOn(machine: Record<string, string>, inputs: Record<string, string> = {}) {
  const from = stage.standIn.calls.length;
  await using job = await stage.startJob({ machine });
  const started = performance.now();
  const step = await job.action({ repositories: stage.urls.team, ...inputs });
  return { step, calls: stage.standIn.calls.slice(from), seconds: (performance.now() - started) / 1000 };
}

/** The step got its token with this session, says by which link, and shows nothing of it. */
function expectLink(step: StepResult, link: string, secrets: readonly string[]): void {
  expect(errorOf(step)).toBe('');
  const sentence = `The AWS SDK's default chain took its credentials from ${link}.`;
  expect(step.log.filter((line) => line.includes('default chain took'))).toEqual([sentence]);
  expect(step.log.indexOf(sentence)).toBeGreaterThan(step.log.indexOf("  identity: the AWS SDK's default chain"));
  const shown = step.rawLog.replace(/^::add-mask::.*$/gm, '');
  for (const secret of secrets) expect(findLeaks(shown, secret)).toEqual([]);
}

/** A file as Kubernetes mounts it: two links lead to it, so that it can be replaced whole. */
function mountToken(token: string): string {
  const folder = freshFolder();
  place(join(folder, '..2026_11_27', 'token'), token, { encoding: 'utf8', mode: 0o644 });
  symlinkSync('..2026_11_27', join(folder, '..data'));
  symlinkSync(join('..data', 'token'), join(folder, 'token'));
  return join(folder, 'token');
}

/** The token of a service account, which the cluster has signed. */
async function serviceAccountToken(): Promise<string> {
  const { requestToken } = stage.standIn.oidc;
  const response = await fetch(`${stage.standIn.httpUrl}/idtoken?audience=sts.amazonaws.com`, {
    headers: { authorization: `Bearer ${requestToken}` },
  });
  return ((await response.json()) as { value: string }).value;
}

describe('EKS, IAM roles for service accounts', () => {
  const variables = (file: string) => ({
    AWS_ROLE_ARN: POD_ROLE,
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_REGION: 'us-east-1',
  });

  testUnless(NO_LINKS)('a token behind symbolic links', async () => {
    const token = await serviceAccountToken();
    const { step, calls } = await stepOn(variables(mountToken(token)));
    expectLink(step, 'the web identity of AWS_WEB_IDENTITY_TOKEN_FILE', [token]);
    expect(calls.map(({ operation, host }) => `${operation} ${host}`)).toEqual([
      'AssumeRoleWithWebIdentity sts.us-east-1.amazonaws.com',
      'GetAuthorizationToken codeartifact.us-east-1.amazonaws.com',
    ]);
    expect(calls[1]?.principal).toMatch(/assumed-role\/runner\//);
  });

  testUnless(NO_LINKS)('a role that does not trust the service account', async () => {
    const token = await serviceAccountToken();
    const role = `${POD_ROLE}-of-another`;
    const { step } = await stepOn({ ...variables(mountToken(token)), AWS_ROLE_ARN: role });
    expect(errorOf(step)).toMatch(
      /AssumeRoleWithWebIdentity\. Check the name of the role that AWS_ROLE_ARN or the profile/,
    );
    expect(errorOf(step)).not.toContain('actions.githubusercontent.com');
  });

  test('a token file that is not there', async () => {
    const { step } = await stepOn({ ...variables('/var/run/secrets/no-such'), AWS_EC2_METADATA_DISABLED: 'true' });
    expect(errorOf(step)).toContain('/var/run/secrets/no-such');
  });
});

describe('credentials of a container', () => {
  const TOKEN = 'token-of-the-pod-0123456789';

  test.each([
    [
      'EKS Pod Identity',
      ADDRESSES.podIdentity,
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
    ],
    ['ECS, by its relative URI', ADDRESSES.ecs, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v1/credentials' }],
  ])('%s, with a token file', async (_, address, uri) => {
    await using server = await serveContainer(session, '/v1/credentials', TOKEN);
    const file = join(freshFolder(), 'token');
    place(file, TOKEN, { encoding: 'utf8', mode: 0o600 });
    const machine = { ...answeringAt(address, server.port), ...uri, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file };
    const { step, calls } = await stepOn(machine);
    const { secretAccessKey, sessionToken = '' } = session;
    expectLink(step, 'the container endpoint', [secretAccessKey, sessionToken, TOKEN]);
    expect(server.requests).toEqual(['GET /v1/credentials 200']);
    expect(calls.map(({ principal }) => principal)).toEqual([session.arn]);
  });

  test('by a full URI on this machine, with the token in a variable', async () => {
    await using server = await serveContainer(session, '/v1/credentials', TOKEN);
    const { step } = await stepOn({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: TOKEN,
    });
    expectLink(step, 'the container endpoint', [TOKEN]);
  });

  test('a role that is assumed with them', async () => {
    await using server = await serveContainer(session, '/v1/credentials', TOKEN);
    const role = 'arn:aws:iam::111122223333:role/publisher';
    stage.standIn.world.roles.push({ arn: role, trust: [{ principal: session.arn }], allow: fullAccess(stage.acme) });
    session.allow.push({ action: 'sts:AssumeRole', resource: role });
    const machine = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: TOKEN,
    };
    const { step, calls } = await stepOn(machine, { 'role-to-assume': role });
    expect(errorOf(step)).toBe('');
    expect(step.log).toContain("The AWS SDK's default chain took its credentials from the container endpoint.");
    expect(calls.map(({ operation }) => operation)).toEqual(['AssumeRole', 'GetAuthorizationToken']);
  });

  test('an endpoint that refuses the token is named, and the token is not', async () => {
    await using server = await serveContainer(session, '/v1/credentials', TOKEN);
    const { step } = await stepOn({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'another-token-of-the-pod',
    });
    expect(errorOf(step)).toContain('The container endpoint (AWS_CONTAINER_CREDENTIALS_*) was asked too');
    expect(errorOf(step)).not.toContain('another-token');
  });
});

describe('the metadata of an EC2 instance', () => {
  test('IMDSv2', async () => {
    await using server = await serveInstance(session);
    const { step, calls } = await stepOn(answeringAt(ADDRESSES.instance, server.port));
    expectLink(step, 'the metadata of the instance', [session.secretAccessKey, session.sessionToken ?? '']);
    expect(server.requests).toEqual([
      'PUT /latest/api/token 200',
      'GET /latest/meta-data/iam/security-credentials/ 200',
      'GET /latest/meta-data/iam/security-credentials/runner 200',
    ]);
    expect(calls.map(({ principal }) => principal)).toEqual([session.arn]);
  });

  // A container that is one hop too far hears nothing; a machine that is no instance hears nothing, or a refusal.
  test.each(['refuses', 'says nothing'])(
    'where it %s, a job without credentials is told so in seconds',
    async (how) => {
      await using server = await serveRaw(() => {});
      if (how === 'refuses') server.stop();
      const { step, seconds } = await stepOn(answeringAt(ADDRESSES.instance, server.port));
      expect(errorOf(step)).toContain('there are no AWS credentials. Name a role (the input role-to-assume');
      expect(step.log.filter((line) => line.includes('default chain took'))).toEqual([]);
      // The SDK waits for a second, each for the token and for what would be without one.
      expect(seconds).toBeLessThan(20);
    },
  );
});
