/** The edge to CodeArtifact: the one file that calls it. */
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { identityKey } from '../access/identity.ts';
import { memoize } from '../access/memoize.ts';
import type { TokenRequest } from '../access/token-request.ts';
import type { FetchToken, Token } from '../access/tokens.ts';
import { maskSecret } from '../github/masks.ts';
import type { Machine } from '../machine/machine.ts';
import { fail, Problems } from '../messages/problems.ts';
import { openCredentials } from './credentials.ts';
import { explain } from './explain.ts';
import { clientSettings } from './network.ts';

/** Milliseconds that all calls of the step may take together. */
const STEP_TIMEOUT = 90_000;

/**
 * Opens the way to AWS. Calls that can share a client or credentials do.
 * @param machine its variables name the region, endpoints, proxy and profile files
 */
export function openCodeArtifact(machine: Machine): FetchToken {
  const deadline = AbortSignal.timeout(STEP_TIMEOUT);
  const started = performance.now();
  const settingsFor = memoize(
    ({ verify }: TokenRequest) => JSON.stringify(verify),
    ({ verify }) => clientSettings(verify, machine),
  );
  const credentialsFor = openCredentials(settingsFor, machine);
  const clientFor = memoize(
    clientKey,
    (request: TokenRequest) =>
      new CodeartifactClient({
        ...settingsFor(request),
        region: request.repository.region,
        credentials: credentialsFor(request),
        ...dualStack(request, machine),
      }),
  );
  return async (request) => {
    try {
      return await Promise.race([getToken(request, clientFor(request), deadline), aborted(deadline)]);
    } catch (error) {
      if (error instanceof Problems) throw error;
      return fail(await explain(error, request, machine, performance.now() - started), error);
    }
  };
}

/** Equal for requests that one client serves. Holds the identity's secrets. */
function clientKey({ identity, verify, repository: { region, dualStack } }: TokenRequest): string {
  return JSON.stringify([identityKey(identity), verify, region, dualStack]);
}

/** The SDK refuses dual-stack beside an endpoint from the environment, which says everything by itself. */
function dualStack({ repository }: TokenRequest, { environment }: Machine): { useDualstackEndpoint?: true } {
  const custom = environment['AWS_ENDPOINT_URL_CODEARTIFACT'] || environment['AWS_ENDPOINT_URL'];
  return repository.dualStack && !custom ? { useDualstackEndpoint: true } : {};
}

/**
 * GetAuthorizationToken (AWS API reference). Throttling, 5xx, time-outs and lost connections are tried again with full
 * jitter; a refusal is not. The host is the region's, or what `AWS_ENDPOINT_URL_CODEARTIFACT` says.
 */
async function getToken(
  { repository, duration }: TokenRequest,
  client: CodeartifactClient,
  deadline: AbortSignal,
): Promise<Token> {
  const command = new GetAuthorizationTokenCommand({
    domain: repository.domain,
    domainOwner: repository.account,
    durationSeconds: duration,
  });
  const { authorizationToken, expiration } = await client.send(command, { abortSignal: deadline });
  if (typeof authorizationToken !== 'string' || expiration === undefined) {
    throw new Error('AWS answered without a token.');
  }
  maskSecret(authorizationToken);
  // It goes into URLs, an ini file and a netrc as it is; every token seen is base64url with dots.
  if (!/^[A-Za-z0-9._~+/=-]+$/.test(authorizationToken)) {
    throw new Error('AWS answered with a token of an unknown form.');
  }
  return { value: authorizationToken, expiration };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
