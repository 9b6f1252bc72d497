/**
 * poetry: a private copy of its configuration folder, which `POETRY_CONFIG_DIR` names, with an index server for each
 * repository; the netrc gives the tokens, for installs and for uploads. Never `POETRY_REPOSITORIES_*`: with one of them
 * set, poetry forgets those of its files, and the passwords of the user's other sources with them (1.3 to 2.5). Where
 * installs look is said in pyproject.toml alone. Tried with poetry 2.5.1.
 *
 * A token that the netrc cannot carry is the password of an index server. poetry hands that to any source of its name,
 * wherever that is, and else to what is nearest to its URL: so the name is one that nobody can guess, and the URL that
 * of the index. For uploads there is none: poetry would take the password of the name that the user types, else the
 * netrc's, and so another identity.
 */
import { dirname, join, posix, win32 } from 'node:path';
import type { TomlTable } from 'smol-toml';
import { USER_NAME } from '../access/tokens.ts';
import { isTable, readTomlToWrite, tableIn, writeToml } from '../formats/toml-config.ts';
import type { UserFile } from '../machine/disk.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { all, each, fail } from '../messages/problems.ts';
import { joinFirst } from '../messages/wording.ts';
import { otherName } from '../repositories/repository.ts';
import { type Configure, configFolder, describeVariable, readUserFiles } from './client.ts';
import { aliasesOf, byAlias, type RepositoryIndex, secretName, withoutNetrc } from './indexes.ts';
import { CREDENTIALS, isCredential, isOnHostOf, poetryCheck } from './poetry-check.ts';

/** The tables of poetry's files that are by the name of an index. */
const TABLES = ['repositories', ...CREDENTIALS];

/** Configures poetry. */
export const configure: Configure = (setup) => {
  const { machine, pathOf } = setup;
  const { environment } = machine;
  const { repositories } = setup.indexes;
  const names = aliasesOf(repositories);
  const own = withoutNetrc(repositories);
  const named = repositories.filter(({ byNetrc }) => byNetrc);
  const user = (file: string) => readUserFiles([join(poetryFolder(machine), file)], file, setup);
  const [config, auth] = [user('config.toml'), user('auth.toml')];
  const [configFile, authFile] = [config.files[0], auth.files[0]];
  const [settings, passwords] = all(
    () => readTomlToWrite(configFile, 'poetry'),
    () => readTomlToWrite(authFile, 'poetry'),
    () => checkNames(repositories),
  );

  // As in the netrc, credentials of the user's for our hosts give way: poetry would take them for our repositories.
  const onOurHosts = Object.entries(tableIn(settings, 'repositories'))
    .filter(([, server]) => isTable(server) && isOnHostOf(repositories, server['url']))
    .map(([name]) => name);
  const givesWay = (table: string, name: string) =>
    names.includes(name) || (CREDENTIALS.includes(table) && onOurHosts.includes(name));
  const [settingsLeft, passwordsLeft] = [without(settings, givesWay), without(passwords, givesWay)];

  const bySecretName = (describe: (index: RepositoryIndex) => TomlTable): TomlTable =>
    Object.fromEntries(own.map((index) => [secretName(index, setup.run), describe(index)]));
  const servers = {
    ...bySecretName(({ url }) => ({ url })),
    ...byAlias(named, ({ repository }) => ({ url: repository.url })),
  };
  const logins = bySecretName(({ token }) => ({ username: USER_NAME, password: token.value }));
  const overriding = overridingVariables(environment, names);
  return {
    files: [
      // Of two that fit a URL alike, poetry takes the first.
      { name: 'config.toml', bytes: writeToml(withFirst(settingsLeft, 'repositories', servers), configFile) },
      { name: 'auth.toml', bytes: writeToml(withFirst(passwordsLeft, 'http-basic', logins), authFile) },
    ],
    variables: [{ name: 'POETRY_CONFIG_DIR', value: dirname(pathOf('config.toml')) }],
    notes: [
      ...describeUse(aliasesOf(named), aliasesOf(own)),
      ...describeLeft(settings, configFile, givesWay),
      ...describeLeft(passwords, authFile, givesWay),
    ],
    warnings: [...config.warnings, ...auth.warnings],
    overrides: overriding.map((name) => describeVariable(name, 'overrides what this action sets for poetry')),
    checks: [
      poetryCheck({
        repositories,
        machine,
        isExplained: overriding.length > 0,
        passwords: Object.keys(tableIn(passwordsLeft, 'http-basic')),
        authPath: authFile?.path,
        path: pathOf('config.toml'),
      }),
    ],
  };
};

/**
 * Where poetry looks is said by the project and by each call alone, so the user is told.
 * @param named the index servers by name
 * @param own the repositories that have one under a name that nobody can guess
 */
function describeUse(named: readonly string[], own: readonly string[]): string[] {
  return [
    'poetry: installs use the [[tool.poetry.source]] tables of pyproject.toml, and the public PyPI first where none ' +
      'of them is primary; for an upload, name the repository: poetry publish --repository NAME ' +
      `(${joinFirst(named)}).`,
    ...own.map(
      (alias) =>
        `poetry: ${alias} works for installs only, because an earlier repository of the same host has another ` +
        'identity or domain; for uploads, list it first, or give that step its URL, user and password.',
    ),
  ];
}

/**
 * poetry 2.5 (`locations.py`): the folder that `POETRY_CONFIG_DIR` names and no other, else the one of platformdirs 4.
 */
export function poetryFolder(machine: Machine): string {
  const { environment, home, platform } = machine;
  const named = environment['POETRY_CONFIG_DIR'];
  if (named) return named;
  if (platform === 'win32') {
    return win32.join(environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'pypoetry');
  }
  return posix.join(configFolder(machine), 'pypoetry');
}

/** Under this name poetry looks for the password of the public index, whatever its URL. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { alias, url } }) => {
    if (alias !== 'pypi') return;
    fail(
      `Input repositories: the name "pypi" is the public index to poetry; choose another, ${otherName(alias, url)}.`,
    );
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

function describeLeft(settings: TomlTable, file: UserFile | undefined, givesWay: Test): string[] {
  return TABLES.flatMap((table) =>
    Object.keys(tableIn(settings, table))
      .filter((name) => givesWay(table, name))
      .map((name) => `poetry: ${table}.${name} in ${file?.path} is not used in this job.`),
  );
}

function withFirst(settings: TomlTable, table: string, entries: TomlTable): TomlTable {
  return { ...settings, [table]: { ...entries, ...tableIn(settings, table) } };
}

/**
 * poetry 2.5, `config.py`: a `POETRY_REPOSITORIES_*_URL` without digits hides all index servers of the files, and one
 * for a name of ours its URL, even when it is empty.
 */
function overridingVariables(environment: Environment, names: readonly string[]): string[] {
  const urls = names.map((name) => `POETRY_REPOSITORIES_${name.toUpperCase().replaceAll('-', '_')}_URL`);
  return Object.keys(environment).filter(
    (variable) =>
      /^POETRY_REPOSITORIES_[A-Z_]+_URL/.test(variable) ||
      urls.includes(variable) ||
      (environment[variable] && names.some((name) => isCredential(variable, name))),
  );
}
