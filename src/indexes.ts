/** Which index installs use first, which others, and what carries the token to each. Pure. */
import { identityKey } from './identity.ts';
import type { Credentials } from './inputs.ts';
import type { Repository } from './repository.ts';
import type { Opened } from './tokens.ts';

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

/** The indexes of a job, for every client alike. */
export interface Indexes {
  /** URL; undefined: each client keeps its own default. May hold a token, see `inUrl`. */
  readonly main: string | undefined;
  /** URLs in the order listed. */
  readonly extra: readonly string[];
  /** What the netrc says. */
  readonly hosts: readonly HostToken[];
  /** What a person should know about where the tokens are. */
  readonly notes: readonly string[];
}

/**
 * A token opens a whole domain, and a host is one domain (but for a VPC endpoint), so a netrc entry a host is enough, and
 * no URL holds a secret. Where repositories of one host have different identities, a netrc cannot tell them apart: the
 * first one listed has the netrc, the URLs of the others carry their token. With `credentials: url` all URLs do.
 */
export function arrangeIndexes(opened: readonly Opened[], main: MainIndex, credentials: Credentials): Indexes {
  const first = new Map<string, Opened>();
  if (credentials === 'netrc') {
    for (const one of opened) first.set(one.repository.host, first.get(one.repository.host) ?? one);
  }
  const inUrl = opened.filter((one) => {
    const entry = first.get(one.repository.host);
    return entry === undefined || opens(entry) !== opens(one);
  });
  const urlOf = (one: Opened) =>
    inUrl.includes(one) ? withToken(one.repository.indexUrl, one.token.value) : one.repository.indexUrl;
  const isMain = ({ repository }: Opened) => main.kind === 'repository' && repository.name === main.repository.name;
  const mainOne = opened.find(isMain);
  return {
    main: main.kind === 'foreign' ? main.url : mainOne && urlOf(mainOne),
    extra: opened.filter((one) => !isMain(one)).map(urlOf),
    hosts: [...first].map(([host, { token }]) => ({ host, token: token.value })),
    notes: describeUrls(inUrl, credentials),
  };
}

/** What a token opens, and for whom: one of them serves where another of the same does. */
function opens({ repository: { domain, account }, identity }: Opened): string {
  return JSON.stringify([domain, account, identityKey(identity)]);
}

function describeUrls(inUrl: readonly Opened[], credentials: Credentials): string[] {
  if (inUrl.length === 0) return [];
  const names = inUrl.map(({ repository }) => repository.name).join(', ');
  const why =
    credentials === 'url'
      ? 'as credentials: url asks for'
      : 'because an earlier repository of the same host has another identity or domain, and a netrc knows one token a host';
  return [
    `The URL of ${names} in pip.conf carries its token, ${why}; where pip builds from source, the URL is an argument of a process.`,
  ];
}

/** What a person should know about the indexes that were asked for. */
export function indexWarnings(main: MainIndex, repositories: readonly Repository[]): string[] {
  if (main.kind === 'repository') return [];
  const index = main.kind === 'foreign' ? main.url : "each client's default index, normally the public PyPI,";
  return [
    `Installs search ${index} beside ${repositories.map(({ name }) => name).join(', ')}, and pip takes the highest version of all: ` +
      'whoever publishes a package of the same name there can have it installed (dependency confusion). ' +
      'Leave index-url out and give the CodeArtifact repository the public one as its upstream.',
  ];
}

function withToken(url: string, token: string): string {
  return url.replace('https://', `https://aws:${encodeURIComponent(token)}@`);
}
