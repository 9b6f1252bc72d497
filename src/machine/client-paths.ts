/** Where the clients look for their settings. */
import { statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { readUserFile } from './user-file.ts';

/**
 * The files that pip stops reading once `PIP_CONFIG_FILE` names one that exists (pip 26.3, `_internal/configuration.py`
 * and `_internal/utils/appdirs.py`): the one that it named before, else the user's own.
 */
export function pipUserPaths(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string[] {
  const named = environment['PIP_CONFIG_FILE'];
  if (named === nullDevice(platform)) return [];
  if (named && readUserFile(named).length > 0) return [named];
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
    return [win32.join(home, 'pip', 'pip.ini'), win32.join(roaming, 'pip', 'pip.ini')];
  }
  const legacy = posix.join(home, '.pip', 'pip.conf');
  const folder =
    platform === 'darwin'
      ? macFolder(environment, home)
      : posix.join(environment['XDG_CONFIG_HOME'] || posix.join(home, '.config'), 'pip');
  return [legacy, posix.join(folder, 'pip.conf')];
}

/** The variable counts from pip 26.2 on; `XDG_CONFIG_HOME` never did on macOS. */
function macFolder(environment: NodeJS.ProcessEnv, home: string): string {
  const data = environment['XDG_DATA_HOME'] || posix.join(home, 'Library', 'Application Support');
  const folder = posix.join(data, 'pip');
  return isFolder(folder) ? folder : posix.join(home, '.config', 'pip');
}

/** The machine's own pip configuration and that of an activated environment (`sys.prefix`). */
export function pipSharedPaths(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const file = platform === 'win32' ? 'pip.ini' : 'pip.conf';
  const prefixes = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'pythonLocation'].flatMap((name) => environment[name] || []);
  return [
    ...globalFolders(environment, platform).map((folder) => join(folder, file)),
    ...prefixes.map((prefix) => join(prefix, file)),
  ];
}

function globalFolders(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return [win32.join(environment['PROGRAMDATA'] || 'C:\\ProgramData', 'pip')];
  if (platform === 'darwin') return ['/Library/Application Support/pip'];
  const shared = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').filter((folder) => folder !== '');
  return [...shared.map((folder) => posix.join(folder, 'pip')), '/etc'];
}

/** Where requests looks (2.34, `get_netrc_auth`): the file that `NETRC` names and no other, else the one at home. */
export function netrcPaths(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const named = environment['NETRC'];
  return named ? [named.replace(/^~(?=[/\\]|$)/, () => home)] : [join(home, '.netrc'), join(home, '_netrc')];
}

/** pdm 2.29 (`project/core.py`): the file that `PDM_CONFIG_FILE` names and no other, else the one of platformdirs 4. */
export function pdmPaths(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string[] {
  const named = environment['PDM_CONFIG_FILE'];
  if (named) return [named];
  if (platform === 'win32') {
    const local = environment['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local');
    return [win32.join(local, 'pdm', 'pdm', 'config.toml')];
  }
  return [posix.join(configFolder(environment, home, platform), 'pdm', 'config.toml')];
}

/** poetry 2.5 (`locations.py`): the folder that `POETRY_CONFIG_DIR` names and no other, else the one of platformdirs 4. */
export function poetryFolder(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  const named = environment['POETRY_CONFIG_DIR'];
  if (named) return named;
  if (platform === 'win32') {
    return win32.join(environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'pypoetry');
  }
  return posix.join(configFolder(environment, home, platform), 'pypoetry');
}

function configFolder(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  const own = platform === 'darwin' ? posix.join(home, 'Library', 'Application Support') : posix.join(home, '.config');
  return environment['XDG_CONFIG_HOME'] || own;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function nullDevice(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'nul' : '/dev/null';
}
