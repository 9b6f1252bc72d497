/** Which index installs use first, and which repository uploads go to, where nothing else is named. */
import { fail } from '../messages/problems.ts';
import { didYouMean, joinFirst, quoted } from '../messages/wording.ts';
import type { Repository } from './repository.ts';

/** The index that installs use first. */
export type MainIndex =
  | { readonly kind: 'repository'; readonly repository: Repository }
  /** An index that is not listed. */
  | { readonly kind: 'foreign'; readonly url: string }
  /** The one that each client has without this action. */
  | { readonly kind: 'client-default' }
  /** Those that the project's own files name. This action gives the credentials and names no index to any client. */
  | { readonly kind: 'project' };

/** The input `index-url` as it is written, before the list of repositories is known to be right. */
export type IndexChoice =
  | { readonly kind: 'first' }
  | { readonly kind: 'client-default' }
  | { readonly kind: 'project' }
  /** A NAME. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'url'; readonly url: URL; readonly text: string };

/**
 * Reads the input `index-url`.
 * @param text empty for the first repository
 * @throws {Problems} for a URL that is not an https:// URL that pip.conf can hold
 */
export function readIndexChoice(text: string): IndexChoice {
  if (text === '') return { kind: 'first' };
  if (text === 'client-default' || text === 'project') return { kind: text };
  if (!text.includes(':')) return { kind: 'name', text };
  if (text.includes('@')) {
    fail('Input index-url holds a user name or password; leave them out and put them in a netrc of your own.');
  }
  // pip splits the list of extra indexes at spaces, and `ini` escapes `;`, `#` and `=`, so the URL must have none of
  // them.
  const url = /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]+)?(?:\/[A-Za-z0-9._~%+/-]*)?$/.test(text) ? URL.parse(text) : null;
  if (url) return { kind: 'url', url, text };
  return fail(
    `Input index-url is ${quoted(text)}; write the name of a listed repository, "client-default", "project", or an ` +
      'https:// URL without a query.',
  );
}

/**
 * Finds the index that the input `index-url` chooses.
 * @throws {Problems} for the name or URL of a repository that is not listed
 */
export function chooseMainIndex(choice: IndexChoice, repositories: readonly Repository[]): MainIndex {
  if (choice.kind === 'client-default' || choice.kind === 'project') return choice;
  const repository = choice.kind === 'first' ? repositories[0] : findRepository(repositories, choice.text);
  if (repository) return { kind: 'repository', repository };
  if (choice.kind === 'url' && !/\.codeartifact\./.test(choice.url.hostname)) {
    return { kind: 'foreign', url: choice.url.href };
  }
  const text = choice.kind === 'first' ? '' : choice.text;
  const aliases = repositories.map(({ alias }) => alias);
  return fail(
    choice.kind === 'url'
      ? `Input index-url names ${text}, which is not listed; add it to the input repositories, so that it gets a token.`
      : `Input index-url is ${quoted(text)}, which is not the name of a listed repository` +
          `${didYouMean(text, [...aliases, 'client-default', 'project']) || '.'} Listed: ${joinFirst(aliases)}. It ` +
          'can also be the https:// URL of another index, "client-default", or "project".',
  );
}

/**
 * Reads the input `publish-to`: where uploads go that name no repository.
 * @param text empty for the repository, if only one is listed; with several, uploads have no default
 * @throws {Problems} for a repository that is not listed
 */
export function readPublishTo(text: string, repositories: readonly Repository[]): Repository | undefined {
  if (text === '') return repositories.length === 1 ? repositories[0] : undefined;
  const aliases = repositories.map(({ alias }) => alias);
  return (
    findRepository(repositories, text) ??
    fail(
      `Input publish-to is ${quoted(text)}, which is not the name of a listed repository` +
        `${didYouMean(text, aliases) || '.'} Listed: ${joinFirst(aliases)}.`,
    )
  );
}

/** Finds a repository by its name, or by its URL as a person may have copied it from the list. */
function findRepository(repositories: readonly Repository[], text: string): Repository | undefined {
  const address = text.replace(/\/+$/, '');
  return repositories.find(
    ({ alias, url, indexUrl }) => alias === text || url === `${address}/` || indexUrl === `${address}/`,
  );
}
