import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { describe, expect, test } from '@jest/globals';
import {
  getToken,
  handler,
  OTHER_ACCOUNT,
  oidcToken,
  refusalOf,
  role,
  standIn,
  user,
  useSmallWorld,
  webIdentity,
  world,
} from './small-world.ts';
import { send } from './through-proxy.ts';

useSmallWorld();

describe('roles', () => {
  test('a workflow assumes a role with its OIDC token, and gets the domain token of the role', async () => {
    const credentials = fromWebToken({ ...webIdentity(await oidcToken()) });
    const { authorizationToken } = await getToken(
      { domain: 'labs', domainOwner: OTHER_ACCOUNT },
      credentials,
      'eu-central-1',
    );
    expect(authorizationToken).toBeDefined();
    expect(standIn.calls.map(({ host, operation, status }) => `${host} ${operation} ${status}`)).toEqual([
      'run-actions-1-sandbox.actions.githubusercontent.com GetIdToken 200',
      'sts.eu-central-1.amazonaws.com AssumeRoleWithWebIdentity 200',
      'codeartifact.eu-central-1.amazonaws.com GetAuthorizationToken 200',
    ]);
    expect(standIn.calls[2]?.principal).toBe(`arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/publisher/job-1`);
  });

  test('the OIDC endpoint wants the request token', async () => {
    const reply = await send(standIn, standIn.oidc.requestUrl, { headers: { authorization: 'bearer guess' } });
    expect(reply.status).toBe(401);
  });

  test('a token for another audience, of another repository, too old or forged is refused', async () => {
    const assume = async (token: string) => refusalOf(fromWebToken({ ...webIdentity(token) })());
    expect(await assume(await oidcToken('other'))).toMatchObject({
      name: 'InvalidIdentityTokenException',
      status: 400,
    });
    const [head, claims = '', signature] = (await oidcToken()).split('.');
    const changed = Buffer.from(claims, 'base64url').toString().replace('acme/widgets', 'acme/widgets:x');
    const forged = [head, Buffer.from(changed).toString('base64url'), signature].join('.');
    expect((await assume(forged)).name).toBe('InvalidIdentityTokenException');
    world.claims = { sub: 'repo:stranger/fork:ref:refs/heads/main' };
    expect(await assume(await oidcToken())).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
    delete world.claims;
    const old = await oidcToken();
    standIn.advance(301);
    expect(await assume(old)).toMatchObject({ name: 'ExpiredTokenException', status: 400 });
  });

  test('a user assumes a role with its external id only', async () => {
    const assume = (ExternalId?: string) =>
      fromTemporaryCredentials({
        params: { RoleArn: role.arn, RoleSessionName: 'job-1', ...(ExternalId && { ExternalId }) },
        masterCredentials: user,
        clientConfig: { region: 'eu-central-1', requestHandler: handler() },
      })();
    const denied = `User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`;
    expect(await refusalOf(assume('handshake'))).toMatchObject({ name: 'AccessDenied', message: denied });
    user.allow.push({ action: 'sts:AssumeRole', resource: role.arn });
    expect((await refusalOf(assume('guess'))).message).toBe(denied);
    expect((await refusalOf(assume())).message).toBe(denied);
    const credentials = await assume('handshake');
    await getToken({ domain: 'labs', domainOwner: OTHER_ACCOUNT }, credentials, 'eu-central-1');
    expect(
      await refusalOf(
        fromTemporaryCredentials({
          params: { RoleArn: role.arn, RoleSessionName: 'job-1', ExternalId: 'handshake' },
          masterCredentials: { ...user, secretAccessKey: 'wrong' },
          clientConfig: { region: 'eu-central-1', requestHandler: handler() },
        })(),
      ),
    ).toMatchObject({ name: 'SignatureDoesNotMatch', status: 403 });
  });

  test('a role lasts as long as it may', async () => {
    const token = await oidcToken();
    const longer = fromWebToken({ ...webIdentity(token), durationSeconds: 7200 });
    expect((await refusalOf(longer())).name).toBe('ValidationError');
    role.maxSessionDuration = 7200;
    const { expiration } = await longer();
    expect(Math.abs((expiration?.getTime() ?? 0) - Date.now() - 7_200_000)).toBeLessThan(2000);
  });
});
