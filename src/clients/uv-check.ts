/** Asks uv what it sees: `uv pip list --show-settings` prints all of its settings, passwords left out, and lists nothing. */
import { join } from 'node:path';
import { linesOf, type UserFile } from '../machine/user-file.ts';
import type { Check } from './changes.ts';
import { type Indexes, isRepository } from './indexes.ts';

type Read = (path: string) => UserFile | undefined;

/** An index as uv prints it (0.13.9; Rust's own notation, an entry a line). */
interface SeenIndex {
  /** '' for one without. */
  readonly name: string;
  readonly url: string;
  /** Used only for the packages that name it. */
  readonly explicit: boolean;
  readonly isDefault: boolean;
}

/**
 * What is in the way: an index of ours that uv does not see, one of a configuration file that uv searches before the last
 * of ours, and a strategy that takes the highest version of all.
 */
export function uvCheck({ main, extra }: Indexes, environment: NodeJS.ProcessEnv): Check {
  const ours = [...(isRepository(main) ? [main] : []), ...extra];
  const withVariables = ours.some(({ byNetrc }) => !byNetrc) ? ours : [];
  return {
    program: 'uv',
    args: ['pip', 'list', '--show-settings'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) {
        return [`uv pip list --show-settings failed (exit code ${exitCode}); run it in a step to see why.`];
      }
      const seen = readIndexes(stdout);
      const place = (words: string) => placeOf(words, configurationFiles(environment), read);
      return [
        ...ours
          .filter(({ url }) => !seen.some((one) => one.url === url))
          .map(
            ({ repository }) =>
              `uv does not see the index ${repository.name}, which this action named in UV_INDEX or UV_DEFAULT_INDEX.`,
          ),
        ...(main === undefined ? [] : seen)
          .filter(({ url, explicit, isDefault }) => !explicit && !isDefault && ours.every((one) => one.url !== url))
          .map(
            ({ url }) =>
              `uv: the index of ${hostOf(url)} (${place(withoutUserinfo(url))}) is searched before the last one of this action; ` +
              'give it explicit = true, or remove it.',
          ),
        ...seen.flatMap(({ name, url }) => {
          const same = withVariables.find(({ repository }) => uvPrefix(repository.name) === uvPrefix(name));
          if (!same || same.url === url) return [];
          return [
            `uv: the index ${name} (${place(withoutUserinfo(url))}) would get the token of ${same.repository.name}, whose variables ` +
              'go by the same name; rename it.',
          ];
        }),
        ...(/index_strategy: Unsafe/.test(stdout)
          ? [`uv: index-strategy (${place('index-strategy')}) takes the highest version of all indexes; leave it out.`]
          : []),
        ...(/no_index: true/.test(stdout)
          ? [`uv: no-index (${place('no-index')}) turns all indexes off; leave it out.`]
          : []),
      ];
    },
  };
}

/** The start of the variables of an index (uv, `index_name.rs`): upper case, and `_` for all that is no letter or digit. */
export function uvPrefix(name: string): string {
  return `UV_INDEX_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

function readIndexes(settings: string): SeenIndex[] {
  const [, list = ''] = settings.split('index_locations: IndexLocations {');
  const [indexes = ''] = list.split('flat_index:');
  return indexes
    .split('Index {')
    .slice(1)
    .map((text) => ({
      name: /IndexName\(\s*"([^"]*)"/.exec(text)?.[1] ?? '',
      url: /given: Some\(\s*"([^"]*)"/.exec(text)?.[1] ?? '',
      explicit: text.includes('explicit: true'),
      isDefault: text.includes('default: true'),
    }));
}

/** A query or a path may hold a secret of its own. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'another';
}

/** uv shows `****` for a password, so the address alone is what a file can be searched for. */
function withoutUserinfo(url: string): string {
  return url.replace(/^\w+:\/\/[^/]*@/, '');
}

/** Where uv finds its settings, the strongest first (uv documentation, "Configuration files"). */
function configurationFiles(environment: NodeJS.ProcessEnv): string[] {
  const { UV_CONFIG_FILE, GITHUB_WORKSPACE = '.', XDG_CONFIG_HOME, HOME = '', APPDATA, PROGRAMDATA } = environment;
  if (UV_CONFIG_FILE) return [UV_CONFIG_FILE];
  return [
    join(GITHUB_WORKSPACE, 'uv.toml'),
    join(GITHUB_WORKSPACE, 'pyproject.toml'),
    join(APPDATA || XDG_CONFIG_HOME || join(HOME, '.config'), 'uv', 'uv.toml'),
    PROGRAMDATA ? join(PROGRAMDATA, 'uv', 'uv.toml') : '/etc/uv/uv.toml',
  ];
}

function placeOf(words: string, paths: readonly string[], read: Read): string {
  for (const path of paths) {
    const file = read(path);
    const line = file ? linesOf(file).findIndex((text) => text.includes(words)) : -1;
    if (line >= 0) return `${path} line ${line + 1}`;
  }
  return 'in a configuration file of uv';
}
