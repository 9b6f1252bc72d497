/**
 * Asks pdm what it sees: `pdm config --quiet` prints its settings by the file that has them, and looks for no newer
 * pdm.
 */
import { join } from 'node:path';
import { placeOf } from '../formats/toml-config.ts';
import type { Machine } from '../machine/machine.ts';
import { type Check, describeExit } from './changes.ts';
import { aliasesOf, type Indexes } from './indexes.ts';
import { changesOurs, judgeProject, type PdmSetting } from './pdm-project.ts';

/** A setting as pdm prints it: `pypi.NAME.url = URL`, under a line that names the kind of file and its path. */
interface Printed extends PdmSetting {
  readonly kind: string;
  readonly path: string;
}

/**
 * What is in the way: a setting of the machine's configuration that overrides ours or adds an index, and what the
 * workspace says.
 * @param path the file that has the extra indexes and the index servers
 */
export function pdmCheck(indexes: Indexes, { workspace }: Machine, path: string): Check {
  return {
    program: 'pdm',
    args: ['config', '--quiet'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [describeExit('pdm config', exitCode)];
      const settings = readPrinted(stdout);
      return [
        ...(settings.some((setting) => setting.kind === 'Home' && setting.path === path)
          ? []
          : [`pdm does not read ${path}, which this action wrote for it; check what pdm on the PATH is.`]),
        ...settings
          .filter(({ kind }) => !['Home', 'Project'].includes(kind))
          .filter((setting) => changesOurs(setting, indexes) || addsIndex(setting, indexes))
          .map(({ key, path: own }) => {
            const words = key.split('.').slice(0, 2);
            const file = read(own);
            const place = file ? placeOf(file, words) : own;
            return `pdm: ${words.join('.')} (${place}) conflicts with what this action sets for pdm; remove it.`;
          }),
        ...judgeProject(indexes, read(join(workspace, 'pdm.toml')), read(join(workspace, 'pyproject.toml'))),
      ];
    },
  };
}

/** A line that names the kind of file and its path, which those of its settings follow. */
const HEADER = /^(?<kind>Site|Home|Project)(?:\/default)? configuration(?: \((?<path>.*)\))?:?$/;
const SETTING = /^(?<key>\S+) = (?<value>.*)/;

function readPrinted(text: string): Printed[] {
  let file = { kind: '', path: '' };
  return text.split(/\r?\n/).flatMap((line) => {
    const header = HEADER.exec(line)?.groups;
    if (header) file = { kind: header['kind'] ?? '', path: header['path'] ?? '' };
    const { key, value = '' } = SETTING.exec(line)?.groups ?? {};
    return key === undefined ? [] : [{ ...file, key, value }];
  });
}

/** Ours is the home configuration, whose indexes replace those of their names. */
function addsIndex({ key }: PdmSetting, { extra }: Indexes): boolean {
  const ours = aliasesOf(extra.filter(({ byNetrc }) => byNetrc)).map((alias) => `pypi.${alias}.url`);
  return /^pypi\.[^.]+\.url$/.test(key) && !ours.includes(key);
}
