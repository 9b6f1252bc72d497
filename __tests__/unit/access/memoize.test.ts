import { expect, test } from '@jest/globals';
import { memoize } from '../../../src/access/memoize.ts';

test('what is equal by its key is made once; what is not, each by itself', () => {
  const asked: string[] = [];
  const make = memoize(
    (text: string) => text.toLowerCase(),
    (text) => {
      asked.push(text);
      return { text };
    },
  );
  const first = make('a');
  expect(first).toEqual({ text: 'a' });
  expect(make('A')).toBe(first);
  expect(make('b')).toEqual({ text: 'b' });
  expect(make('a')).toBe(first);
  expect(asked).toEqual(['a', 'b']);
});
