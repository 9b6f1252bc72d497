import { describe, expect, test } from '@jest/globals';
import { isBlockedVariable, readPairs, readPaths } from '../../sandbox/runner/file-commands.ts';

const POSIX = false;
const WINDOWS = true;

describe('pairs', () => {
  test.each<[string, string, [string, string][]]>([
    ['nothing', '', []],
    ['blank lines only', '\n\n', []],
    ['a value', 'NAME=value\n', [['NAME', 'value']]],
    ['no newline at the end', 'NAME=value', [['NAME', 'value']]],
    ['an empty value', 'NAME=\n', [['NAME', '']]],
    ['equals signs in a value', 'NAME==a=b=\n', [['NAME', '=a=b=']]],
    ['heredoc sign after an equals sign', 'NAME=a<<b\n', [['NAME', 'a<<b']]],
    ['equals sign after a heredoc sign', 'NAME<<a=b\nvalue\na=b\n', [['NAME', 'value']]],
    ['white space kept', ' NAME = value \n', [[' NAME ', ' value ']]],
    ['an empty name before an equals sign', '=value\n', [['', 'value']]],
    ['a carriage return kept', 'NAME=value\r\n', [['NAME', 'value\r']]],
    ['several', 'A=1\n\nB=2\nA=3\n', [['A', '1'], ['B', '2'], ['A', '3']]], // biome-ignore format: one row
    ['a heredoc', 'NAME<<EOF\none\n\n two\nEOF\n', [['NAME', 'one\n\n two']]],
    ['an empty heredoc', 'NAME<<EOF\nEOF\n', [['NAME', '']]],
    ['a heredoc of one blank line', 'NAME<<EOF\n\nEOF\n', [['NAME', '']]],
    ['a delimiter without newline at the end', 'NAME<<EOF\nvalue\nEOF', [['NAME', 'value']]],
    ['a delimiter with spaces', 'NAME<< E F\n EF\n E F\n', [['NAME', ' EF']]],
    // biome-ignore format: one row
    ['pairs in a heredoc are its value', 'NAME<<EOF\nA=1\nB<<X\nEOF\nC=3', [['NAME', 'A=1\nB<<X'], ['C', '3']]],
    ['a second heredoc sign', 'NAME<<A<<B\nvalue\nA<<B\n', [['NAME', 'value']]],
    ['a name that is special in JavaScript', '__proto__=x\n', [['__proto__', 'x']]],
  ])('%s', (_, text, pairs) => {
    expect([...readPairs(text, POSIX)]).toEqual(pairs);
  });

  test('on Windows a carriage return belongs to the newline', () => {
    expect([...readPairs('A=1\r\nB<<E\r\n2\r\n3\r\nE\r\nC=4\n', WINDOWS)]).toEqual([
      ['A', '1'],
      ['B', '2\r\n3'],
      ['C', '4'],
    ]);
  });

  test.each([
    ['no sign', 'NAME\n', "Invalid format 'NAME'"],
    ['white space only', ' \n', "Invalid format ' '"],
    ['no name', '<<EOF\nEOF\n', "Invalid format '<<EOF'. Name must not be empty and delimiter must not be empty"],
    ['no delimiter', 'NAME<<\n\n', "Invalid format 'NAME<<'. Name must not be empty and delimiter must not be empty"],
    ['no end', 'NAME<<EOF\nvalue\n', "Invalid value. Matching delimiter not found 'EOF'"],
    ['no value and no end', 'NAME<<EOF', "Invalid value. Matching delimiter not found 'EOF'"],
    ['delimiter in another case', 'NAME<<EOF\nvalue\neof\n', "Invalid value. Matching delimiter not found 'EOF'"],
    ['a last line without newline', 'NAME<<EOF\nvalue\nEOF ', 'Invalid value. EOF marker missing new line.'],
  ])('error: %s', (_, text, message) => {
    expect(() => [...readPairs(text, POSIX)]).toThrow(new Error(message));
  });

  test('those before a bad line are given', () => {
    const pairs = readPairs('A=1\nbad\nB=2\n', POSIX);
    expect(pairs.next().value).toEqual(['A', '1']);
    expect(() => pairs.next()).toThrow("Invalid format 'bad'");
  });
});

test('paths: every line that is not empty, whatever ends it', () => {
  expect(readPaths('/a\n\n /b \r\n/c\r/d')).toEqual(['/a', ' /b ', '/c', '/d']);
});

test.each([
  ['NODE_OPTIONS', true],
  ['node_options', true],
  ['NODE_OPTIONS ', false],
  ['NODE_OPTION\u017f', false],
  ['PATH', false],
  ['LD_PRELOAD', false],
])('%s blocked: %s', (name, blocked) => {
  expect(isBlockedVariable(name)).toBe(blocked);
});
