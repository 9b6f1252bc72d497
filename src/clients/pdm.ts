/**
 * pdm: a configuration file that `PDM_CONFIG_FILE` names, with the extra indexes and, since pdm asks no netrc when it
 * uploads, an index server with user and password for each repository; `PDM_PYPI_URL` for the main index and
 * `PDM_PUBLISH_REPO` for uploads. Never `PDM_PUBLISH_PASSWORD`: it goes to whatever index a later step names. Tried with pdm
 * 2.29.3.
 */
import type { TomlTable } from 'smol-toml';
import { isTable, named, readToml, tableIn, writeToml } from '../formats/toml-config.ts';
import { each, fail } from '../messages/problems.ts';
import { type Client, describeSet, leftBehind, NO_DEFAULT } from './client.ts';
import { type Indexes, isRepository, type RepositoryIndex } from './indexes.ts';
import { pdmCheck } from './pdm-check.ts';

/** Variables that beat ours or our file. */
const OVERRIDING = [
  'PDM_PYPI_USERNAME',
  'PDM_PYPI_PASSWORD',
  'PDM_IGNORE_STORED_INDEX',
  'PDM_PUBLISH_USERNAME',
  'PDM_PUBLISH_PASSWORD',
];

/** Options of `[pypi]` that say where the packages of the default index come from. */
const MAIN_OPTIONS = ['url', 'username', 'password'];

/** Under `[pypi]`, names that are no index (pdm 2.29, `project/config.py`), and the default index. */
const RESERVED_NAMES = [
  ...MAIN_OPTIONS,
  ...['pypi', 'verify_ssl', 'ca_certs', 'client_cert', 'client_key', 'ignore_stored_index', 'json_api'],
];

export const pdm: Client = ({ indexes: asked, publishTo, machine: { environment, pdmConfig }, pathOf }) => {
  checkNames(asked.repositories);
  const indexes = arrange(asked);
  const { main, extra, repositories } = indexes;
  const user = readToml(pdmConfig, 'pdm');
  checkUv(extra, user, environment);
  const { pypi, left } = carryOver(tableIn(user, 'pypi'), indexes);
  const servers = tableIn(user, 'repository');
  const settings = {
    ...user,
    pypi: { ...pypi, ...named(extra, access) },
    repository: { ...servers, ...named(repositories, server) },
  };
  const replaced = repositories.map(({ repository }) => repository.name).filter((name) => Object.hasOwn(servers, name));
  const path = pathOf('pdm.toml');
  return {
    files: [{ name: 'pdm.toml', bytes: writeToml(settings, pdmConfig) }],
    variables: [
      // pdm (2.29) fails on an empty one, and takes a path without a file for no settings.
      { name: 'PDM_CONFIG_FILE', value: path, neutral: pdmConfig?.path ?? path },
      ...(main ? [{ name: 'PDM_PYPI_URL', value: main.url }] : []),
      { name: 'PDM_PUBLISH_REPO', value: publishTo?.repository.name ?? NO_DEFAULT, neutral: 'pypi' },
    ],
    notes: [...left.map((name) => `pypi.${name}`), ...replaced.map((name) => `repository.${name}`)].map(
      (option) => `pdm: ${option} of ${pdmConfig?.path} does not apply in this job.`,
    ),
    overrides: [
      ...OVERRIDING.filter((name) => environment[name]).map(describeSet('beats what this action sets for pdm')),
      ...(!main && environment['PDM_CONFIG_FILE'] === path && environment['PDM_PYPI_URL']
        ? leftBehind('PDM_PYPI_URL', 'pdm')
        : []),
    ],
    checks: [pdmCheck(indexes, environment, path)],
  };
};

/**
 * With a default index that the netrc opens, where it is to be one of ours: pdm hands the password of the default index to
 * any source that a project calls pypi, wherever that is. It takes packages from all indexes alike.
 */
function arrange(indexes: Indexes): Indexes {
  const { main, repositories } = indexes;
  const first = isRepository(main) && !main.byNetrc ? repositories.find(({ byNetrc }) => byNetrc) : undefined;
  return first ? { ...indexes, main: first, extra: repositories.filter((one) => one !== first) } : indexes;
}

/**
 * The user's `[pypi]` without his indexes. What he says of an index beside its URL stays: pdm completes with it the source
 * of that name in a project.
 * @returns also the names of the options that are left out
 */
function carryOver(user: TomlTable, { main, extra }: Indexes) {
  const left: string[] = [];
  const pypi: TomlTable = {};
  for (const [name, value] of Object.entries(user)) {
    if (extra.some(({ repository }) => repository.name === name)) left.push(name);
    else if (isTable(value)) {
      const { url, ...rest } = value;
      pypi[name] = rest;
      if (url !== undefined) left.push(`${name}.url`);
    } else if (name === 'ignore_stored_index' || (main && MAIN_OPTIONS.includes(name))) left.push(name);
    else pypi[name] = value;
  }
  return { pypi, left };
}

/** pdm splits the names of its options at dots. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { name, url } }) => {
    if (name.includes('.')) {
      fail(
        `Input repositories: pdm knows no index server with a dot in its name (${name}); write ${name.replaceAll('.', '-')}=${url}`,
      );
    }
    if (RESERVED_NAMES.includes(name)) {
      fail(
        `Input repositories: the name ${name} means something else to pdm; choose another, as in my-${name}=${url}.`,
      );
    }
  });
}

/**
 * With `use_uv`, pdm gives the URLs of all indexes to uv as arguments, with the password where its file has one, and uv
 * takes it for the whole host.
 */
function checkUv(extra: readonly RepositoryIndex[], user: TomlTable, environment: NodeJS.ProcessEnv): void {
  const own = extra.filter(({ byNetrc }) => !byNetrc).map(({ repository }) => repository.name);
  const usesUv = /^(?!(?:false|no|0)$)./i.test(environment['PDM_USE_UV'] ?? String(user['use_uv'] ?? ''));
  if (own.length === 0 || !usesUv) return;
  fail(
    `Input repositories: pdm with use_uv cannot open ${own.join(', ')}, because an earlier repository of the same host has ` +
      'another identity or domain, and would show the token in the arguments of a process; turn use_uv (PDM_USE_UV) off.',
  );
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
