import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, createAuthority } from '../../../sandbox/aws/certificates.ts';
import { addressOf, closeUnused, dial, openEarly, useEarly } from '../../../src/machine/early-connections.ts';
import { freshFolder } from '../../support/fresh-folder.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority(freshFolder());
});
afterEach(closeUnused);

/** A server that counts its connections, and the bytes that each brought before TLS took them. */
async function serve(
  onSecure: (socket: Socket) => void = (socket) => void socket.once('data', () => socket.write(ANSWER)),
) {
  const secureContext = await authority.contextFor('localhost');
  const tls = createTlsServer({ SNICallback: (_, done) => done(null, secureContext) }, (socket) => {
    socket.on('error', () => {});
    onSecure(socket);
  });
  const accepted: Socket[] = [];
  const server: Server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    tls.emit('connection', socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: { host: 'localhost', port },
    accepted,
    tls,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
    [Symbol.asyncDispose]: async () => {
      for (const socket of accepted) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newAgent(options: AgentOptions = { rejectUnauthorized: false }, environment = {}): Agent {
  const agent = new Agent({ keepAlive: true, ...options });
  useEarly(agent, environment);
  return agent;
}

/** The body of the answer, or what became of the request. */
function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    httpsRequest({ host: 'localhost', port, agent }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });
}

/** Long enough for what is not to come. */
const turn = (milliseconds = 100) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn(5);
}

describe('a connection that was dialled', () => {
  test('brings no byte, and serves the first request to its address', async () => {
    await using server = await serve();
    dial([server.address, server.address], {});
    await until(() => server.accepted.length > 0);
    await turn();
    expect(server.accepted.map(({ bytesRead }) => bytesRead)).toEqual([0]);
    const own = newAgent();
    expect(await Promise.all([ask(server.port, own), ask(server.port, own)])).toEqual(['ok', 'ok']);
    expect(server.accepted).toHaveLength(2);
  });

  test('that does not stand yet is waited for', async () => {
    await using server = await serve();
    dial([server.address], {});
    expect(await ask(server.port, newAgent())).toBe('ok');
    expect(server.accepted).toHaveLength(1);
  });

  test('and that the server has closed since is replaced', async () => {
    await using server = await serve();
    dial([server.address], {});
    await until(() => server.accepted.length > 0);
    server.accepted[0]?.destroy();
    await turn();
    expect(await ask(server.port, newAgent())).toBe('ok');
    expect(server.accepted).toHaveLength(2);
  });

  test('to a host that refuses: the request fails as it would without', async () => {
    const server = await serve();
    await server.stop();
    expect(await ask(server.port, newAgent())).toBe('ECONNREFUSED');
    dial([server.address], {});
    expect(await ask(server.port, newAgent())).toBe('ECONNREFUSED');
  });

  test('is for https:// only, and has the host and port of its URL', () => {
    expect(addressOf('https://sts.us-east-1.amazonaws.com')).toEqual({
      host: 'sts.us-east-1.amazonaws.com',
      port: 443,
    });
    expect(addressOf('https://[::1]:8443/a?b')).toEqual({ host: '::1', port: 8443 });
    expect(['http://127.0.0.1:80', 'ftp://a', 'nothing', '', undefined].map(addressOf)).toEqual(
      Array(5).fill(undefined),
    );
  });

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('there is none with %s', async (name) => {
    await using server = await serve();
    dial([server.address], { [name]: 'http://127.0.0.1:9', NO_PROXY: '*' });
    await turn();
    expect(server.accepted).toEqual([]);
  });
});

describe('a connection that was opened for an agent', () => {
  test('has greeted before the request comes, which takes it; the next request has its own', async () => {
    const greeted: Socket[] = [];
    await using server = await serve((socket) => {
      greeted.push(socket);
      socket.once('data', () => socket.write(ANSWER));
    });
    const own = newAgent();
    dial([server.address], {});
    openEarly(own, server.address);
    await until(() => greeted.length > 0);
    expect([server.accepted.length, greeted.length]).toEqual([1, 1]);
    expect(greeted[0]?.bytesRead).toBe(0);
    expect(await Promise.all([ask(server.port, own), ask(server.port, own)])).toEqual(['ok', 'ok']);
    expect(server.accepted).toHaveLength(2);
  });

  test('is one for each time, and ten at most', async () => {
    await using server = await serve();
    const own = newAgent();
    for (let time = 0; time < 12; time += 1) openEarly(own, server.address);
    await until(() => server.accepted.length >= 10);
    await turn();
    expect(server.accepted).toHaveLength(10);
  });

  test.each([
    ['ended', (socket: Socket) => void socket.end()],
    ['broken off', (socket: Socket) => void socket.destroy()],
    ['used to say something unasked', (socket: Socket) => void socket.write('HTTP/1.1 408 Timeout\r\n\r\n')],
  ])('and that the server has %s is replaced', async (_, treat) => {
    let treated = 0;
    await using server = await serve((socket) => {
      treated += 1;
      if (treated === 1) treat(socket);
      else socket.once('data', () => socket.write(ANSWER));
    });
    const own = newAgent();
    openEarly(own, server.address);
    await until(() => treated > 0);
    await turn();
    expect(await ask(server.port, own)).toBe('ok');
    expect(server.accepted).toHaveLength(2);
  });

  test('trusts what its agent trusts: a request hears of a certificate that is not known', async () => {
    await using server = await serve();
    const strict = newAgent({});
    openEarly(strict, server.address);
    await turn(100);
    expect(await ask(server.port, strict)).toMatch(/CERT|SIGNATURE/);
    openEarly(strict, server.address);
    expect(await ask(server.port, strict)).toMatch(/CERT|SIGNATURE/);
    // And what another agent does not verify is no way around that.
    openEarly(newAgent(), server.address);
    await turn(100);
    expect(await ask(server.port, strict)).toMatch(/CERT|SIGNATURE/);
  });

  test('greets as an agent does by itself', async () => {
    const greetings: Buffer[] = [];
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (bytes: Buffer) => {
          greetings.push(bytes);
          socket.destroy();
        });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await ask(port, newAgent());
    openEarly(newAgent(), { host: 'localhost', port });
    await until(() => greetings.length === 2);
    server.close();
    // All but the random, the session and the keys: the lengths, and the name of the host.
    const [plain, early] = greetings.map((bytes) => [
      bytes.length,
      bytes.includes('localhost'),
      bytes.includes('http/1.1'),
    ]);
    expect(early).toEqual(plain);
  });

  test('there is none with a proxy, which the request goes through', async () => {
    await using server = await serve();
    await using proxy = await serve();
    const own = newAgent({ proxyEnv: { HTTPS_PROXY: `http://localhost:${proxy.port}` } }, { HTTPS_PROXY: 'set' });
    openEarly(own, server.address);
    await turn();
    expect(server.accepted).toEqual([]);
    void ask(server.port, own);
    await until(() => proxy.accepted.length > 0);
    expect([server.accepted.length, proxy.accepted.length]).toEqual([0, 1]);
  });
});

test('a process ends at once, whatever was opened and not used', async () => {
  await using server = await serve();
  const module = JSON.stringify(fileURLToPath(new URL('../../../src/machine/early-connections.ts', import.meta.url)));
  const script = `
    const { Agent } = await import('node:https');
    const { closeUnused, dial, openEarly, useEarly } = await import(${module});
    const agent = new Agent();
    useEarly(agent, {});
    const address = { host: 'localhost', port: ${server.port} };
    // 192.0.2.0/24 is nobody's (RFC 5737): the packet is lost, and the connection stays half open.
    dial([address, { host: '192.0.2.1', port: 443 }], {});
    openEarly(agent, address);
    openEarly(agent, { host: '192.0.2.1', port: 443 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    closeUnused();
    const closed = performance.now();
    process.on('exit', () => console.log(performance.now() - closed));`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    { encoding: 'utf8', timeout: 20_000, env: {} },
  );
  expect(status).toBe(0);
  expect(Number(stdout)).toBeLessThan(1_000);
});
