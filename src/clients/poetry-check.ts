/** Asks poetry what it sees: `poetry config repositories` prints the index servers, in Python's notation. */
import { join } from 'node:path';
import { placeOf, readToml, tableIn, tablesIn } from '../formats/toml-config.ts';
import type { UserFile } from '../machine/user-file.ts';
import type { Check } from './changes.ts';
import type { RepositoryIndex } from './indexes.ts';

/** The tables that open an index. */
export const CREDENTIALS = ['http-basic', 'pypi-token'];

/** What poetry was given. */
interface Given {
  readonly repositories: readonly RepositoryIndex[];
  readonly environment: NodeJS.ProcessEnv;
  /** Whether a variable that is told anyway may keep poetry from seeing the index servers. */
  readonly isExplained: boolean;
  /** The names that the user's own auth.toml has a password for, and the path of that file. */
  readonly passwords: readonly string[];
  readonly authPath: string | undefined;
  /** The file that has the index servers. */
  readonly path: string;
}

/**
 * What is in the way: a poetry.toml of the workspace that speaks of a name of ours, an index server of ours that poetry does
 * not see, and a source of the workspace's pyproject.toml that our token does not reach.
 */
export function poetryCheck(given: Given): Check {
  const { repositories, environment, isExplained, path } = given;
  const inWorkspace = (name: string) => join(environment['GITHUB_WORKSPACE'] ?? '.', name);
  return {
    program: 'poetry',
    // A checkout can bring plugins, which would be code of strangers in this process.
    args: ['--no-plugins', 'config', 'repositories'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) {
        return [`poetry config repositories failed (exit code ${exitCode}); run it in a step to see why.`];
      }
      const shadowed = repositories.flatMap(({ repository }) =>
        shadowsOf(repository.name, read(inWorkspace('poetry.toml'))),
      );
      const unseen = repositories.filter(
        ({ repository: { name, url } }) => !stdout.includes(`'${name}': {'url': '${url}'`),
      );
      return [
        ...shadowed,
        ...(isExplained || shadowed.length > 0 ? [] : unseen).map(
          ({ repository }) =>
            `poetry does not see the index server ${repository.name}, which this action wrote to ${path}.`,
        ),
        ...judgeSources(given, read(inWorkspace('pyproject.toml'))),
      ];
    },
  };
}

function shadowsOf(name: string, local: UserFile | undefined): string[] {
  if (!local) return [];
  const settings = readToml(local, 'poetry');
  return ['repositories', ...CREDENTIALS]
    .filter((table) => Object.hasOwn(tableIn(settings, table), name))
    .map(
      (table) =>
        `poetry: ${table}.${name} (${placeOf(local, [table, name])}) beats what this action sets for poetry; remove it.`,
    );
}

function judgeSources({ repositories, environment, passwords, authPath }: Given, file: UserFile | undefined): string[] {
  if (!file) return [];
  const sources = tablesIn(tableIn(tableIn(readToml(file, 'poetry'), 'tool'), 'poetry'), 'source');
  return sources
    .filter(({ url }) => isOnHostOf(repositories, url))
    .flatMap(({ name, url }) => {
      const source = String(name);
      const place = `the source ${source} (${placeOf(file, ['tool', 'poetry', 'source', 'name'], source)})`;
      const variable = Object.keys(environment).find(
        (one) => environment[one] && one.includes('HTTP_BASIC') && isCredential(one, source),
      );
      const password = passwords.includes(source) ? `http-basic.${source} of ${authPath}` : variable;
      const renamed = repositories.find(
        (one) => !one.byNetrc && one.repository.name !== source && one.url === `${String(url).replace(/\/+$/, '')}/`,
      )?.repository.name;
      return [
        ...(password
          ? [`poetry: ${place} has a password of its own (${password}), so no token is used; remove it.`]
          : []),
        ...(renamed
          ? [`poetry: ${place} does not get the token for ${renamed}, which goes by that name; rename one of them.`]
          : []),
      ];
    });
}

/** Whether a URL is on the host of a repository. */
export function isOnHostOf(repositories: readonly RepositoryIndex[], url: unknown): boolean {
  const host = URL.parse(String(url))?.host;
  return repositories.some(({ repository }) => repository.host === host);
}

/** Whether a variable opens the index of that name, in the place of the files (poetry 2.5, `config.py`). */
export function isCredential(variable: string, name: string): boolean {
  const word = name.toUpperCase().replaceAll('-', '_');
  return [
    `POETRY_HTTP_BASIC_${word}_USERNAME`,
    `POETRY_HTTP_BASIC_${word}_PASSWORD`,
    `POETRY_PYPI_TOKEN_${word}`,
  ].includes(variable);
}
