/** Which index installs use first, which others, and which tokens a netrc can carry. Pure. */
import { identityKey } from '../access/identity.ts';
import { type AuthorizedRepository, USER_NAME } from '../access/tokens.ts';
import type { HostToken } from '../formats/netrc-text.ts';
import { joinFirst, joinWords } from '../messages/wording.ts';
import type { MainIndex } from '../repositories/default-index.ts';
import type { Repository } from '../repositories/repository.ts';

/** An index that is not listed. The action has no token for it. */
export interface ForeignIndex {
  readonly url: string;
}

/** A listed repository as an index that installs use. */
export interface RepositoryIndex extends AuthorizedRepository {
  /** The URL of the index. */
  readonly url: string;
  /** Whether the netrc opens it. Else its token has to be somewhere else. */
  readonly byNetrc: boolean;
}

/** The indexes of a job, for every client alike. */
export interface Indexes {
  /** Whether the project's own files name the indexes, so that no client is told any. */
  readonly areOfProject: boolean;
  /** Undefined: each client keeps its own default. */
  readonly main: RepositoryIndex | ForeignIndex | undefined;
  /** All others, in the order listed. */
  readonly extra: readonly RepositoryIndex[];
  /** All repositories, in the order listed. */
  readonly repositories: readonly RepositoryIndex[];
  /** What the netrc says. */
  readonly hosts: readonly HostToken[];
}

/**
 * A token opens a whole domain, and a host is one domain (but for a VPC endpoint), so one netrc entry for each host is
 * enough. A netrc cannot tell repositories of one host apart: if their identities differ, the first one listed has it.
 */
export function arrangeIndexes(authorized: readonly AuthorizedRepository[], main: MainIndex): Indexes {
  const first = new Map<string, AuthorizedRepository>();
  for (const one of authorized) first.set(one.repository.host, first.get(one.repository.host) ?? one);
  const repositories = authorized.map((one) => ({
    ...one,
    url: one.repository.indexUrl,
    byNetrc: needOf(first.get(one.repository.host) ?? one) === needOf(one),
  }));
  const isMain = ({ repository }: AuthorizedRepository) =>
    main.kind === 'repository' && repository.alias === main.repository.alias;
  return {
    areOfProject: main.kind === 'project',
    main: main.kind === 'foreign' ? { url: main.url } : repositories.find(isMain),
    extra: main.kind === 'project' ? [] : repositories.filter((one) => !isMain(one)),
    repositories,
    hosts: [...first].map(([host, { token }]) => ({ host, token: token.value })),
  };
}

/** What a token opens, and for whom: a token serves everything for which this is equal. */
function needOf({ repository: { domain, account }, identity }: AuthorizedRepository): string {
  return JSON.stringify([domain, account, identityKey(identity)]);
}

/** Whether an index is one of the repositories. */
export function isRepository(index: RepositoryIndex | ForeignIndex | undefined): index is RepositoryIndex {
  return index !== undefined && 'repository' in index;
}

/** The repositories whose token the netrc cannot carry. */
export function withoutNetrc(indexes: readonly RepositoryIndex[]): RepositoryIndex[] {
  return indexes.filter(({ byNetrc }) => !byNetrc);
}

/**
 * The name of an index for a client that finds a password by the name, whatever the URL: nobody can guess it, so no
 * project can give it to an index of its own. It is the same in a second use.
 * @param run the 32 digits of the private folder
 */
export function secretName({ repository }: RepositoryIndex, run: string): string {
  return `${repository.alias}-${run}`;
}

/** What messages call the indexes. */
export function aliasesOf(indexes: readonly RepositoryIndex[]): string[] {
  return indexes.map(({ repository }) => repository.alias);
}

/** Something for each index, by its alias. */
export function byAlias<T>(
  indexes: readonly RepositoryIndex[],
  describe: (index: RepositoryIndex) => T,
): Record<string, T> {
  return Object.fromEntries(indexes.map((index) => [index.repository.alias, describe(index)]));
}

/** The index's URL with its token in it. */
export function withToken({ url, token }: RepositoryIndex): string {
  return url.replace('https://', `https://${USER_NAME}:${encodeURIComponent(token.value)}@`);
}

/**
 * Warns where installs search an index that anybody may publish to.
 * @param merging the tools that take the highest version of all indexes
 */
export function confusionWarnings(
  main: MainIndex,
  repositories: readonly Repository[],
  merging: readonly string[],
): string[] {
  if (main.kind === 'repository' || main.kind === 'project' || merging.length === 0) return [];
  const index = main.kind === 'foreign' ? main.url : "each client's default index, normally the public PyPI,";
  const takes = merging.length === 1 ? 'takes' : 'take';
  return [
    `Installs search ${index} beside ${joinFirst(repositories.map(({ alias }) => alias))}, and ${joinWords(merging)} ` +
      `${takes} the highest version of all, so anyone can publish a package of the same name there and have it ` +
      'installed (dependency confusion); leave index-url out, and make the public index an upstream of the ' +
      'CodeArtifact repository.',
  ];
}
