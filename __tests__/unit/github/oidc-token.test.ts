import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createAuthority } from '../../../sandbox/aws/certificates.ts';
import { fetchOidcToken, OidcFailure, type OidcReason } from '../../../src/github/oidc-token.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { ENDLESS, reply, serveRaw } from '../../support/raw-server.ts';
import { printedByAsync } from '../../support/step-output.ts';

const BEARER = 'bearer-of-the-test';

afterEach(() => void jest.restoreAllMocks());

/** Asks at an address, without waits between the attempts. @returns what came of it, and how often it waited */
async function askAt(address: string, more: Record<string, string> = {}) {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0);
  const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER, ...more };
  const ask = () => fetchOidcToken('an audience/&', environment).catch((error: unknown) => error);
  const { result, masks } = await printedByAsync(ask);
  return { result, masks, waits: random.mock.calls.length };
}

async function serve(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const failure = (reason: OidcReason, message: unknown) => ({ result: { name: 'OidcFailure', reason, message } });

describe('the request', () => {
  test('has the audience behind what the address says, and the bearer; the token is masked', async () => {
    const seen: IncomingMessage[] = [];
    await using server = await serve((request, response) => {
      seen.push(request);
      response.end(JSON.stringify({ count: 1, value: 'the-token-of-github' }));
    });
    const { result, masks } = await askAt(`${server.url}/token?api-version=2.0&x=%20y`);
    expect(result).toBe('the-token-of-github');
    expect(masks).toContain('the-token-of-github');
    expect(seen.map(({ method, url }) => [method, url])).toEqual([
      ['GET', '/token?api-version=2.0&x=%20y&audience=an%20audience%2F%26'],
    ]);
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${BEARER}`, accept: 'application/json' });
    await askAt(`${server.url}/token`);
    expect(seen[1]?.url).toBe('/token?audience=an%20audience%2F%26');
  });

  test.each([301, 302, 303, 307, 308])('%i: nobody else gets the bearer', async (status) => {
    const stranger: IncomingMessage[] = [];
    await using other = await serve((request, response) => {
      stranger.push(request);
      response.end(JSON.stringify({ value: 'the-token-of-a-stranger' }));
    });
    await using server = await serve((_, response) =>
      response.writeHead(status, { location: `${other.url.replace('127.0.0.1', 'localhost')}/` }).end(),
    );
    expect(await askAt(server.url)).toMatchObject({ ...failure('trouble', `it answered ${status}`), waits: 0 });
    expect(stranger).toEqual([]);
  });

  test('goes through the proxy of the variables', async () => {
    await using proxy = await serveRaw(reply(403));
    const { result } = await askAt('https://x.actions.githubusercontent.com/?a=b', { https_proxy: proxy.url });
    expect(proxy.requests[0]).toMatch(/^CONNECT x\.actions\.githubusercontent\.com:443 /);
    expect(proxy.requests.join()).not.toContain(BEARER);
    expect((result as Error).message).toMatch(
      /^Failed to establish tunnel .*403 X \(ERR_PROXY_TUNNEL\) \(5 attempts in/,
    );
  });

  test.each([
    ['a password is asked for', 407, 'proxy-password', 0],
    ['the proxy has none', 403, 'trouble', 4],
  ] as const)('through a proxy, %s: %i', async (_, status, reason, waits) => {
    await using proxy = await serveRaw(reply(status));
    const answer = await askAt('https://port407.example.com:407/?a=b', { https_proxy: proxy.url });
    expect(answer).toMatchObject({ ...failure(reason, expect.stringMatching(`${status} X`)), waits });
  });

  test('does not go to a host that nobody vouches for', async () => {
    const authority = await createAuthority(freshFolder());
    let asked = 0;
    const server = createSecureServer({
      SNICallback: (host, done) => void authority.contextFor(host).then((context) => done(null, context), done),
    });
    server.on('request', () => {
      asked += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await askAt(`https://localhost:${(server.address() as AddressInfo).port}/?a=b`);
    expect(answer).toMatchObject({ ...failure('certificate', expect.stringMatching(/certificate/)), waits: 0 });
    expect(asked).toBe(0);
    server.close();
  });

  test.each(['', 'nowhere', 'ftp://example.com/?a=b'])('needs an address: %j is none', async (address) => {
    expect(await askAt(address)).toMatchObject(
      failure('refused', 'the variable ACTIONS_ID_TOKEN_REQUEST_URL holds no address'),
    );
  });
});

describe('a token that GitHub does not give at once', () => {
  test.each([407, 40_799, 40_899])('is asked for five times where nothing listens at port %i', async (port) => {
    const { result, waits } = await askAt(`http://127.0.0.1:${port}/?x=y`);
    expect(result).toBeInstanceOf(OidcFailure);
    expect(result).toMatchObject({
      reason: 'trouble',
      message: expect.stringMatching(`^connect ECONNREFUSED 127.0.0.1:${port} \\(5 attempts in \\d+ s\\)$`),
    });
    expect(waits).toBe(4);
  });

  test.each([
    [500, 'trouble', 4],
    [503, 'trouble', 4],
    [429, 'trouble', 4],
    [408, 'trouble', 4],
    [403, 'refused', 0],
    [401, 'refused', 0],
    [400, 'refused', 0],
    [407, 'proxy-password', 0],
    [204, 'trouble', 0],
  ] as const)('%i: %s, after %i waits', async (status, reason, waits) => {
    await using server = await serve((_, response) => response.writeHead(status).end());
    const message = expect.stringMatching(`^it answered ${status}${waits > 0 ? ' \\(5 attempts in \\d+ s\\)' : ''}$`);
    expect(await askAt(server.url)).toMatchObject({ ...failure(reason, message), waits });
  });

  test('comes after trouble', async () => {
    let asked = 0;
    await using server = await serve((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.writeHead(asked < 4 ? 500 : 200).end(JSON.stringify({ value: 'the-token-of-github' }));
    });
    expect(await askAt(server.url)).toMatchObject({ result: 'the-token-of-github', waits: 3 });
  });

  test.each(['', '{}', 'null', '[1]', '<html>', '{"value":""}', '{"value":7}', '{"value":{"a":1}}', '\u001f\u008b'])(
    'is not in %j',
    async (body) => {
      await using server = await serve((_, response) => response.end(body));
      const message = expect.stringMatching(/^its answer holds no token \(5 attempts in \d+ s\)$/);
      expect(await askAt(server.url)).toMatchObject(failure('trouble', message));
    },
  );
});

describe("GitHub's own words", () => {
  test.each([
    [
      '{"message":"Resource not accessible by integration","typeName":"X"}',
      ' (Resource not accessible by integration)',
    ],
    ['no such\r\n::error::pool', ' (no such ::error::pool)'],
    ['<html>403</html>', ''],
    ['{"error":"x"}', ''],
    [`{"message":"${'long '.repeat(60)}"}`, ''],
    [`{"message":"${'aB3d'.repeat(50)}"}`, ''],
  ])('%j', async (body, words) => {
    await using server = await serve((_, response) => response.writeHead(403).end(body));
    expect(await askAt(server.url)).toMatchObject(failure('refused', `it answered 403${words}`));
  });
});

describe('an answer without end', () => {
  test.each(ENDLESS)('%s: a message, soon', async (_, answer, error) => {
    await using server = await serveRaw(answer);
    expect(await askAt(server.url)).toMatchObject(failure('trouble', expect.stringMatching(error)));
    expect(server.sent()).toBeLessThan(60 * 1024 * 1024);
  });
});
