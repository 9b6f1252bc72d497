/**
 * Connections that are opened before a request needs them, so that their round trips pass while code is loaded: the
 * edge to them. A wrong guess costs a connection that nobody uses. Whatever becomes of an early connection, a request
 * that finds none that stands opens its own, and fails as if there had never been an early one.
 *
 * Where a variable names a proxy there are none, whatever `NO_PROXY` says: it is the proxy that opens connections then.
 */
import type { Agent, RequestOptions } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { Environment } from './machine.ts';

/** Where a connection leads. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Hosts that are dialled, and connections with TLS to one address; more are opened when they are needed. */
const MOST = 10;

/** The variables that name a proxy to Node's agents. */
export const PROXIES = ['http_proxy', 'https_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Connections without a byte on them, by address. */
const bare = new Map<string, Socket[]>();

/** How an agent opens a connection with TLS in advance. */
const openers = new WeakMap<Agent, (address: Endpoint) => void>();

/** Every early connection that no request has. */
const unused = new Set<Duplex>();

/** @returns where an `https://` URL leads; undefined for any other text */
export function addressOf(url: string | undefined): Endpoint | undefined {
  const { protocol, hostname, port } = URL.parse(url ?? '') ?? {};
  if (protocol !== 'https:' || !hostname) return undefined;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 443) };
}

/** Opens a TCP connection to each address, once, and sends nothing over it: not even the greeting of TLS. */
export function dial(addresses: readonly Endpoint[], environment: Environment): void {
  if (usesProxy(environment)) return;
  for (const address of addresses.slice(0, MOST)) {
    if (bare.has(keyOf(address))) continue;
    const socket = connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: 1_000 });
    bare.set(keyOf(address), [keep(socket)]);
  }
}

/** Makes an agent use early connections. */
export function useEarly(agent: Agent, environment: Environment): void {
  if (usesProxy(environment)) return;
  const plain = agent.createConnection.bind(agent);
  const secured = new Map<string, Promise<Duplex | undefined>[]>();

  const secure = async (address: Endpoint): Promise<Duplex | undefined> => {
    const dialled = bare.get(keyOf(address))?.shift();
    if (dialled && !(await stands(dialled))) return undefined;
    const options: RequestOptions & ConnectionOptions = {
      ...agent.options,
      ...address,
      // As an agent does for a request whose `Host` is that of its address.
      servername: isIP(address.host) ? '' : address.host,
      ...(dialled && { socket: dialled }),
    };
    const socket = keep(plain(options) as Socket);
    if (dialled) unused.delete(dialled);
    return (await stands(socket)) ? socket : undefined;
  };

  agent.createConnection = (options, done) => {
    const address = { host: options.host ?? '', port: Number(options.port) };
    const isDialled = (bare.get(keyOf(address)) ?? []).length > 0;
    const early = secured.get(keyOf(address))?.shift() ?? (isDialled ? secure(address) : undefined);
    if (!early) return plain(options, done);
    early
      .then((found) => {
        if (found) unused.delete(found);
        done?.(null, (found && isIdle(found) ? found : plain(options, done)) as Duplex);
      })
      .catch((error) => done?.(error, undefined as never));
    return undefined;
  };

  openers.set(agent, (address) => {
    const opened = secured.get(keyOf(address)) ?? [];
    if (opened.length < MOST) secured.set(keyOf(address), [...opened, secure(address)]);
  });
}

/** Opens a connection with TLS for a request of an agent that is yet to come; over one that was dialled, if any. */
export function openEarly(agent: Agent, address: Endpoint): void {
  openers.get(agent)?.(address);
}

/** Whether a connection comes to stand. That of TLS may still be greeting: what becomes of that, its request hears. */
function stands(socket: Socket): Promise<boolean> {
  if (!socket.connecting) return Promise.resolve(!socket.destroyed);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('close', () => resolve(false));
  });
}

/** Whether a connection is as it was opened: not ended by the server, which has said nothing either. */
function isIdle(socket: Duplex): boolean {
  return socket.readable && socket.writable && socket.readableLength === 0;
}

/** Closes every early connection that no request took. */
export function closeUnused(): void {
  for (const socket of unused) socket.destroy();
}

function usesProxy(environment: Environment): boolean {
  return PROXIES.some((name) => environment[name]);
}

function keyOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}

/** Nobody else hears what becomes of it. */
function keep<S extends Duplex>(socket: S): S {
  unused.add(socket);
  socket.on('error', () => {}).once('close', () => unused.delete(socket));
  return socket;
}
