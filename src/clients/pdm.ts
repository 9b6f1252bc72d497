/**
 * pdm: a configuration file that `PDM_CONFIG_FILE` names, with the extra indexes and, since pdm asks no netrc when it
 * uploads, an index server with user and password for each repository; `PDM_PYPI_URL` for the main index and
 * `PDM_PUBLISH_REPO` for uploads. Never `PDM_PUBLISH_PASSWORD`: it goes to whatever index a later step names. Tried
 * with pdm 2.29.3.
 *
 * pdm completes a source of a project from our file by its name, user and password too. So an index whose token the
 * netrc cannot carry has a name that nobody can guess. Index servers bear the names that the user types.
 */
import type { TomlTable } from 'smol-toml';
import { USER_NAME } from '../access/tokens.ts';
import { isOn, readTomlToWrite, tableIn, writeToml } from '../formats/toml-config.ts';
import type { Environment } from '../machine/machine.ts';
import { all, each, fail } from '../messages/problems.ts';
import { joinFirst } from '../messages/wording.ts';
import { otherName } from '../repositories/repository.ts';
import { type Configure, describeSet, leftBehind, NO_DEFAULT } from './client.ts';
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
import { carryOver, MAIN_OPTIONS, readPdmFile } from './pdm-settings.ts';

/** Variables that override ours or our file. */
const OVERRIDING = [
  'PDM_PYPI_USERNAME',
  'PDM_PYPI_PASSWORD',
  'PDM_IGNORE_STORED_INDEX',
  'PDM_PUBLISH_USERNAME',
  'PDM_PUBLISH_PASSWORD',
];

/** Under `[pypi]`, names that are no index (pdm 2.29, `project/config.py`), and the default index. */
const RESERVED_NAMES = [
  ...MAIN_OPTIONS,
  ...['pypi', 'verify_ssl', 'ca_certs', 'client_cert', 'client_key', 'ignore_stored_index', 'json_api'],
];

/** Configures pdm. */
export const configure: Configure = (setup) => {
  const { publishTo, machine, pathOf } = setup;
  const { environment } = machine;
  const indexes = arrange(setup.indexes);
  const { main, extra, repositories } = indexes;
  const { files, warnings } = readPdmFile(setup);
  const [user] = files;
  const [settings] = all(
    () => readTomlToWrite(user, 'pdm'),
    () => checkNames(repositories),
  );
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

/** pdm splits the names of its options at dots. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { alias, url } }) => {
    if (alias.includes('.')) {
      fail(
        `Input repositories: pdm cannot use a name with a dot ("${alias}"); choose another, as in ` +
          `${alias.replaceAll('.', '-')}=${url}.`,
      );
    }
    if (RESERVED_NAMES.includes(alias)) {
      fail(`Input repositories: the name "${alias}" is reserved in pdm; choose another, ${otherName(alias, url)}.`);
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
