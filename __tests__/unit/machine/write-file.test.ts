import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { quietly, removeOwn, withFile, writeNewFile, writeWhole } from '../../../src/machine/write-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { NO_LINKS, NO_PERMISSION_BITS, testUnless } from '../../support/test-unless.ts';

const before = process.umask();
afterEach(() => {
  process.umask(before);
});

describe('a new file', () => {
  test.each([0o000, 0o022, 0o777])('has its bytes and bits, whatever the umask (%p)', (umask) => {
    process.umask(umask);
    for (const mode of [0o600, 0o640, 0o400]) {
      const path = join(freshFolder(), 'file');
      const bytes = Buffer.alloc(3_000_000, 'x');
      writeNewFile(path, bytes, { mode });
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(modeOf(path)).toBe(kept(mode));
    }
  });

  test('is for its user alone unless it is said', () => {
    const path = join(freshFolder(), 'file');
    writeNewFile(path, Buffer.from('x'));
    expect(modeOf(path)).toBe(kept(0o600));
  });

  test('never is one that is there, nor behind a link', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, 'kept');
    expect(() => writeNewFile(path, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EEXIST', path }));
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  testUnless(NO_LINKS)('is not made through a link to nothing', () => {
    const folder = freshFolder();
    const path = join(folder, 'link');
    symlinkSync(join(folder, 'outside'), path);
    expect(() => writeNewFile(path, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(readdirSync(folder)).toEqual(['link']);
  });
});

describe('a file that is open', () => {
  test('is written from a place, and closed', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, 'abcdef');
    const file = withFile(path, constants.O_RDWR, (open) => {
      writeWhole(open, Buffer.from('XY'), 2);
      return open;
    });
    expect(readFileSync(path, 'utf8')).toBe('abXYef');
    expect(() => fstatSync(file)).toThrow(/EBADF/);
  });

  test('is closed, too, where the work fails, and the error has the path', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, '');
    let file = -1;
    const work = (open: number) => {
      file = open;
      // A file that is open for reading only.
      writeWhole(open, Buffer.from('x'));
    };
    expect(() => withFile(path, constants.O_RDONLY, work)).toThrow(expect.objectContaining({ syscall: 'write', path }));
    expect(() => fstatSync(file)).toThrow(/EBADF/);
  });

  test('that the system cannot close is an error with the path', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, '');
    expect(() => withFile(path, constants.O_RDONLY, closeSync)).toThrow(
      expect.objectContaining({ syscall: 'close', path }),
    );
  });
});

test('what is ours is removed with all that is in it; what has gone is fine', () => {
  const folder = freshFolder();
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(join(folder, 'file'), '');
  for (const name of ['a', 'file', 'missing']) removeOwn(join(folder, name));
  expect(readdirSync(folder)).toEqual([]);
});

testUnless(NO_PERMISSION_BITS)('what cannot be removed is told, after the error for which it should go', () => {
  const folder = freshFolder();
  const path = join(folder, 'file');
  writeFileSync(path, '');
  chmodSync(folder, 0o555);
  const cause = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path });
  const isRoot = process.getuid?.() === 0;
  // Root may remove all, so it steps down.
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(problemsOf(() => removeOwn(path, cause))).toEqual([
      `${path} cannot be written: the disk is full (write: ENOSPC); make room on it.`,
      `${path} cannot be removed: this user may not (rm: EACCES); give it the right to.`,
    ]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
});

test('a step that may fail says whether it did', () => {
  expect(quietly(() => {})).toBe(true);
  expect(
    quietly(() => {
      throw new Error('x');
    }),
  ).toBe(false);
});
