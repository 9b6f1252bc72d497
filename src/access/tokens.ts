/** One authorization token per distinct need, all in parallel, all or nothing. Pure but for the fetch that it is given. */

import { Problems } from '../messages/problems.ts';
import type { Repository } from '../repositories/repository.ts';
import { type Identity, identityKey } from './identity.ts';
import type { Access } from './token-request.ts';

/** A CodeArtifact authorization token: good for every repository of one domain, within what the identity may do. */
export interface Token {
  readonly value: string;
  readonly expiration: Date;
}

/** A repository with the token that opens it: all that a client needs to know. */
export interface Opened {
  readonly repository: Repository;
  readonly identity: Identity;
  readonly token: Token;
}

/** An access that AWS granted. */
export interface Granted extends Access, Opened {}

/** Asks AWS for the token that an access needs. */
export type FetchToken = (access: Access) => Promise<Token>;

/**
 * Fetches what the accesses need; those of one domain with one identity, duration and verification share a token.
 * @throws {Problems} when any is refused: one sentence for each need, with all the repositories that share it
 */
export async function fetchTokens(accesses: readonly Access[], fetchToken: FetchToken): Promise<Granted[]> {
  const needs = [...Map.groupBy(accesses, needKey)];
  const settled = await Promise.allSettled(needs.map(([, [first]]) => fetchToken(first as Access)));
  const tokens = new Map<string, Token>();
  const problems: string[] = [];
  for (const [index, [key, sharing]] of needs.entries()) {
    const result = settled[index] as PromiseSettledResult<Token>;
    if (result.status === 'fulfilled') tokens.set(key, result.value);
    else if (!(result.reason instanceof Problems)) throw result.reason;
    else {
      const names = sharing.map(({ repository }) => repository.name).join(', ');
      problems.push(...result.reason.list.map((problem) => `${names}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return accesses.map((access) => ({ ...access, token: tokens.get(needKey(access)) as Token }));
}

/** Equal for accesses that one token serves. Holds the identity's secrets: a key for maps, never for people. */
export function needKey({ repository, identity, duration, verify }: Access): string {
  const { domain, account, region, dualStack } = repository;
  return JSON.stringify([identityKey(identity), domain, account, region, dualStack, duration, verify]);
}
