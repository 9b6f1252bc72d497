import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { describe, expect, test } from '@jest/globals';
import { openAgents, REQUEST_TIMEOUT } from '../../../src/machine/agents.ts';
import { flood, serveRaw } from '../../support/raw-server.ts';

/** What becomes of a request through the proxy of a variable. */
async function askThrough(proxy: string): Promise<string> {
  const { httpsAgent } = openAgents({ https_proxy: proxy });
  const request = httpsRequest('https://sts.us-east-1.amazonaws.com/', { agent: httpsAgent });
  const [error] = await once(request.end(), 'error');
  return `${error.name}: ${error.message}`;
}

describe('a proxy that answers CONNECT', () => {
  test('with a header without end', async () => {
    await using proxy = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      flood(socket, 'a'.repeat(10_000));
    });
    expect(await askThrough(proxy.url)).toBe('AnswerTooLarge: the answer has more than 256 KiB');
    expect(proxy.sent()).toBeLessThan(20 * 1024 * 1024);
  });

  test('in a hundred pieces: none of them costs more than the one before', async () => {
    const pieces = [...'HTTP/1.1 502 Bad\r\nx: ', ...'a'.repeat(80), '\r\n\r\n'];
    await using proxy = await serveRaw((socket) => {
      socket.setNoDelay(true);
      const timer = setInterval(() => {
        const piece = pieces.shift();
        if (piece === undefined) clearInterval(timer);
        else socket.write(piece);
      }, 2);
    });
    expect(await askThrough(proxy.url)).toMatch(/^Error: Failed to establish tunnel to sts.*: HTTP\/1\.1 502 Bad$/);
    expect(pieces).toEqual([]);
  }, 10_000);

  test('with a refusal, and goes on talking: nothing is left that would end the process', async () => {
    const thrown: unknown[] = [];
    const note = (error: unknown) => thrown.push(error);
    process.on('uncaughtException', note);
    await using proxy = await serveRaw((socket) => {
      socket.write('HTTP/1.1 500 No\r\n\r\n');
      flood(socket, 'a'.repeat(10_000));
    });
    expect(await askThrough(proxy.url)).toContain('500 No');
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.off('uncaughtException', note);
    expect(thrown).toEqual([]);
  });
});

describe('a server', () => {
  test('serves many requests on one connection, each of which may bring as much as another', async () => {
    const body = 'a'.repeat(200_000);
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`;
    await using server = await serveRaw((socket) => {
      socket.write(head + body);
      socket.on('data', () => socket.write(head + body));
    });
    const { httpAgent } = openAgents({});
    for (let time = 0; time < 6; time += 1) {
      const [response] = await once(httpRequest(server.url, { agent: httpAgent }).end(), 'response');
      let bytes = 0;
      for await (const piece of response) bytes += piece.length;
      expect(bytes).toBe(body.length);
      await new Promise(setImmediate);
    }
    expect(server.requests).toHaveLength(1);
    httpAgent.destroy();
  });
});

test('the agents get the proxy variables and no others, and what is trusted', () => {
  const environment = {
    https_proxy: 'http://a:1',
    HTTP_PROXY: 'http://b:2',
    NO_PROXY: 'c',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const { httpsAgent, httpAgent } = openAgents(environment, { ca: ['one'] });
  for (const agent of [httpsAgent, httpAgent]) {
    const { options } = agent as typeof httpsAgent;
    expect(options).toMatchObject({ keepAlive: true, timeout: REQUEST_TIMEOUT });
    expect(options.proxyEnv).toEqual({ https_proxy: 'http://a:1', HTTP_PROXY: 'http://b:2', NO_PROXY: 'c' });
  }
  expect(httpsAgent.options.ca).toEqual(['one']);
  expect(openAgents({}).httpsAgent.options.ca).toBeUndefined();
});

test('with NODE_DEBUG Node prints what its agents were given: no variable but those of proxies', () => {
  const agents = new URL('../../../src/machine/agents.ts', import.meta.url).href;
  const script = `
    import { get } from 'node:http';
    const { openAgents } = await import(${JSON.stringify(agents)});
    get('http://127.0.0.1:9/', { agent: openAgents(process.env).httpAgent }).on('error', () => {});`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { NODE_DEBUG: 'http,https,net', SECRET: 'secret-of-the-job', NO_PROXY: '127.0.0.1' },
    encoding: 'utf8',
  });
  expect(stderr).toContain("NO_PROXY: '127.0.0.1'");
  expect(stderr).not.toContain('secret-of-the-job');
});
