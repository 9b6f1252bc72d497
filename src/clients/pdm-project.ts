/**
 * What a project says that gets in the way of ours: its pdm.toml, and the sources of its pyproject.toml. They are read
 * here, since pdm itself loads plugins from where a project's pdm.toml leads it.
 */
import type { TomlTable, TomlValue } from 'smol-toml';
import { isOn, isTable, placeOf, readToml, tableIn, tablesIn } from '../formats/toml-config.ts';
import type { UserFile } from '../machine/disk.ts';
import { aliasesOf, type Indexes, withoutNetrc } from './indexes.ts';

/** A setting of pdm: the words that lead to it, with dots between them, and what it says. */
export interface PdmSetting {
  readonly key: string;
  readonly value: TomlValue;
}

/**
 * A project's pdm.toml overrides our file name by name, and `[[tool.pdm.source]]` the index of its name; what either
 * leaves out, user and password too, pdm takes from ours.
 * @param config the project's pdm.toml
 * @returns a sentence for each setting in the way, with its place
 */
export function judgeProject(
  indexes: Indexes,
  config: UserFile | undefined,
  pyproject: UserFile | undefined,
): readonly string[] {
  return [...new Set([...judgeConfig(indexes, config), ...judgeSources(indexes, pyproject)])];
}

function judgeConfig(indexes: Indexes, file: UserFile | undefined): string[] {
  if (!file) return [];
  const settings = settingsIn(readToml(file, 'pdm'));
  const named = (key: string) => {
    const words = key.split('.').slice(0, 2);
    return `${words.join('.')} (${placeOf(file, words)})`;
  };
  return settings.flatMap((setting) => {
    const { key, value } = setting;
    const unopened = /^pypi\.[^.]+\.url$/.test(key) ? findUnopened(indexes, value) : undefined;
    return [
      ...(changesOurs(setting, indexes) || isOfOurs(setting, indexes)
        ? [`pdm: ${named(key)} conflicts with what this action sets for pdm; remove it.`]
        : []),
      ...(key === 'pypi.ca_certs' || (key === 'pypi.verify_ssl' && !isOn(value))
        ? [
            `pdm: ${named(key)} changes which certificates are trusted for the main index, so whoever has one can ` +
              'read its token; remove it.',
          ]
        : []),
      ...(unopened ? [describeUnopened(named(key), unopened)] : []),
    ];
  });
}

/** Whether a setting of any file but ours changes what all of our indexes mean. */
export function changesOurs({ key, value }: PdmSetting, { main, extra }: Indexes): boolean {
  if (key === 'pypi.ignore_stored_index') return isOn(value);
  if (key === 'use_uv') return isOn(value) && withoutNetrc(extra).length > 0;
  return main !== undefined && ['pypi.username', 'pypi.password'].includes(key);
}

/** Whether it is of one of ours, by the name that both have. */
function isOfOurs({ key }: PdmSetting, { extra, repositories }: Indexes): boolean {
  return [
    ...aliasesOf(extra.filter(({ byNetrc }) => byNetrc)).map((alias) => `pypi.${alias}.`),
    ...aliasesOf(repositories).map((alias) => `repository.${alias}.`),
  ].some((start) => key.startsWith(start));
}

function judgeSources(indexes: Indexes, file: UserFile | undefined): string[] {
  if (!file) return [];
  const { main, extra } = indexes;
  const ours = new Map(extra.filter(({ byNetrc }) => byNetrc).map(({ repository, url }) => [repository.alias, url]));
  if (main) ours.set('pypi', main.url);
  const sources = tablesIn(tableIn(tableIn(readToml(file, 'pdm'), 'tool'), 'pdm'), 'source');
  return sources.flatMap(({ name, url }) => {
    // pdm refuses any other.
    if (typeof name !== 'string') return [];
    const source = `the source ${name} (${placeOf(file, ['tool', 'pdm', 'source', 'name'], name)})`;
    const unopened = findUnopened(indexes, url);
    if (unopened) return [describeUnopened(source, unopened)];
    const own = ours.get(name);
    if (own === undefined || isSame(own, url)) return [];
    const what = name === 'pypi' ? 'the main index' : 'the repository of that name';
    return [`pdm: ${source} replaces ${what}; rename or remove it.`];
  });
}

/** A repository whose token pdm has under a name that no project can know: the index of that URL. */
function findUnopened({ extra }: Indexes, url: TomlValue | undefined): string | undefined {
  return withoutNetrc(extra).find((one) => isSame(one.url, url))?.repository.alias;
}

function describeUnopened(place: string, alias: string): string {
  return (
    `pdm: ${place} gets no token, and keeps pdm from using ${alias} under the name that this action gives it; remove ` +
    `it, or list ${alias} first in the input repositories.`
  );
}

/** A slash at the end makes no difference. */
function isSame(own: string, url: TomlValue | undefined): boolean {
  return typeof url === 'string' && url.replace(/\/*$/, '/') === own.replace(/\/*$/, '/');
}

/** No setting of pdm lies deeper. */
const DEPTH = 3;

function settingsIn(table: TomlTable, words: readonly string[] = []): PdmSetting[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const way = [...words, name];
    return isTable(value) && way.length < DEPTH ? settingsIn(value, way) : [{ key: way.join('.'), value }];
  });
}
