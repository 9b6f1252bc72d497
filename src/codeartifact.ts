/** The edge to AWS: the one file that calls it. */
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { Access } from './access.ts';
import { type CredentialProvider, openCredentials } from './credentials.ts';
import { explain } from './explain.ts';
import { type RequestHandler, requestHandler } from './network.ts';
import { fail } from './problems.ts';
import { maskSecret } from './secrets.ts';
import type { FetchToken, Token } from './tokens.ts';

const ATTEMPTS = 5;
/** Milliseconds that all calls of the step may take together. */
const STEP_TIMEOUT = 90_000;

/**
 * Opens the way to AWS. Clients and credentials are shared by all calls that can share them.
 * @param environment the process' variables; region, endpoints, proxy and profile files are named there
 */
export function openCodeArtifact(environment: NodeJS.ProcessEnv): FetchToken {
  const deadline = AbortSignal.timeout(STEP_TIMEOUT);
  const handlers = remember(
    (access: Access) => JSON.stringify(access.verify),
    (access) => requestHandler(access.verify, environment),
  );
  const credentials = openCredentials(environment);
  return async (access) => {
    const handler = handlers(access);
    const provider = credentials(access, handler);
    try {
      return await Promise.race([getToken(access, handler, provider, deadline), aborted(deadline)]);
    } catch (error) {
      return fail(await explain(error, access, environment, STEP_TIMEOUT), error);
    }
  };
}

/**
 * GetAuthorizationToken (AWS API reference). Throttling, 5xx, time-outs and lost connections are tried again with full
 * jitter; a refusal is not. The host is the region's, or what `AWS_ENDPOINT_URL_CODEARTIFACT` says.
 */
async function getToken(
  { repository, duration }: Access,
  handler: RequestHandler,
  credentials: CredentialProvider,
  deadline: AbortSignal,
): Promise<Token> {
  const client = new CodeartifactClient({
    region: repository.region,
    credentials,
    requestHandler: handler,
    retryStrategy: new ConfiguredRetryStrategy(ATTEMPTS, fullJitter),
  });
  const command = new GetAuthorizationTokenCommand({
    domain: repository.domain,
    domainOwner: repository.account,
    durationSeconds: duration,
  });
  const { authorizationToken, expiration } = await client.send(command, { abortSignal: deadline });
  if (authorizationToken === undefined || expiration === undefined) throw new Error('AWS answered without a token.');
  maskSecret(authorizationToken);
  // It goes into URLs, an ini file and a netrc as it is; every token seen is base64url with dots.
  if (!/^[A-Za-z0-9._~+/=-]+$/.test(authorizationToken))
    throw new Error('AWS answered with a token of an unknown form.');
  return { value: authorizationToken, expiration };
}

/** Milliseconds to wait before an attempt: anything up to 0.2 s doubled each time, 8 s at most. */
function fullJitter(attempt: number): number {
  return Math.random() * Math.min(8_000, 100 * 2 ** attempt);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Makes each value once. */
export function remember<In, Out>(key: (input: In) => string, make: (input: In) => Out): (input: In) => Out {
  const made = new Map<string, Out>();
  return (input) => {
    const id = key(input);
    if (!made.has(id)) made.set(id, make(input));
    return made.get(id) as Out;
  };
}
