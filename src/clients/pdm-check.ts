/** Asks pdm what it sees: `pdm config --quiet` prints its settings by the file that has them, and looks for no newer pdm. */
import { join } from 'node:path';
import { placeOf, readToml, tableIn, tablesIn } from '../formats/toml-config.ts';
import type { UserFile } from '../machine/user-file.ts';
import type { Check } from './changes.ts';
import type { Indexes } from './indexes.ts';

/** A setting as pdm prints it: `pypi.NAME.url = URL`, under a line that names the kind of file and its path. */
interface Setting {
  readonly kind: string;
  readonly path: string;
  readonly key: string;
  readonly value: string;
}

/**
 * What is in the way: a setting of the project's pdm.toml or of the machine's configuration that beats ours or adds an
 * index, and a source of the workspace's pyproject.toml that takes the place of one of ours.
 * @param path the file that has the extra indexes and the index servers
 */
export function pdmCheck(indexes: Indexes, environment: NodeJS.ProcessEnv, path: string): Check {
  return {
    program: 'pdm',
    args: ['config', '--quiet'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [`pdm config failed (exit code ${exitCode}); run it in a step to see why.`];
      const settings = readSettings(stdout);
      return [
        ...(settings.some((setting) => setting.kind === 'Home' && setting.path === path)
          ? []
          : [`pdm does not read ${path}, which this action wrote for it.`]),
        ...settings
          .filter((setting) => isInTheWay(setting, indexes))
          .map((setting) => {
            const file = read(setting.path);
            const place = file ? placeOf(file, tableOf(setting).split('.')) : setting.path;
            return `pdm: ${tableOf(setting)} (${place}) gets in the way of what this action sets for pdm; remove it.`;
          }),
        ...judgeSources(indexes, read(join(environment['GITHUB_WORKSPACE'] ?? '.', 'pyproject.toml'))),
      ];
    },
  };
}

function readSettings(text: string): Setting[] {
  let kind = '';
  let path = '';
  return text.split(/\r?\n/).flatMap((line) => {
    const header = /^(Site|Home|Project)(?:\/default)? configuration(?: \((.*)\))?:?$/.exec(line);
    if (header) [, kind = '', path = ''] = header;
    const [, key, value = ''] = /^(\S+) = (.*)/.exec(line) ?? [];
    return key === undefined ? [] : [{ kind, path, key, value }];
  });
}

/** Ours is the home configuration: a project's beats it name by name, and the machine's adds to it. */
function isInTheWay(setting: Setting, { main, extra, repositories }: Indexes): boolean {
  const { kind, key, value } = setting;
  const table = tableOf(setting);
  const ours = [
    ...extra.map(({ repository }) => `pypi.${repository.name}`),
    ...repositories.map(({ repository }) => `repository.${repository.name}`),
  ];
  if (kind === 'Home') return false;
  if (table === 'pypi.ignore_stored_index') return value === 'True';
  if (table === 'use_uv') return value === 'True' && extra.some(({ byNetrc }) => !byNetrc);
  if (['pypi.username', 'pypi.password'].includes(table)) return main !== undefined;
  return kind === 'Project' ? ours.includes(table) : /^pypi\.[^.]+\.url$/.test(key) && !ours.includes(table);
}

function tableOf({ key }: Setting): string {
  return key.split('.').slice(0, 2).join('.');
}

/** `[[tool.pdm.source]]` beats the index of its name; what it leaves out, user and password too, pdm takes from that. */
function judgeSources({ main, extra }: Indexes, file: UserFile | undefined): string[] {
  if (!file) return [];
  const ours = new Map(extra.map(({ repository, url }) => [repository.name, url]));
  if (main) ours.set('pypi', main.url);
  const sources = tablesIn(tableIn(tableIn(readToml(file, 'pdm'), 'tool'), 'pdm'), 'source');
  return sources
    .map(({ name, url }) => ({ name: String(name), url: String(url).replace(/\/*$/, '/') }))
    .filter(({ name, url }) => ours.has(name) && url !== ours.get(name)?.replace(/\/*$/, '/'))
    .map(
      ({ name }) =>
        `pdm: the source ${name} (${placeOf(file, ['tool', 'pdm', 'source', 'name'], name)}) takes the place of ` +
        `${name === 'pypi' ? 'the main index' : 'the repository of that name'}; rename or remove it.`,
    );
}
