/** Which of the listed repositories, or which other index, installs and uploads use when nothing else is named. */
import type { MainIndex } from '../clients/indexes.ts';
import { fail } from '../messages/problems.ts';
import type { Repository } from './repository.ts';

/**
 * The input `index-url`: where installs look first.
 * @param text '': the first repository
 * @throws {Problems} when it is neither a listed repository, nor `client-default`, nor another https:// URL that pip.conf
 *   can hold
 */
export function readMainIndex(text: string, repositories: readonly Repository[]): MainIndex {
  if (text === 'client-default') return { kind: 'client-default' };
  const repository = text === '' ? repositories[0] : findRepository(repositories, text);
  if (repository) return { kind: 'repository', repository };
  if (!text.includes(':')) {
    fail(
      `Input index-url is ${JSON.stringify(text)}; write the name of a listed repository ` +
        `(${repositories.map((each) => each.name).join(', ')}), the https:// URL of another index, or client-default.`,
    );
  }
  return { kind: 'foreign', url: readForeignIndex(text) };
}

/** pip splits the list of extra indexes at blanks and ini escapes `;`, `#` and `=`, so a URL has none of them. */
function readForeignIndex(text: string): string {
  if (text.includes('@')) {
    fail('Input index-url holds a user name or password; leave them out and put them in a netrc of your own.');
  }
  const url = /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]+)?(?:\/[A-Za-z0-9._~%+/-]*)?$/.test(text) ? URL.parse(text) : null;
  if (!url) {
    fail(
      `Input index-url is ${JSON.stringify(text)}; write the name of a listed repository, client-default, or an https:// URL ` +
        'without a query.',
    );
  }
  if (/\.codeartifact\./.test(url.hostname)) {
    fail(
      `Input index-url names ${text}, which is not listed; add it to the input repositories, so that it gets a token.`,
    );
  }
  return url.href;
}

/**
 * The input `publish-to`: where uploads go that name no repository.
 * @param text '': the one repository that is listed; with several there is none
 * @throws {Problems} when it is not listed
 */
export function readPublishTo(text: string, repositories: readonly Repository[]): Repository | undefined {
  if (text === '') return repositories.length === 1 ? repositories[0] : undefined;
  return (
    findRepository(repositories, text) ??
    fail(
      `Input publish-to is ${JSON.stringify(text)}; write the name of a listed repository: ` +
        `${repositories.map((each) => each.name).join(', ')}.`,
    )
  );
}

/** By the name, or by the address as a person may have copied it from the list. */
function findRepository(repositories: readonly Repository[], text: string): Repository | undefined {
  const address = text.replace(/\/+$/, '');
  return repositories.find(
    ({ name, url, indexUrl }) => name === text || url === `${address}/` || indexUrl === `${address}/`,
  );
}
