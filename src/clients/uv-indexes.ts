/**
 * The indexes of uv: `UV_INDEX` and `UV_DEFAULT_INDEX`, in the order in which uv searches them. It takes a package from
 * the first index that has it (`--index-strategy first-index`, its default), and the default index comes last. A
 * default index that is one of ours takes the public PyPI out. A password in a variable goes to any index of that name,
 * also to one of a project elsewhere, so those that need one have names that nobody can guess. Tried with uv 0.13.9.
 */
import { USER_NAME } from '../access/tokens.ts';
import { each, fail } from '../messages/problems.ts';
import { joinWords } from '../messages/wording.ts';
import { type Configure, describeSet, leftBehind, type Setup } from './client.ts';
import {
  aliasesOf,
  type ForeignIndex,
  isRepository,
  type RepositoryIndex,
  secretName,
  withoutNetrc,
} from './indexes.ts';

/** Variables that override or join ours. */
const OVERRIDING = ['UV_EXTRA_INDEX_URL', 'UV_NO_INDEX'];

/** What an overriding variable does. */
export const IN_THE_WAY = 'conflicts with what this action sets for uv';

/** Configures what installs need, also those of a client that works with uv. */
export const configure: Configure = (setup) => {
  const { indexes, isSecondUse, machine } = setup;
  const { environment } = machine;
  const { ordered, last } = orderOf(indexes);
  const inVariables = repositoriesInVariables(setup);
  checkPrefixes(inVariables);
  const nameOf = (index: RepositoryIndex) =>
    inVariables.includes(index) ? secretName(index, setup.run) : index.repository.alias;
  const describe = (index: RepositoryIndex | ForeignIndex) =>
    isRepository(index) ? `${nameOf(index)}=${index.url}` : index.url;
  const others = indexes.repositories.filter((index) => !inVariables.includes(index)).flatMap(variablesOf);
  const strategy = environment['UV_INDEX_STRATEGY']?.startsWith('unsafe') ? ['UV_INDEX_STRATEGY'] : [];
  return {
    variables: [
      ...(ordered.length > 0 || (environment['UV_INDEX'] && (isSecondUse || !indexes.areOfProject))
        ? [{ name: 'UV_INDEX', value: ordered.map(describe).join(' ') }]
        : []),
      ...(last ? [{ name: 'UV_DEFAULT_INDEX', value: describe(last) }] : []),
      ...inVariables.flatMap((index) => {
        const { username, password } = variablesFor(nameOf(index));
        return [
          { name: username, value: USER_NAME },
          { name: password, value: index.token.value, secret: true },
        ];
      }),
    ],
    overrides: [
      ...describeSet(
        [...(indexes.areOfProject ? [] : [...OVERRIDING, ...strategy]), ...others],
        environment,
        IN_THE_WAY,
      ),
      ...(isSecondUse && !indexes.main && environment['UV_DEFAULT_INDEX'] ? leftBehind('UV_DEFAULT_INDEX', 'uv') : []),
    ],
  };
};

/** The indexes in the order in which uv searches them, the default one apart. */
function orderOf({ main, extra }: Setup['indexes']) {
  if (main === undefined) return { ordered: extra, last: undefined };
  const all = isRepository(main) ? [main, ...extra] : [...extra, main];
  return { ordered: all.slice(0, -1), last: all.at(-1) };
}

/**
 * The repositories whose token goes in variables. uv tries one host's token from a variable for the whole host, before
 * it reads the netrc: so if one repository of a host needs variables, each of that host has its own. A variable of an
 * earlier step cannot be unset, so it gets the token that is right now.
 */
function repositoriesInVariables({ indexes: { repositories }, isSecondUse, run, machine: { environment } }: Setup) {
  const divided = new Set(withoutNetrc(repositories).map(({ repository }) => repository.host));
  const isLeft = (index: RepositoryIndex) =>
    isSecondUse && Boolean(environment[variablesFor(secretName(index, run)).password]);
  return repositories.filter((index) => divided.has(index.repository.host) || isLeft(index));
}

/** The variables of an index (uv, `index_name.rs`): upper case, and `_` for all but letters and digits. */
function variablesFor(name: string): { readonly username: string; readonly password: string } {
  const prefix = `UV_INDEX_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  return { username: `${prefix}_USERNAME`, password: `${prefix}_PASSWORD` };
}

function variablesOf({ repository }: RepositoryIndex): string[] {
  const { username, password } = variablesFor(repository.alias);
  return [username, password];
}

/** Refuses two names that uv cannot tell apart if both have their tokens in variables. */
function checkPrefixes(inVariables: readonly RepositoryIndex[]): void {
  each(
    Map.groupBy(inVariables, ({ repository }) => variablesFor(repository.alias).password),
    ([password, same]) => {
      if (same.length === 1) return;
      fail(
        `Input repositories: uv takes the tokens of ${joinWords(aliasesOf(same))} from the same variable, ` +
          `${password}; give one of them a NAME (NAME=URL) that differs in more than signs and case.`,
      );
    },
  );
}
