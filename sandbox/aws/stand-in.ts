import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from './certificates.ts';
import type { Call } from './exchange.ts';
import type { Fault } from './faults.ts';
import { createFrontDoor } from './front-door.ts';
import { type Connect, startProxy } from './proxy.ts';
import { createState } from './state.ts';
import type { World } from './world.ts';

/** Options of a stand-in. */
export interface StandInOptions {
  /** Folder for `ca.pem`; by default a new temporary one, which `close` removes. */
  folder?: string;
  /** Credentials that the proxy asks for; none by default. */
  proxyCredentials?: { user: string; password: string };
}

/** A stand-in for AWS and GitHub's OIDC endpoint, running on this machine. */
export interface StandIn extends AsyncDisposable {
  /** For `HTTPS_PROXY`: behind it, the stand-in serves all real host names. */
  proxyUrl: string;
  /** The port of 127.0.0.1 that serves those names, for a client without a proxy. */
  securePort: number;
  /** PEM of the authority that certifies those names. */
  caFile: string;
  /** The APIs in plain HTTP, for `AWS_ENDPOINT_URL_CODEARTIFACT` and `AWS_ENDPOINT_URL_STS`; no trailing slash. */
  httpUrl: string;
  /** For `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  oidc: { requestUrl: string; requestToken: string };
  /** The caller's world. It may change at any time. */
  world: World;
  /** Every request to any service, in order of arrival. */
  calls: Call[];
  /** Every request to the proxy. */
  connects: Connect[];
  /** Makes something go wrong. @returns a function that ends it */
  fault(fault: Fault): () => void;
  /** Ends all authorization tokens issued so far. */
  expireTokens(): void;
  /** Sets the clock of tokens and temporary keys forward, by seconds. */
  advance(seconds: number): void;
  /** Variables that make Node, pip, requests, botocore and OpenSSL clients go through the proxy and trust it. */
  clientEnvironment(): Record<string, string>;
  close(): Promise<void>;
}

/** Starts the servers and the proxy on free ports of 127.0.0.1. */
export async function startStandIn(world: World, options: StandInOptions = {}): Promise<StandIn> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'stand-in-')));
  const authority = await createAuthority(folder);
  const state = createState(world);
  const door = createFrontDoor(state);

  const secure = createHttpsServer(
    {
      ALPNProtocols: ['http/1.1'],
      SNICallback: (host, done) => {
        authority.contextFor(host).then((context) => done(null, context), done);
      },
    },
    door.listener as RequestListener,
  );
  const plain = createHttpServer(door.listener);
  const [{ port: securePort, shut: shutSecure }, { port: plainPort, shut: shutPlain }] = await Promise.all([
    listen(secure),
    listen(plain),
  ]);
  const publicHosts = (world.publicIndexes ?? []).map((index) => index.host);
  const proxy = await startProxy({
    port: securePort,
    hosts: ['*.amazonaws.com', '*.on.aws', '*.api.aws', '*.actions.githubusercontent.com', ...publicHosts],
    ...(options.proxyCredentials && { credentials: options.proxyCredentials }),
  });

  const close = async () => {
    await Promise.all([proxy.close(), shutSecure(), shutPlain()]);
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  return {
    proxyUrl: proxy.url,
    securePort,
    caFile: authority.file,
    httpUrl: `http://127.0.0.1:${plainPort}`,
    oidc: door.oidc,
    world,
    calls: door.calls,
    connects: proxy.connects,
    fault: door.addFault,
    expireTokens() {
      for (const token of state.tokens.values()) token.expires = Math.min(token.expires, state.now());
    },
    advance: (seconds) => state.advance(seconds * 1000),
    clientEnvironment: () => ({
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authority.file,
      SSL_CERT_FILE: authority.file,
      PIP_CERT: authority.file,
      REQUESTS_CA_BUNDLE: authority.file,
      AWS_CA_BUNDLE: authority.file,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Gives the port, and what ends the server with its connections. */
function listen(server: Server): Promise<{ port: number; shut: () => Promise<void> }> {
  // A server of Node's knows those alone whose TLS stands, and waits for the others for two minutes.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, shut }));
  });
}
