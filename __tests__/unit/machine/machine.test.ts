import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writePipConf } from '../../../src/formats/pip-conf.ts';
import { writeToml } from '../../../src/formats/toml-config.ts';
import { netrcPaths, pdmPaths, pipSharedPaths, pipUserPaths, poetryFolder } from '../../../src/machine/client-paths.ts';
import { readMachine } from '../../../src/machine/machine.ts';
import { decode, readUserFile, type UserFile } from '../../../src/machine/user-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { NO_LINKS, NO_PERMISSION_BITS, testUnless } from '../../support/test-unless.ts';

function write(path: string, content: string | Buffer = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const HOME = '/home/user';
/** Windows has no line breaks and quotes in names. */
const ODD_NAME = process.platform === 'win32' ? 'h\u00e9 \u{1f600} #x' : 'h\u00e9 \u{1f600}\n#"x"';
const WINDOWS_HOME = 'C:\\Users\\me';

describe("pip's files of the user, the weakest first", () => {
  test('linux', () => {
    expect(pipUserPaths({}, HOME, 'linux')).toEqual(['/home/user/.pip/pip.conf', '/home/user/.config/pip/pip.conf']);
    expect(pipUserPaths({ XDG_CONFIG_HOME: '' }, HOME, 'linux')[1]).toBe('/home/user/.config/pip/pip.conf');
    expect(pipUserPaths({ XDG_CONFIG_HOME: '/xdg' }, HOME, 'linux')).toEqual([
      '/home/user/.pip/pip.conf',
      '/xdg/pip/pip.conf',
    ]);
  });

  test('macOS: below ~/Library only where that folder exists, else below ~/.config, whatever XDG_CONFIG_HOME', () => {
    const home = freshFolder();
    const [legacy, usual] = [posix.join(home, '.pip/pip.conf'), posix.join(home, '.config/pip/pip.conf')];
    expect(pipUserPaths({ XDG_CONFIG_HOME: '/xdg' }, home, 'darwin')).toEqual([legacy, usual]);
    const library = join(home, 'Library/Application Support/pip');
    write(library);
    expect(pipUserPaths({}, home, 'darwin')).toEqual([legacy, usual]);
    const other = freshFolder();
    write(join(other, 'Library/Application Support/pip/pip.conf'));
    expect(pipUserPaths({}, other, 'darwin')).toEqual([
      posix.join(other, '.pip/pip.conf'),
      posix.join(other, 'Library/Application Support/pip/pip.conf'),
    ]);
  });

  test('macOS: pip 26.2 on looks below XDG_DATA_HOME instead of ~/Library', () => {
    const home = freshFolder();
    write(join(home, 'Library/Application Support/pip/pip.conf'));
    const data = freshFolder();
    const before = pipUserPaths({ XDG_DATA_HOME: data }, home, 'darwin');
    expect(before[1]).toBe(posix.join(home, '.config/pip/pip.conf'));
    write(join(data, 'pip/pip.conf'));
    expect(pipUserPaths({ XDG_DATA_HOME: data }, home, 'darwin')[1]).toBe(posix.join(data, 'pip/pip.conf'));
    expect(pipUserPaths({ XDG_DATA_HOME: '' }, home, 'darwin')[1]).toContain('Library');
  });

  test('Windows', () => {
    const legacy = 'C:\\Users\\me\\pip\\pip.ini';
    expect(pipUserPaths({ APPDATA: 'D:\\Roaming' }, WINDOWS_HOME, 'win32')).toEqual([
      legacy,
      'D:\\Roaming\\pip\\pip.ini',
    ]);
    expect(pipUserPaths({}, WINDOWS_HOME, 'win32')).toEqual([
      legacy,
      `${WINDOWS_HOME}\\AppData\\Roaming\\pip\\pip.ini`,
    ]);
  });

  test('PIP_CONFIG_FILE: the file that it names, if there is one; none of it for the null device', () => {
    const home = freshFolder();
    const own = [posix.join(home, '.pip/pip.conf'), posix.join(home, '.config/pip/pip.conf')];
    const named = write(join(home, 'named.conf'), '[global]\n');
    expect(pipUserPaths({ PIP_CONFIG_FILE: named }, home, 'linux')).toEqual([named]);
    expect(pipUserPaths({ PIP_CONFIG_FILE: write(join(home, 'empty')) }, home, 'linux')).toEqual([join(home, 'empty')]);
    expect(pipUserPaths({ PIP_CONFIG_FILE: join(home, 'missing') }, home, 'linux')).toEqual(own);
    expect(pipUserPaths({ PIP_CONFIG_FILE: '' }, home, 'linux')).toEqual(own);
    expect(pipUserPaths({ PIP_CONFIG_FILE: '/dev/null' }, home, 'linux')).toEqual([]);
    expect(pipUserPaths({ PIP_CONFIG_FILE: '/dev/null' }, home, 'darwin')).toEqual([]);
    expect(pipUserPaths({ PIP_CONFIG_FILE: 'nul' }, WINDOWS_HOME, 'win32')).toEqual([]);
  });
});

describe("pip's files of the machine and of an activated environment", () => {
  test('linux', () => {
    expect(pipSharedPaths({}, 'linux')).toEqual(['/etc/xdg/pip/pip.conf', '/etc/pip.conf']);
    expect(pipSharedPaths({ XDG_CONFIG_DIRS: '/a::/b' }, 'linux')).toEqual([
      '/a/pip/pip.conf',
      '/b/pip/pip.conf',
      '/etc/pip.conf',
    ]);
  });

  test('macOS and Windows', () => {
    expect(pipSharedPaths({ XDG_CONFIG_DIRS: '/a' }, 'darwin')).toEqual(['/Library/Application Support/pip/pip.conf']);
    expect(pipSharedPaths({}, 'win32')).toEqual(['C:\\ProgramData\\pip\\pip.ini']);
    expect(pipSharedPaths({ PROGRAMDATA: 'D:\\Data' }, 'win32')).toEqual(['D:\\Data\\pip\\pip.ini']);
  });

  test('the environments that a step can have activated', () => {
    const environment = {
      VIRTUAL_ENV: '/venv',
      CONDA_PREFIX: '/conda',
      pythonLocation: '/tool',
      XDG_CONFIG_DIRS: '/x',
    };
    expect(pipSharedPaths(environment, 'linux').slice(2)).toEqual([
      '/venv/pip.conf',
      '/conda/pip.conf',
      '/tool/pip.conf',
    ]);
    expect(pipSharedPaths({ VIRTUAL_ENV: 'C:\\venv' }, 'win32')[1]).toBe('C:\\venv\\pip.ini');
    expect(pipSharedPaths({ VIRTUAL_ENV: '' }, 'linux')).toHaveLength(2);
  });
});

describe('netrc', () => {
  test('at home, under either name', () => {
    expect(netrcPaths({}, HOME, 'linux')).toEqual(['/home/user/.netrc', '/home/user/_netrc']);
    expect(netrcPaths({}, WINDOWS_HOME, 'win32')).toEqual([`${WINDOWS_HOME}\\.netrc`, `${WINDOWS_HOME}\\_netrc`]);
  });

  test('NETRC: the file that it names and no other, with ~ as Python expands it', () => {
    expect(netrcPaths({ NETRC: '/n' }, HOME, 'linux')).toEqual(['/n']);
    expect(netrcPaths({ NETRC: '~/n' }, HOME, 'linux')).toEqual(['/home/user/n']);
    expect(netrcPaths({ NETRC: '~other/n' }, HOME, 'linux')).toEqual(['~other/n']);
    expect(netrcPaths({ NETRC: '/n~/x' }, HOME, 'linux')).toEqual(['/n~/x']);
  });

  test('the first of the two that there is', () => {
    const home = freshFolder();
    expect(readMachine({}, home, 'linux', '/private').netrc).toBeUndefined();
    const second = write(posix.join(home, '_netrc'), 'second');
    expect(readMachine({}, home, 'linux', '/private').netrc?.path).toBe(second);
    const first = write(posix.join(home, '.netrc'), 'first');
    expect(readMachine({}, home, 'linux', '/private').netrc?.path).toBe(first);
    expect(readMachine({ NETRC: join(home, 'missing') }, home, 'linux', '/private').netrc).toBeUndefined();
  });

  test('where the clients look without NETRC, for the variable to name when the job is done', () => {
    const home = freshFolder();
    const { homeNetrc } = readMachine({ NETRC: '/n' }, home, 'linux', '/private');
    expect(homeNetrc).toBe(join(home, '.netrc'));
    const second = write(posix.join(home, '_netrc'), '');
    expect(readMachine({ NETRC: '/n' }, home, 'linux', '/private').homeNetrc).toBe(second);
  });
});

describe('where an earlier step of the job has written a pip.conf of ours', () => {
  test("the user's own files count, whatever they are called and in whatever bytes, and not the settings of ours", () => {
    const home = freshFolder();
    const own = join(freshFolder(), 'pip.conf');
    const first = write(posix.join(home, '.pip/pip.conf'), '[global]\ntimeout = 1\n');
    const odd = write(posix.join(home, ODD_NAME, 'pip/pip.conf'), Buffer.from('[global]\ncert = \xff\n', 'latin1'));
    const environment = { XDG_CONFIG_HOME: dirname(dirname(odd)), XDG_CONFIG_DIRS: home };
    const before = readMachine(environment, home, 'linux', dirname(own));
    expect(before.pipUserFiles.map(({ path }) => path)).toEqual([first, odd]);
    const indexes = { main: 'https://index.example/', extra: [], hosts: [], notes: [] };
    write(own, writePipConf(indexes, before.pipUserFiles).bytes);
    const after = readMachine({ ...environment, PIP_CONFIG_FILE: own }, home, 'linux', dirname(own));
    expect(after.pipUserFiles).toEqual(before.pipUserFiles);
    write(own, writePipConf(indexes, after.pipUserFiles).bytes);
    expect(readMachine({ PIP_CONFIG_FILE: own }, home, 'linux', dirname(own)).pipUserFiles).toEqual(
      before.pipUserFiles,
    );
  });

  test('a file that the user removed meanwhile, or a comment that somebody spoilt, is nothing', () => {
    const home = freshFolder();
    const comments = [`"${home}/missing"`, `${home}/pip.conf`, '"', '', '{}', 'null', '["/etc/passwd"]', '7'];
    const own = write(
      join(home, 'pip.conf'),
      `${comments.map((text) => `# In the place of ${text}\n`).join('')}[global]\n`,
    );
    expect(readMachine({ PIP_CONFIG_FILE: own }, home, 'linux', dirname(own)).pipUserFiles).toEqual([]);
    expect(readMachine({ PIP_CONFIG_FILE: own }, home, 'linux', '/elsewhere').pipUserFiles).toHaveLength(1);
  });
});

describe('reading', () => {
  test('all files of a machine, by bytes, and none that is not there', () => {
    const home = freshFolder();
    const bytes = Buffer.from([0xff, 0x0d, 0x0a]);
    const user = write(posix.join(home, '.config/pip/pip.conf'), bytes);
    const shared = write(posix.join(home, 'venv/pip.conf'), 'shared');
    const environment = { VIRTUAL_ENV: posix.join(home, 'venv'), XDG_CONFIG_DIRS: join(home, 'etc') };
    const machine = readMachine(environment, home, 'linux', '/private');
    expect(machine.environment).toBe(environment);
    expect(machine.pipUserFiles).toEqual([{ path: user, bytes }]);
    expect(machine.pipSharedFiles.filter(({ path }) => path.startsWith(home))).toEqual([
      { path: shared, bytes: Buffer.from('shared') },
    ]);
  });

  testUnless(NO_LINKS)('through a link, if it leads to something', () => {
    const folder = freshFolder();
    symlinkSync(write(join(folder, 'file'), 'x'), join(folder, 'link'));
    symlinkSync(join(folder, 'missing'), join(folder, 'dangling'));
    expect(readUserFile(join(folder, 'link'))).toEqual([{ path: join(folder, 'link'), bytes: Buffer.from('x') }]);
    expect(readUserFile(join(folder, 'dangling'))).toEqual([]);
  });

  test('not a folder, not a device, not what is too large', () => {
    const folder = freshFolder();
    expect(readUserFile(write(join(folder, 'limit'), Buffer.alloc(1024 * 1024)))).toHaveLength(1);
    for (const path of [
      folder,
      '/dev/zero',
      join(folder, 'missing'),
      write(join(folder, 'large'), Buffer.alloc(1024 * 1024 + 1)),
    ]) {
      expect(readUserFile(path)).toEqual([]);
    }
  });

  testUnless(NO_PERMISSION_BITS)('not what this user may not read', () => {
    const folder = freshFolder();
    const file = write(join(folder, 'file'), 'x');
    chmodSync(folder, 0o755);
    chmodSync(file, 0);
    // Root may read all, so it steps down.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(readUserFile(file)).toEqual([]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

describe('decode', () => {
  const file = (bytes: Buffer | string): UserFile => ({ path: 'x', bytes: Buffer.from(bytes as string) });

  test('UTF-8 where all files are, else a character for each byte', () => {
    expect(decode([])).toEqual({ texts: [], encoding: 'utf8' });
    expect(decode([file('é'), file('')])).toEqual({ texts: ['é', ''], encoding: 'utf8' });
    const odd = Buffer.from([0x61, 0xe9, 0xff]);
    expect(decode([file('é'), file(odd)])).toEqual({ texts: ['Ã©', 'aéÿ'], encoding: 'latin1' });
  });

  test('every byte comes back as it was', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const bytes of [all, Buffer.from('\ufeffé\u0085\u{1f600}\r\n')]) {
      const { texts, encoding } = decode([file(bytes)]);
      expect(Buffer.from(texts[0] ?? '', encoding)).toEqual(bytes);
    }
  });
});

describe('pdm and poetry', () => {
  test.each([
    ['linux', {}, '/home/me/.config/pdm/config.toml', '/home/me/.config/pypoetry'],
    ['linux', { XDG_CONFIG_HOME: '/x' }, '/x/pdm/config.toml', '/x/pypoetry'],
    [
      'darwin',
      {},
      '/home/me/Library/Application Support/pdm/config.toml',
      '/home/me/Library/Application Support/pypoetry',
    ],
    ['darwin', { XDG_CONFIG_HOME: '/x' }, '/x/pdm/config.toml', '/x/pypoetry'],
    ['win32', { APPDATA: 'C:\\r', LOCALAPPDATA: 'C:\\l' }, 'C:\\l\\pdm\\pdm\\config.toml', 'C:\\r\\pypoetry'],
    ['linux', { PDM_CONFIG_FILE: '/p.toml', POETRY_CONFIG_DIR: '/d' }, '/p.toml', '/d'],
  ] as const)('on %s with %j', (platform, environment, pdm, poetry) => {
    expect(pdmPaths(environment, '/home/me', platform)).toEqual([pdm]);
    expect(poetryFolder(environment, '/home/me', platform)).toBe(poetry);
  });

  test('on Windows without the variables that name its folders', () => {
    expect(pdmPaths({}, WINDOWS_HOME, 'win32')).toEqual([`${WINDOWS_HOME}\\AppData\\Local\\pdm\\pdm\\config.toml`]);
    expect(poetryFolder({}, WINDOWS_HOME, 'win32')).toBe(`${WINDOWS_HOME}\\AppData\\Roaming\\pypoetry`);
  });

  test("files of ours are none of the user's, and name his", () => {
    const home = freshFolder();
    const own = freshFolder();
    const user = write(join(home, '.config/pypoetry/config.toml'), 'a = 1\n');
    const { poetryConfig } = readMachine({}, home, 'linux', own);
    expect(poetryConfig?.path).toBe(user);
    write(join(own, 'config.toml'), writeToml({ repositories: {} }, poetryConfig));
    write(join(own, 'auth.toml'), writeToml({}, undefined));
    const again = readMachine({ POETRY_CONFIG_DIR: own }, home, 'linux', own);
    expect(again.poetryConfig?.path).toBe(user);
    expect(again.poetryAuth).toBeUndefined();
  });

  test('after pdm itself has rewritten our file, without the comment, his own is found where it always was', () => {
    const home = freshFolder();
    const own = write(join(freshFolder(), 'pdm.toml'), '[repository.team]\nurl = "https://a.example/"\n');
    const folder = dirname(own);
    expect(readMachine({ PDM_CONFIG_FILE: own }, home, 'linux', folder).pdmConfig).toBeUndefined();
    const user = write(posix.join(home, '.config/pdm/config.toml'), 'a = 1\n');
    expect(readMachine({ PDM_CONFIG_FILE: own }, home, 'linux', folder).pdmConfig?.path).toBe(user);
    expect(readMachine({ PDM_CONFIG_FILE: '/missing' }, home, 'linux', folder).pdmConfig).toBeUndefined();
  });
});
