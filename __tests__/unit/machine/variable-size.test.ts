import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { roomFor, sizeOf, sizeOfAll } from '../../../src/machine/variable-size.ts';
import { testUnless } from '../../support/test-unless.ts';

const OTHER_SYSTEM = process.platform === 'linux' ? undefined : 'The bounds are those of Linux.';

/** Whether the system starts a program with these variables. */
function starts(env: Record<string, string>): boolean {
  const { status, error } = spawnSync(process.execPath, ['--version'], { env });
  if (status === 0) return true;
  expect((error as NodeJS.ErrnoException).code).toBe('E2BIG');
  return false;
}

describe('the bounds of Linux', () => {
  const room = roomFor('linux');

  testUnless(OTHER_SYSTEM)('one variable may have just so much', () => {
    const fitting = 'x'.repeat(room.ofOne - 'NAME=\0'.length);
    expect([starts({ NAME: fitting }), starts({ NAME: `${fitting}x` })]).toEqual([true, false]);
    expect([sizeOf('NAME', fitting, room), sizeOf('NAME', `${fitting}x`, room)]).toEqual([131_072, 131_073]);
  });

  testUnless(OTHER_SYSTEM)('with all of them together programs start, and with half a megabyte of their own', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`N${n}`, 'x'.repeat(1_555)]));
    expect(sizeOfAll(many, room)).toBeLessThan(room.ofAll);
    expect(sizeOfAll(many, room)).toBeGreaterThan(room.ofAll * 0.99);
    const own = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`OWN${n}`, 'x'.repeat(120_000)]));
    expect(starts({ ...many, ...own })).toBe(true);
    expect(starts({ ...many, ...Object.fromEntries(Object.entries(many).map(([k, v]) => [`M${k}`, v])) })).toBe(false);
  });
});

test('bytes on Linux and macOS, UTF-16 units on Windows, where there is no bound for all', () => {
  expect(sizeOf('A', '\u{1f600}é', roomFor('linux'))).toBe(9);
  expect(sizeOf('A', '\u{1f600}é', roomFor('darwin'))).toBe(9);
  expect(sizeOf('A', '\u{1f600}é', roomFor('win32'))).toBe(6);
  expect(sizeOfAll({ A: 'b', C: undefined }, roomFor('linux'))).toBe(4 + 8 + 3 + 8);
  expect(roomFor('win32')).toMatchObject({ ofOne: 32_767, ofAll: Infinity });
  expect(roomFor('darwin')).toMatchObject({ ofOne: 786_432, ofAll: 786_432 });
});
