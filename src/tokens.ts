/** One authorization token per distinct need, all in parallel, all or nothing. Pure but for the fetch that it is given. */
import type { Access } from './access.ts';
import { type Identity, identityKey } from './identity.ts';
import { Problems } from './problems.ts';
import type { Repository } from './repository.ts';

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
  const needs = Map.groupBy(accesses, needKey);
  const fetched = new Map<string, Promise<Token>>();
  for (const [key, [first]] of needs) {
    if (first) fetched.set(key, fetchToken(first));
  }
  const settled = await Promise.allSettled(fetched.values());
  const problems: string[] = [];
  const keys = [...needs.keys()];
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof Problems)) throw result.reason;
    const names = needs.get(keys[index] as string)?.map(({ repository }) => repository.name) ?? [];
    problems.push(...result.reason.list.map((problem) => `${names.join(', ')}: ${problem}`));
  }
  if (problems.length > 0) throw new Problems(problems);
  return Promise.all(
    accesses.map(async (access) => ({ ...access, token: await (fetched.get(needKey(access)) as Promise<Token>) })),
  );
}

/** Equal for accesses that one token serves. Holds the identity's secrets: a key for maps, never for people. */
export function needKey({ repository, identity, duration, verify }: Access): string {
  const { domain, account, region, dualStack } = repository;
  return JSON.stringify([identityKey(identity), domain, account, region, dualStack, duration, verify]);
}
