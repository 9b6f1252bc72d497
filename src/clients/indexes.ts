/** Which index installs use first, which others, and which tokens a netrc can carry. Pure. */
import { identityKey } from '../access/identity.ts';
import type { Opened } from '../access/tokens.ts';
import type { Repository } from '../repositories/repository.ts';

/** The index that installs use in the first place. */
export type MainIndex =
  | { readonly kind: 'repository'; readonly repository: Repository }
  | { readonly kind: 'foreign'; readonly url: string }
  | { readonly kind: 'client-default' };

/** A host and the token that opens it for `aws`, as a netrc says it. */
export interface HostToken {
  readonly host: string;
  readonly token: string;
}

/** An index that is none of ours, and asks for nothing that we know. */
export interface ForeignIndex {
  readonly url: string;
}

/** A repository as an index that installs use. */
export interface RepositoryIndex extends Opened, ForeignIndex {
  /** Whether the netrc opens it. Else its token has to be said elsewhere. */
  readonly byNetrc: boolean;
}

/** The indexes of a job, for every client alike. */
export interface Indexes {
  /** Undefined: each client keeps its own default. */
  readonly main: RepositoryIndex | ForeignIndex | undefined;
  /** In the order listed. */
  readonly extra: readonly RepositoryIndex[];
  /** All repositories, in the order listed. */
  readonly repositories: readonly RepositoryIndex[];
  /** What the netrc says. */
  readonly hosts: readonly HostToken[];
}

/**
 * A token opens a whole domain, and a host is one domain (but for a VPC endpoint), so a netrc entry a host is enough.
 * Where repositories of one host have different identities, a netrc cannot tell them apart: the first one listed has it.
 */
export function arrangeIndexes(opened: readonly Opened[], main: MainIndex): Indexes {
  const first = new Map<string, Opened>();
  for (const one of opened) first.set(one.repository.host, first.get(one.repository.host) ?? one);
  const repositories = opened.map((one) => ({
    ...one,
    url: one.repository.indexUrl,
    byNetrc: opens(first.get(one.repository.host) ?? one) === opens(one),
  }));
  const isMain = ({ repository }: Opened) => main.kind === 'repository' && repository.name === main.repository.name;
  return {
    main: main.kind === 'foreign' ? { url: main.url } : repositories.find(isMain),
    extra: repositories.filter((one) => !isMain(one)),
    repositories,
    hosts: [...first].map(([host, { token }]) => ({ host, token: token.value })),
  };
}

/** Whether an index is one of the repositories. */
export function isRepository(index: RepositoryIndex | ForeignIndex | undefined): index is RepositoryIndex {
  return index !== undefined && 'repository' in index;
}

/** The index's URL with its token in it, for the user `aws`. */
export function withToken({ url, token }: RepositoryIndex): string {
  return url.replace('https://', `https://aws:${encodeURIComponent(token.value)}@`);
}

/** What a token opens, and for whom: one of them serves where another of the same does. */
function opens({ repository: { domain, account }, identity }: Opened): string {
  return JSON.stringify([domain, account, identityKey(identity)]);
}

/**
 * What a person should know about the indexes that were asked for.
 * @param merging the tools that take the highest version of all indexes, whichever has it
 */
export function indexWarnings(
  main: MainIndex,
  repositories: readonly Repository[],
  merging: readonly string[],
): string[] {
  if (main.kind === 'repository' || merging.length === 0) return [];
  const index = main.kind === 'foreign' ? main.url : "each client's default index, normally the public PyPI,";
  return [
    `Installs search ${index} beside ${repositories.map(({ name }) => name).join(', ')}, and ${merging.join(', ')} ${
      merging.length === 1 ? 'takes' : 'take'
    } the highest version of all: whoever publishes a package of the same name there can have it installed (dependency ` +
      'confusion). Leave index-url out and give the CodeArtifact repository the public one as its upstream.',
  ];
}
