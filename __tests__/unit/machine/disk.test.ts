import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DISK } from '../../../src/machine/disk.ts';
import { userFile } from '../../support/client-changes.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { NO_LINKS, NO_PERMISSION_BITS, testUnless } from '../../support/test-unless.ts';

function write(path: string, content: string | Buffer): string {
  writeFileSync(path, content);
  return path;
}

describe('reading', () => {
  test('by bytes, and nothing that is not there', () => {
    const folder = freshFolder();
    const bytes = Buffer.from([0xff, 0x0d, 0x0a]);
    const file = write(join(folder, 'pip.conf'), bytes);
    expect(DISK.read(file)).toEqual({ path: file, bytes, isTooLarge: false });
    const shared = write(join(folder, 'shared'), 'shared');
    expect(DISK.read(shared)).toEqual(userFile('shared', shared));
    expect(DISK.read(join(folder, 'missing'))).toBeUndefined();
    expect(DISK.read(join(file, 'below'))).toBeUndefined();
    expect(DISK.read('')).toBeUndefined();
    expect(DISK.read('\0')).toBeUndefined();
  });

  testUnless(NO_LINKS)('through a link, if it leads to something', () => {
    const folder = freshFolder();
    symlinkSync(write(join(folder, 'file'), 'x'), join(folder, 'link'));
    symlinkSync(join(folder, 'missing'), join(folder, 'dangling'));
    expect(DISK.read(join(folder, 'link'))).toEqual(userFile('x', join(folder, 'link')));
    expect(DISK.read(join(folder, 'dangling'))).toBeUndefined();
  });

  test('not a folder, not a device, and nothing of what is too large but that it is', () => {
    const folder = freshFolder();
    const limit = write(join(folder, 'limit'), Buffer.alloc(1024 * 1024, 'x'));
    const { bytes, ...rest } = DISK.read(limit) ?? {};
    // Quicker than `toEqual`.
    expect(bytes?.equals(Buffer.alloc(1024 * 1024, 'x'))).toBe(true);
    expect(rest).toEqual({ path: limit, isTooLarge: false });
    for (const path of [folder, '/dev/zero', join(folder, 'missing')]) expect(DISK.read(path)).toBeUndefined();
    const large = write(join(folder, 'large'), Buffer.alloc(1024 * 1024 + 1, 'x'));
    expect(DISK.read(large)).toEqual({ path: large, bytes: Buffer.alloc(0), isTooLarge: true });
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
      expect(DISK.read(file)).toBeUndefined();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

test('folders', () => {
  const folder = freshFolder();
  const file = write(join(folder, 'file'), 'x');
  expect(DISK.isFolder(folder)).toBe(true);
  for (const path of [file, join(file, 'below'), join(folder, 'missing'), '', '\0']) {
    expect(DISK.isFolder(path)).toBe(false);
  }
});

testUnless(NO_PERMISSION_BITS)('programs are files that this user may run', () => {
  const folder = freshFolder();
  const program = write(join(folder, 'program'), 'x');
  chmodSync(program, 0o755);
  const file = write(join(folder, 'file'), 'x');
  expect(DISK.isProgram(program)).toBe(true);
  for (const path of [file, folder, join(folder, 'missing'), '', '\0']) expect(DISK.isProgram(path)).toBe(false);
});

test('the names in a folder', () => {
  const folder = freshFolder();
  for (const name of ['b', 'a', 'c']) write(join(folder, name), '');
  expect(DISK.list(folder)).toEqual(['a', 'b', 'c']);
  for (const path of [join(folder, 'a'), join(folder, 'missing'), '\0']) expect(DISK.list(path)).toEqual([]);
});

testUnless(NO_LINKS)('where a path leads', () => {
  const folder = freshFolder();
  const file = write(join(folder, 'file'), '');
  symlinkSync(folder, join(folder, 'link'));
  expect(DISK.realPath(join(folder, 'link', 'file'))).toBe(file);
  for (const path of [join(folder, 'missing'), '\0']) expect(DISK.realPath(path)).toBe(path);
});
