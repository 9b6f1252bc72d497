/**
 * pdm: a configuration file that `PDM_CONFIG_FILE` names, with the extra indexes and, since pdm asks no netrc when it
 * uploads, an index server with user and password for each repository; `PDM_PYPI_URL` for the main index and
 * `PDM_PUBLISH_REPO` for uploads. Never `PDM_PUBLISH_PASSWORD`: it goes to whatever index a later step names. Tried with pdm
 * 2.29.3.
 */
import type { TomlTable } from 'smol-toml';
import { type Indexes, isRepository, type RepositoryIndex } from '../indexes.ts';
import type { UserFile } from '../machine/user-file.ts';
import { each, fail } from '../problems.ts';
import { type Client, NO_DEFAULT } from './client.ts';
import { isTable, readToml, tableIn, writeToml } from './toml-config.ts';

/** Variables that beat ours or our file. */
const OVERRIDING = [
  'PDM_PYPI_USERNAME',
  'PDM_PYPI_PASSWORD',
  'PDM_IGNORE_STORED_INDEX',
  'PDM_PUBLISH_USERNAME',
  'PDM_PUBLISH_PASSWORD',
];

/** Options of `[pypi]` that say where packages come from. */
const INDEX_OPTIONS = ['url', 'username', 'password', 'ignore_stored_index'];

export const pdm: Client = ({ indexes, publishTo, machine: { environment, pdmConfig }, pathOf }) => {
  checkNames(indexes.repositories);
  const { settings, notes } = readSettings(indexes, pdmConfig);
  const pypi = {
    ...settings.pypi,
    ...Object.fromEntries(indexes.extra.map((one) => [one.repository.name, access(one)])),
  };
  const main = isRepository(indexes.main) && !indexes.main.byNetrc ? credentials(indexes.main) : {};
  const repository = {
    ...settings.repository,
    ...Object.fromEntries(indexes.repositories.map((one) => [one.repository.name, server(one)])),
  };
  const bytes = writeToml({ ...settings.others, pypi: { ...pypi, ...main }, repository }, pdmConfig);
  return {
    files: [{ name: 'pdm.toml', bytes }],
    variables: [
      { name: 'PDM_CONFIG_FILE', value: pathOf('pdm.toml') },
      ...(indexes.main ? [{ name: 'PDM_PYPI_URL', value: indexes.main.url }] : []),
      { name: 'PDM_PUBLISH_REPO', value: publishTo?.repository.name ?? NO_DEFAULT },
    ],
    notes,
    overrides: OVERRIDING.filter((name) => environment[name]).map(
      (name) => `The variable ${name} is set and beats what this action sets for pdm; unset it.`,
    ),
  };
};

/** The user's settings without his indexes, and without what bears a name of ours. */
function readSettings({ main, repositories }: Indexes, file: UserFile | undefined) {
  const { pypi: _, repository: __, ...others } = readToml(file, 'pdm');
  const whole = readToml(file, 'pdm');
  const userPypi = tableIn(whole, 'pypi');
  const userServers = tableIn(whole, 'repository');
  const isIndex = ([name, value]: [string, unknown]) =>
    isTable(value) || name === 'ignore_stored_index' || (main !== undefined && INDEX_OPTIONS.includes(name));
  const left = [
    ...Object.entries(userPypi)
      .filter(isIndex)
      .map(([name]) => `pypi.${name}`),
    ...repositories
      .filter(({ repository }) => Object.hasOwn(userServers, repository.name))
      .map(({ repository }) => `repository.${repository.name}`),
  ];
  const pypi: TomlTable = Object.fromEntries(Object.entries(userPypi).filter((entry) => !isIndex(entry)));
  return {
    settings: { others, pypi, repository: userServers },
    notes: left.map((option) => `pdm: ${option} of ${file?.path} does not apply in this job.`),
  };
}

/** pdm splits the names of its options at dots. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { name, url } }) => {
    if (name.includes('.')) {
      fail(
        `Input repositories: pdm knows no index server with a dot in its name (${name}); write ${name.replaceAll('.', '-')}=${url}`,
      );
    }
  });
}

function access(index: RepositoryIndex): TomlTable {
  return { url: index.url, ...(index.byNetrc ? {} : credentials(index)) };
}

function server(index: RepositoryIndex): TomlTable {
  return { url: index.repository.url, ...credentials(index) };
}

function credentials({ token }: RepositoryIndex): TomlTable {
  return { username: 'aws', password: token.value };
}
