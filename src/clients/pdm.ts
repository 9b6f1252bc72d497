/**
 * pdm: a configuration file that `PDM_CONFIG_FILE` names, with the extra indexes and, since pdm asks no netrc when it
 * uploads, an index server with user and password for each repository; `PDM_PYPI_URL` for the main index and
 * `PDM_PUBLISH_REPO` for uploads. Never `PDM_PUBLISH_PASSWORD`: it goes to whatever index a later step names. Tried
 * with pdm 2.29.3.
 *
 * pdm completes a source of a project from our file by its name, user and password too. So an index whose token the
 * netrc cannot carry has a name that nobody can guess. Index servers bear the names that the user types.
 */
import { posix, win32 } from 'node:path';
import type { TomlTable, TomlValue } from 'smol-toml';
import { USER_NAME } from '../access/tokens.ts';
import { isOn, isTable, readSettings, tableIn, writeToml } from '../formats/toml-config.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { each, fail } from '../messages/problems.ts';
import { joinFirst } from '../messages/wording.ts';
import {
  anotherName,
  type Configure,
  configFolder,
  describeSet,
  leftBehind,
  NO_DEFAULT,
  readUserFiles,
  type Setup,
  type UserFiles,
} from './client.ts';
import {
  aliasesOf,
  byAlias,
  type Indexes,
  isRepository,
  type RepositoryIndex,
  secretName,
  withoutNetrc,
} from './indexes.ts';
import { pdmCheck } from './pdm-check.ts';

/** Variables that override ours or our file. */
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

/** Configures pdm. */
export const configure: Configure = (setup) => {
  const { publishTo, machine, pathOf } = setup;
  const { environment } = machine;
  checkNames(setup.indexes.repositories);
  const indexes = arrange(setup.indexes);
  const { main, extra, repositories } = indexes;
  const { files, warnings } = readConfig(setup);
  const [user] = files;
  const settings = readSettings(user, 'pdm');
  checkUv(extra, settings, environment);
  const { pypi, left } = carryOver(tableIn(settings, 'pypi'), indexes);
  const servers = tableIn(settings, 'repository');
  const replaced = aliasesOf(repositories).filter((alias) => Object.hasOwn(servers, alias));
  const path = pathOf('pdm.toml');
  const ours = {
    ...settings,
    pypi: { ...pypi, ...Object.fromEntries(extra.map((index) => indexOf(index, setup.run))) },
    repository: { ...servers, ...byAlias(repositories, serverOf) },
  };
  return {
    files: [{ name: 'pdm.toml', bytes: writeToml(ours, user) }],
    variables: [
      // pdm (2.29) fails on an empty one, and takes a path without a file for no settings.
      { name: 'PDM_CONFIG_FILE', value: path, neutral: user?.path ?? path },
      ...(main ? [{ name: 'PDM_PYPI_URL', value: main.url }] : []),
      { name: 'PDM_PUBLISH_REPO', value: publishTo?.repository.alias ?? NO_DEFAULT, neutral: 'pypi' },
    ],
    notes: [...left.map((name) => `pypi.${name}`), ...replaced.map((name) => `repository.${name}`)].map(
      (option) => `pdm: ${option} in ${user?.path} is not used in this job.`,
    ),
    warnings,
    overrides: [
      ...describeSet(OVERRIDING, environment, 'overrides what this action sets for pdm'),
      ...(!main && environment['PDM_CONFIG_FILE'] === path && environment['PDM_PYPI_URL']
        ? leftBehind('PDM_PYPI_URL', 'pdm')
        : []),
    ],
    checks: [pdmCheck(indexes, machine, path)],
  };
};

/** pdm itself rewrites the file that it is given, without comments: then the user's own place is looked at again. */
function readConfig(setup: Setup): UserFiles {
  const { machine, pathOf } = setup;
  const found = readUserFiles(pdmPaths(machine), 'pdm.toml', setup);
  const isOurs = machine.environment['PDM_CONFIG_FILE'] === pathOf('pdm.toml');
  if (found.files.length > 0 || !isOurs) return found;
  return readUserFiles(
    pdmPaths({ ...machine, environment: { ...machine.environment, PDM_CONFIG_FILE: '' } }),
    '',
    setup,
  );
}

/** pdm 2.29 (`project/core.py`): the file that `PDM_CONFIG_FILE` names and no other, else the one of platformdirs 4. */
export function pdmPaths(machine: Machine): string[] {
  const { environment, home, platform } = machine;
  const named = environment['PDM_CONFIG_FILE'];
  if (named) return [named];
  if (platform === 'win32') {
    const local = environment['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local');
    return [win32.join(local, 'pdm', 'pdm', 'config.toml')];
  }
  return [posix.join(configFolder(machine), 'pdm', 'config.toml')];
}

/**
 * Makes an index that the netrc opens the default one, if the default is to be one of ours: pdm hands the password of
 * the default index to any source that a project calls pypi, wherever that is. It takes packages from all indexes
 * alike.
 */
function arrange(indexes: Indexes): Indexes {
  const { main, repositories } = indexes;
  const first = isRepository(main) && !main.byNetrc ? repositories.find(({ byNetrc }) => byNetrc) : undefined;
  return first ? { ...indexes, main: first, extra: repositories.filter((one) => one !== first) } : indexes;
}

/**
 * The user's `[pypi]` without its indexes. What it says of an index beside its URL stays: pdm completes with it the
 * source of that name in a project.
 * @returns also the names of the options that are left out
 */
function carryOver(user: TomlTable, { main, extra }: Indexes): { readonly pypi: TomlTable; readonly left: string[] } {
  const left: string[] = [];
  const kept = Object.entries(user).flatMap(([name, value]): [string, TomlValue][] => {
    const isOurs = aliasesOf(extra.filter(({ byNetrc }) => byNetrc)).includes(name);
    if (isTable(value) && !isOurs) {
      const { url, ...rest } = value;
      if (url !== undefined) left.push(`${name}.url`);
      return [[name, rest]];
    }
    const givesWay = isOurs || name === 'ignore_stored_index' || (main && MAIN_OPTIONS.includes(name));
    if (!givesWay) return [[name, value]];
    left.push(name);
    return [];
  });
  // Not key by key: a name may be __proto__.
  return { pypi: Object.fromEntries(kept), left };
}

/** pdm splits the names of its options at dots. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository }) => {
    const { alias, url } = repository;
    if (alias.includes('.')) {
      fail(
        `Input repositories: pdm cannot use a name with a dot ("${alias}"); choose another, as in ` +
          `${alias.replaceAll('.', '-')}=${url}.`,
      );
    }
    if (RESERVED_NAMES.includes(alias)) {
      fail(`Input repositories: the name "${alias}" is reserved in pdm; ${anotherName(repository)}.`);
    }
  });
}

/**
 * With `use_uv`, pdm gives the URLs of all indexes to uv as arguments, with the password where its file has one, and uv
 * takes it for the whole host.
 */
function checkUv(extra: readonly RepositoryIndex[], user: TomlTable, environment: Environment): void {
  const own = aliasesOf(withoutNetrc(extra));
  if (own.length === 0 || !isOn(environment['PDM_USE_UV'] ?? user['use_uv'] ?? false)) return;
  fail(
    `Input repositories: pdm with use_uv would show the token of ${joinFirst(own)} in the arguments of a process, ` +
      'because an earlier repository of the same host has another identity or domain; turn use_uv (PDM_USE_UV) off.',
  );
}

function indexOf(index: RepositoryIndex, run: string): [string, TomlTable] {
  const { repository, url, byNetrc } = index;
  return byNetrc ? [repository.alias, { url }] : [secretName(index, run), { url, ...loginOf(index) }];
}

function serverOf(index: RepositoryIndex): TomlTable {
  return { url: index.repository.url, ...loginOf(index) };
}

function loginOf({ token }: RepositoryIndex): TomlTable {
  return { username: USER_NAME, password: token.value };
}
