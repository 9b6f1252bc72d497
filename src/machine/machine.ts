/** What pip and its netrc are told on this machine already. Reads the user's own files, changes none. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';

/** A file of the user's. */
export interface UserFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The settings that were there before this run. */
export interface Machine {
  readonly environment: NodeJS.ProcessEnv;
  /** The pip configuration that ours takes the place of, the weakest first. */
  readonly pipUserFiles: readonly UserFile[];
  /** The pip configuration that stays in force beside ours, as far as it can be known from here. */
  readonly pipSharedFiles: readonly UserFile[];
  readonly netrc: UserFile | undefined;
  /** Paths of files of the user's that are too large to be what their names say; they are left out. */
  readonly tooLarge: readonly string[];
  /** Where the clients look without `NETRC`. */
  readonly homeNetrc: string;
}

/** Larger files are not the configuration of a Python client. */
const MOST_BYTES = 1024 * 1024;

const IN_THE_PLACE_OF = '# In the place of ';

/** A comment for a pip.conf of ours that names a file that it takes the place of; one line of ASCII, whatever the path. */
export function nameReplaced({ path }: UserFile): string {
  const toEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${IN_THE_PLACE_OF}${JSON.stringify(path).replace(/[^ -~]/g, toEscape)}\n`;
}

/**
 * @param home the folder that `~` means
 * @param own where our pip.conf is or will be; one that an earlier step of this job wrote is no setting of the user's,
 *   but says which files are
 */
export function readMachine(
  environment: NodeJS.ProcessEnv,
  home: string,
  platform: NodeJS.Platform,
  own: string,
): Machine {
  const pipUserFiles = pipUserPaths(environment, home, platform).flatMap(readUserFile);
  return {
    environment,
    pipUserFiles: pipUserFiles.flatMap((file) => (file.path === own ? replacedFiles(file) : file)),
    pipSharedFiles: pipSharedPaths(environment, platform).flatMap(readUserFile),
    netrc: netrcPaths(environment, home, platform).flatMap(readUserFile)[0],
    tooLarge: [...pipUserPaths(environment, home, platform), ...netrcPaths(environment, home, platform)].filter(
      isTooLarge,
    ),
    homeNetrc: netrcPaths({}, home, platform).find((path) => readUserFile(path).length > 0) ?? join(home, '.netrc'),
  };
}

/** The files that a pip.conf of ours names. */
function replacedFiles({ bytes }: UserFile): UserFile[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith(IN_THE_PLACE_OF))
    .flatMap((line) => {
      try {
        return readUserFile(JSON.parse(line.slice(IN_THE_PLACE_OF.length)));
      } catch {
        return [];
      }
    });
}

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

/** The file in a list of one; an empty list when there is none that its clients could read. */
export function readUserFile(path: string): UserFile[] {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > MOST_BYTES) return [];
    return [{ path, bytes: readFileSync(path) }];
  } catch {
    return [];
  }
}

function isTooLarge(path: string): boolean {
  try {
    const status = statSync(path);
    return status.isFile() && status.size > MOST_BYTES;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function nullDevice(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'nul' : '/dev/null';
}

/**
 * The texts of files, which Python reads in the locale's encoding: UTF-8 where that fits all of them. Else a byte is a
 * character, so that written back in the same encoding it stays what it was.
 */
export function decode(files: readonly UserFile[]): {
  readonly texts: readonly string[];
  readonly encoding: 'utf8' | 'latin1';
} {
  const encoding = files.every(({ bytes }) => isUtf8(bytes)) ? 'utf8' : 'latin1';
  return { texts: files.map(({ bytes }) => bytes.toString(encoding)), encoding };
}
