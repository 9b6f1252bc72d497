/**
 * uv: `UV_INDEX` and `UV_DEFAULT_INDEX`, in the order in which uv searches them: it takes a package from the first index
 * that has it (`--index-strategy first-index`, its default), and the default index comes last. A default index that is
 * one of ours takes the public PyPI out. Tokens are in the netrc, for uploads too (tried with uv 0.13.9).
 */

import { fail } from '../messages/problems.ts';
import { type Client, describeSet, leftBehind, NO_DEFAULT } from './client.ts';
import { type ForeignIndex, isRepository, type RepositoryIndex } from './indexes.ts';
import { uvCheck, uvPrefix } from './uv-check.ts';

/** Variables that beat or join ours. */
const OVERRIDING_INDEXES = ['UV_EXTRA_INDEX_URL', 'UV_NO_INDEX'];
const OVERRIDING_UPLOADS = ['UV_PUBLISH_INDEX', 'UV_PUBLISH_TOKEN'];

const inTheWay = describeSet('gets in the way of what this action sets for uv');

/** What installs need, also those of a client that works with uv. */
export const uvIndexes: Client = ({ indexes, isSecondUse, machine: { environment } }) => {
  const { main, extra, repositories } = indexes;
  const ordered = isRepository(main) ? [main, ...extra] : main ? [...extra, main] : [...extra];
  const last = main ? ordered.pop() : undefined;
  // One token of a host in a variable is tried for all of the host, before the netrc is read: then each has its own.
  const divided = new Set(repositories.filter(({ byNetrc }) => !byNetrc).map(({ repository }) => repository.host));
  // A variable of an earlier step cannot be unset, so it gets the token that is right now.
  const isLeft = (index: RepositoryIndex) => isSecondUse && Boolean(environment[`${prefixOf(index)}_PASSWORD`]);
  const beside = repositories.filter((index) => divided.has(index.repository.host) || isLeft(index));
  checkPrefixes(repositories, beside);
  return {
    variables: [
      ...(ordered.length > 0 || environment['UV_INDEX']
        ? [{ name: 'UV_INDEX', value: ordered.map(describe).join(' ') }]
        : []),
      ...(last ? [{ name: 'UV_DEFAULT_INDEX', value: describe(last) }] : []),
      ...beside.flatMap((index) => [
        { name: `${prefixOf(index)}_USERNAME`, value: 'aws' },
        { name: `${prefixOf(index)}_PASSWORD`, value: index.token.value, secret: true },
      ]),
    ],
    overrides: [
      ...OVERRIDING_INDEXES,
      ...repositories
        .filter((index) => !beside.includes(index))
        .flatMap((index) => ['USERNAME', 'PASSWORD'].map((what) => `${prefixOf(index)}_${what}`)),
    ]
      .filter((name) => environment[name])
      .concat(environment['UV_INDEX_STRATEGY']?.startsWith('unsafe') ? ['UV_INDEX_STRATEGY'] : [])
      .map(inTheWay)
      .concat(isSecondUse && !main && environment['UV_DEFAULT_INDEX'] ? leftBehind('UV_DEFAULT_INDEX', 'uv') : []),
  };
};

/** What uv's own uploads need, and the question whether it sees all. */
export const uv: Client = ({ indexes, publishTo, isSecondUse, machine: { environment } }) => {
  const isLeft = isSecondUse && Boolean(environment['UV_PUBLISH_PASSWORD']);
  const named = publishTo && (!publishTo.byNetrc || isLeft) ? publishTo : undefined;
  return {
    variables: [
      { name: 'UV_PUBLISH_URL', value: publishTo?.repository.url ?? NO_DEFAULT },
      ...(named
        ? [
            { name: 'UV_PUBLISH_USERNAME', value: 'aws' },
            { name: 'UV_PUBLISH_PASSWORD', value: named.token.value, secret: true },
          ]
        : []),
    ],
    overrides: OVERRIDING_UPLOADS.concat(publishTo && !named ? ['UV_PUBLISH_USERNAME', 'UV_PUBLISH_PASSWORD'] : [])
      .filter((name) => environment[name])
      .map(inTheWay),
    checks: [uvCheck(indexes, environment)],
  };
};

function describe(index: RepositoryIndex | ForeignIndex): string {
  return isRepository(index) ? `${index.repository.name}=${index.url}` : index.url;
}

function prefixOf({ repository }: RepositoryIndex): string {
  return uvPrefix(repository.name);
}

/** Two names that uv cannot tell apart, where one of them has its token in a variable: the other would get it, too. */
function checkPrefixes(indexes: readonly RepositoryIndex[], beside: readonly RepositoryIndex[]): void {
  for (const [prefix, same] of Map.groupBy(indexes, prefixOf)) {
    if (same.length === 1 || !same.some((index) => beside.includes(index))) continue;
    fail(
      `uv takes the tokens of ${same.map(({ repository }) => repository.name).join(' and ')} from the same variable, ${prefix}_PASSWORD; ` +
        'give one of them a NAME (NAME=URL) that differs in more than signs and case.',
    );
  }
}
