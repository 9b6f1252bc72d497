/** GitHub's token endpoint where it says nothing, for as long as it may. */
import { expect, jest, test } from '@jest/globals';
import { fetchOidcToken } from '../../src/github/oidc-token.ts';
import { serveRaw } from '../support/raw-server.ts';

test('a server that falls silent before its answer, in its header or in its body has 10 s (10 s)', async () => {
  const beginnings = ['', 'HTTP/1.1 200 OK\r\nx: ', 'HTTP/1.1 200 OK\r\n\r\n{'];
  const started = performance.now();
  const ends = beginnings.map(async (beginning) => {
    // Only once; then nothing listens any more, which ends the attempts.
    const server = await serveRaw((socket) => {
      socket.write(beginning);
      server.stop();
    });
    const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: server.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer' };
    const message = await fetchOidcToken('x', environment).catch((error: Error) => error.message);
    await server[Symbol.asyncDispose]();
    return message;
  });
  jest.spyOn(Math, 'random').mockReturnValue(0);
  for (const message of await Promise.all(ends)) expect(message).toMatch(/ECONNREFUSED.* \(5 attempts in 1\d s\)$/);
  expect(performance.now() - started).toBeLessThan(14_000);
}, 20_000);
