import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { describeClaims, fetchOidcToken, OidcFailure } from '../../../src/github/oidc-token.ts';
import { printedByAsync } from '../../support/step-output.ts';

describe('a token that GitHub does not give at once', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  });

  /** Asks at a port, without waits. @returns what came of it, and how often it waited */
  async function askAt(port: number): Promise<{ readonly result: unknown; readonly waits: number }> {
    process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `http://127.0.0.1:${port}/?x=y`;
    process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'bearer-of-the-test';
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    const { result } = await printedByAsync(() => fetchOidcToken('audience').catch((error: unknown) => error));
    return { result, waits: random.mock.calls.length };
  }

  async function serve(listener: RequestListener): Promise<AsyncDisposable & { readonly port: number }> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      port,
      [Symbol.asyncDispose]: async () => {
        server.close();
        await once(server, 'close');
      },
    };
  }

  test.each([40_799, 40_899])('is asked for five times where nothing listens at port %i', async (port) => {
    const { result, waits } = await askAt(port);
    expect(result).toBeInstanceOf(OidcFailure);
    expect(result).toMatchObject({ refused: false, message: expect.stringContaining('ECONNREFUSED') });
    expect(waits).toBe(4);
  });

  test.each([
    [500, false, 4],
    [429, false, 4],
    [403, true, 0],
    [400, true, 0],
    [407, true, 0],
  ])('%i: refused %p, after %i waits', async (status, refused, waits) => {
    await using server = await serve((_, response) => response.writeHead(status).end('{}'));
    expect(await askAt(server.port)).toMatchObject({ result: { refused }, waits });
  });

  test('comes after trouble', async () => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 500 : 200).end(JSON.stringify({ value: 'the-token-of-github' }));
    });
    expect(await askAt(server.port)).toEqual({ result: 'the-token-of-github', waits: 2 });
  });
});

test('what AWS compares with a trust policy, of a token; nothing of what is none', () => {
  const claims = { sub: 'repo:acme/widgets:ref:refs/heads/main', aud: 'sts.amazonaws.com', jti: 'not-told' };
  const token = ['head', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');
  expect(describeClaims(token)).toBe(
    'the token says sub repo:acme/widgets:ref:refs/heads/main and aud sts.amazonaws.com',
  );
  for (const text of ['', 'token', 'a.b.c', 'a..c']) expect(describeClaims(text)).toBe('');
});
