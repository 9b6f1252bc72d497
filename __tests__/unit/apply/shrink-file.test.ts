import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { NewContent } from '../../../src/apply/file-content.ts';
import { shrinkInPlace } from '../../../src/apply/shrink-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { NO_LINKS, testUnless } from '../../support/test-unless.ts';

const TEXT = '[ä]\nours\nlast';

/** A file, and what becomes of it. */
function shrink(to: NewContent | undefined, held?: () => boolean, text = TEXT) {
  const path = join(freshFolder(), 'file');
  writeFileSync(path, text, { mode: 0o600 });
  const { ino } = lstatSync(path);
  const shrunk = shrinkInPlace(path, 'x', () => to, held);
  expect(lstatSync(path).ino).toBe(ino);
  return { shrunk, text: readFileSync(path, 'utf8'), mode: modeOf(path) };
}

const rest = { text: '[ä]\nlast', mode: 0o640 };
const blanks = (count: number) => '\n'.repeat(count);

describe('in place', () => {
  test('under the lock: the text, and its mode', () => {
    expect(shrink(rest, () => true)).toEqual({ shrunk: 'shorter', text: rest.text, mode: kept(0o640) });
  });

  test('under the lock, a file that should go: nothing is left in it', () => {
    expect(shrink({ text: undefined, mode: 0o600 }, () => true)).toMatchObject({ shrunk: 'empty', text: '' });
  });

  test('without a lock: blank lines for what goes, so that two of them at once leave a whole text', () => {
    expect(shrink(rest)).toMatchObject({ shrunk: 'blanked', text: rest.text + blanks(5) });
    expect(shrink({ text: undefined, mode: 0o600 })).toMatchObject({ shrunk: 'blanked', text: blanks(14) });
  });

  test('without a lock, by the last who has anything in it: no blank lines', () => {
    expect(shrink({ ...rest, isLast: true })).toMatchObject({ shrunk: 'shorter', text: rest.text });
    expect(shrink({ text: undefined, mode: 0o600, isLast: true })).toMatchObject({ shrunk: 'empty', text: '' });
  });

  test('nothing where the lock is lost, or nothing is to change', () => {
    expect(shrink(rest, () => false)).toEqual({ shrunk: 'lock lost', text: TEXT, mode: kept(0o600) });
    expect(shrink(undefined)).toEqual({ shrunk: 'unchanged', text: TEXT, mode: kept(0o600) });
  });

  test('the mode alone, where the text stays', () => {
    expect(shrink({ text: TEXT, mode: 0o640 })).toEqual({ shrunk: 'unchanged', text: TEXT, mode: kept(0o640) });
  });

  test('never longer, in bytes', () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, 'ae');
    const problem = `${path} would become longer, for which there is no room; make room on the disk.`;
    expect(problemsOf(() => shrinkInPlace(path, 'x', () => ({ text: 'ää', mode: 0o600 })))).toEqual([problem]);
    expect(readFileSync(path, 'utf8')).toBe('ae');
  });

  testUnless(NO_LINKS)('not through a link', () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'outside'), TEXT);
    symlinkSync(join(folder, 'outside'), join(folder, 'link'));
    expect(() => shrinkInPlace(join(folder, 'link'), 'x', () => rest)).toThrow(
      expect.objectContaining({ code: 'ELOOP' }),
    );
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe(TEXT);
  });
});
