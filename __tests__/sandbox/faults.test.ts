import { describe, expect, test } from '@jest/globals';
import { getToken, handler, refusalOf, standIn, user, useSmallWorld } from './small-world.ts';
import { send } from './through-proxy.ts';

useSmallWorld();

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
    const requestHandler = { ...handler(), requestTimeout: 300, throwOnRequestTimeout: true };
    const { name } = await refusalOf(getToken({}, user, 'us-east-1', { requestHandler, maxAttempts: 1 }));
    expect(name).toBe('TimeoutError');
    expect(standIn.calls.map((call) => call.status)).toEqual([undefined]);
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
