import { openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeDiskError, describeFailure, isDiskError, withPath } from '../../../src/messages/disk-errors.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { freshFolder } from '../../support/fresh-folder.ts';

const errorOf = (code: string, syscall: string, more: { path?: string; dest?: string } = { path: '/a' }) =>
  Object.assign(new Error(code), { code, syscall, ...more });

/** The sentence for an error with a path. */
function sentenceOf(error: unknown, place?: string): string {
  if (!isDiskError(error)) throw new Error('no error of a disk');
  return describeDiskError(error, place);
}

describe('the sentence', () => {
  test.each([
    ['ENOSPC', 'write', '/a cannot be written: the disk is full (write: ENOSPC); make room on it.'],
    [
      'EDQUOT',
      'open',
      '/a cannot be written: the quota of this user is used up (open: EDQUOT); make room, or raise it.',
    ],
    ['EROFS', 'rm', '/a cannot be removed: the file system is read-only (rm: EROFS); make it writable.'],
    ['EACCES', 'unlink', '/a cannot be removed: this user may not (unlink: EACCES); give it the right to.'],
    ['EPERM', 'rmdir', '/a cannot be removed: this user may not (rmdir: EPERM); give it the right to.'],
    ['EIO', 'write', '/a cannot be written (write: EIO); make room, or give this user the right to.'],
  ])('%s', (code, syscall, sentence) => {
    expect(sentenceOf(errorOf(code, syscall))).toBe(sentence);
  });

  test('names what was to be made, not what it was made from', () => {
    expect(sentenceOf(errorOf('ENOSPC', 'rename', { path: '/a.new', dest: '/a' }))).toMatch(/^\/a cannot be written/);
    expect(sentenceOf(errorOf('ENOSPC', 'symlink', { path: 'words', dest: '/a' }))).toMatch(/^\/a cannot/);
  });

  test('calls the file what it is told to', () => {
    expect(sentenceOf(errorOf('ENOSPC', 'write'), '/a (NAME)')).toMatch(/^\/a \(NAME\) cannot be written: /);
  });
});

describe('an error of the disk', () => {
  test('is one with a code, a call and a path', () => {
    expect(isDiskError(errorOf('ENOSPC', 'write'))).toBe(true);
    expect(isDiskError(errorOf('ENOSPC', 'write', {}))).toBe(false);
    expect(isDiskError(errorOf('ENOENT', 'spawn pip', { path: 'pip' }))).toBe(false);
    const halves = [
      { code: 'X', path: '/a' },
      { syscall: 'open', path: '/a' },
    ];
    for (const other of [new Error('x'), 'text', undefined, null, ...halves]) {
      expect(isDiskError(other)).toBe(false);
    }
    expect(describeFailure(new Error('x'))).toBeUndefined();
  });

  test('that the system throws, and problems, are told', () => {
    const path = join(freshFolder(), 'missing');
    try {
      openSync(path, 'r');
    } catch (error) {
      expect(describeFailure(error)).toEqual([
        `${path} cannot be written: it or its folder is gone (open: ENOENT); check what removes it while a step runs.`,
      ]);
    }
    expect(describeFailure(new Problems(['a', 'b']))).toEqual(['a', 'b']);
    expect.assertions(2);
  });

  test('gets the path that it lacks, and keeps the one that it has', () => {
    expect(withPath(errorOf('ENOSPC', 'write', {}), '/b')).toMatchObject({ path: '/b' });
    expect(withPath(errorOf('ENOSPC', 'open'), '/b')).toMatchObject({ path: '/a' });
    const other = new Error('x');
    expect(withPath(other, '/b')).toBe(other);
    expect(other).not.toHaveProperty('path');
  });
});
