/**
 * poetry: a private copy of its configuration folder, which `POETRY_CONFIG_DIR` names, with an index server for each
 * repository; the netrc gives the tokens, for installs and for uploads. Never `POETRY_REPOSITORIES_*`: with one of them set,
 * poetry forgets those of its files, and the passwords of the user's other sources with them (1.3 to 2.5). Where installs
 * look is said in pyproject.toml alone. Tried with poetry 2.5.1.
 */

import { dirname } from 'node:path';
import type { TomlTable } from 'smol-toml';
import type { RepositoryIndex } from '../indexes.ts';
import type { Client } from './client.ts';
import { readToml, tableIn, writeToml } from './toml-config.ts';

export const poetry: Client = ({ indexes, machine: { environment, poetryConfig, poetryAuth }, pathOf }) => {
  const names = indexes.repositories.map(({ repository }) => repository.name);
  const config = readToml(poetryConfig, 'poetry');
  const auth = readToml(poetryAuth, 'poetry');
  const tables = { repositories: tableIn(config, 'repositories'), ...pick(auth) };
  const replaced = Object.entries(tables).flatMap(([table, entries]) =>
    names
      .filter((name) => Object.hasOwn(entries, name))
      .map(
        (name) =>
          `poetry: ${table}.${name} of ${(table === 'repositories' ? poetryConfig : poetryAuth)?.path} does not apply in this job.`,
      ),
  );
  const servers = named(indexes.repositories, ({ repository }) => ({ url: repository.url }));
  const logins = named(
    indexes.repositories.filter(({ byNetrc }) => !byNetrc),
    ({ token }) => ({ username: 'aws', password: token.value }),
  );
  return {
    files: [
      {
        name: 'config.toml',
        bytes: writeToml({ ...config, repositories: { ...tables.repositories, ...servers } }, poetryConfig),
      },
      {
        name: 'auth.toml',
        bytes: writeToml(
          {
            ...auth,
            'http-basic': { ...without(tables['http-basic'], names), ...logins },
            'pypi-token': without(tables['pypi-token'], names),
          },
          poetryAuth,
        ),
      },
    ],
    variables: [{ name: 'POETRY_CONFIG_DIR', value: dirname(pathOf('config.toml')) }],
    notes: [
      'poetry: installs look where [[tool.poetry.source]] of pyproject.toml says, uploads name theirs: ' +
        `poetry publish --repository NAME (${names.join(', ')}).`,
      ...replaced,
    ],
    overrides: Object.keys(environment)
      .filter((name) => environment[name] && isOverriding(name, names))
      .map((name) => `The variable ${name} is set and beats what this action sets for poetry; unset it.`),
  };
};

function pick(auth: TomlTable) {
  return { 'http-basic': tableIn(auth, 'http-basic'), 'pypi-token': tableIn(auth, 'pypi-token') };
}

function named(indexes: readonly RepositoryIndex[], describe: (index: RepositoryIndex) => TomlTable): TomlTable {
  return Object.fromEntries(indexes.map((index) => [index.repository.name, describe(index)]));
}

function without(table: TomlTable, names: readonly string[]): TomlTable {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));
}

/** Any `POETRY_REPOSITORIES_*_URL` hides those of the files; the others matter for a name of ours (poetry 2.5, `config.py`). */
function isOverriding(variable: string, names: readonly string[]): boolean {
  if (/^POETRY_REPOSITORIES_[A-Z_]+_URL$/.test(variable)) return true;
  return names
    .map((name) => name.toUpperCase().replaceAll('-', '_'))
    .some((name) =>
      [
        `POETRY_HTTP_BASIC_${name}_USERNAME`,
        `POETRY_HTTP_BASIC_${name}_PASSWORD`,
        `POETRY_PYPI_TOKEN_${name}`,
      ].includes(variable),
    );
}
