/** The edge to AWS: the one file that calls it. */
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { identityKey } from '../access/identity.ts';
import type { Access } from '../access/token-request.ts';
import type { FetchToken, Token } from '../access/tokens.ts';
import { maskSecret } from '../github/masks.ts';
import { fail, Problems } from '../messages/problems.ts';
import { type CredentialProvider, openCredentials } from './credentials.ts';
import { explain } from './explain.ts';
import { remember } from './memoize.ts';
import { type ClientSettings, clientSettings } from './network.ts';

/** Milliseconds that all calls of the step may take together. */
const STEP_TIMEOUT = 90_000;

/**
 * Opens the way to AWS. Clients and credentials are shared by all calls that can share them.
 * @param environment the process' variables; region, endpoints, proxy and profile files are named there
 */
export function openCodeArtifact(environment: NodeJS.ProcessEnv): FetchToken {
  const deadline = AbortSignal.timeout(STEP_TIMEOUT);
  const started = performance.now();
  const settings = remember(
    ({ verify }: Access) => JSON.stringify(verify),
    ({ verify }) => clientSettings(verify, environment),
  );
  const credentials = openCredentials(environment);
  const clients = remember(clientKey, (access: Access) =>
    openClient(access, settings(access), credentials(access, settings(access)), environment),
  );
  return async (access) => {
    try {
      return await Promise.race([getToken(access, clients(access), deadline), aborted(deadline)]);
    } catch (error) {
      if (error instanceof Problems) throw error;
      return fail(await explain(error, access, environment, performance.now() - started), error);
    }
  };
}

/** Equal for accesses that one client serves. Holds the identity's secrets. */
function clientKey({ identity, verify, repository: { region, dualStack } }: Access): string {
  return JSON.stringify([identityKey(identity), verify, region, dualStack]);
}

function openClient(
  { repository }: Access,
  settings: ClientSettings,
  credentials: CredentialProvider,
  environment: NodeJS.ProcessEnv,
): CodeartifactClient {
  // The SDK refuses dual-stack beside an endpoint of the environment's own, which says all there is to say.
  const custom = environment['AWS_ENDPOINT_URL_CODEARTIFACT'] || environment['AWS_ENDPOINT_URL'];
  return new CodeartifactClient({
    ...settings,
    region: repository.region,
    credentials,
    ...(repository.dualStack && !custom ? { useDualstackEndpoint: true } : {}),
  });
}

/**
 * GetAuthorizationToken (AWS API reference). Throttling, 5xx, time-outs and lost connections are tried again with full
 * jitter; a refusal is not. The host is the region's, or what `AWS_ENDPOINT_URL_CODEARTIFACT` says.
 */
async function getToken(
  { repository, duration }: Access,
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
  if (!/^[A-Za-z0-9._~+/=-]+$/.test(authorizationToken))
    throw new Error('AWS answered with a token of an unknown form.');
  return { value: authorizationToken, expiration };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
