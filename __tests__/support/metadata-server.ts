/** The endpoints on a runner's own machine that give AWS credentials: of a container, and of an EC2 instance. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../sandbox/aws/world.ts';

const PRELOAD = fileURLToPath(new URL('link-local.cjs', import.meta.url));

/** Where ECS, EKS Pod Identity and EC2 answer (AWS SDKs reference, "Container credential provider", "IMDS"). */
export const ADDRESSES = { ecs: '169.254.170.2', podIdentity: '169.254.170.23', instance: '169.254.169.254' } as const;

/** A server that runs until its block ends. */
export interface MetadataServer extends AsyncDisposable {
  readonly port: number;
  /** Method, path and status of each request. */
  readonly requests: string[];
}

/** What answers to a request: a text, or the status of a refusal. */
type Answer = (request: IncomingMessage) => string | number;

/** The variables of a machine on which a port answers at this address. */
export function answeringAt(address: string, port: number): Record<string, string> {
  return { NODE_OPTIONS: `--require=${JSON.stringify(PRELOAD)}`, LINK_LOCAL: JSON.stringify({ [address]: port }) };
}

/** The agent of ECS or EKS: credentials for whoever brings the authorization token. */
export function serveContainer(session: Identity, path: string, authorization: string): Promise<MetadataServer> {
  return serve(({ method, url, headers }) => {
    if (method !== 'GET' || url !== path) return 404;
    return headers.authorization === authorization ? credentialsOf(session) : 401;
  });
}

/** IMDSv2 alone: no answer without a session token, which only a PUT with a time to live brings. */
export function serveInstance(session: Identity): Promise<MetadataServer> {
  const token = 'AQAEAtokenOfTheInstance==';
  return serve(({ method, url = '', headers }) => {
    if (url === '/latest/api/token') {
      return method === 'PUT' && Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0 ? token : 400;
    }
    if (headers['x-aws-ec2-metadata-token'] !== token) return 401;
    if (url === '/latest/meta-data/iam/security-credentials/') return 'runner';
    return url === '/latest/meta-data/iam/security-credentials/runner' ? credentialsOf(session) : 404;
  });
}

async function serve(answer: Answer): Promise<MetadataServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const said = answer(request);
    response.statusCode = typeof said === 'number' ? said : 200;
    requests.push(`${request.method} ${request.url} ${response.statusCode}`);
    response.end(typeof said === 'number' ? '' : said);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken, expires = 0 }: Identity): string {
  return JSON.stringify({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(expires).toISOString(),
  });
}
