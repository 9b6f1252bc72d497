import { describe, expect, test } from '@jest/globals';
import { count, describeError, joinWords, withFullStop } from '../../../src/messages/wording.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('the words %j', (words, text) => {
  expect(joinWords(words)).toBe(text);
});

test('a number with its noun', () => {
  expect([0, 1, 2].map((number) => count(number, 'warning'))).toEqual(['0 warnings', '1 warning', '2 warnings']);
  expect(count(2, 'repository', 'repositories')).toBe('2 repositories');
});

test.each([
  ['', ''],
  [' It failed\n', 'It failed.'],
  ['Is it?', 'Is it?'],
  ['v1.2', 'v1.2.'],
  ['Done.', 'Done.'],
])('%j ends as %j', (text, ended) => {
  expect(withFullStop(text)).toBe(ended);
});

describe('an error in a word', () => {
  test.each([
    [Object.assign(new Error('x'), { code: 'EACCES' }), 'EACCES'],
    [new Error('x'), 'x'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('%p', (error, word) => {
    expect(describeError(error)).toBe(word);
  });
});
