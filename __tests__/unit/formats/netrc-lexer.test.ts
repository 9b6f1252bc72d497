import { describe, expect, test } from '@jest/globals';
import { NetrcLexer } from '../../../src/formats/netrc-lexer.ts';

/** All words of a text, up to the first that is empty. */
function wordsOf(text: string): string[] {
  const lexer = new NetrcLexer(text);
  const words = [];
  for (let word = lexer.word(); word !== ''; word = lexer.word()) words.push(word);
  return words;
}

/** All words that are no comments. */
function keywordsOf(text: string, between: boolean): string[] {
  const lexer = new NetrcLexer(text);
  const words = [];
  for (let word = lexer.keyword(between); word !== ''; word = lexer.keyword(between)) words.push(word);
  return words;
}

describe('words', () => {
  test.each<[text: string, words: string[]]>([
    ['', []],
    [' \t\r\n', []],
    ['machine a login b', ['machine', 'a', 'login', 'b']],
    ['\tmachine\n\n a\r\n', ['machine', 'a']],
    ['"a b" c', ['a b', 'c']],
    ['"a" "b"', ['a', 'b']],
    ['"a"b c', ['a', 'b', 'c']],
    ['a"b c" d', ['a"b', 'c"', 'd']],
    ['"a\nb"', ['a\nb']],
    ['"a b', ['a b']],
    ['"a \\" b" c', ['a " b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ['a\\\\b', ['a\\b']],
    ['a\\', ['a']],
    ['#a b', ['#a', 'b']],
    ['a\u00a0b\u2028c\fd', ['a\u00a0b\u2028c\fd']],
    ['machine \u{1f600}é', ['machine', '\u{1f600}é']],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('an empty pair of quotes is an empty word, like the end', () => {
    const lexer = new NetrcLexer('a "" b');
    expect([lexer.word(), lexer.word(), lexer.word(), lexer.word()]).toEqual(['a', '', 'b', '']);
  });

  test('start is where the last word starts, its quote included', () => {
    const lexer = new NetrcLexer('  ab\n\t"c d"');
    expect(lexer.start).toBe(0);
    lexer.word();
    expect(lexer.start).toBe(2);
    lexer.word();
    expect(lexer.start).toBe(6);
    lexer.word();
    expect(lexer.start).toBe(11);
  });
});

describe('keywords', () => {
  test.each<[what: string, text: string, inside: string[], between: string[]]>([
    ['no comment', 'a b', ['a', 'b'], ['a', 'b']],
    ['a comment of one word', '#x\na', ['a'], ['a']],
    ['a comment of several words at the end of a line', 'a # x y\nb', ['a', 'b'], ['a', 'b']],
    ['without a space after its sign', 'a #x y\nb', ['a', 'b'], ['a', 'y', 'b']],
    ['in a line of its own', 'a\n# x y\nb', ['a', 'b'], ['a', 'b']],
    ['behind an empty line, which Python does not skip', 'a\n\n# x y\nb', ['a', 'x', 'y', 'b'], ['a', 'x', 'y', 'b']],
    ['at the end of the text', 'a # x y', ['a'], ['a']],
    ['nothing but a sign', 'a #\nb', ['a', 'b'], ['a', 'b']],
    ['two of them', 'a # x\n# y z\nb', ['a', 'b'], ['a', 'b']],
    ['a sign within a word', 'a#b c', ['a#b', 'c'], ['a#b', 'c']],
  ])('%s: %j gives %j within an entry, %j between entries', (_, text, inside, between) => {
    expect(keywordsOf(text, false)).toEqual(inside);
    expect(keywordsOf(text, true)).toEqual(between);
  });
});

describe('the rest of a line', () => {
  test('with its end, and empty at the end of the text', () => {
    const lexer = new NetrcLexer('a b c\n\nd');
    expect([lexer.word(), lexer.line(), lexer.line(), lexer.line(), lexer.line()]).toEqual([
      ...['a', 'b c\n', '\n', 'd', ''],
    ]);
  });

  test('words go on behind it', () => {
    const lexer = new NetrcLexer('a b\nc');
    lexer.line();
    expect(lexer.word()).toBe('c');
  });
});
