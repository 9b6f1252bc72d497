/**
 * Asks uv what it sees: `uv pip list --show-settings` prints all of its settings, passwords left out. It lists nothing
 * and starts nothing, whatever the files of a project say (uv 0.13.9).
 */
import { join } from 'node:path';
import { linesOf } from '../formats/user-text.ts';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { type Check, describeExit } from './changes.ts';
import { type Indexes, isRepository } from './indexes.ts';

/** An index as uv prints it (0.13.9; Rust's own notation, an entry a line). */
interface SeenIndex {
  readonly url: string;
  /** Used only for the packages that name it. */
  readonly explicit: boolean;
  readonly isDefault: boolean;
}

/**
 * What is in the way, unless the project is to name the indexes: one of ours that uv does not see, one of a file that
 * uv searches before the last of ours, a strategy that takes the highest version of all. In any case certificates of
 * our hosts that uv does not check: with a proxy, which a project can name too, that hands our tokens to a stranger.
 */
export function uvCheck(indexes: Indexes, machine: Machine): Check {
  return {
    program: 'uv',
    args: ['--directory', machine.workspace, 'pip', 'list', '--show-settings'],
    readsWorkspace: true,
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) {
        return [describeExit('uv pip list --show-settings', exitCode)];
      }
      const place = (words: string) => placeOf(words, configurationFiles(machine), read);
      return [
        ...(indexes.areOfProject ? [] : judgeSettings(stdout, indexes, place)),
        ...uncheckedHosts(stdout, indexes).map(
          (host) =>
            `uv: allow-insecure-host (${place('allow-insecure-host')}) turns the check of certificates off for ` +
            `${host}, so anyone on the network can read its token; remove it.`,
        ),
      ];
    },
  };
}

function judgeSettings(settings: string, indexes: Indexes, place: (words: string) => string): string[] {
  return [
    ...judgeIndexes(readIndexes(settings), indexes, (url) => place(withoutUserinfo(url))),
    ...(/index_strategy: Unsafe/.test(settings)
      ? [`uv: index-strategy (${place('index-strategy')}) takes the highest version of all indexes; remove it.`]
      : []),
    ...(/no_index: true/.test(settings)
      ? [`uv: no-index (${place('no-index')}) turns all indexes off; remove it.`]
      : []),
  ];
}

function judgeIndexes(
  seen: readonly SeenIndex[],
  { main, extra }: Indexes,
  placeOfUrl: (url: string) => string,
): string[] {
  const ours = [...(isRepository(main) ? [main] : []), ...extra];
  const isOurs = (url: string) => ours.some((one) => one.url === url);
  const unseen = ours.filter(({ url }) => !seen.some((one) => one.url === url));
  const before = main ? seen.filter(({ url, explicit, isDefault }) => !explicit && !isDefault && !isOurs(url)) : [];
  return [
    ...unseen.map(
      ({ repository }) =>
        `uv does not see the index ${repository.alias}, which this action set in UV_INDEX or UV_DEFAULT_INDEX; ` +
        'check what uv on the PATH is.',
    ),
    ...before.map(
      ({ url }) =>
        `uv: the index on ${hostOf(url)} (${placeOfUrl(url)}) is searched before the last one of this action; give ` +
        'it explicit = true, or remove it.',
    ),
  ];
}

/** Our hosts whose certificates uv does not check; the list has hosts, or one word for all of them. */
function uncheckedHosts(settings: string, { hosts }: Indexes): string[] {
  const [, list = ''] = settings.split('allow_insecure_host: [');
  const [unchecked = ''] = list.split('],');
  const named = [...unchecked.matchAll(/host: "([^"]*)"/g)].map(([, host = '']) =>
    host.toLowerCase().replace(/\.$/, ''),
  );
  return hosts.map(({ host }) => host).filter((host) => unchecked.includes('Wildcard') || named.includes(host));
}

function readIndexes(settings: string): SeenIndex[] {
  const [, list = ''] = settings.split('index_locations: IndexLocations {');
  const [indexes = ''] = list.split('flat_index:');
  return indexes
    .split('Index {')
    .slice(1)
    .map((text) => ({
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
function configurationFiles({ environment, home, workspace }: Machine): string[] {
  const { UV_CONFIG_FILE, XDG_CONFIG_HOME, APPDATA, PROGRAMDATA } = environment;
  if (UV_CONFIG_FILE) return [UV_CONFIG_FILE];
  return [
    join(workspace, 'uv.toml'),
    join(workspace, 'pyproject.toml'),
    join(APPDATA || XDG_CONFIG_HOME || join(home, '.config'), 'uv', 'uv.toml'),
    PROGRAMDATA ? join(PROGRAMDATA, 'uv', 'uv.toml') : '/etc/uv/uv.toml',
  ];
}

function placeOf(words: string, paths: readonly string[], read: Disk['read']): string {
  for (const path of paths) {
    const file = read(path);
    const line = file ? linesOf(file).findIndex((text) => text.includes(words)) : -1;
    if (line >= 0) return `${path} line ${line + 1}`;
  }
  return 'in a configuration file of uv';
}
