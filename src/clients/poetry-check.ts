/** Asks poetry what it sees: `poetry config repositories` prints the index servers, in Python's notation. */
import { join } from 'node:path';
import { placeOf, readToml, tableIn, tablesIn } from '../formats/toml-config.ts';
import type { UserFile } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { type Check, describeExit } from './changes.ts';
import { aliasesOf, type RepositoryIndex } from './indexes.ts';

/** The tables that open an index. */
export const CREDENTIALS = ['http-basic', 'pypi-token'];

/** What poetry was given. */
interface Given {
  readonly repositories: readonly RepositoryIndex[];
  readonly machine: Machine;
  /** Whether a variable that is told anyway may keep poetry from seeing the index servers. */
  readonly isExplained: boolean;
  /** The names that the user's own auth.toml has a password for, and the path of that file. */
  readonly passwords: readonly string[];
  readonly authPath: string | undefined;
  /** The file that has the index servers. */
  readonly path: string;
}

/**
 * What is in the way: a poetry.toml of the workspace that speaks of a name of ours, or of the certificates of our
 * hosts; an index server of ours that poetry does not see; and a source of the workspace's pyproject.toml that our
 * token does not reach.
 */
export function poetryCheck(given: Given): Check {
  const { repositories, machine, isExplained, path } = given;
  const inWorkspace = (name: string) => join(machine.workspace, name);
  return {
    program: 'poetry',
    // They change nothing of the answer, and a checkout can bring some.
    args: ['--no-plugins', 'config', 'repositories'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) {
        return [describeExit('poetry config repositories', exitCode)];
      }
      const [local, project] = [read(inWorkspace('poetry.toml')), read(inWorkspace('pyproject.toml'))];
      const servers = repositories.filter(({ byNetrc }) => byNetrc);
      const shadowed = servers.flatMap(({ repository }) => shadowsOf(repository.alias, local));
      const sources = sourcesOf(repositories, project);
      const unseen = servers.filter(
        ({ repository: { alias, url } }) => !stdout.includes(`'${alias}': {'url': '${url}'`),
      );
      return [
        ...shadowed,
        ...(isExplained || shadowed.length > 0 ? [] : unseen).map(
          ({ repository }) =>
            `poetry does not see the repository ${repository.alias}, which this action wrote to ${path}; check ` +
            'what poetry on the PATH is.',
        ),
        ...judgeCertificates([...aliasesOf(repositories), ...sources], local),
        ...judgeSources(sources, given, project),
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
        `poetry: ${table}.${name} (${placeOf(local, [table, name])}) overrides what this action sets for poetry; ` +
        'remove it.',
    );
}

/** The names of a project's sources that are on our hosts. */
function sourcesOf(repositories: readonly RepositoryIndex[], project: UserFile | undefined): string[] {
  const sources = tablesIn(tableIn(tableIn(readToml(project, 'poetry'), 'tool'), 'poetry'), 'source');
  return sources
    .filter(({ url }) => isOnHostOf(repositories, url))
    .map(({ name }) => name)
    .filter((name) => typeof name === 'string');
}

function judgeCertificates(names: readonly string[], local: UserFile | undefined): string[] {
  const certificates = tableIn(readToml(local, 'poetry'), 'certificates');
  return [...new Set(names)].flatMap((name) =>
    ['verify', 'cert']
      .filter((key) => (tableIn(certificates, name)[key] ?? true) !== true)
      .map((key) => {
        const place = local ? placeOf(local, ['certificates', name, key]) : '';
        return (
          `poetry: certificates.${name}.${key} (${place}) changes which certificates are trusted for this host, so ` +
          'whoever has one can read its token; remove it.'
        );
      }),
  );
}

function judgeSources(
  sources: readonly string[],
  { machine, passwords, authPath }: Given,
  project: UserFile | undefined,
): string[] {
  if (!project) return [];
  return sources.flatMap((source) => {
    const place = `the source ${source} (${placeOf(project, ['tool', 'poetry', 'source', 'name'], source)})`;
    const variable = Object.keys(machine.environment).find(
      (one) => machine.environment[one] && one.includes('HTTP_BASIC') && isCredential(one, source),
    );
    const password = passwords.includes(source) ? `http-basic.${source} of ${authPath}` : variable;
    return password
      ? [`poetry: ${place} has a password of its own (${password}), so poetry does not use the token; remove it.`]
      : [];
  });
}

/** Whether a URL is on the host of a repository. */
export function isOnHostOf(repositories: readonly RepositoryIndex[], url: unknown): boolean {
  const host = typeof url === 'string' ? URL.parse(url)?.host : undefined;
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
