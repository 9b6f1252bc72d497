import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Source } from '../../../src/access/identity.ts';
import type { TokenRequest } from '../../../src/access/token-request.ts';
import { Refusal } from '../../../src/access/tokens.ts';
import { explain as explainOn, type Failed } from '../../../src/aws/explain.ts';
import { OidcFailure, type OidcReason, RoleRefusal } from '../../../src/github/oidc-token.ts';
import { AnswerTooLarge, watchAnswers } from '../../../src/machine/answers.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { forkEvent } from '../../support/fork-event.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { randomCases } from '../../support/random-cases.ts';
import { serveRaw } from '../../support/raw-server.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { profileIdentity } from '../../support/sample-setup.ts';

const explain = (
  error: unknown,
  request: TokenRequest,
  environment: Environment,
  elapsed: number,
  waited?: Failed['waited'],
) =>
  explainOn(error, request, { environment, home: '/no-home' }, { lack: LACK, elapsed, waited }).then(
    (reason) => new Refusal(reason).message,
  );

const LACK = 'no token for the domain "acme"';

const requestOf = (file = '', more: Partial<TokenRequest> = {}) => sampleRequest(more, file);
const CHAIN = requestOf();
const profile = (name: string) => requestOf('', { identity: profileIdentity(name, 'x') });
const ROLE = { arn: 'arn:aws:iam::222222222222:role/ci', sessionName: 's', externalId: undefined, from: 'the input' };
const withRole = (source: Source) => requestOf('', { identity: { kind: 'source', source, role: ROLE } });
const OIDC = requestOf('', { identity: { kind: 'oidc', audience: 'sts.amazonaws.com', role: ROLE } });

/** An error as the SDK throws it. */
const awsError = (name: string, message = 'AWS says so', attempts = 1) =>
  Object.assign(new Error(message), { name, $metadata: { attempts } });
const networkError = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

const names = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'] as const;
afterEach(() => {
  for (const name of names) delete process.env[name];
});

function machineHas(config: string, credentials: string): void {
  const folder = freshFolder();
  writeFileSync(join(folder, 'config'), config);
  writeFileSync(join(folder, 'credentials'), credentials);
  for (const name of names) process.env[name] = join(folder, name === 'AWS_CONFIG_FILE' ? 'config' : 'credentials');
}

const WHO = 'no token for the domain "acme" with the AWS SDK\'s default chain: ';

describe('what AWS refuses', () => {
  test.each<[name: string, message: string, advice: RegExp]>([
    [
      'AccessDeniedException',
      'User: arn:aws:sts::1:assumed-role/ci/s is not authorized to perform: codeartifact:GetAuthorizationToken on ' +
        'resource: x',
      /Check the URL: .* region us-east-1\? If so, grant this identity .* on arn:aws:\S+:1{12}:domain\/acme \(/,
    ],
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: sts:GetServiceBearerToken on resource: y',
      /sts:GetServiceBearerToken on "\*", with the condition sts:AWSServiceName = codeartifact\.amazonaws\.com\.$/,
    ],
    [
      'ResourceNotFoundException',
      'Domain not found',
      /Check the URL: is the domain acme in the account 111111111111 and the region us-east-1\?$/,
    ],
    [
      'ExpiredTokenException',
      'The security token included in the request is expired',
      /These credentials have expired, or the clock/,
    ],
    ['RequestExpired', 'x', /get new ones in the step right before this one\.$/],
    ['UnrecognizedClientException', 'The security token included in the request is invalid', /Check the access key id/],
    ['InvalidClientTokenId', 'x', /Check the access key id/],
    ['InvalidSignatureException', 'x', /Check the access key id/],
    ['SignatureDoesNotMatch', 'x', /Check the access key id/],
    ['IncompleteSignature', 'x', /Check the access key id/],
    ['ValidationException', 'durationSeconds', /Check the URL and token-duration\.$/],
    ['ThrottlingException', 'Rate exceeded', /40 tokens a second in a region; start fewer jobs at once/],
    ['TooManyRequestsException', 'x', /40 tokens a second/],
    ['InternalServerException', 'x', /InternalServerException: x\.$/],
  ])('%s: %s', async (name, message, advice) => {
    const said = await explain(awsError(name, message), CHAIN, {}, 0);
    expect(said.startsWith(`${WHO}${name}: ${message}. `) || said === `${WHO}${name}: ${message}.`).toBe(true);
    expect(said).toMatch(advice);
  });

  test('a duration of 0 with keys that are not temporary', async () => {
    const said = await explain(awsError('ValidationException'), requestOf('', { duration: 0 }), {}, 0);
    expect(said).toMatch(/Check token-duration: 0 needs temporary credentials\.$/);
  });

  test('roles: the trust policy for OIDC, that for other credentials, the provider', async () => {
    const denied = (action: string) => awsError('AccessDenied', `Not authorized to perform ${action}`);
    expect(await explain(denied('sts:AssumeRoleWithWebIdentity'), OIDC, {}, 0)).toMatch(
      /\(the input\) with GitHub's OIDC token: AccessDenied: .*allow sts:AssumeRoleWithWebIdentity .*2{12}:role\/ci$/,
    );
    expect(await explain(denied('sts:AssumeRole on resource: x'), OIDC, {}, 0)).toMatch(
      /policy \(external id included\), and that this identity may sts:AssumeRole it: arn:aws:iam::2{12}:role\/ci$/,
    );
    expect(await explain(awsError('InvalidIdentityToken', 'No OpenIDConnect provider found'), OIDC, {}, 0)).toMatch(
      /Add the identity provider https:\S*com, .* to the account of the role \(2{12}\); it is then arn:\S+com\.$/,
    );
  });

  test.each([
    ['https://token.actions.githubusercontent.com/acme', ''],
    ['https://github.acme.example/_services/token', ' AWS has to be able to reach the provider.'],
  ])('what the token says, and whose provider the role has to trust: %s', async (issuer, more) => {
    const message = `No OpenIDConnect provider found in your account for ${issuer}.`;
    const claims = { issuer, words: ['sub repo:acme/product', 'aud sts.amazonaws.com'] };
    const refused = (name: string) => explain(new RoleRefusal(awsError(name, message), claims), OIDC, {}, 0);
    const said = await refused('InvalidIdentityToken');
    expect(said).toContain(
      `${message.slice(0, -1)} (the token says sub repo:acme/product, aud sts.amazonaws.com). Add the identity ` +
        `provider ${issuer}, with the audience that is asked for, `,
    );
    const arn = `arn:aws:iam::222222222222:oidc-provider/${issuer.replace('https://', '')}`;
    expect(said.endsWith(`; it is then ${arn}.${more}`)).toBe(true);
    for (const other of ['MalformedPolicyDocument', 'NotInvalidIdentityToken']) {
      expect(await refused(other)).not.toContain('the token says');
    }
  });

  test('how often and for how long it was tried, where more than once', async () => {
    expect(await explain(awsError('ThrottlingException', 'x', 5), CHAIN, {}, 12_400)).toContain(
      'ThrottlingException (5 attempts in 12 s): x.',
    );
    expect(await explain(awsError('Error', 'x', 2), CHAIN, {}, 3_000)).toBe(`${WHO}(2 attempts in 3 s): x.`);
  });

  test('the section that was chosen, where it does not name the identity', async () => {
    const chosen = requestOf('[codeartifact domain="acme"]\n');
    expect(await explain(awsError('AccessDeniedException'), chosen, {}, 0)).toMatch(
      /^no token for the domain "acme" with the AWS SDK's default chain, section \[codeartifact domain="acme"\]: Acc/,
    );
  });

  test('the section that named the identity', async () => {
    const named = requestOf('[codeartifact domain="acme"]\nprofile_name = team\n');
    expect(await explain(awsError('AccessDeniedException'), named, {}, 0)).toMatch(
      /^no token for the domain "acme" with profile team \(\[codeartifact domain="acme"\]\): AccessDenied/,
    );
  });

  test('nothing of the canonical request, which AWS shows behind an empty line', async () => {
    const message = "The signature does not match.\n\nThe Canonical String is\n'x-amz-security-token:hidden'";
    for (const end of [message, message.replaceAll('\n', '\r\n')]) {
      const said = await explain(awsError('SignatureDoesNotMatch', end), CHAIN, {}, 0);
      expect(said).toContain('The signature does not match. Check');
      expect(said).not.toContain('hidden');
    }
  });
});

describe('what does not reach AWS', () => {
  test.each<[code: string, message: string, advice: RegExp]>([
    ['ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443', /: connect ECONNREFUSED 10\.0\.0\.1:443\. Check the network/],
    [
      'ENOTFOUND',
      'getaddrinfo ENOTFOUND codeartifact.x',
      /Check the network, HTTPS_PROXY and NO_PROXY, and that the region/,
    ],
    ['ECONNRESET', 'socket hang up', /: ECONNRESET: socket hang up\. Check the network/],
    ['EAI_AGAIN', 'x', /Check the network/],
    ['ETIMEDOUT', 'x', /Check the network/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate', /: SELF_SIGNED_CERT_IN_CHAIN: .*Set verify to the path/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'x', /Set verify to the path of the CA bundle/],
    ['CERT_HAS_EXPIRED', 'x', /Set verify to the path of the CA bundle/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'x', /Set verify to the path of the CA bundle/],
    [
      'ERR_PROXY_TUNNEL',
      'Proxy answered 407 Proxy Authentication Required',
      /Give the user name and password in the proxy/,
    ],
    ['ERR_PROXY_TUNNEL', 'Proxy answered 502', /Check the network, HTTPS_PROXY/],
  ])('%s', async (code, message, advice) => {
    expect(await explain(networkError(code, message), CHAIN, {}, 0)).toMatch(advice);
  });

  test('a call that is cut off says who was waited for, and for how long', async () => {
    const cut = [awsError('AbortError'), new DOMException('x', 'TimeoutError'), AbortSignal.abort().reason];
    for (const error of cut) {
      expect(await explain(error, CHAIN, {}, 90_040, { for: 'CodeArtifact', milliseconds: 41_700 })).toBe(
        `${WHO}the time of the step, 90 s, was over after it had waited 42 s for CodeArtifact. Check the ` +
          'network, HTTPS_PROXY and NO_PROXY, and that the region us-east-1 has CodeArtifact. If AWS throttles, ' +
          'start fewer jobs at once.',
      );
    }
    expect(await explain(awsError('TimeoutError', 'socket timed out', 5), CHAIN, {}, 61_000)).toMatch(
      /TimeoutError \(5 attempts in 61 s\): socket timed out\. Check the network/,
    );
  });

  test.each<[Failed['waited'], RegExp]>([
    [{ for: 'GitHub', milliseconds: 9e4 }, /waited 90 s for GitHub \(the OIDC token\)\. Check .*, or run the job/],
    [{ for: 'STS', milliseconds: 4e4 }, /waited 40 s for STS \(the role\)\. Check the network.* start fewer/],
    [{ for: 'credentials', milliseconds: 9e4 }, /waited 90 s for credentials\. Check the network/],
    [undefined, /waited for the calls for other repositories\. Check the network/],
  ])('%j', async (waited, says) => {
    expect(await explain(awsError('AbortError'), OIDC, {}, 90_040, waited)).toMatch(says);
  });

  test('GitHub gives no OIDC token: refused, not trusted, or trouble on the way', async () => {
    const of = (message: string, reason: OidcReason) => explain(new OidcFailure(message, reason), OIDC, {}, 0);
    expect(await of('it answered 403', 'refused')).toMatch(
      /GitHub gave no OIDC token: it answered 403\. Check that the job has permissions: \{ contents: read, id-token: /,
    );
    expect(await of('it answered 407', 'proxy-password')).toMatch(/Give the user name and password in the proxy URL/);
    expect(await of('unable to verify the first certificate', 'certificate')).toMatch(/NODE_EXTRA_CA_CERTS/);
    expect(await of('socket hang up', 'trouble')).toMatch(/Check the network/);
  });

  test("AWS's own words about an invalid token are not taken for GitHub's", async () => {
    const said = await explain(awsError('ExpiredTokenException', 'The request has an invalid ID token.'), CHAIN, {}, 0);
    expect(said).toContain('ExpiredTokenException');
    expect(said).not.toContain('GitHub');
  });

  test('a path is no token, however long it is', async () => {
    const path = `/home/runner/work/${'a-folder-of-a-project/'.repeat(8)}`;
    for (const file of [`${path}token`, `${path}${'x'.repeat(64)}`]) {
      const said = await explain(new Error(`ENOENT: no such file or directory, open '${file}'`), CHAIN, {}, 0);
      expect(said).toContain(file);
    }
    for (const text of [`/${'x'.repeat(120)}`, `/short/${'aB3'.repeat(40)}/x`, `${path}${'x'.repeat(65)}`]) {
      expect(await explain(new Error(`it said ${text}`), CHAIN, {}, 0)).not.toContain(text);
    }
  });

  test('who is asked for credentials is told by host, or by the program that is run', async () => {
    const waited = { for: 'credentials', milliseconds: 80_000 } as const;
    machineHas('[profile team]\nsource_profile = base\n[profile base]\ncredential_process = get\n', '');
    expect(await explain(awsError('AbortError'), profile('team'), {}, 9e4, waited)).toMatch(
      /waited 80 s for the credential_process of the profile team\. Run it by hand to see what it waits for\.$/,
    );
    watchAnswers();
    await using silent = await serveRaw(() => {});
    const request = get(silent.url).on('error', () => {});
    for (const asked of [CHAIN, profile('team')]) {
      expect(await explain(awsError('AbortError'), asked, {}, 9e4, waited)).toMatch(
        /waited 80 s for credentials from 127\.0\.0\.1\. Check the network/,
      );
    }
    request.destroy();
  });

  test('an answer that is none: its status, its size, its form; and who may have given it', async () => {
    const redirect = Object.assign(awsError('Unknown', 'UnknownError'), { $metadata: { httpStatusCode: 302 } });
    const page = new SyntaxError(
      'Unexpected token \'<\', "<html>" is not valid JSON\n  Deserialization error: to see the raw response, inspect ' +
        'the hidden field {error}.$response on this object.',
    );
    const overflow = networkError('HPE_HEADER_OVERFLOW', 'Parse Error: Header overflow');
    const cases: [unknown, RegExp][] = [
      [redirect, /: Unknown \(302\): UnknownError\. This answer does not come from AWS; check what answers/],
      [page, /: SyntaxError: Unexpected token '<', "<html>" is not valid JSON\. This answer does not come from AWS/],
      [new AnswerTooLarge(), /: AnswerTooLarge: the answer has more than 128 KiB\. This answer does not come from AWS/],
      [overflow, /: HPE_HEADER_OVERFLOW: Parse Error: Header overflow\. This answer does not come from AWS/],
      [
        new Error('@aws-sdk XML parse error: unexpected content.'),
        /unexpected content\. This answer does not come from AWS/,
      ],
      [
        Object.assign(new Error('Invalid response from STS.assumeRole call with role x'), {
          name: 'CredentialsProviderError',
        }),
        /: Invalid response from STS\.assumeRole call with role x\. This answer does not come from AWS/,
      ],
    ];
    for (const [error, says] of cases) expect(await explain(error, CHAIN, {}, 0)).toMatch(says);
  });

  test('a name, a code or a message that is no text', async () => {
    const odd = { name: { a: 1 }, code: 7, message: ['x'], $metadata: null };
    expect(await explain(odd, CHAIN, {}, 0)).toBe(`${WHO}it failed, and nothing says why.`);
  });

  test('a session token that somebody quotes is not repeated', async () => {
    const token = `IQoJb3JpZ2luX2Vj${randomBytes(300).toString('base64')}`;
    const inLines = token.replace(/.{60}/g, '$&\n');
    for (const text of [token, inLines, token.replace(/./g, '$& ')]) {
      for (const error of [
        awsError(text, 'no'),
        Object.assign(awsError('AccessDenied'), { code: text }),
        awsError('AccessDenied', `refused "${text}"`),
        new OidcFailure(text, 'trouble'),
        Object.assign(new Error(text), { name: 'CredentialsProviderError' }),
      ]) {
        const said = (await explain(error, CHAIN, {}, 0)).replace(/\s/g, '');
        for (let start = 0; start + 8 < token.length; start += 1) {
          expect(said).not.toContain(token.slice(start, start + 8));
        }
      }
    }
  });

  test('a session token among others is not repeated', async () => {
    const token = `IQoJb3JpZ2luX2Vj${'aB3/+'.repeat(60)}==`;
    for (const error of [
      awsError('AccessDenied', `refused ${token}!`),
      Object.assign(new Error(`no ${token}`), { name: 'CredentialsProviderError' }),
    ]) {
      const said = await explain(error, CHAIN, {}, 0);
      expect(said).not.toContain('aB3/+aB3');
      expect(said).toContain('***');
    }
  });
});

test.each([
  ...['InvalidIdentityToken', 'AccessDenied', 'ResourceNotFound', 'ExpiredToken', 'RequestExpired', 'Validation'],
  ...['InvalidClientTokenId', 'SignatureDoesNotMatch', 'Throttling', 'TooManyRequests', 'SyntaxError'],
])('no advice where only the message of another error speaks of %s', async (word) => {
  expect(await explain(new Error(`It said ${word}`), CHAIN, {}, 0)).toBe(`${WHO}It said ${word}.`);
});

test.each([
  [
    'AccessDenied',
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    /Check the name of the role that AWS_ROLE_ARN or the profile names, and its trust policy/,
  ],
  ['AccessDenied', 'User: x is not authorized to perform: sts:AssumeRole', /that this identity may sts:AssumeRole it/],
  [
    'InvalidIdentityToken',
    'No OpenIDConnect provider found',
    /Add the identity provider that issued the token in the web identity file/,
  ],
])('a role that only the profile knows: %s: %s', async (name, message, advice) => {
  expect(await explain(awsError(name, message), CHAIN, {}, 0)).toMatch(advice);
});

test.each([
  ['an empty message', '', ' it failed, and nothing says why.'],
  ['a message with spaces around it', ' It failed\n', ' It failed.'],
  ['a message that ends by itself', 'Is it?', ' Is it?'],
])('%s', async (_, message, said) => {
  expect(await explain(awsError('Error', message), CHAIN, {}, 0)).toBe(`${WHO.trimEnd()}${said}`);
});

describe('no credentials', () => {
  const missing = (message: string) => Object.assign(new Error(message), { name: 'CredentialsProviderError' });
  const UNKNOWN = missing('Could not resolve credentials using profile: [team]');

  test('from the container endpoint, which was asked', async () => {
    const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/x' };
    expect(await explain(missing('Could not load credentials from any providers'), CHAIN, environment, 0)).toMatch(
      / no AWS credentials\. The container endpoint \(AWS_CONTAINER_CREDENTIALS_\*\) was asked too; check /,
    );
  });

  test('at all', async () => {
    expect(await explain(missing('Could not load credentials from any providers'), CHAIN, {}, 0)).toBe(
      `${WHO}there are no AWS credentials. Name a role (the input role-to-assume, or role_arn in a section) and give ` +
        'the job permissions: { contents: read, id-token: write }; or name a profile (profile-name) or keys ' +
        '(aws-access-key-id and aws-secret-access-key), or set the AWS_* variables in a step before this one. ' +
        'No keyringrc.cfg was found; if the project has one, run actions/checkout before this step.',
    );
    expect(await explain(missing('x'), requestOf('[codeartifact]\n'), {}, 0)).toMatch(/ before this one\.$/);
    const oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
    expect(await explain(missing('x'), CHAIN, oidc, 0)).toMatch(
      / x\. Name a role \(the input role-to-assume, or role_arn in a section\), a profile \(profile-name\) or keys \(/,
    );
    const missed = { ...CHAIN, choice: { ...CHAIN.choice, label: 'codeartifact', missed: 'line 1 has name="x"' } };
    expect(await explain(missing('x'), missed, oidc, 0)).toMatch(
      / this repository: line 1 has name="x"\. Add .* account="1{12}"\] with role_arn, or set .* role-to-assume\.$/,
    );
    expect(await explain(missing('x'), missed, {}, 0)).toMatch(
      /role-to-assume, and give the job permissions: \{ contents: read, id-token: write \}\.$/,
    );
    expect(await explain(missing('x'), withRole({ kind: 'default-chain' }), oidc, 0)).toMatch(
      /leave role-chaining out/,
    );
    expect(await explain(missing('x'), withRole({ kind: 'default-chain' }), {}, 0)).toMatch(
      /Give the job permissions: \{ contents: read, id-token: write \}, so that the role is assumed with GitHub's/,
    );
  });

  test('for a role that is assumed with an OIDC token, of whatever profile the job speaks', async () => {
    machineHas('', '');
    for (const environment of [{}, { AWS_PROFILE: 'team' }]) {
      expect(await explain(missing('STS said nothing'), OIDC, environment, 0)).toMatch(
        /with GitHub's OIDC token: STS said nothing\./,
      );
    }
  });

  test('in a pull request from a fork: whether it can pass, or needs credentials of the machine', async () => {
    const fork = {
      ...forkEvent('pull_request_target', 1, { id: 2 }),
      GITHUB_EVENT_NAME: 'pull_request',
      RUNNER_ENVIRONMENT: 'github-hosted',
    };
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
    const withKeys = withRole({ kind: 'keys', keys, from: 'the inputs' });
    const missed = missing('Could not load credentials from any providers');
    expect(await explain(missed, CHAIN, fork, 0)).toBe(
      `${WHO}there are no AWS credentials. This is a pull request from a fork, whose job gets neither secrets nor an ` +
        'OIDC token; with forks: skip it ends green and configures nothing.',
    );
    for (const [request, environment] of [
      [withKeys, fork],
      [CHAIN, { ...fork, RUNNER_ENVIRONMENT: 'self-hosted' }],
    ] as const) {
      expect(await explain(missed, request, environment, 0)).toMatch(
        / OIDC token; use credentials that this machine has: a profile \(profile-name\), or the AWS_\* variables\.$/,
      );
    }
  });

  test('an unknown profile: those that there are', async () => {
    machineHas(
      '[profile b.c]\nregion = x\n[default]\nregion = x\n[sso-session s]\nsso_region = x\n[services v]\nx = y\n' +
        '[profile my.services.p]\nregion = x\n',
      '[a]\naws_access_key_id = AKIA\n',
    );
    expect(await explain(UNKNOWN, profile('team'), {}, 0)).toMatch(
      /profile: \[team\]\. The profiles of this machine are a, b\.c, default and my\.services\.p\.$/,
    );
    expect(await explain(UNKNOWN, CHAIN, { AWS_PROFILE: 'team' }, 0)).toMatch(
      /The profiles of this machine are a, b\.c, def/,
    );
    expect(await explain(UNKNOWN, CHAIN, { AWS_PROFILE: '"a"' }, 0)).toMatch(
      / Remove the quotes around the name of the/,
    );
  });

  test('an unknown profile, in the other words that there are for it, and what else a profile can lack', async () => {
    machineHas('[default]\nregion = x\n', '');
    for (const message of ['Could not load the profile', 'Profile team could not be found']) {
      expect(await explain(missing(message), profile('team'), {}, 0)).toMatch(
        /The profiles of this machine are default\.$/,
      );
    }
    const other = Object.assign(new Error('The session has ended.'), { name: 'ProviderError' });
    expect(await explain(other, profile('team'), {}, 0)).toMatch(/ with profile team \(x\): The session has ended\.$/);
  });

  test('an unknown profile on a machine without any', async () => {
    machineHas('', '');
    const ofSection = requestOf('', { identity: profileIdentity('team', '[codeartifact account="1"]') });
    expect(await explain(UNKNOWN, ofSection, {}, 0)).toMatch(
      /; write them in an earlier step\. If it is a profile of developers, give the section a role_arn too, and the /,
    );
    expect(await explain(UNKNOWN, profile('team'), {}, 0)).toMatch(
      /This machine has no profiles in ~\/\.aws\/config or ~\/\.aws\/credentials; write them in an earlier step\.$/,
    );
  });

  test('a profile that is there, and does not work', async () => {
    machineHas('[profile b.c]\nregion = x\n', '');
    expect(await explain(UNKNOWN, profile('b.c'), {}, 0)).toMatch(/The profile "b\.c" exists; check what it says\.$/);
  });

  test.each([
    'Command failed: /bin/get --password hidden',
    'Profile x credential_process returned hidden credentials.',
    `Unexpected token 'h', "hidden" is not valid JSON`,
  ])('a credential process, whose output is nobody’s business: %s', async (message) => {
    machineHas(
      '[profile team]\nsource_profile = base\n[profile base]\ncredential_process = get\n' +
        '[default]\nsource_profile = base\n',
      '',
    );
    for (const [request, environment, name] of [
      [profile('team'), {}, 'team'],
      [CHAIN, { AWS_PROFILE: 'base' }, 'base'],
      [CHAIN, {}, 'default'],
    ] as const) {
      const said = await explain(missing(message), request, environment, 0);
      expect(said).toContain(`: the credential_process of the profile "${name}" failed. Run it by hand to see why`);
      expect(said).not.toContain('hidden');
    }
  });

  test.each([
    ['a profile with login_session and a damaged cache', '[profile team]\nlogin_session = x\n', 'team'],
    ['a container endpoint that answers HTML', '', undefined],
    [
      'profiles that name each other',
      '[profile team]\nsource_profile = b\n[profile b]\nsource_profile = team\n',
      'team',
    ],
  ])('no credential process is blamed that the profile does not have: %s', async (_, config, name) => {
    machineHas(config, '');
    const error = missing(`Unexpected token '<', "<html>hidden" is not valid JSON`);
    const said = await explain(error, name === undefined ? CHAIN : profile(name), {}, 0);
    expect(said).toMatch(/: a source of credentials gave text that is not JSON \(not shown here/);
    expect(said).not.toMatch(/credential_process|hidden/);
  });

  test.each(['json-team', 'team.JSON', 'Unexpected', 'credential_process', 'Command failed'])(
    'the name of a profile is no sign of anything: %s',
    async (name) => {
      machineHas('[profile other]\ncredential_process = get\n', '');
      const message = `Could not resolve credentials using profile: [${name}] in configuration/credentials file(s).`;
      expect(await explain(missing(message), profile(name), {}, 0)).toMatch(
        /file\(s\)\. The profiles of this machine are other\.$/,
      );
    },
  );
});

test('no key is ever part of it', async () => {
  const keys = { accessKeyId: 'AKIAEXPLAINED', secretAccessKey: 'explained/secret', sessionToken: 'explained+session' };
  const denied = requestOf('', {
    identity: { kind: 'source', source: { kind: 'keys', keys, from: 'the inputs' } },
  });
  for (const name of [
    'AccessDeniedException',
    'CredentialsProviderError',
    'AbortError',
    'SignatureDoesNotMatch',
    'x',
  ]) {
    const said = await explain(awsError(name), denied, {}, 0);
    for (const key of Object.values(keys)) expect(said).not.toContain(key);
  }
});

test('whatever is thrown, there is a sentence about it', async () => {
  const thrown = fc.oneof(
    fc.anything(),
    fc.record({ name: fc.string(), message: fc.string(), code: fc.string() }, { requiredKeys: [] }),
    fc.constantFrom<unknown[]>(undefined, null, 'text', new Error(), new AggregateError([]), Object.create(null)),
  );
  await fc.assert(
    fc.asyncProperty(thrown, async (error) => {
      expect(await explain(error, CHAIN, {}, 0)).toMatch(
        /^no token for the domain "acme" with the AWS SDK's default chain:./,
      );
    }),
    { numRuns: randomCases(300) },
  );
});
