import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markOf } from '../../../src/access/mark.ts';
import { anyCharacter } from '../../support/any-character.ts';

describe('a mark', () => {
  test('has 16 hexadecimal digits, the same for the same value in every job', () => {
    expect(markOf('')).toBe('deadbeef41c6ce57');
    expect(markOf('a')).not.toBe(markOf('b'));
    expect(markOf('/tmp/pip.conf')).toBe(markOf(['/tmp', 'pip.conf'].join('/')));
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (value) => /^[0-9a-f]{16}$/.test(markOf(value))));
  });

  test('differs where two characters change places, or one is another', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2, unit: anyCharacter }), fc.nat(), (value, number) => {
        const at = number % (value.length - 1);
        const [left = '', right = ''] = [value[at], value[at + 1]];
        const swapped = value.slice(0, at) + right + left + value.slice(at + 2);
        if (left !== right) expect(markOf(swapped)).not.toBe(markOf(value));
        expect(markOf(`${value.slice(0, at)}\u{1f511}${value.slice(at + 1)}`)).not.toBe(markOf(value));
      }),
    );
  });

  test('is another for each of 20,000 values that resemble each other', () => {
    const marks = new Set(Array.from({ length: 20_000 }, (_, number) => markOf(`/tmp/folder-${number}/pip.conf`)));
    expect(marks.size).toBe(20_000);
  });
});
