import { readFile } from 'node:fs/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  CodeartifactClient,
  type CodeartifactClientConfig,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-codeartifact';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { type StandIn, startStandIn } from '../../sandbox/stand-in.ts';
import {
  type Domain,
  domainArn,
  fullAccess,
  type Identity,
  isGranted,
  newSession,
  newUser,
  type Role,
  repositoryUrl,
  type World,
} from '../../sandbox/world.ts';
import { basic, proxyAgent, send } from './through-proxy.ts';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';

let acme: Domain;
let labs: Domain;
let user: Identity;
let role: Role;
let world: World;
let standIn: StandIn;

beforeEach(async () => {
  acme = {
    name: 'acme',
    owner: ACCOUNT,
    region: 'us-east-1',
    repositories: [
      { name: 'team', packages: [wheel('acme_tool', '1.0.0')], upstreams: ['shared'] },
      { name: 'shared', packages: [wheel('acme_lib', '2.0.0')] },
    ],
  };
  labs = { name: 'labs', owner: OTHER_ACCOUNT, region: 'eu-central-1', repositories: [] };
  user = newUser(`arn:aws:iam::${ACCOUNT}:user/dev`, fullAccess(acme));
  role = {
    arn: `arn:aws:iam::${OTHER_ACCOUNT}:role/publisher`,
    trust: [
      { principal: user.arn, externalId: 'handshake' },
      { subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' },
    ],
    allow: fullAccess(labs),
  };
  world = { identities: [user], roles: [role], domains: [acme, labs] };
  standIn = await startStandIn(world);
});

afterEach(async () => {
  await standIn.close();
});

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
    const dualStack = client({ useDualstackEndpoint: true });
    await dualStack.send(new GetAuthorizationTokenCommand({ domain: 'acme', domainOwner: ACCOUNT }));
    expect(standIn.calls[0]?.host).toBe('codeartifact.us-east-1.api.aws');
  });

  test('plain HTTP serves the same API', async () => {
    const plain = new CodeartifactClient({ region: 'us-east-1', endpoint: standIn.httpUrl, credentials: user });
    const { authorizationToken } = await plain.send(new GetAuthorizationTokenCommand({ domain: 'acme' }));
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

describe('faults', () => {
  test('throttled twice, then served', async () => {
    standIn.fault({ kind: 'throttle', operation: 'GetAuthorizationToken', times: 2, retryAfterSeconds: 0 });
    await getToken();
    expect(standIn.calls.map((call) => call.status)).toEqual([429, 429, 200]);
    expect(standIn.calls[0]?.error).toBe('ThrottlingException');
  });

  test('a fault meets only the calls that it is for', async () => {
    standIn.fault({ kind: 'error', when: (call) => call.parameters['domain'] === 'labs', times: Infinity });
    standIn.fault({ kind: 'error', operation: 'AssumeRole', times: Infinity });
    await getToken();
    expect(standIn.calls.map((call) => call.status)).toEqual([200]);
  });

  test('errors of any kind, until taken away', async () => {
    const end = standIn.fault({ kind: 'error', status: 503, code: 'ServiceUnavailableException', times: Infinity });
    expect(await refusalOf(getToken())).toMatchObject({ name: 'ServiceUnavailableException', status: 503 });
    end();
    await getToken();
  });

  test('a dropped connection', async () => {
    standIn.fault({ kind: 'drop' });
    await getToken();
    expect(standIn.calls.map((call) => call.status)).toEqual([undefined, 200]);
  });

  test('a hang lasts until the client gives up', async () => {
    standIn.fault({ kind: 'hang' });
    const aborted = client().send(new GetAuthorizationTokenCommand({ domain: 'acme' }), {
      abortSignal: AbortSignal.timeout(300),
    });
    expect((await refusalOf(aborted)).name).toBe('AbortError');
  });

  test('a delay', async () => {
    standIn.fault({ kind: 'delay', milliseconds: 200 });
    const start = performance.now();
    await getToken();
    expect(performance.now() - start).toBeGreaterThan(195);
  });

  test('a rate limit', async () => {
    standIn.fault({ kind: 'rate', perSecond: 3 });
    const url = 'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/simple/acme-tool/';
    const replies = await Promise.all(Array.from({ length: 5 }, () => send(standIn, url)));
    expect(replies.map((reply) => reply.status).sort()).toEqual([401, 401, 401, 429, 429]);
    await new Promise((resolve) => setTimeout(resolve, 1010));
    expect((await send(standIn, url)).status).toBe(401);
  });
});

describe('roles', () => {
  test('a workflow takes on a role with its OIDC token, and gets the domain token of the role', async () => {
    const credentials = fromWebToken({ ...webIdentity(await oidcToken()), roleArn: role.arn });
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
    const assume = async (token: string) => refusalOf(fromWebToken({ ...webIdentity(token), roleArn: role.arn })());
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

  test('a user takes on a role with its external id only', async () => {
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
    const longer = fromWebToken({ ...webIdentity(token), roleArn: role.arn, durationSeconds: 7200 });
    expect((await refusalOf(longer())).name).toBe('ValidationError');
    role.maxSessionDuration = 7200;
    const { expiration } = await longer();
    expect(Math.abs((expiration?.getTime() ?? 0) - Date.now() - 7_200_000)).toBeLessThan(2000);
  });
});

describe('repositories', () => {
  let token: string;
  let page: string;

  beforeEach(async () => {
    token = (await getToken()).authorizationToken ?? '';
    page = `${repositoryUrl(acme, 'team')}simple/acme-tool/`;
  });

  test('a page lists a project as HTML, and its links lead to the files', async () => {
    const reply = await send(standIn, page, { headers: basic(token) });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const [, link = '', digest] = /<a href="([^"#]+)#sha256=([0-9a-f]{64})">/.exec(reply.text) ?? [];
    expect(digest).toBeDefined();
    const file = await send(standIn, new URL(link, page).href, { headers: basic(token) });
    expect(file).toMatchObject({ status: 200, text: 'acme_tool 1.0.0' });
  });

  test('the client chooses between HTML and JSON', async () => {
    const json = 'application/vnd.pypi.simple.v1+json';
    const pip = `${json}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`;
    const reply = await send(standIn, page, { headers: { ...basic(token), accept: pip } });
    expect(reply.headers['content-type']).toBe(json);
    expect(JSON.parse(reply.text)).toMatchObject({
      meta: { 'api-version': '1.1' },
      name: 'acme-tool',
      files: [{ filename: 'acme_tool-1.0.0-py3-none-any.whl' }],
    });
    expect((await send(standIn, page, { headers: { ...basic(token), accept: 'image/png' } })).status).toBe(406);
  });

  test.each([
    ['no credentials', () => ({})],
    ['a wrong token', () => basic(`${token}x`)],
    ['another user name', () => basic(token, '__token__')],
  ])('%s: 401', async (_, headers) => {
    const reply = await send(standIn, page, { headers: headers() });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(/^Basic /);
  });

  test("another domain's token: 401", async () => {
    user.allow.push(...fullAccess(labs));
    labs.sharedWith = [ACCOUNT];
    const other = await getToken({ domain: 'labs', domainOwner: OTHER_ACCOUNT }, user, 'eu-central-1');
    expect((await send(standIn, page, { headers: basic(other.authorizationToken ?? '') })).status).toBe(401);
  });

  test('an expired token: 401', async () => {
    standIn.expireTokens();
    expect((await send(standIn, page, { headers: basic(token) })).status).toBe(401);
    const fresh = (await getToken({ durationSeconds: 900 })).authorizationToken ?? '';
    standIn.advance(899);
    expect((await send(standIn, page, { headers: basic(fresh) })).status).toBe(200);
    standIn.advance(1);
    expect((await send(standIn, page, { headers: basic(fresh) })).status).toBe(401);
  });

  test('an identity that may not read: 403', async () => {
    user.allow = user.allow.filter(({ action }) => action !== 'codeartifact:*');
    const reply = await send(standIn, page, { headers: basic(token) });
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(/not authorized to perform: codeartifact:ReadFromRepository/);
  });

  test.each([
    ['a project that is not there', 'team/simple/nothing/', 404],
    ['a repository that is not there', 'none/simple/acme-tool/', 404],
    ['the list of all projects, which CodeArtifact lacks', 'team/simple/', 404],
    ['a file that is not there', 'team/simple/acme-tool/1.0.0/other.whl', 404],
    ['a name that is not normalised', 'team/simple/Acme_Tool/', 301],
    ['a missing slash', 'team/simple/acme-tool', 301],
    ['a project of an upstream repository', 'team/simple/acme-lib/', 200],
    ['a project of a repository downstream', 'shared/simple/acme-tool/', 404],
  ])('%s', async (_, path, status) => {
    const url = `${repositoryUrl(acme, '').replace(/\/$/, '')}${path}`;
    expect((await send(standIn, url, { headers: basic(token) })).status).toBe(status);
  });

  test('the dual-stack host serves the same repositories', async () => {
    const url = `${repositoryUrl(acme, 'team', true)}simple/acme-tool/`;
    expect(url).toContain('//acme-111122223333.codeartifact.us-east-1.on.aws/');
    expect((await send(standIn, url, { headers: basic(token) })).status).toBe(200);
  });
});

test('a public index asks for nothing, and the record says what it was sent', async () => {
  await standIn.close();
  world.publicIndexes = [{ host: 'index.example', packages: [wheel('acme_tool', '9.0.0')] }];
  standIn = await startStandIn(world);
  const reply = await send(standIn, 'https://index.example/simple/acme-tool/', { headers: basic('secret') });
  expect(reply.text).toContain('acme_tool-9.0.0-py3-none-any.whl');
  expect(standIn.calls).toMatchObject([{ host: 'index.example', authorization: 'basic', status: 200 }]);
});

test('the record holds no secret', async () => {
  const { authorizationToken = '' } = await getToken();
  await send(standIn, `${repositoryUrl(acme, 'team')}simple/acme-tool/`, { headers: basic(authorizationToken) });
  const jwt = await oidcToken();
  const session = await fromWebToken({ ...webIdentity(jwt), roleArn: role.arn })();
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

function wheel(name: string, version: string) {
  return { filename: `${name}-${version}-py3-none-any.whl`, content: Buffer.from(`${name} ${version}`) };
}

/** The SDK makes its usual handler of this. */
function handler() {
  return { httpsAgent: proxyAgent(standIn) };
}

type Credentials = NonNullable<CodeartifactClientConfig['credentials']>;

function client(options: { credentials?: Credentials; region?: string; useDualstackEndpoint?: boolean } = {}) {
  return new CodeartifactClient({ region: 'us-east-1', credentials: user, requestHandler: handler(), ...options });
}

function getToken(
  parameters: { domain?: string; domainOwner?: string; durationSeconds?: number } = {},
  credentials: Credentials = user,
  region = 'us-east-1',
) {
  const command = new GetAuthorizationTokenCommand({ domain: 'acme', domainOwner: ACCOUNT, ...parameters });
  return client({ credentials, region }).send(command);
}

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

async function oidcToken(audience = 'sts.amazonaws.com'): Promise<string> {
  const { requestUrl, requestToken } = standIn.oidc;
  const headers = { authorization: `Bearer ${requestToken}` };
  const reply = await send(standIn, `${requestUrl}&audience=${audience}`, { headers });
  return (JSON.parse(reply.text) as { value: string }).value;
}

function webIdentity(webIdentityToken: string) {
  const clientConfig = { region: 'eu-central-1', requestHandler: handler() };
  return { webIdentityToken, roleSessionName: 'job-1', clientConfig };
}

async function refusalOf(work: Promise<unknown>): Promise<{ name: string; message: string; status?: number }> {
  try {
    await work;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, ...($metadata?.httpStatusCode && { status: $metadata.httpStatusCode }) };
  }
  throw new Error('It was not refused.');
}
