import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openCodeArtifact } from '../../../src/aws/codeartifact.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { ENDLESS, reply, serveRaw } from '../../support/raw-server.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { printedByAsync } from '../../support/step-output.ts';

const before = { ...process.env };
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const home = freshFolder();
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAOFTHETEST', AWS_SECRET_ACCESS_KEY: 'secret-key-of-the-test' };
  Object.assign(process.env, { HOME: home, USERPROFILE: home, ...keys });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const ROLE = { arn: 'arn:aws:iam::222222222222:role/ci', sessionName: 's1', externalId: undefined, from: 'the input' };
const WITH_ROLE = { kind: 'source', source: { kind: 'default-chain' }, role: ROLE } as const;

/** The token that a call gives, or what its message says. The SDK and the action see the variables of this process. */
async function fetchToken(variables: Record<string, string>, identity?: typeof WITH_ROLE) {
  Object.assign(process.env, variables);
  const machine = sampleMachine({ environment: process.env as Environment });
  const { result } = await printedByAsync(() =>
    openCodeArtifact(machine)
      .fetchToken(sampleRequest(identity && { identity }))
      .catch((error: unknown) => {
        expect(error).toBeInstanceOf(Problems);
        return (error as Problems).message;
      }),
  );
  return result;
}

/** What comes of an answer to the call for a token. */
async function tokenFrom(answer: Parameters<typeof serveRaw>[0]) {
  await using server = await serveRaw(answer);
  const result = await fetchToken({ AWS_ENDPOINT_URL_CODEARTIFACT: server.url });
  return { result, sent: server.sent() };
}

const soon = () => Math.floor(Date.now() / 1000) + 3600;
const answer = (expiration: unknown, authorizationToken: unknown = 'token-of-the-test') =>
  reply(200, JSON.stringify({ authorizationToken, expiration }), { 'content-type': 'application/json' });

test('the token, with its end', async () => {
  const expiration = soon();
  expect((await tokenFrom(answer(expiration))).result).toEqual({
    value: 'token-of-the-test',
    expiration: new Date(expiration * 1000),
  });
});

describe('a token', () => {
  test.each([
    ['that ends beyond all dates', 1e300, 'a token that has no time of expiry'],
    ['that ends after the year 9999', 253_402_300_800, 'a token that has no time of expiry'],
    ['that ends at no time', undefined, 'a token that has no time of expiry'],
    ['that ends at nothing', null, 'a token that has no time of expiry'],
    ['that has ended', 1_000_000_000, 'a token that ended at 2001-09-09T01:46:40.000Z. Is the clock of this machine'],
    ['that ended before all dates', -1e300, 'a token that has no time of expiry'],
    ['that ends at a word', 'NaN', 'This answer does not come from AWS'],
    ['that ends at a text', '2099-01-01T00:00:00Z', 'This answer does not come from AWS'],
    ['that ends at an object', {}, 'This answer does not come from AWS'],
  ])('%s is refused', async (_, expiration, says) => {
    expect((await tokenFrom(answer(expiration))).result).toContain(says);
  });

  test('up to the end of the year 9999 is none of our business', async () => {
    expect((await tokenFrom(answer(253_402_300_799))).result).toMatchObject({ value: 'token-of-the-test' });
  });

  test.each([
    ['', 'with a token of an unknown form.'],
    ['with blanks', 'with a token of an unknown form.'],
    ['a'.repeat(16_385), 'with a token of an unknown form.'],
    [7, 'without a token.'],
    [null, 'without a token.'],
    [{ a: 1 }, 'without a token.'],
  ])('%j is none', async (token, says) => {
    expect((await tokenFrom(answer(soon(), token))).result).toContain(`AWS answered ${says}`);
  });
});

describe('the time of all calls together', () => {
  /** A deadline that is over soon. */
  const shorten = (milliseconds: number) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(milliseconds));
  };

  test.each<[string, Record<string, string>, typeof WITH_ROLE | undefined, RegExp]>([
    ['CodeArtifact', { AWS_ENDPOINT_URL_CODEARTIFACT: 'SILENT' }, undefined, /waited 1 s for CodeArtifact\. Check/],
    ['STS', { AWS_ENDPOINT_URL_STS: 'SILENT' }, WITH_ROLE, /waited 1 s for STS \(the role\)\. Check/],
  ])('%s that says nothing is named', async (_, variables, identity, says) => {
    await using silent = await serveRaw(() => {});
    // The SDK goes on trying where nobody waits any more.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    shorten(600);
    const named = Object.entries(variables).map(([name, value]) => [name, value.replace('SILENT', silent.url)]);
    const result = await fetchToken(Object.fromEntries(named), identity);
    expect(result).toMatch(/: the time of the step, 1 s, was over after it had waited 1 s for /);
    expect(result).toMatch(says);
  });

  test('is over for all, also for those whose call was not made yet', async () => {
    shorten(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { fetchToken: fetch } = openCodeArtifact(sampleMachine({ environment: process.env as Environment }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(fetch(sampleRequest())).rejects.toThrow(
      /after it had waited for the calls for other repositories\. Check/,
    );
  });
});

describe('an answer that is none', () => {
  test.each(ENDLESS)('%s, without end: a message, soon', async (_, act, error) => {
    const { result, sent } = await tokenFrom(act);
    expect(result).toMatch(error);
    expect(result).toContain('This answer does not come from AWS');
    expect(sent).toBeLessThan(60 * 1024 * 1024);
  });

  test.each([
    ['a page', reply(200, '<html>')],
    ['null', reply(200, 'null')],
    ['brackets', reply(200, '['.repeat(100_000))],
    ['gzip', reply(200, Buffer.from([0x1f, 0x8b, 8, 0]), { 'content-encoding': 'gzip' })],
    ['a redirect', reply(302, '', { location: 'http://127.0.0.1:9/' })],
    ['another protocol', (socket: { end(text: string): unknown }) => void socket.end('SSH-2.0-x\r\n')],
  ])('%s', async (_, act) => {
    expect((await tokenFrom(act)).result).toContain('This answer does not come from AWS');
  });

  test('a message that is no text, or of many', async () => {
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
    const odd = await tokenFrom(reply(403, '{"message":{"a":1}}', headers));
    expect(odd.result).toContain('AccessDenied');
    const long = await tokenFrom(reply(403, JSON.stringify({ message: 'word '.repeat(40_000) }), headers));
    expect((long.result as string).length).toBeLessThan(2_000);
  });
});

describe('answers of STS', () => {
  const credentials = (expiration: string) =>
    '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAX</AccessKeyId>' +
    '<SecretAccessKey>secret-of-sts</SecretAccessKey><SessionToken>session-of-sts</SessionToken>' +
    `<Expiration>${expiration}</Expiration></Credentials>` +
    '</AssumeRoleResult></AssumeRoleResponse>';
  const xml = { 'content-type': 'text/xml' };

  test.each<readonly [string, Parameters<typeof serveRaw>[0], RegExp]>([
    ...ENDLESS,
    ['elements in each other', reply(200, '<a>'.repeat(30_000), xml), /RangeError|XML parse error/],
    ['a page', reply(200, '<html></html>', xml), /Invalid response from STS/],
    ['half a page', reply(200, '<html>', xml), /XML parse error/],
    ['nothing', reply(200), /Invalid response from STS/],
    ['an end at no time', reply(200, credentials('never'), xml), /Invalid RFC3339 timestamp/],
    ['a redirect', reply(302, '', { location: 'http://127.0.0.1:9/' }), /Unknown \(302\)/],
  ])('%s: a message, soon', async (_, act, says) => {
    await using sts = await serveRaw(act);
    const result = await fetchToken({ AWS_ENDPOINT_URL_STS: sts.url }, WITH_ROLE);
    expect(result).toMatch(says);
    expect(result).toContain('This answer does not come from AWS');
  });

  test('a session that has ended is for CodeArtifact to judge', async () => {
    await using sts = await serveRaw(reply(200, credentials('2001-01-01T00:00:00Z'), xml));
    await using codeartifact = await serveRaw(reply(403, '{}', { 'x-amzn-errortype': 'ExpiredTokenException' }));
    const endpoints = { AWS_ENDPOINT_URL_STS: sts.url, AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url };
    expect(await fetchToken(endpoints, WITH_ROLE)).toContain('These credentials have expired');
    expect(sts.requests).toHaveLength(1);
  });
});
