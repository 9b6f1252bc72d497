import { describe, expect, test } from '@jest/globals';
import { pipSharedPaths, pipUserPaths } from '../../../src/clients/pip-paths.ts';
import type { Environment, Machine } from '../../../src/machine/machine.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';

const WINDOWS_HOME = 'C:\\Users\\me';

type Platform = Machine['platform'];

/** The user's files on a disk with files at these paths. */
function userPaths(environment: Environment, platform: Platform, ...files: string[]): string[] {
  const home = platform === 'win32' ? WINDOWS_HOME : '/home/user';
  const disk = sampleDisk(Object.fromEntries(files.map((path) => [path, ''])));
  return pipUserPaths(sampleMachine({ environment, home, platform }), disk);
}

const sharedPaths = (environment: Environment, platform: Platform) =>
  pipSharedPaths(sampleMachine({ environment, platform }));

describe('the files of the user, the weakest first', () => {
  test('linux', () => {
    expect(userPaths({}, 'linux')).toEqual(['/home/user/.pip/pip.conf', '/home/user/.config/pip/pip.conf']);
    expect(userPaths({ XDG_CONFIG_HOME: '' }, 'linux')[1]).toBe('/home/user/.config/pip/pip.conf');
    expect(userPaths({ XDG_CONFIG_HOME: '/xdg' }, 'linux')).toEqual(['/home/user/.pip/pip.conf', '/xdg/pip/pip.conf']);
  });

  test('macOS: below ~/Library only where that folder exists, else below ~/.config, whatever XDG_CONFIG_HOME', () => {
    const [legacy, usual] = ['/home/user/.pip/pip.conf', '/home/user/.config/pip/pip.conf'];
    expect(userPaths({ XDG_CONFIG_HOME: '/xdg' }, 'darwin')).toEqual([legacy, usual]);
    const library = '/home/user/Library/Application Support/pip';
    // A file of that name is no folder.
    expect(userPaths({}, 'darwin', library)).toEqual([legacy, usual]);
    expect(userPaths({}, 'darwin', `${library}/pip.conf`)).toEqual([legacy, `${library}/pip.conf`]);
  });

  test('macOS: pip 26.2 on looks below XDG_DATA_HOME instead of ~/Library', () => {
    const library = '/home/user/Library/Application Support/pip/pip.conf';
    expect(userPaths({ XDG_DATA_HOME: '/data' }, 'darwin', library)[1]).toBe('/home/user/.config/pip/pip.conf');
    expect(userPaths({ XDG_DATA_HOME: '/data' }, 'darwin', library, '/data/pip/pip.conf')[1]).toBe(
      '/data/pip/pip.conf',
    );
    expect(userPaths({ XDG_DATA_HOME: '' }, 'darwin', library)[1]).toContain('Library');
  });

  test('Windows', () => {
    const legacy = 'C:\\Users\\me\\pip\\pip.ini';
    expect(userPaths({ APPDATA: 'D:\\Roaming' }, 'win32')).toEqual([legacy, 'D:\\Roaming\\pip\\pip.ini']);
    expect(userPaths({}, 'win32')).toEqual([legacy, `${WINDOWS_HOME}\\AppData\\Roaming\\pip\\pip.ini`]);
  });

  test('PIP_CONFIG_FILE: the file that it names, if there is one, also an empty one; none for the null device', () => {
    const own = ['/home/user/.pip/pip.conf', '/home/user/.config/pip/pip.conf'];
    expect(userPaths({ PIP_CONFIG_FILE: '/named.conf' }, 'linux', '/named.conf', ...own)).toEqual(['/named.conf']);
    expect(userPaths({ PIP_CONFIG_FILE: '/missing' }, 'linux', '/named.conf')).toEqual(own);
    expect(userPaths({ PIP_CONFIG_FILE: '' }, 'linux')).toEqual(own);
    expect(userPaths({ PIP_CONFIG_FILE: '/dev/null' }, 'linux')).toEqual([]);
    expect(userPaths({ PIP_CONFIG_FILE: '/dev/null' }, 'darwin')).toEqual([]);
    expect(userPaths({ PIP_CONFIG_FILE: 'nul' }, 'win32')).toEqual([]);
  });
});

describe('the files of the machine and of an activated environment', () => {
  test('linux', () => {
    expect(sharedPaths({}, 'linux')).toEqual(['/etc/xdg/pip/pip.conf', '/etc/pip.conf']);
    expect(sharedPaths({ XDG_CONFIG_DIRS: '/a::/b' }, 'linux')).toEqual([
      '/a/pip/pip.conf',
      '/b/pip/pip.conf',
      '/etc/pip.conf',
    ]);
  });

  test('macOS and Windows', () => {
    expect(sharedPaths({ XDG_CONFIG_DIRS: '/a' }, 'darwin')).toEqual(['/Library/Application Support/pip/pip.conf']);
    expect(sharedPaths({}, 'win32')).toEqual(['C:\\ProgramData\\pip\\pip.ini']);
    expect(sharedPaths({ PROGRAMDATA: 'D:\\Data' }, 'win32')).toEqual(['D:\\Data\\pip\\pip.ini']);
  });

  test('the environments that a step can have activated', () => {
    const environment = {
      VIRTUAL_ENV: '/venv',
      CONDA_PREFIX: '/conda',
      pythonLocation: '/tool',
      XDG_CONFIG_DIRS: '/x',
    };
    expect(sharedPaths(environment, 'linux').slice(2)).toEqual(['/venv/pip.conf', '/conda/pip.conf', '/tool/pip.conf']);
    expect(sharedPaths({ VIRTUAL_ENV: 'C:\\venv' }, 'win32')[1]).toBe('C:\\venv\\pip.ini');
    expect(sharedPaths({ VIRTUAL_ENV: '' }, 'linux')).toHaveLength(2);
  });
});
