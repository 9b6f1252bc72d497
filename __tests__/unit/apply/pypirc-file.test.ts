import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { pythonCommand } from '../../../sandbox/programs/python-command.ts';
import { addToPypirc, checkPypirc, pypircPath, removeFromPypirc } from '../../../src/apply/pypirc-file.ts';
import type { IndexServer } from '../../../src/formats/pypirc-section.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOf, problemsOfAsync } from '../../support/problems-of.ts';
import { NO_LINKS, NO_PERMISSION_BITS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const [A, B] = ['a'.repeat(32), 'b'.repeat(32)] as const;
const SERVERS: IndexServer[] = [
  {
    name: 'staging',
    url: 'https://host/pypi/staging/',
    token: 'the-token',
    identity: 'someone',
    expiration: new Date(NOW.getTime() + 3_600_000),
  },
];
const USER = '[hers]\r\nusername = \u00e9\u0085\u00ff\n# end';

const HOME = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';
const isRoot = process.getuid?.() === 0;
const before = process.umask();

afterEach(() => {
  process.umask(before);
});

/** The path of a .pypirc in a HOME of its own, with the user's content unless there is none. */
function pypirc(content?: string, mode = 0o644): string {
  const path = join(freshFolder(), '.pypirc');
  if (content !== undefined) writeFileSync(path, content, { encoding: 'latin1', mode });
  return path;
}

const editOf = (path: string, owner: string) => ({ path, owner, now: NOW, platform: process.platform });
const check = (path: string) => problemsOf(() => checkPypirc(editOf(path, A), SERVERS));
const add = (path: string, owner: string = A) => addToPypirc(editOf(path, owner), SERVERS);
const remove = (path: string, owner: string = A) => removeFromPypirc(editOf(path, owner));
const pathIn = (home: string) => pypircPath({ home });
const filesBeside = (path: string) => readdirSync(dirname(path));

describe('the path', () => {
  test('is in HOME', () => {
    expect(pathIn('/home/user')).toBe(join('/home/user', '.pypirc'));
  });
});

describe('there and back', () => {
  test.each([0o000, 0o022, 0o077, 0o777])('bytes and permission bits, whatever the umask (%p)', async (umask) => {
    for (const mode of [0o644, 0o600, 0o640, 0o400]) {
      const path = pypirc(USER, mode);
      chmodSync(path, mode);
      process.umask(umask);
      await add(path);
      expect(modeOf(path)).toBe(kept(0o600));
      expect(readFileSync(path, 'latin1')).toContain(`${USER}\n`);
      expect(readFileSync(path, 'latin1')).toContain('password = the-token\n');
      await add(path, B);
      await remove(path);
      expect(modeOf(path)).toBe(kept(0o600));
      await remove(path, B);
      process.umask(before);
      expect(readFileSync(path, 'latin1')).toBe(USER);
      expect(modeOf(path)).toBe(kept(mode));
      expect(filesBeside(path)).toEqual(['.pypirc']);
    }
  });

  testUnless(NO_PERMISSION_BITS)('permission bits that somebody loosened meanwhile, where the text stays', async () => {
    const path = pypirc(USER);
    await add(path);
    const text = readFileSync(path, 'latin1');
    chmodSync(path, 0o644);
    await remove(path, B);
    expect([readFileSync(path, 'latin1'), modeOf(path)]).toEqual([text, kept(0o600)]);
  });

  test('no file where there was none', async () => {
    const path = pypirc();
    await add(path);
    expect(modeOf(path)).toBe(kept(0o600));
    await remove(path);
    expect(filesBeside(path)).toEqual([]);
  });

  const notRoot = isRoot ? undefined : 'Only root can give a file to another user.';
  testUnless(notRoot)('the owner of the file, where root edits that of another user', async () => {
    const path = pypirc(USER);
    chownSync(path, 12345, 23456);
    await add(path);
    expect(statSync(path)).toMatchObject({ uid: 12345, gid: 23456 });
    await remove(path);
    expect(statSync(path)).toMatchObject({ uid: 12345, gid: 23456 });
    expect(modeOf(path)).toBe('644');
  });

  test('a file without sections of ours is not even touched; nor is one that is not there', async () => {
    const path = pypirc(USER);
    const { ino, mtimeMs } = statSync(path);
    await remove(path);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    const missing = pypirc();
    await remove(missing);
    expect(filesBeside(missing)).toEqual([]);
  });

  test('a check changes nothing', () => {
    const path = pypirc(USER);
    const { ino, mtimeMs } = statSync(path);
    expect(check(path)).toEqual([]);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    expect(filesBeside(path)).toEqual(['.pypirc']);
  });

  test('many at once in one process', async () => {
    const path = pypirc(USER);
    const owners = Array.from({ length: 12 }, (_, index) => index.toString(16).repeat(32));
    await Promise.all(owners.map((owner) => add(path, owner)));
    for (const owner of owners) expect(readFileSync(path, 'latin1')).toContain(owner);
    await Promise.all(owners.map((owner) => remove(path, owner)));
    expect(readFileSync(path, 'latin1')).toBe(USER);
    expect(filesBeside(path)).toEqual(['.pypirc']);
  });
});

describe('what a killed run left', () => {
  test('half-made files, and files on their way out, go with the next edit; what is not ours stays', async () => {
    const path = pypirc(USER);
    const aside = `${path}.codeartifact-keyring.${A}.old`;
    mkdirSync(aside);
    const leftovers = [`${path}.codeartifact-keyring.${B}`, join(aside, 'old')];
    const others = ['x', `${B}0`, 'C'.repeat(32), 'lock.bak'].map((end) => `${path}.codeartifact-keyring.${end}`);
    for (const file of [...leftovers, ...others, `${path}.bak`]) writeFileSync(file, 'password = left');
    const folder = `${path}.codeartifact-keyring.${'d'.repeat(32)}`;
    mkdirSync(folder);
    await add(path);
    const left = [...others, folder, `${path}.bak`, path].map((file) => file.slice(dirname(path).length + 1));
    expect(filesBeside(path).toSorted()).toEqual(left.toSorted());
  });

  testUnless(NO_LINKS)(
    'a link in the place of the file that is being made goes, and nothing is written through it',
    async () => {
      const path = pypirc(USER);
      const outside = join(freshFolder(), 'kept');
      writeFileSync(outside, 'kept');
      symlinkSync(outside, `${path}.codeartifact-keyring.${A}`);
      await add(path);
      expect(filesBeside(path)).toEqual(['.pypirc']);
      expect(lstatSync(path).isFile()).toBe(true);
      expect(readFileSync(outside, 'utf8')).toBe('kept');
    },
  );
});

testUnless(
  process.platform === 'win32' ? undefined : 'Only Windows keeps a file that somebody reads from being replaced.',
)('a program that reads it at this moment, as twine does, is waited for', async () => {
  const python = await pythonCommand();
  if (!python.available) throw new Error(python.reason);
  const path = pypirc(USER);
  const program = 'import sys, time; file = open(sys.argv[1]); print("open", flush=True); time.sleep(0.2)';
  const reader = spawn(python.command, ['-c', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(reader.stdout, 'data');
  await add(path);
  expect(readFileSync(path, 'latin1')).toContain('password = the-token');
});

describe('what is no .pypirc is refused and stays', () => {
  const obstacles: [string, (path: string, outside: string) => void, RegExp, unless?: string | undefined][] = [
    [
      'a link to a file',
      (path, outside) => symlinkSync(join(outside, 'file'), path),
      /is a symbolic link, which this act/,
      NO_LINKS,
    ],
    [
      'a link to nothing',
      (path, outside) => symlinkSync(join(outside, 'missing'), path),
      /is a symbolic link/,
      NO_LINKS,
    ],
    ['a folder', (path) => mkdirSync(path), /is not a file; remove it, or leave twine, hatch and flit out of tools\.$/],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), /is not a file/, NO_PIPES],
    ['a large file', (path) => writeFileSync(path, Buffer.alloc(1024 * 1024 + 1)), /is larger than 1 MiB/],
    [
      'a broken file',
      (path) => writeFileSync(path, 'password = hidden'),
      /^~\/\.pypirc line 1: .* \(twine cannot read this file either\)\.$/,
    ],
  ];
  for (const [name, put, problem, unless] of obstacles) {
    testUnless(unless)(name, async () => {
      const path = pypirc();
      const outside = freshFolder();
      writeFileSync(join(outside, 'file'), USER);
      put(path, outside);
      const { ino, mode } = lstatSync(path);
      const told = [expect.stringMatching(problem)];
      expect(check(path)).toEqual(told);
      expect(await problemsOfAsync(() => add(path))).toEqual(told);
      expect(check(path).join()).not.toContain('hidden');
      expect(lstatSync(path)).toMatchObject({ ino, mode });
      expect(filesBeside(path)).toEqual(['.pypirc']);
      expect(readdirSync(outside)).toEqual(['file']);
      expect(readFileSync(join(outside, 'file'), 'utf8')).toBe(USER);
    });
  }

  testUnless(NO_LINKS)('a link that took its place meanwhile is not written through, nor removed', async () => {
    const path = pypirc(USER);
    await add(path);
    const target = join(freshFolder(), 'target');
    writeFileSync(target, readFileSync(path));
    rmSync(path);
    symlinkSync(target, path);
    expect(await problemsOfAsync(() => remove(path))).toEqual([expect.stringMatching(/is a symbolic link/)]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'latin1')).toContain('the-token');
  });

  testUnless(NO_PERMISSION_BITS)('a file that this user may not read', async () => {
    const path = pypirc(USER, 0);
    chmodSync(path, 0);
    chmodSync(dirname(path), 0o777);
    const problem =
      `${path} cannot be read (EACCES); make it readable for this user, or leave twine, hatch and flit ` +
      'out of tools.';
    // Root may read all, so it steps down.
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(check(path)).toEqual([problem]);
      expect(await problemsOfAsync(() => add(path))).toEqual([problem]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(filesBeside(path)).toEqual(['.pypirc']);
  });
});

describe('a HOME that', () => {
  test('is missing', async () => {
    const path = join(freshFolder(), 'missing', '.pypirc');
    expect(check(path)).toEqual([
      expect.stringMatching(`^${HOME} is .*missing, where no file can be written \\(ENOENT\\)`),
    ]);
    await expect(add(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is a file', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, '', { mode: 0o755 });
    expect(check(join(path, '.pypirc'))).toEqual([
      expect.stringMatching(`^${HOME} is .*file, which is not a folder; set it`),
    ]);
  });

  testUnless(NO_LINKS)('is behind a link is fine', async () => {
    const path = pypirc(USER);
    const link = join(freshFolder(), 'home');
    symlinkSync(dirname(path), link);
    await add(join(link, '.pypirc'));
    expect(readFileSync(path, 'latin1')).toContain('the-token');
    await remove(path);
    expect(readFileSync(path, 'latin1')).toBe(USER);
    expect(existsSync(link)).toBe(true);
  });
});
