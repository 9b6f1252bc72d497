/**
 * poetry: a private copy of its configuration folder, which `POETRY_CONFIG_DIR` names, with an index server for each
 * repository; the netrc gives the tokens, for installs and for uploads. Never `POETRY_REPOSITORIES_*`: with one of them set,
 * poetry forgets those of its files, and the passwords of the user's other sources with them (1.3 to 2.5). Where installs
 * look is said in pyproject.toml alone. Tried with poetry 2.5.1.
 */

import { dirname } from 'node:path';
import type { TomlTable } from 'smol-toml';
import { isTable, named, readToml, tableIn, writeToml } from '../formats/toml-config.ts';
import { each, fail } from '../messages/problems.ts';
import { type Client, describeSet } from './client.ts';
import type { RepositoryIndex } from './indexes.ts';
import { CREDENTIALS, isCredential, isOnHostOf, poetryCheck } from './poetry-check.ts';

/** The tables of poetry's files that are by the name of an index. */
const TABLES = ['repositories', ...CREDENTIALS];

export const poetry: Client = ({ indexes: { repositories }, machine, pathOf }) => {
  checkNames(repositories);
  const { environment, poetryConfig, poetryAuth } = machine;
  const names = repositories.map(({ repository }) => repository.name);
  const own = repositories.filter(({ byNetrc }) => !byNetrc);
  const config = readToml(poetryConfig, 'poetry');
  const auth = readToml(poetryAuth, 'poetry');

  // As in the netrc, credentials of the user's for our hosts give way: poetry would take them for our repositories.
  const onOurHosts = Object.entries(tableIn(config, 'repositories'))
    .filter(([, server]) => isTable(server) && isOnHostOf(repositories, server['url']))
    .map(([name]) => name);
  const givesWay = (table: string, name: string) =>
    names.includes(name) || (CREDENTIALS.includes(table) && onOurHosts.includes(name));
  const settings = without(config, givesWay);
  const passwords = without(auth, givesWay);

  const servers = named(repositories, ({ repository }) => ({ url: repository.url }));
  const logins = named(own, ({ token }) => ({ username: 'aws', password: token.value }));
  const overriding = overridingVariables(environment, names);
  return {
    files: [
      // Of two that fit a URL alike, poetry takes the first.
      { name: 'config.toml', bytes: writeToml(withFirst(settings, 'repositories', servers), poetryConfig) },
      { name: 'auth.toml', bytes: writeToml(withFirst(passwords, 'http-basic', logins), poetryAuth) },
    ],
    variables: [{ name: 'POETRY_CONFIG_DIR', value: dirname(pathOf('config.toml')) }],
    notes: [
      'poetry: installs look where [[tool.poetry.source]] of pyproject.toml says, and on the public PyPI first where that names ' +
        'no primary source; uploads name theirs: ' +
        `poetry publish --repository NAME (${names.join(', ')}).`,
      ...own.map(
        ({ repository: { name } }) =>
          `poetry: the token for ${name} goes by that name, so [[tool.poetry.source]] has to call this repository ${name}.`,
      ),
      ...entriesOf(config, givesWay).map(
        (entry) => `poetry: ${entry} of ${poetryConfig?.path} does not apply in this job.`,
      ),
      ...entriesOf(auth, givesWay).map(
        (entry) => `poetry: ${entry} of ${poetryAuth?.path} does not apply in this job.`,
      ),
    ],
    overrides: overriding.map(describeSet('beats what this action sets for poetry')),
    checks: [
      poetryCheck({
        repositories,
        environment,
        isExplained: overriding.length > 0,
        passwords: Object.keys(tableIn(passwords, 'http-basic')),
        authPath: poetryAuth?.path,
        path: pathOf('config.toml'),
      }),
    ],
  };
};

/** Under this name poetry looks for the password of the public index, whatever its URL. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { name, url } }) => {
    if (name !== 'pypi') return;
    fail(`Input repositories: to poetry ${name} is the public index; choose another name, as in my-${name}=${url}.`);
  });
}

type Test = (table: string, name: string) => boolean;

function without(settings: TomlTable, givesWay: Test): TomlTable {
  return Object.fromEntries(
    Object.entries(settings).map(([table, value]) => [
      table,
      TABLES.includes(table) && isTable(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !givesWay(table, name)))
        : value,
    ]),
  );
}

function entriesOf(settings: TomlTable, test: Test): string[] {
  return TABLES.flatMap((table) =>
    Object.keys(tableIn(settings, table))
      .filter((name) => test(table, name))
      .map((name) => `${table}.${name}`),
  );
}

function withFirst(settings: TomlTable, table: string, entries: TomlTable): TomlTable {
  return { ...settings, [table]: { ...entries, ...tableIn(settings, table) } };
}

/**
 * poetry 2.5, `config.py`: a `POETRY_REPOSITORIES_*_URL` without digits hides all index servers of the files, and one for
 * a name of ours its URL, even when it is empty.
 */
function overridingVariables(environment: NodeJS.ProcessEnv, names: readonly string[]): string[] {
  const urls = names.map((name) => `POETRY_REPOSITORIES_${name.toUpperCase().replaceAll('-', '_')}_URL`);
  return Object.keys(environment).filter(
    (variable) =>
      /^POETRY_REPOSITORIES_[A-Z_]+_URL/.test(variable) ||
      urls.includes(variable) ||
      (environment[variable] && names.some((name) => isCredential(variable, name))),
  );
}
