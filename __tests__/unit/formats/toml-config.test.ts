import { describe, expect, test } from '@jest/globals';
import type { TomlTable } from 'smol-toml';
import { isTable, placeOf, readToml, tableIn, tablesIn, writeToml } from '../../../src/formats/toml-config.ts';
import { userFile } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';

describe('tables', () => {
  test('what is one', () => {
    expect([{}, { a: 1 }].every(isTable)).toBe(true);
    expect([null, undefined, [], new Date(0), 'a', 1].some(isTable)).toBe(false);
  });

  test('by their name, and none where something else has it', () => {
    const settings = { one: { a: 1 }, list: [{ a: 1 }, 'text', { b: 2 }], text: 'a' };
    expect(tableIn(settings, 'one')).toEqual({ a: 1 });
    expect(tablesIn(settings, 'list')).toEqual([{ a: 1 }, { b: 2 }]);
    for (const name of ['text', 'missing', 'constructor']) {
      expect(tableIn(settings, name)).toEqual({});
      expect(tablesIn(settings, name)).toEqual([]);
    }
    expect(tableIn(settings, 'list')).toEqual({});
    expect(tablesIn(settings, 'one')).toEqual([]);
  });
});

describe('a place', () => {
  const place = (text: string, words: readonly string[], value?: string) => placeOf(userFile(text), words, value);

  test.each<[string, string, number]>([
    ['a table', '[other]\n[tool.a]\n', 2],
    ['one of several', '[[tool.a]]\n', 1],
    ['a key in a table', '[tool]\nb = 1\na = 1\n', 3],
    ['a key with a dot', 'tool.a = 1\n', 1],
    ['a key, whatever it says', '[tool]\nb = "a"\na = "b"\n', 3],
    ['indented', '  [tool]\n    a = 1\n', 2],
    ['in quotes', '["tool"]\n\'a\' = 1\n', 2],
    ['a table below it', '[tool.a.b]\n', 1],
    ['not in a comment', '[tool]\n# a = 1\na = 1\n', 3],
    ['behind a list', '[tool]\nb = ["x"]\na = 1\n', 3],
    ['not in another table', 'a = 1\n[tool]\nb = 1\na = 1\n', 4],
  ])('%s', (_, text, line) => {
    expect(place(text, ['tool', 'a'])).toBe(`x line ${line}`);
  });

  test.each([
    ['a.b', '["a.b"]'],
    ['a.b', "['a.b']"],
    ["it's", '["it\'s"]'],
  ])('a name with signs in it: %s', (name, text) => {
    expect(place(text, [name])).toBe('x line 1');
  });

  test('the first of several that says so', () => {
    const text = '[[source]]\nname = 1\n[[source]]\nname = "b"\n[[source]]\nname = \'a\'\n';
    expect(place(text, ['source', 'name'], 'a')).toBe('x line 6');
    expect(place(text, ['source', 'name'], 'b')).toBe('x line 4');
    expect(place(`${text}[[source]]\nname = "my-team"\n`, ['source', 'name'], 'my-team')).toBe('x line 8');
    expect(place(text, ['source', 'name'], 'c')).toBe('x');
  });

  test('the file alone, where the way it is written is not followed', () => {
    expect(place('tool = { a = 1 }\n', ['tool', 'a'])).toBe('x');
  });
});

describe("the user's file", () => {
  test('says what it says, in whatever bytes; none is an empty one', () => {
    expect(readToml(userFile('a = 9223372036854775807\nb = "é"\n'), 'poetry')).toEqual({
      a: 9_223_372_036_854_775_807n,
      b: 'é',
    });
    expect(readToml(undefined, 'poetry')).toEqual({});
  });

  test('that is no TOML is told by its line, without its text', () => {
    const broken = userFile('a = 1\npassword = never-told\n', '/h/auth.toml');
    expect(problemsOf(() => readToml(broken, 'poetry'))).toEqual([
      '/h/auth.toml line 2: this is not TOML; poetry cannot read this file either.',
    ]);
  });

  test('is named in the one that replaces it', () => {
    expect(writeToml({ a: 1 }, userFile('', '/h/auth.toml')).toString()).toBe(
      '# In the place of "/h/auth.toml"\na = 1\n',
    );
    expect(writeToml({ a: 1 }, undefined).toString()).toBe('a = 1\n');
  });
});

test('what is nested too deep to be written again', () => {
  let deep: TomlTable = {};
  for (let depth = 0; depth < 20_000; depth++) deep = { a: deep };
  expect(problemsOf(() => writeToml(deep, undefined))).toEqual([
    'The TOML of this action is nested too deep to be written again; make it simpler.',
  ]);
  expect(problemsOf(() => writeToml(deep, userFile('', '/h/pdm.toml')))).toEqual([
    '/h/pdm.toml is nested too deep to be written again; make it simpler.',
  ]);
});
