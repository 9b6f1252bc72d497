/**
 * One authorization token per distinct need, in parallel, all or nothing. Pure but for the fetch that it is given.
 */
import { failWithAll, Problems } from '../messages/problems.ts';
import type { Repository } from '../repositories/repository.ts';
import { atMost } from './at-most.ts';
import { type Identity, identityKey } from './identity.ts';
import { memoize } from './memoize.ts';
import type { TokenRequest } from './token-request.ts';

/** The user name that goes with a token as its password (AWS CodeArtifact user guide, "Authentication and tokens"). */
export const USER_NAME = 'aws';

/** A CodeArtifact authorization token: good for every repository of one domain, within what the identity may do. */
export interface Token {
  readonly value: string;
  readonly expiration: Date;
}

/** A repository with the token that opens it: all that a client needs to know. */
export interface AuthorizedRepository {
  readonly repository: Repository;
  readonly identity: Identity;
  readonly token: Token;
}

/** A token request that AWS granted. */
export interface GrantedRequest extends TokenRequest, AuthorizedRepository {}

/** Why there is no token, in parts, so that what several requests share is said once. */
export interface Reason {
  /** What was asked for, and with which identity. */
  readonly who: string;
  /** What came of it: the code and the words of AWS or GitHub, as a sentence. */
  readonly answer: string;
  /** What to do, in sentences; empty where nobody knows. */
  readonly advice: string;
}

/** A request that got no token. */
export class Refusal extends Problems {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super([`${reason.who}: ${reason.answer} ${reason.advice}`.trimEnd()]);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

/** Asks AWS for the token of a request. */
export type FetchToken = (request: TokenRequest) => Promise<Token>;

/**
 * Calls at once, which bounds the memory of a long list (300 domains through TLS: 98 to 100 MiB in four runs; with 24
 * at once, on a busy machine, up to 108). An account may make 40 in a second, so many more would only be throttled.
 */
export const MOST_CALLS = 20;

/**
 * Fetches the tokens; requests for one domain with one identity, duration and verification share one.
 * @throws {Problems} when any is refused: one sentence for each need, with all the repositories that share it
 */
export async function fetchTokens(
  requests: readonly TokenRequest[],
  fetchToken: FetchToken,
): Promise<GrantedRequest[]> {
  const fetchOnce = memoize(needKey, atMost(MOST_CALLS, fetchToken));
  const results = await Promise.allSettled(
    requests.map(async (request) => ({ ...request, token: await fetchOnce(request) })),
  );
  const refusals = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ alias: requests[index]?.repository.alias, reason: result.reason }] : [],
  );
  const told = new Map<string, Told>();
  const problems = [...Map.groupBy(refusals, ({ reason }) => reason)].flatMap(([reason, sharing]) => {
    if (!(reason instanceof Problems)) throw reason;
    const aliases = sharing.map(({ alias }) => alias).join(', ');
    if (reason instanceof Refusal) return `${aliases}: ${describeRefusal(reason.reason, aliases, told)}`;
    return reason.list.map((problem) => `${aliases}: ${problem}`);
  });
  failWithAll(problems);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** What was told of a cause, and of which repositories. */
interface Told {
  readonly aliases: string;
  readonly answer: string;
}

/** Says the advice of a cause once, with the first repositories that it is about, and an answer that all share. */
function describeRefusal({ who, answer, advice }: Reason, aliases: string, told: Map<string, Told>): string {
  const cause = withoutNames(advice === '' ? answer : advice);
  const before = told.get(cause);
  if (before === undefined) {
    told.set(cause, { aliases, answer: withoutNames(answer) });
    return `${who}: ${answer} ${advice}`.trimEnd();
  }
  if (before.answer === withoutNames(answer)) return `${who}: the same as for ${before.aliases}.`;
  return `${who}: ${answer} Do as for ${before.aliases}.`;
}

/** A text without the ARNs and accounts in it, which differ from request to request. */
function withoutNames(text: string): string {
  return text.replace(/arn:[^\s"',;)]+|\b[0-9]{12}\b/g, '');
}

/** Equal for requests that one token serves. Holds the identity's secrets: a key for maps, never for people. */
export function needKey({
  repository,
  identity,
  duration,
  verify,
}: Pick<TokenRequest, 'repository' | 'identity'> & Partial<TokenRequest>): string {
  const { domain, account, region, dualStack } = repository;
  return JSON.stringify([identityKey(identity), domain, account, region, dualStack, duration, verify]);
}
