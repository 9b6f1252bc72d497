import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  removeOldFiles,
  removePrivateFolder as removePrivateFolderIn,
  writePrivateFiles,
} from '../../../src/apply/private-folder.ts';
import {
  choosePrivateFolder as choosePrivateFolderIn,
  type PrivateFolder,
  runOf,
  unnamedFolders,
} from '../../../src/apply/private-place.ts';
import type { PrivateFile } from '../../../src/clients/changes.ts';
import { configureAll, loadClients } from '../../../src/clients/clients.ts';
import { rowsOf } from '../../../src/clients/declared.ts';
import { TOOLS } from '../../../src/clients/table.ts';
import { DISK } from '../../../src/machine/disk.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { secretDigits } from '../../../src/machine/secret-digits.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleSetup } from '../../support/sample-setup.ts';
import { NO_LINKS, NO_PERMISSION_BITS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const choosePrivateFolder = (environment: Environment, home = '/home/user') =>
  choosePrivateFolderIn({ environment, home }, secretDigits);
const removePrivateFolder = (path: string, environment: Environment) => removePrivateFolderIn(path, { environment });

const OWNER = '0123456789abcdef0123456789abcdef';
const NAME = `codeartifact-keyring-${OWNER}`;
const FILES: PrivateFile[] = [
  { name: 'pip.conf', bytes: Buffer.from('[global]\n') },
  { name: 'netrc', bytes: Buffer.from([0, 255, 13, 10]) },
];

/** The writing of a first use in a job. */
const write = (path: string, files: readonly PrivateFile[]) => writePrivateFiles({ path, isNew: true }, files, []);

/** That of a second use, and that it went well. */
function writeAgain(path: string, files: readonly PrivateFile[]): void {
  const folder = { path, isNew: false };
  writePrivateFiles(folder, files, []);
  removeOldFiles(folder, files);
}

/** An empty RUNNER_TEMP. */
function temp() {
  const folder = freshFolder();
  return { folder, environment: { RUNNER_TEMP: folder }, path: join(folder, NAME) };
}

/** The RUNNER_TEMP of a container job, and its HOME: a link has the folder at a second path, as its mount does. */
function containerJob() {
  const { folder, environment } = temp();
  const [inTemp, home] = [join(folder, '_github_home'), join(freshFolder(), 'home')];
  mkdirSync(inTemp);
  symlinkSync(inTemp, home);
  return { folder, environment, inTemp, home };
}

describe('the path', () => {
  test('is a new one in RUNNER_TEMP each time, and nothing is made', () => {
    const { folder, environment } = temp();
    const [first, second] = [choosePrivateFolder(environment), choosePrivateFolder(environment)];
    for (const { path, isNew } of [first, second]) {
      expect(isNew).toBe(true);
      expect(dirname(path)).toBe(folder);
      expect(runOf(path)).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(first.path).not.toBe(second.path);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is a real one where RUNNER_TEMP is roundabout', () => {
    const { folder } = temp();
    for (const roundabout of [`${folder}/`, `${folder}/../${basename(folder)}`]) {
      expect(dirname(choosePrivateFolder({ RUNNER_TEMP: roundabout }).path)).toBe(folder);
    }
  });

  testUnless(NO_LINKS)('is a real one where RUNNER_TEMP is behind a link', () => {
    const { folder } = temp();
    const link = join(freshFolder(), 'link');
    symlinkSync(folder, link);
    expect(dirname(choosePrivateFolder({ RUNNER_TEMP: link }).path)).toBe(folder);
  });

  test('is that of an earlier step, where a variable names a file in it', () => {
    const { environment, path } = temp();
    mkdirSync(path);
    for (const more of [
      { PIP_CONFIG_FILE: join(path, 'pip.conf') },
      { NETRC: join(path, 'netrc'), PIP_CONFIG_FILE: '/own' },
    ]) {
      expect(choosePrivateFolder({ ...environment, ...more })).toEqual({ path, isNew: false });
    }
  });

  test('is a new one where a variable names what is not a folder of ours in RUNNER_TEMP', () => {
    const { folder, environment } = temp();
    const outside = join(freshFolder(), NAME);
    mkdirSync(outside);
    mkdirSync(join(folder, 'precious'));
    writeFileSync(join(folder, NAME), '');
    for (const place of [outside, join(folder, 'precious'), join(folder, NAME), join(folder, `${NAME}0`), '', '.']) {
      expect(choosePrivateFolder({ ...environment, NETRC: join(place, 'netrc') }).isNew).toBe(true);
    }
  });

  testUnless(NO_LINKS)('is a new one where a variable names a link in RUNNER_TEMP', () => {
    const { folder, environment } = temp();
    const outside = join(freshFolder(), NAME);
    mkdirSync(outside);
    symlinkSync(outside, join(folder, NAME));
    expect(choosePrivateFolder({ ...environment, NETRC: join(folder, NAME, 'netrc') }).isNew).toBe(true);
  });

  testUnless(NO_LINKS)('is in HOME in a container job, also that of an earlier step', () => {
    const { environment, inTemp, home } = containerJob();
    const { path, isNew } = choosePrivateFolder(environment, home);
    expect([dirname(path), isNew]).toEqual([inTemp, true]);
    mkdirSync(path);
    const earlier = { ...environment, NETRC: join(path, 'netrc') };
    expect(choosePrivateFolder(earlier, home)).toEqual({ path, isNew: false });
    expect(dirname(choosePrivateFolder(earlier, freshFolder()).path)).toBe(environment.RUNNER_TEMP);
  });

  testUnless(NO_LINKS)('is in RUNNER_TEMP where HOME is any other folder', () => {
    const { folder, environment, inTemp } = containerJob();
    const other = freshFolder();
    const link = join(other, 'link');
    symlinkSync(join(folder, 'missing'), link);
    for (const home of [other, link, folder, join(inTemp, 'missing'), '', '.', '_github_home', `${inTemp}\u0000`]) {
      expect(dirname(choosePrivateFolder(environment, home).path)).toBe(folder);
    }
    rmSync(inTemp, { recursive: true });
    symlinkSync(other, inTemp);
    expect(dirname(choosePrivateFolder(environment, other).path)).toBe(folder);
  });

  test('needs a RUNNER_TEMP that is a folder', () => {
    const { folder } = temp();
    writeFileSync(join(folder, 'file'), '');
    const wrong = [undefined, '', 'relative', '.', join(folder, 'missing'), join(folder, 'file')];
    for (const RUNNER_TEMP of wrong) {
      expect(problemsOf(() => choosePrivateFolder(RUNNER_TEMP === undefined ? {} : { RUNNER_TEMP }))).toEqual([
        'The variable RUNNER_TEMP names no folder; run this as a step of a GitHub workflow.',
      ]);
    }
  });
});

describe('making it', () => {
  const before = process.umask();
  afterEach(() => {
    process.umask(before);
  });

  test.each([0o000, 0o022, 0o077, 0o777])('for its user alone, whatever the umask (%p)', (umask) => {
    const { folder, path } = temp();
    process.umask(umask);
    write(path, FILES);
    process.umask(before);
    expect(modeOf(path)).toBe(kept(0o700));
    expect(readdirSync(path).toSorted()).toEqual(['netrc', 'pip.conf']);
    for (const { name, bytes } of FILES) {
      expect(modeOf(join(path, name))).toBe(kept(0o600));
      expect(readFileSync(join(path, name))).toEqual(bytes);
    }
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  test('a large file is written whole', () => {
    const { path } = temp();
    const bytes = Buffer.alloc(3_000_000, 'x');
    write(path, [{ name: 'netrc', bytes }]);
    expect(readFileSync(join(path, 'netrc')).equals(bytes)).toBe(true);
  });

  const obstacles: [string, (path: string, outside: string) => void, unless?: string | undefined][] = [
    ['a folder', (path) => mkdirSync(path)],
    ['a file', (path) => writeFileSync(path, '')],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), NO_PIPES],
    ['a link to a folder', (path, outside) => symlinkSync(outside, path), NO_LINKS],
    ['a link to nothing', (path, outside) => symlinkSync(join(outside, 'new'), path), NO_LINKS],
  ];
  for (const [name, put, unless] of obstacles) {
    testUnless(unless)(`${name} in its place is an error, and nothing is written`, () => {
      const { path } = temp();
      const outside = freshFolder();
      put(path, outside);
      const { mode } = lstatSync(path);
      expect(() => write(path, FILES)).toThrow(expect.objectContaining({ code: 'EEXIST', path }));
      expect(lstatSync(path).mode).toBe(mode);
      expect(readdirSync(outside)).toEqual([]);
      if (lstatSync(path).isDirectory()) expect(readdirSync(path)).toEqual([]);
    });
  }

  test('a second time, in place of the first files', () => {
    const { path } = temp();
    write(path, FILES);
    const bytes = Buffer.from('second');
    writeAgain(path, [{ name: 'netrc', bytes }]);
    expect(readFileSync(join(path, 'netrc'))).toEqual(bytes);
    expect(modeOf(join(path, 'netrc'))).toBe(kept(0o600));
    expect(readdirSync(path).toSorted()).toEqual(['netrc', 'pip.conf']);
  });

  testUnless(NO_LINKS)('a second time, in place of links, and nothing is written through them', () => {
    const { path } = temp();
    const outside = join(freshFolder(), 'kept');
    writeFileSync(outside, 'kept');
    write(path, FILES);
    rmSync(join(path, 'netrc'));
    symlinkSync(outside, join(path, 'netrc'));
    const bytes = Buffer.from('second');
    writeAgain(path, [{ name: 'netrc', bytes }]);
    expect(lstatSync(join(path, 'netrc')).isFile()).toBe(true);
    expect(readFileSync(join(path, 'netrc'))).toEqual(bytes);
    expect(modeOf(join(path, 'netrc'))).toBe(kept(0o600));
    expect(readFileSync(outside, 'utf8')).toBe('kept');
    expect(readdirSync(path).toSorted()).toEqual(['netrc', 'pip.conf']);
  });
});

describe('taking back', () => {
  const SECOND: PrivateFile[] = ['pip.conf', 'netrc', 'pdm.toml'].map((name) => ({
    name,
    bytes: Buffer.from('second'),
  }));

  /** Writes, and takes back what was done until an error. */
  function writeAndTakeBack(folder: PrivateFolder, files: readonly PrivateFile[]): unknown {
    const undo: (() => unknown)[] = [];
    let problem: unknown;
    try {
      writePrivateFiles(folder, files, undo);
    } catch (error) {
      problem = error;
    }
    for (const back of undo.toReversed()) back();
    return problem;
  }

  test('a first use leaves nothing', () => {
    const { folder, path } = temp();
    expect(writeAndTakeBack({ path, isNew: true }, FILES)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a second use leaves the files of the first, the very same ones', () => {
    const { path } = temp();
    write(path, FILES);
    const before = FILES.map(({ name }) => lstatSync(join(path, name)).ino);
    expect(writeAndTakeBack({ path, isNew: false }, SECOND)).toBeUndefined();
    expect(FILES.map(({ name }) => lstatSync(join(path, name)).ino)).toEqual(before);
    for (const { name, bytes } of FILES) expect(readFileSync(join(path, name))).toEqual(bytes);
    expect(readdirSync(path).toSorted()).toEqual(['netrc', 'pip.conf']);
  });

  test('where a file cannot take its place, those before it are given back', () => {
    const { path } = temp();
    write(path, FILES);
    mkdirSync(join(path, 'pdm.toml', 'in the way'), { recursive: true });
    expect(writeAndTakeBack({ path, isNew: false }, SECOND)).toMatchObject({ syscall: 'rename' });
    for (const { name, bytes } of FILES) expect(readFileSync(join(path, name))).toEqual(bytes);
    expect(readdirSync(path).toSorted()).toEqual(['netrc', 'pdm.toml', 'pip.conf']);
  });
});

describe('removing it', () => {
  const refusalOf = (path: string) =>
    `${path} is not the folder that this action made, so it stays as it is; see what has replaced it.`;

  test('with all that is in it, and twice', () => {
    const { folder, environment, path } = temp();
    write(path, FILES);
    mkdirSync(join(path, 'more'));
    writeFileSync(join(path, 'more', 'file'), '');
    expect(removePrivateFolder(path, environment)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    expect(removePrivateFolder(path, environment)).toBe(false);
  });

  const isRoot = process.getuid?.() === 0;

  /** Runs the work as a user who may not do all, as root may. */
  function asUser(folder: string, work: () => void): void {
    if (!isRoot) {
      work();
      return;
    }
    for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(folder, name), 65_534, 65_534);
    }
    process.seteuid?.(65_534);
    try {
      work();
    } finally {
      process.seteuid?.(0);
    }
  }

  testUnless(NO_PERMISSION_BITS)('where a later step has closed it', () => {
    const { folder, environment, path } = temp();
    write(path, FILES);
    asUser(folder, () => {
      chmodSync(path, 0);
      expect(removePrivateFolder(path, environment)).toBe(true);
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  testUnless(NO_PERMISSION_BITS)(
    'what cannot be removed is told; files of ours with it, where they may hold tokens',
    () => {
      const { folder, environment, path } = temp();
      write(path, FILES);
      mkdirSync(join(path, 'config.toml'));
      writeFileSync(join(path, 'config.toml', 'in it'), '');
      asUser(folder, () => {
        chmodSync(folder, 0o555);
        const problem =
          `${path} cannot be removed: this user may not (rm: EACCES); give it the right to. ` +
          'It holds no file of this action any more.';
        expect(problemsOf(() => removePrivateFolder(path, environment))).toEqual([problem]);
        expect(readdirSync(path)).toEqual([]);
        chmodSync(folder, 0o755);
      });
    },
  );

  testUnless(NO_PERMISSION_BITS)('what a killed use left beside its files may hold tokens, and is emptied', () => {
    const { folder, environment, path } = temp();
    write(path, FILES);
    const left = join(path, `netrc.${'0a'.repeat(8)}.new`);
    writeFileSync(left, 'token');
    mkdirSync(join(path, 'other'), { mode: 0o500 });
    writeFileSync(join(path, 'x.new'), '');
    asUser(folder, () => {
      chmodSync(folder, 0o555);
      expect(problemsOf(() => removePrivateFolder(path, environment))).toHaveLength(1);
      expect(existsSync(left)).toBe(false);
      chmodSync(folder, 0o755);
    });
  });

  testUnless(NO_LINKS)('links in it are removed, not followed', () => {
    const { folder, environment, path } = temp();
    const outside = freshFolder();
    writeFileSync(join(outside, 'kept'), '');
    write(path, FILES);
    symlinkSync(outside, join(path, 'link'));
    symlinkSync(join(outside, 'kept'), join(path, 'file'));
    removePrivateFolder(path, environment);
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(outside)).toEqual(['kept']);
  });

  testUnless(NO_LINKS)('where RUNNER_TEMP is behind a link', () => {
    const { folder, path } = temp();
    const link = join(freshFolder(), 'link');
    symlinkSync(folder, link);
    write(path, FILES);
    removePrivateFolder(path, { RUNNER_TEMP: link });
    expect(existsSync(path)).toBe(false);
  });

  testUnless(NO_LINKS)('in the HOME of a container job, whatever HOME is now', () => {
    const { environment, inTemp, home } = containerJob();
    const path = join(home, NAME);
    for (const forged of [
      `${path}/`,
      `${path}/.`,
      join(home, 'sub', NAME),
      join(home, `${NAME}x`),
      `${home}/../${NAME}`,
    ]) {
      write(path, FILES);
      const refused = existsSync(forged) ? [refusalOf(forged)] : [];
      expect(problemsOf(() => removePrivateFolder(forged, environment))).toEqual(refused);
      expect(removePrivateFolder(path, environment)).toBe(true);
      expect(readdirSync(inTemp)).toEqual([]);
    }
    const outside = freshFolder();
    mkdirSync(join(outside, NAME));
    rmSync(inTemp, { recursive: true });
    symlinkSync(outside, inTemp);
    for (const other of [path, join(outside, NAME)]) {
      const refused = existsSync(other) ? [refusalOf(other)] : [];
      expect(problemsOf(() => removePrivateFolder(other, environment))).toEqual(refused);
    }
    expect(readdirSync(outside)).toEqual([NAME]);
  });

  test('nothing without a RUNNER_TEMP', () => {
    const { path } = temp();
    write(path, FILES);
    const before = process.cwd();
    process.chdir(dirname(path));
    for (const environment of [{}, { RUNNER_TEMP: '' }, { RUNNER_TEMP: '.' }]) {
      expect(problemsOf(() => removePrivateFolder(path, environment))).toEqual([refusalOf(path)]);
    }
    process.chdir(before);
    expect(readdirSync(path)).toHaveLength(2);
  });

  test('a file of its name stays', () => {
    const { environment, path } = temp();
    writeFileSync(path, '');
    expect(problemsOf(() => removePrivateFolder(path, environment))).toEqual([refusalOf(path)]);
    expect(existsSync(path)).toBe(true);
  });

  testUnless(NO_LINKS)('a link of its name stays, with what is behind it', () => {
    const { environment, path } = temp();
    const outside = freshFolder();
    writeFileSync(join(outside, 'kept'), '');
    symlinkSync(outside, path);
    for (const forged of [path, `${path}/`, `${path}/.`, `${path}//`]) {
      expect(problemsOf(() => removePrivateFolder(forged, environment))).toEqual([refusalOf(forged)]);
    }
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readdirSync(outside)).toEqual(['kept']);
  });

  test('no other folder: the paths that a forged state could name', () => {
    const parent = freshFolder();
    const folder = join(parent, 'temp');
    const elsewhere = join(parent, NAME);
    const inside = join(folder, 'sub', NAME);
    const command = join(folder, '_runner_file_commands');
    const similar = join(folder, `codeartifact-keyring-${OWNER}x`);
    for (const path of [elsewhere, inside, command, similar]) mkdirSync(path, { recursive: true });
    const forged = [
      ...[elsewhere, inside, command, similar, folder, parent, '/', '', '.', '..'],
      ...[`${folder}/..`, `${folder}/.`, `${folder}/../temp`, `${folder}/../${NAME}`, `${folder}//../${NAME}`],
      ...[`${folder}/sub/../sub`, `${folder}/codeartifact-keyring-`, `../${NAME}`, NAME, `${folder}\u0000`],
    ];
    for (const path of forged) {
      for (const RUNNER_TEMP of [folder, `${folder}/`, `${parent}/./temp`]) {
        const problems = problemsOf(() => removePrivateFolder(path, { RUNNER_TEMP }));
        expect(problems).toEqual(existsSync(path) ? [refusalOf(path)] : []);
      }
    }
    for (const path of [elsewhere, inside, command, similar]) expect(existsSync(path)).toBe(true);
    expect(realpathSync(folder)).toBe(folder);
  });
});

describe('the folders of other uses', () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => `codeartifact-keyring-${String(index).repeat(32)}`);

  test('are those of our name beside ours that no variable leads to', () => {
    const { folder, path } = temp();
    const [first = '', second = '', third = ''] = others(3).map((name) => join(folder, name));
    for (const made of [path, first, second, third, join(folder, 'codeartifact-keyring-x')]) mkdirSync(made);
    const environment = { PIP_CONFIG_FILE: join(second, 'pip.conf'), OTHER: `--netrc=${join(third, 'netrc')}` };
    expect(unnamedFolders(path, environment, DISK)).toEqual([first]);
    expect(unnamedFolders(path, {}, DISK)).toEqual([first, second, third]);
  });

  test('are none where ours cannot have been made', () => {
    expect(unnamedFolders(join(freshFolder(), 'gone', NAME), {}, DISK)).toEqual([]);
  });
});

test.each(TOOLS.filter((tool) => rowsOf(tool).some(({ files }) => files.length > 0)))(
  '%s alone: a second use finds the folder of the first',
  async (tool) => {
    const { environment, path } = temp();
    for (const tokenPlace of ['netrc', 'url'] as const) {
      const setup = sampleSetup({ tokenPlace, pathOf: (file) => join(path, file) });
      const { files, variables } = configureAll(await loadClients([tool], tokenPlace), setup);
      write(path, files);
      const later = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
      expect(choosePrivateFolder({ ...environment, ...later })).toEqual({ path, isNew: false });
      removePrivateFolder(path, environment);
    }
  },
);
