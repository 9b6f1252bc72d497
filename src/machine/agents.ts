/** How the action's own calls leave the machine: agents for connections, through the proxy that the machine names. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { boundBytes, MOST_BYTES, watchAnswers } from './answers.ts';
import { PROXIES, useEarly } from './early-connections.ts';
import type { Environment } from './machine.ts';

/** Milliseconds until a connection must stand. */
export const CONNECTION_TIMEOUT = 5_000;
/** Milliseconds until a request must be answered. */
export const REQUEST_TIMEOUT = 10_000;

/** What Node's agents read; with NODE_DEBUG=http they print all that they are given. */
const PROXY_VARIABLES = [...PROXIES, 'no_proxy', 'NO_PROXY'];

/** The agents for https:// and http:// addresses. */
export interface Agents {
  readonly httpsAgent: HttpsAgent;
  readonly httpAgent: HttpAgent;
}

/**
 * Agents that take the proxy of the variables, in both letter cases, and heed `NO_PROXY` (Node.js 24.5 on). They trust
 * the system's authorities and those of `NODE_EXTRA_CA_CERTS`.
 * @param tls what else is trusted
 */
export function openAgents(
  environment: Environment,
  tls: Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized'> = {},
): Agents {
  watchAnswers();
  const proxyEnv = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, environment[name]]));
  // A proxy that says nothing to CONNECT would hold its connection for ever, also when the request has been given up.
  const options = { keepAlive: true, proxyEnv, timeout: REQUEST_TIMEOUT };
  const httpsAgent = guardConnections(new HttpsAgent({ ...options, ...tls }));
  useEarly(httpsAgent, environment);
  return { httpsAgent, httpAgent: guardConnections(new HttpAgent(options)) };
}

/**
 * Guards the connections of an agent. The answer of a proxy to CONNECT is read by Node (24.21) itself, which keeps all
 * that comes until the header ends, and listens once more for each piece, so that twenty pieces make a million
 * listeners; and once it has given the connection up, nobody hears its errors.
 */
function guardConnections<A extends HttpAgent>(agent: A): A {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const socket = connect(options, done);
    if (!socket) return socket;
    socket.on('error', () => {});
    socket.on('newListener', (event, listener) => {
      if (event === 'readable') socket.removeListener(event, listener);
    });
    // The double, since the reader of an answer that is too large hears why. Node says when the next request may come.
    socket.on('free', boundBytes(socket, 2 * MOST_BYTES));
    return socket;
  };
  return agent;
}
