import { describe, expect, test } from '@jest/globals';
import {
  count,
  describeError,
  didYouMean,
  joinFirst,
  joinWords,
  quoted,
  quoteWords,
  withFullStop,
} from '../../../src/messages/wording.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('the words %j', (words, text) => {
  expect(joinWords(words)).toBe(text);
});

test('a long list ends with a number', () => {
  expect(joinFirst(['a', 'b', 'c'], 3)).toBe('a, b and c');
  expect(joinFirst(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});

test('words to choose from', () => {
  expect([['a'], ['a', 'b'], ['a', 'b', 'c']].map(quoteWords)).toEqual(['"a"', '"a" or "b"', '"a", "b" or "c"']);
});

test('a value in quotes, of which no more than a line is shown', () => {
  expect(quoted('a"\n')).toBe('"a\\"\\n"');
  expect(quoted('"pip" twine')).toBe(`'"pip" twine'`);
  expect(quoted('twine "pip"')).toBe(`'twine "pip"'`);
  expect(quoted(`'pip' "twine"`)).toBe(`"'pip' \\"twine\\""`);
  expect(quoted('\\"')).toBe('"\\\\\\""');
  expect(quoted(`"pip" ${'x'.repeat(101)}`)).toBe(`'"pip" ...' (107 characters)`);
  expect(quoted('x'.repeat(100))).toBe(`"${'x'.repeat(100)}"`);
  expect(quoted('x'.repeat(101))).toBe('"..." (101 characters)');
  expect(quoted(`pip twine ${'x'.repeat(101)}`)).toBe('"pip twine ..." (111 characters)');
  expect(quoted('word '.repeat(40))).toBe(`"${'word '.repeat(20)}..." (200 characters)`);
  expect(quoted(`${'x'.repeat(100)} pip`)).toBe(`"${'x'.repeat(100)} ..." (104 characters)`);
});

describe('what somebody may have meant', () => {
  const known = ['pip', 'twine', 'uv', 'poetry', 'token_duration'];

  test.each([
    ['pipp', 'pip'],
    ['PIP', 'pip'],
    ['twin', 'twine'],
    ['poerty', 'poetry'],
    ['token-duration', 'token_duration'],
    ['iwne', 'twine'],
    ['vu', undefined],
    ['npm', undefined],
    ['conda', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s', (text, near) => {
    expect(didYouMean(text, known)).toBe(near === undefined ? '' : `; did you mean "${near}"?`);
  });
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
