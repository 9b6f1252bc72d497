import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { basicCredentials } from './exchange.ts';
import { fits } from './world.ts';

/** The record of a request to the proxy. */
export interface Connect {
  /** `host:port`; for a request that is no CONNECT, its whole URL. */
  target: string;
  /** Whether its credentials are right, or none are needed. */
  authorized: boolean;
  /** Status of the answer. */
  status: number;
}

/** A proxy that runs. */
export interface Proxy {
  /** For `HTTPS_PROXY`, with the credentials that it asks for. */
  url: string;
  connects: Connect[];
  close(): Promise<void>;
}

/**
 * Starts an HTTP proxy on 127.0.0.1. It does CONNECT only, and only to port 443 of `hosts` (`*` stands for any
 * characters). All of them lead to `port` on this machine, so nothing leaves it.
 */
export async function startProxy(options: {
  port: number;
  hosts: string[];
  credentials?: { user: string; password: string };
}): Promise<Proxy> {
  const { port, hosts, credentials } = options;
  const expected = credentials && `${credentials.user}:${credentials.password}`;
  const connects: Connect[] = [];
  const sockets = new Set<Duplex>();
  const track = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // The other side may go at any time.
  };

  const judge = (request: IncomingMessage, target: string): number => {
    const authorized = expected === undefined || basicCredentials(request.headers['proxy-authorization']) === expected;
    const host = /^([^:/]+):443$/.exec(target)?.[1]?.toLowerCase();
    const allowed = request.method === 'CONNECT' && host !== undefined && hosts.some((each) => fits(each, host));
    const status = authorized ? (allowed ? 200 : 403) : 407;
    connects.push({ target, authorized, status });
    return status;
  };

  const server = createServer((request, response) => {
    const status = judge(request, request.url ?? '');
    response.writeHead(status, status === 407 ? { 'proxy-authenticate': 'Basic realm="sandbox"' } : {});
    response.end('This proxy leads to the stand-in only.\n');
  });
  server.on('connection', track);
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const status = judge(request, request.url ?? '');
    if (status !== 200) {
      const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="sandbox"\r\n' : '';
      const reason = status === 407 ? 'Proxy Authentication Required' : 'Forbidden';
      client.end(`HTTP/1.1 ${status} ${reason}\r\n${challenge}Content-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const upstream: Socket = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.setNoDelay(true);
    track(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const userinfo = credentials
    ? `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`
    : '';
  return {
    url: `http://${userinfo}127.0.0.1:${(server.address() as AddressInfo).port}`,
    connects,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
