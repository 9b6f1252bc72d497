import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  GetRepositoryEndpointCommand,
  type GetRepositoryEndpointCommandInput,
  ListRepositoriesInDomainCommand,
  type ListRepositoriesInDomainCommandInput,
} from '@aws-sdk/client-codeartifact';
import { fromWebToken } from '@aws-sdk/credential-providers';
import { describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { startStandIn } from '../../sandbox/aws/stand-in.ts';
import {
  domainArn,
  fullAccess,
  isGranted,
  newSession,
  newUser,
  repositoryArn,
  repositoryUrl,
} from '../../sandbox/aws/world.ts';
import {
  ACCOUNT,
  acme,
  clientOf,
  getToken,
  labs,
  OTHER_ACCOUNT,
  oidcToken,
  refusalOf,
  standIn,
  user,
  useSmallWorld,
  webIdentity,
  world,
} from './small-world.ts';
import { basic, send } from './through-proxy.ts';

useSmallWorld();

describe('CodeArtifact API, asked by the AWS SDK through the proxy', () => {
  test('right keys get a token of real size, for as long as asked', async () => {
    const before = Date.now();
    const { authorizationToken = '', expiration } = await getToken({ durationSeconds: 900 });
    expect(authorizationToken).toMatch(/^eyJ2ZXIi[\w-]+(\.[\w-]+){4}$/);
    expect(authorizationToken.length).toBeGreaterThanOrEqual(1200);
    expect(authorizationToken.length).toBeLessThanOrEqual(1500);
    expect(expiration?.getTime()).toBeGreaterThanOrEqual(before + 899_000);
    expect(expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 900_000);
    expect(standIn.calls).toMatchObject([
      {
        host: 'codeartifact.us-east-1.amazonaws.com',
        operation: 'GetAuthorizationToken',
        parameters: { domain: 'acme', domainOwner: ACCOUNT, duration: '900' },
        principal: user.arn,
        status: 200,
      },
    ]);
  });

  test('each token is another one, and without a duration lasts twelve hours', async () => {
    const [first, second] = [await getToken(), await getToken()];
    expect(first.authorizationToken).not.toBe(second.authorizationToken);
    expect((first.expiration?.getTime() ?? 0) - Date.now()).toBeGreaterThan(43_100_000);
  });

  test('the dual-stack host serves too', async () => {
    await getToken({}, user, 'us-east-1', { useDualstackEndpoint: true });
    expect(standIn.calls[0]?.host).toBe('codeartifact.us-east-1.api.aws');
  });

  test('plain HTTP serves the same API', async () => {
    const { authorizationToken } = await getToken({}, user, 'us-east-1', { endpoint: standIn.httpUrl });
    expect(authorizationToken).toBeDefined();
  });

  test('a wrong secret is refused', async () => {
    const wrong = { ...user, secretAccessKey: newUser('', []).secretAccessKey };
    const error = await refusalOf(getToken({}, wrong));
    expect(error).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    expect(standIn.calls).toHaveLength(1);
    expect(standIn.calls[0]?.principal).toBeUndefined();
  });

  test('an unknown key is refused', async () => {
    const error = await refusalOf(getToken({}, newUser(user.arn, user.allow)));
    expect(error).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
  });

  test('temporary keys need their own session token, and end', async () => {
    const session = newSession(
      `arn:aws:sts::${ACCOUNT}:assumed-role/dev/one`,
      fullAccess(acme),
      Date.now() + 1_000_000,
    );
    world.identities.push(session);
    const { accessKeyId, secretAccessKey } = session;
    await getToken({}, session);
    const none = await refusalOf(getToken({}, { accessKeyId, secretAccessKey }));
    expect(none.name).toBe('UnrecognizedClientException');
    const other = await refusalOf(getToken({}, { accessKeyId, secretAccessKey, sessionToken: 'another' }));
    expect(other.name).toBe('UnrecognizedClientException');
    standIn.advance(1001);
    expect(await refusalOf(getToken({}, session))).toMatchObject({ name: 'ExpiredTokenException', status: 403 });
  });

  test('a request that was signed six minutes ago, or for another region, or was changed, is refused', async () => {
    expect((await signed({})).status).toBe(200);
    expect(await signed({ date: new Date(Date.now() - 360_000) })).toMatchObject({
      status: 403,
      error: 'InvalidSignatureException',
    });
    expect(await signed({ date: new Date(Date.now() + 360_000) })).toMatchObject({
      status: 403,
      error: 'InvalidSignatureException',
    });
    expect(await signed({ region: 'us-west-2' })).toMatchObject({ status: 403, error: 'InvalidSignatureException' });
    expect(await signed({ service: 'sts' })).toMatchObject({ status: 403, error: 'InvalidSignatureException' });
    expect(await signed({ sentDomain: 'other' })).toMatchObject({ status: 403, error: 'InvalidSignatureException' });
    expect(await signed({ sentBody: '{}' })).toMatchObject({ status: 403, error: 'InvalidSignatureException' });
    const unsigned = await send(standIn, 'https://codeartifact.us-east-1.amazonaws.com/v1/authorization-token', {
      method: 'POST',
    });
    expect(unsigned.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  test('a repository has an endpoint for each format and type', async () => {
    const endpointOf = async (more: Partial<GetRepositoryEndpointCommandInput> = {}, caller = user) => {
      const input = { domain: 'acme', domainOwner: ACCOUNT, repository: 'team', format: 'pypi', ...more } as const;
      return (await clientOf(caller).send(new GetRepositoryEndpointCommand(input))).repositoryEndpoint;
    };
    expect(await endpointOf()).toBe(repositoryUrl(acme, 'team'));
    expect(await endpointOf({ endpointType: 'ipv4' })).toBe(repositoryUrl(acme, 'team'));
    expect(await endpointOf({ endpointType: 'dualstack' })).toBe(repositoryUrl(acme, 'team', true));
    expect(await endpointOf({ format: 'npm' })).toBe(repositoryUrl(acme, 'team').replace('pypi', 'npm'));
    for (const wrong of [{ format: undefined }, { format: 'PyPI' }, { endpointType: 'ipv6' }, { repository: 'x' }]) {
      const refused = refusalOf(endpointOf(wrong as Partial<GetRepositoryEndpointCommandInput>));
      // The SDK looks itself for a parameter that is missing.
      expect((await refused).name).toMatch(/ValidationException|Error/);
    }
    expect(await refusalOf(endpointOf({ repository: 'no-such' }))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    user.allow = user.allow.filter(({ action }) => action !== 'codeartifact:*');
    expect(await refusalOf(endpointOf())).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  });

  test('the repositories of a domain come page by page, to whom may list them', async () => {
    const page = (more: Partial<ListRepositoriesInDomainCommandInput> = {}) =>
      clientOf().send(new ListRepositoriesInDomainCommand({ domain: 'acme', domainOwner: ACCOUNT, ...more }));
    expect(await refusalOf(page())).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    user.allow.push({ action: 'codeartifact:ListRepositoriesInDomain', resource: domainArn(acme) });
    expect((await page()).repositories).toMatchObject([
      { name: 'shared', domainName: 'acme', domainOwner: ACCOUNT, arn: repositoryArn(acme, 'shared') },
      { name: 'team' },
    ]);
    const first = await page({ maxResults: 1 });
    expect(first.repositories?.map(({ name }) => name)).toEqual(['shared']);
    const { repositories, nextToken } = await page({ maxResults: 1, nextToken: first.nextToken });
    expect([repositories?.map(({ name }) => name), nextToken]).toEqual([['team'], undefined]);
    expect((await page({ repositoryPrefix: 'te' })).repositories).toMatchObject([{ name: 'team' }]);
    expect((await refusalOf(page({ maxResults: 1001 }))).name).toBe('ValidationException');
  });

  test("another account's domain is refused in AWS's words", async () => {
    const error = await refusalOf(getToken({ domain: 'labs', domainOwner: OTHER_ACCOUNT }, user, 'eu-central-1'));
    const action = 'codeartifact:GetAuthorizationToken';
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message:
        `User: ${user.arn} is not authorized to perform: ${action} on resource: ${domainArn(labs)} ` +
        `because no identity-based policy allows the ${action} action`,
    });
  });

  test('a domain of another account needs a policy on both sides', async () => {
    user.allow.push(...fullAccess(labs));
    const wanted = { domain: 'labs', domainOwner: OTHER_ACCOUNT };
    expect((await refusalOf(getToken(wanted, user, 'eu-central-1'))).message).toMatch(
      /no resource-based policy allows/,
    );
    labs.sharedWith = [ACCOUNT];
    await getToken(wanted, user, 'eu-central-1');
  });

  test('the bearer token permission is checked', async () => {
    user.allow = user.allow.filter(({ action }) => action !== 'sts:GetServiceBearerToken');
    const error = await refusalOf(getToken());
    expect(error.name).toBe('AccessDeniedException');
    expect(error.message).toMatch(/not authorized to perform: sts:GetServiceBearerToken on resource/);
  });

  test('a domain that is not there, or not in this region', async () => {
    user.allow = [{ action: '*', resource: '*' }];
    expect(await refusalOf(getToken({ domain: 'nope' }))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    expect((await refusalOf(getToken({}, user, 'us-west-2'))).name).toBe('ResourceNotFoundException');
  });

  test.each([
    ['domain', { domain: 'A' }],
    ['domain', { domain: 'ends-' }],
    ['domainOwner', { domainOwner: '12345678901' }],
    ['durationSeconds', { durationSeconds: 899 }],
    ['durationSeconds', { durationSeconds: 43_201 }],
    ['durationSeconds', { durationSeconds: 0 }],
  ])('an invalid %s is refused: %j', async (member, parameters) => {
    const error = await refusalOf(getToken(parameters));
    expect(error).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(error.message).toContain(`'${member}'`);
  });

  test('duration 0 means the rest of a session', async () => {
    const ends = Date.now() + 1_234_000;
    const session = newSession(`arn:aws:sts::${ACCOUNT}:assumed-role/dev/one`, fullAccess(acme), ends);
    world.identities.push(session);
    const { expiration } = await getToken({ durationSeconds: 0 }, session);
    expect(Math.abs((expiration?.getTime() ?? 0) - ends)).toBeLessThan(1000);
  });
});

test('the record holds no secret', async () => {
  const { authorizationToken = '' } = await getToken();
  await send(standIn, `${repositoryUrl(acme, 'team')}simple/acme-tool/`, { headers: basic(authorizationToken) });
  const jwt = await oidcToken();
  const session = await fromWebToken({ ...webIdentity(jwt) })();
  const record = JSON.stringify([standIn.calls, standIn.connects]);
  expect(record).toContain('AssumeRoleWithWebIdentity');
  for (const secret of [
    user.secretAccessKey,
    authorizationToken,
    jwt,
    session.sessionToken ?? '',
    standIn.oidc.requestToken,
  ]) {
    expect(record).not.toContain(secret.slice(0, 40));
    expect(record).not.toContain(basic(secret).authorization.slice(6, 60));
  }
});

test('grants match by their stars alone', () => {
  const grants = [{ action: 'codeartifact:Get*', resource: 'arn:a.b/*' }];
  expect(isGranted(grants, 'codeartifact:GetX', 'arn:a.b/c/d')).toBe(true);
  expect(isGranted(grants, 'codeartifact:GetX', 'arn:axb/c')).toBe(false);
  expect(isGranted(grants, 'codeartifact:Read', 'arn:a.b/c')).toBe(false);
  expect(isGranted([], 'codeartifact:Read', 'x')).toBe(false);
});

test('the authority is written where asked, and nothing stays behind otherwise', async () => {
  expect(await readFile(standIn.caFile, 'utf8')).toMatch(
    /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/,
  );
  await standIn.close();
  await expect(readFile(standIn.caFile)).rejects.toThrow(/ENOENT/);
});

/** Signs a request for a token by hand, and sends it as told. */
async function signed(options: {
  date?: Date;
  region?: string;
  service?: string;
  sentDomain?: string;
  sentBody?: string;
}) {
  const hostname = 'codeartifact.us-east-1.amazonaws.com';
  const path = '/v1/authorization-token';
  const { date = new Date(), region = 'us-east-1', service = 'codeartifact', sentDomain = 'acme', sentBody } = options;
  const signer = new SignatureV4({ credentials: user, region, service, sha256: Sha256 });
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname,
    path,
    query: { domain: 'acme' },
    headers: { host: hostname },
  };
  const { headers } = await signer.sign(request, { signingDate: date });
  const reply = await send(standIn, `https://${hostname}${path}?domain=${sentDomain}`, {
    method: 'POST',
    headers,
    ...(sentBody && { body: sentBody }),
  });
  return { status: reply.status, error: reply.headers['x-amzn-errortype'] };
}

test('it ends at once, also with connections that have said nothing', async () => {
  const other = await startStandIn({ identities: [], roles: [], domains: [] });
  const socket = connect(other.securePort, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await other.close();
  await ended;
}, 20_000);
