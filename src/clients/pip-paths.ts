/** Where pip looks for its configuration (pip 26.3, `_internal/configuration.py` and `_internal/utils/appdirs.py`). */
import { posix, win32 } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * The files that pip stops reading once `PIP_CONFIG_FILE` names one that exists, the weakest first: the one that it
 * named before, else the user's own.
 */
export function pipUserPaths({ environment, home, platform }: Machine, disk: Disk): string[] {
  const named = environment['PIP_CONFIG_FILE'];
  if (named === (platform === 'win32' ? 'nul' : '/dev/null')) return [];
  if (named && disk.read(named)) return [named];
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
    return [win32.join(home, 'pip', 'pip.ini'), win32.join(roaming, 'pip', 'pip.ini')];
  }
  const folder =
    platform === 'darwin'
      ? macFolder(environment, home, disk)
      : posix.join(environment['XDG_CONFIG_HOME'] || posix.join(home, '.config'), 'pip');
  return [posix.join(home, '.pip', 'pip.conf'), posix.join(folder, 'pip.conf')];
}

/** The variable counts from pip 26.2 on; `XDG_CONFIG_HOME` never did on macOS. */
function macFolder(environment: Machine['environment'], home: string, disk: Disk): string {
  const data = environment['XDG_DATA_HOME'] || posix.join(home, 'Library', 'Application Support');
  const folder = posix.join(data, 'pip');
  return disk.isFolder(folder) ? folder : posix.join(home, '.config', 'pip');
}

/** The machine's own pip configuration and that of an activated environment (`sys.prefix`). */
export function pipSharedPaths({ environment, platform }: Machine): string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const file = platform === 'win32' ? 'pip.ini' : 'pip.conf';
  const prefixes = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'pythonLocation'].flatMap((name) => environment[name] || []);
  return [...globalFolders(environment, platform), ...prefixes].map((folder) => join(folder, file));
}

function globalFolders(environment: Machine['environment'], platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return [win32.join(environment['PROGRAMDATA'] || 'C:\\ProgramData', 'pip')];
  if (platform === 'darwin') return ['/Library/Application Support/pip'];
  const shared = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').filter((folder) => folder !== '');
  return [...shared.map((folder) => posix.join(folder, 'pip')), '/etc'];
}
