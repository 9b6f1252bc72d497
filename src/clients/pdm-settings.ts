/** The user's own settings of pdm: where they are, and which of them stay in force. */
import { posix, win32 } from 'node:path';
import type { TomlTable, TomlValue } from 'smol-toml';
import { isTable } from '../formats/toml-config.ts';
import type { Machine } from '../machine/machine.ts';
import { configFolder, readUserFiles, type Setup, type UserFiles } from './client.ts';
import { aliasesOf, type Indexes } from './indexes.ts';

/** Options of `[pypi]` that say where the packages of the default index come from. */
export const MAIN_OPTIONS = ['url', 'username', 'password'];

/**
 * The user's own file. pdm itself rewrites the one that it is given, without the comment that names that: then it is
 * looked for in its usual place again.
 */
export function readPdmFile(setup: Setup): UserFiles {
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
 * The user's `[pypi]` without its indexes. What it says of an index beside its URL stays: pdm completes with it the
 * source of that name in a project.
 * @returns also the names of the options that are left out
 */
export function carryOver(
  user: TomlTable,
  { main, extra }: Indexes,
): { readonly pypi: TomlTable; readonly left: string[] } {
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
