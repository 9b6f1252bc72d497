/** The edge to CodeArtifact: the one file that calls it. */
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { identityKey } from '../access/identity.ts';
import { memoize } from '../access/memoize.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { type FetchToken, Refusal, type Token } from '../access/tokens.ts';
import { maskKey } from '../github/masks.ts';
import { uptime } from '../machine/clock.ts';
import type { Machine } from '../machine/machine.ts';
import { Problems } from '../messages/problems.ts';
import type { Remarks } from '../messages/remarks.ts';
import { quoted } from '../messages/wording.ts';
import { openCredentials } from './credentials.ts';
import { standStill } from './head-start.ts';

/** Milliseconds that all calls of the step may take together. */
const STEP_TIMEOUT = 90_000;

/** A call for a request, as {@link openCodeArtifact} makes it. */
export interface Question<Answer> {
  /** What is missing where no answer comes: a message begins with it. */
  readonly lack: string;
  readonly send: (client: CodeartifactClient, deadline: AbortSignal) => Promise<Answer>;
}

/**
 * Makes a call with the identity of a request.
 * @throws {Problems} with a sentence for what keeps AWS from answering
 */
export type Ask = <Answer>(request: TokenRequest, question: Question<Answer>) => Promise<Answer>;

/** The way to AWS. */
export interface CodeArtifact {
  readonly fetchToken: FetchToken;
  readonly ask: Ask;
  /** Where the default chain took its credentials from so far. */
  readonly remarks: () => Remarks;
}

/**
 * Opens the way to AWS. Calls that can share a client or credentials do; all end within the time of the step.
 * @param machine its variables name the region, endpoints, proxy and profile files
 * @param start what is under way already
 */
export function openCodeArtifact(machine: Machine, start = standStill(machine)): CodeArtifact {
  const deadline = AbortSignal.timeout(STEP_TIMEOUT);
  const started = uptime();
  const links = new Set<string>();
  const credentialsFor = openCredentials(start, machine, (link) => links.add(link));
  const clientFor = memoize(
    clientKey,
    (request: TokenRequest) =>
      new CodeartifactClient({
        ...start.settingsFor(request.verify),
        region: request.repository.region,
        credentials: credentialsFor(request).provide,
        ...dualStack(request, machine),
      }),
  );
  const ask: Ask = async (request, { lack, send }) => {
    const asked = uptime();
    try {
      deadline.throwIfAborted();
      return await endedBy(deadline, send(clientFor(request), deadline));
    } catch (error) {
      if (error instanceof Problems) throw error;
      const now = uptime();
      const wait = credentialsFor(request).progress.now();
      // Credentials that several requests share may have been there long before this one was made.
      const waited = wait && { for: wait.for, milliseconds: now - Math.max(wait.since, asked) };
      const { explain } = await import(/* webpackChunkName: 'explain' */ './explain.ts');
      // Without the error itself, which keeps the whole answer.
      throw new Refusal(await explain(error, request, machine, { lack, elapsed: now - started, waited }));
    }
  };
  return {
    ask,
    fetchToken: (request) =>
      ask(request, {
        lack: `no token for the domain ${quoted(request.repository.domain)}`,
        send: (client, signal) => getToken(request, client, signal),
      }),
    remarks: () => ({
      notes: [...links].map((link) => `The AWS SDK's default chain took its credentials from ${link}.`),
    }),
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
  if (typeof authorizationToken !== 'string') throw new Error('AWS answered without a token.');
  maskKey(authorizationToken);
  // It goes into URLs, an ini file and a netrc as it is; every token seen is base64url with dots, of some 2,000 signs.
  if (!/^[A-Za-z0-9._~+/=-]{1,16384}$/.test(authorizationToken)) {
    throw new Error('AWS answered with a token of an unknown form.');
  }
  return { value: authorizationToken, expiration: readExpiration(expiration) };
}

/** The last time that is written with four digits of a year, as the files and messages have it. */
const LATEST = Date.UTC(10_000, 0) - 1;

/** A time that has passed, or that is none, would make files whose sections nobody can tell from those of the dead. */
function readExpiration(expiration: Date | undefined): Date {
  const time = expiration?.getTime() ?? Number.NaN;
  if (!(time <= LATEST)) throw new Error('AWS answered with a token that has no time of expiry.');
  if (time <= Date.now()) {
    throw new Error(
      `AWS answered with a token that ended at ${new Date(time).toISOString()}. Is the clock of this machine right?`,
    );
  }
  return new Date(time);
}

/** The work, or the end of the time; a signal's own timer would not keep a process that has nothing else open. */
async function endedBy<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(deadline.reason);
  deadline.addEventListener('abort', end);
  const hold = setInterval(() => {}, STEP_TIMEOUT);
  return Promise.race([work, promise]).finally(() => {
    clearInterval(hold);
    // The listener would keep what came of the work, an error with its whole answer.
    deadline.removeEventListener('abort', end);
  });
}
