/**
 * Where clients look on this system; src/clients/poetry.ts, src/clients/pdm.ts and src/keyringrc/keyringrc-file.ts say
 * it for all.
 */
import { join } from 'node:path';

/** A folder for each client, under HOME and with slashes. */
type Folders = Readonly<Record<'poetry' | 'pdm' | 'keyring', string>>;

const FOLDERS: Partial<Record<NodeJS.Platform, Folders>> = {
  win32: {
    poetry: 'AppData/Roaming/pypoetry',
    pdm: 'AppData/Local/pdm/pdm',
    keyring: 'AppData/Local/Python Keyring',
  },
  darwin: {
    poetry: 'Library/Application Support/pypoetry',
    pdm: 'Library/Application Support/pdm',
    keyring: '.config/python_keyring',
  },
};

/** Where the user's own settings of a client are. */
export const USER_FOLDERS: Folders = FOLDERS[process.platform] ?? {
  poetry: '.config/pypoetry',
  pdm: '.config/pdm',
  keyring: '.config/python_keyring',
};

/**
 * The variables by which the clients take the user's folders from this HOME. On Windows most of them ask the system,
 * which names those of the user who runs the tests; platformdirs lets itself be told.
 */
export function userFolders(home: string): Record<string, string> {
  if (process.platform !== 'win32') return {};
  const [roaming, local] = ['Roaming', 'Local'].map((name) => join(home, 'AppData', name));
  return { WIN_PD_OVERRIDE_APPDATA: roaming as string, WIN_PD_OVERRIDE_LOCAL_APPDATA: local as string };
}

/**
 * Gives the clients another folder for the settings of the whole machine: the variables that say so.
 */
export function machineFolder(folder: string): Record<string, string> {
  return process.platform === 'win32' ? { WIN_PD_OVERRIDE_COMMON_APPDATA: folder } : { XDG_CONFIG_DIRS: folder };
}

/** The interpreter of a virtual environment. */
export function interpreterIn(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}
